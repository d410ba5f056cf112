"""Does the local log keep dense offsets, its promises after a kill, and its file small?"""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.log.sqlite_log import SqliteLog
from schemas.errors import (
    DiskFullError,
    InputError,
    StalePositionError,
    UnavailableError,
)
from streams.log import Advance, Outgoing

WRITE_UNTIL_KILLED = """
import sys
from pathlib import Path
from infra.log.sqlite_log import SqliteLog
from streams.log import Advance, Outgoing

log = SqliteLog(Path(sys.argv[1]), partitions=1)
done = log.position("derive", "in", 0)
while True:
    start = log.ends("in")[0]
    batch = [Outgoing("in", "a", b"%d/%d" % (n, size) * 50)
             for size in [start % 5 + 1] for n in range(size)]
    end = log.append(batch)[-1][1]
    print("in", end, flush=True)
    log.commit([Outgoing("out", "a", b"%d" % n) for n in range(done, end + 1)],
               Advance("derive", "in", 0, done, end + 1))
    done = end + 1
    print("out", done, flush=True)
"""
FILL_THE_DISK = """
import resource, sys
from pathlib import Path
from infra.log.sqlite_log import SqliteLog
from schemas.errors import DiskFullError
from streams.log import Outgoing

log = SqliteLog(Path(sys.argv[1]))
log.append([Outgoing("s", "a", b"first")])
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
kept = 1
try:
    while True:
        log.append([Outgoing("s", "a", b"x" * 5000), Outgoing("s", "a", b"y" * 5000)])
        kept += 2
except DiskFullError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert log.ends("s")[log.partition_of("a")] == kept == len(list(log.scan("s"))), kept
log.append([Outgoing("s", "a", b"last")])
assert log.check() == []
log.close()
print(kept)
"""


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteLog]:
    log = SqliteLog(tmp_path, sync="off")
    yield log
    log.close()


def texts(log: SqliteLog, stream: str) -> list[bytes]:
    return [record.value for record in log.scan(stream)]


@pytest.mark.timeout(120)
def test_twenty_killed_writers_lose_nothing_acknowledged_and_leave_nothing_half_written(
    tmp_path: Path,
) -> None:
    for round_number in range(20):
        with subprocess.Popen(
            [sys.executable, "-c", WRITE_UNTIL_KILLED, str(tmp_path)], stdout=subprocess.PIPE
        ) as writer:
            assert writer.stdout is not None
            lines = [writer.stdout.readline() for _ in range(1 + round_number * 7 % 23)]
            writer.kill()
            lines += writer.stdout.readlines()
        said = dict(line.decode().split() for line in lines if line.endswith(b"\n"))
        log = SqliteLog(tmp_path)
        end, derived = log.ends("in")[0], log.position("derive", "in", 0)
        assert end > int(said.get("in", -1))
        assert derived >= int(said.get("out", 0))
        assert texts(log, "out") == [b"%d" % n for n in range(derived)]
        assert texts(log, "in") == whole_batches(end)
        assert log.check() == []
        log.close()


def whole_batches(end: int) -> list[bytes]:
    values: list[bytes] = []
    while len(values) < end:
        size = len(values) % 5 + 1
        values += [b"%d/%d" % (n, size) * 50 for n in range(size)]
    return values


def test_appends_of_four_threads_are_dense_and_unbroken(log: SqliteLog) -> None:
    def write(name: str) -> None:
        for n in range(50):
            log.append([Outgoing("s", "a", f"{name} {n} {k}".encode()) for k in range(7)])

    threads = [threading.Thread(target=write, args=(f"t{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = log.read("s", log.partition_of("a"), 0, 10_000)
    assert [r.offset for r in found] == list(range(1400))
    for first in range(0, 1400, 7):
        batch = [r.value.rpartition(b" ")[0] for r in found[first : first + 7]]
        assert len(set(batch)) == 1


def test_a_failed_append_leaves_no_gap(log: SqliteLog) -> None:
    log.append([Outgoing("s", "a", b"1")])
    with pytest.raises(StalePositionError):
        log.commit(
            [Outgoing("s", "a", b"2"), Outgoing("new", "a", b"2")], Advance("c", "s", 0, 5, 6)
        )
    with pytest.raises(InputError):
        log.append([Outgoing("s", "a", b"3"), Outgoing("s", "\ud800", b"4")])
    with pytest.raises(InputError):
        log.append([Outgoing("s", "a", b"3", {"h": "\ud800"})])
    assert log.append([Outgoing("s", "a", b"5")])[0][1] == 1
    assert log.ends("new") == [0, 0, 0, 0]
    assert log.check() == []


def test_a_log_keeps_the_number_of_partitions_that_it_was_made_with(tmp_path: Path) -> None:
    SqliteLog(tmp_path, partitions=7).close()
    log = SqliteLog(tmp_path, partitions=3)
    assert log.partitions == 7
    log.close()
    with pytest.raises(InputError):
        SqliteLog(tmp_path / "none", partitions=0)


def test_a_closed_log_says_so_and_wakes_who_waits(log: SqliteLog) -> None:
    log.append([Outgoing("s", "a", b"0")])
    came: list[bool] = []
    waiter = threading.Thread(target=lambda: came.append(log.wait("t", [0] * 4, 60)))
    waiter.start()
    log.close()
    log.close()
    waiter.join()
    assert came == [False]
    with pytest.raises(UnavailableError, match="is closed"):
        log.append([Outgoing("s", "a", b"1")])
    with pytest.raises(UnavailableError, match="is closed"):
        log.position("c", "s", 0)


def test_values_are_sealed_in_the_file_and_opened_when_read(tmp_path: Path) -> None:
    class Backwards:
        def seal(self, space: str | None, data: bytes) -> bytes:
            return f"{space}:".encode() + data[::-1]

        def open(self, space: str | None, data: bytes) -> bytes:
            return data.removeprefix(f"{space}:".encode())[::-1]

        def blind(self, space: str, text: str) -> bytes:
            return f"{space}{text}".encode()

        def reveal(self, space: str, token: bytes) -> bytes:
            return token.removeprefix(space.encode())

        def mark(self, id_: str) -> bytes:
            return id_.encode()

    log = SqliteLog(tmp_path, codec=Backwards())
    log.append([Outgoing("s", "a", b"my secret"), Outgoing("s", None, b"another secret")])
    assert sorted(texts(log, "s")) == [b"another secret", b"my secret"]
    log.close()
    assert b"secret" not in b"".join(p.read_bytes() for p in tmp_path.iterdir())


def test_a_full_disk_stops_an_append_whole_and_room_lets_it_go_on(log: SqliteLog) -> None:
    log.append([Outgoing("s", "a", b"first")])
    (pages,) = log._writer.execute("PRAGMA page_count").fetchone()
    log._writer.execute(f"PRAGMA max_page_count = {pages + 3}").fetchall()
    with pytest.raises(DiskFullError, match="cannot grow") as full:
        log.append([Outgoing("s", "a", b"x" * 3000) for _ in range(20)])
    assert str(full.value.fields["file"]).endswith("log.db")
    assert texts(log, "s") == [b"first"]
    log._writer.execute("PRAGMA max_page_count = 100000").fetchall()
    assert log.append([Outgoing("s", "a", b"second")])[0][1] == 1
    assert log.check() == []


def test_a_disk_that_fills_up_under_the_log_leaves_nothing_half_written(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FILL_THE_DISK, str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "cannot grow" in done.stdout


def test_trimming_shrinks_the_file_and_spares_the_young_and_the_unread(log: SqliteLog) -> None:
    log.append([Outgoing("s", "a", b"x" * 2000, {}, n) for n in range(2000)])
    log.append([Outgoing("other", "a", b"kept", {}, 0)])
    partition = log.partition_of("a")
    log.commit([], Advance("fast", "s", partition, 0, 2000))
    log.commit([], Advance("slow", "s", partition, 0, 1500))
    records, given_back = log.trim("s", 1000)
    assert records == 1000
    assert given_back > 1000 * 2000
    assert log.read("s", partition, 0, 1)[0].offset == 1000
    assert log.begins("s")[partition] == 1000
    assert log.trim("s", 5000)[0] == 500
    assert log.trim("s", 5000) == (0, 0)
    assert log.size() == {"s": 500 * 2006, "other": 10}
    assert log.append([Outgoing("s", "a", b"next")])[0][1] == 2000
    assert texts(log, "other") == [b"kept"]
    assert log.check() == []


def test_a_consumer_spares_the_partitions_in_which_it_has_not_begun(log: SqliteLog) -> None:
    log.append([Outgoing("s", f"k{n}", b"x", {}, n) for n in range(40)])
    log.commit([], Advance("c", "s", 0, 0, log.ends("s")[0]))
    assert log.trim("s", 1000)[0] == log.ends("s")[0]
    assert [bool(log.read("s", p, 0, 1)) for p in range(4)] == [False, True, True, True]


def test_what_is_old_is_spared_for_a_reader_that_has_not_begun(log: SqliteLog) -> None:
    log.append([Outgoing("s", f"k{n}", b"x", {}, n) for n in range(40)])
    assert log.trim("s", 1000, reader="c") == (0, 0)
    log.commit([], Advance("c", "s", 0, 0, log.ends("s")[0]))
    assert log.trim("s", 1000, reader="c")[0] == log.ends("s")[0]


def test_offsets_go_on_after_a_stream_was_trimmed_to_nothing(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path, sync="off")
    log.append([Outgoing("s", "a", b"x") for _ in range(5)])
    assert log.trim("s", 1)[0] == 5
    assert log.trim("never written", 1) == (0, 0)
    log.close()
    log = SqliteLog(tmp_path, sync="off")
    assert log.append([Outgoing("s", "a", b"y")])[0][1] == 5
    assert texts(log, "s") == [b"y"]
    log.close()


def test_a_consumer_beyond_the_end_is_reported(log: SqliteLog) -> None:
    log.append([Outgoing("s", "a", b"x")])
    log.commit([], Advance("c", "s", log.partition_of("a"), 0, 9))
    assert log.check() == [f"c stands at 9 of s/{log.partition_of('a')}, which ends at 1"]


STREAMS = st.sampled_from(["s", "t"])
KEYS = st.sampled_from([None, "a", "b", "c", "d"])
BATCHES = st.lists(
    st.builds(
        Outgoing,
        STREAMS,
        KEYS,
        st.binary(max_size=20),
        st.dictionaries(st.sampled_from(["ce_id", "x"]), st.sampled_from("123")),
        st.integers(min_value=-(2**40), max_value=2**50),
    ),
    max_size=6,
)
OPERATIONS = st.one_of(
    st.tuples(st.just("append"), BATCHES, st.booleans()),
    st.tuples(st.just("commit"), BATCHES, st.integers(0, 2)),
    st.tuples(st.just("read"), STREAMS, st.integers(0, 5)),
    st.tuples(st.just("reopen")),
)


class Model:
    """The port over a dictionary of lists."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, int], list[Outgoing]] = {}
        self.once: set[str] = set()
        self.position = 0

    def place(self, log: SqliteLog, record: Outgoing, *, once: bool) -> tuple[int, int]:
        partition = log.partition_of(record.key)
        known = record.headers.get("ce_id") if once else None
        if known in self.once:
            return partition, -1
        if known:
            self.once.add(known)
        kept = self.records.setdefault((record.stream, partition), [])
        kept.append(record)
        return partition, len(kept) - 1


def step(model: Model, log: SqliteLog, operation: tuple[object, ...]) -> None:
    match operation:
        case ["append", list(batch), bool(once)]:
            expected = [model.place(log, record, once=once) for record in batch]
            assert log.append(batch, once=once) == expected
        case ["commit", list(batch), int(at)] if at == model.position:
            expected = [model.place(log, record, once=False) for record in batch]
            assert log.commit(batch, Advance("c", "s", 0, at, at + 1)) == expected
            model.position = at + 1
        case ["commit", list(batch), int(at)]:
            with pytest.raises(StalePositionError):
                log.commit(batch, Advance("c", "s", 0, at, at + 1))
        case ["read", str(stream), int(limit)]:
            for partition in range(log.partitions):
                kept = model.records.get((stream, partition), [])[1 : limit + 1]
                read = log.read(stream, partition, 1, limit)
                assert [
                    Outgoing(r.stream, r.key, r.value, r.headers, r.timestamp) for r in read
                ] == kept


@settings(max_examples=60)
@given(st.lists(OPERATIONS, max_size=12))
def test_any_interleaving_equals_lists_in_memory(operations: list[tuple[object, ...]]) -> None:
    with TemporaryDirectory() as folder:
        model, log = Model(), SqliteLog(Path(folder), sync="off")
        for operation in operations:
            if operation == ("reopen",):
                log.close()
                log = SqliteLog(Path(folder), sync="off")
            step(model, log, operation)
            for stream in ("s", "t"):
                ends = [len(model.records.get((stream, p), [])) for p in range(4)]
                assert log.ends(stream) == ends
            assert log.position("c", "s", 0) == model.position
        problems = [p for p in log.check() if not p.startswith("c stands at")]
        log.close()
    assert problems == []
