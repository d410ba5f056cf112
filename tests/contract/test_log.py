"""Does every implementation of the log port keep its promises?"""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.kafka.node import Node
from infra.log.sqlite_log import SqliteLog
from schemas.errors import NotFoundError, StalePositionError
from streams.log import Advance, ExactLog, Log, Outgoing, Record
from tests.kafka_topics import opened_log

Open = Callable[[], Log]
# What only a log promises in which outputs and positions are one transaction.
exactly = pytest.mark.parametrize("opened", ["sqlite"], indirect=True)
SPACES = tuple(f"acme.user{n}" for n in range(12))


@pytest.fixture(params=["sqlite", "kafka"])
def opened(request: pytest.FixtureRequest, tmp_path: Path, stream: str) -> Iterator[Open]:
    """Give what opens the same log again and again."""
    logs: list[Log] = []

    def open_log() -> Log:
        if request.param == "sqlite":
            logs.append(SqliteLog(tmp_path / "log"))
        else:
            node: Node = request.getfixturevalue("broker")
            logs.append(opened_log(node, stream))
        return logs[-1]

    yield open_log
    for log in logs:
        log.close()


@pytest.fixture
def log(opened: Open) -> Log:
    return opened()


@pytest.fixture
def stream(request: pytest.FixtureRequest) -> str:
    """Give a stream of the test's own, since some logs outlive a test."""
    return f"test.{request.node.name.partition('[')[0]}"


def message(stream: str, number: int, space: str | None = None) -> Outgoing:
    return Outgoing(
        stream=stream,
        key=space or SPACES[number % len(SPACES)],
        value=f"message {number} ÄÖ\0".encode(),
        headers={"ce_id": f"{stream}/{number}", "traceparent": "00-ü"},
        timestamp=1_700_000_000_000 + number,
    )


def all_of(log: Log, stream: str) -> list[Record]:
    return list(log.scan(stream))


def test_what_was_appended_is_read_back_as_it_was(log: Log, stream: str) -> None:
    sent = [message(stream, n) for n in range(30)]
    placed = log.append(sent)
    for record, (partition, offset) in zip(sent, placed, strict=True):
        assert log.read(stream, partition, offset, 1) == [
            Record(
                stream, partition, offset, record.key, record.value, record.headers,
                record.timestamp,
            )
        ]  # fmt: skip


def test_a_record_without_key_headers_and_value_is_kept(log: Log, stream: str) -> None:
    ((partition, offset),) = log.append([Outgoing(stream, None, b"", {}, 7)])
    assert log.read(stream, partition, offset, 1) == [
        Record(stream, partition, offset, None, b"", {}, 7)
    ]


def test_a_large_value_is_kept(log: Log, stream: str) -> None:
    value = bytes(range(256)) * 3000
    ((partition, offset),) = log.append([Outgoing(stream, "a", value)])
    assert log.read(stream, partition, offset, 1)[0].value == value


def test_a_space_stays_in_its_partition_and_in_order(log: Log, stream: str) -> None:
    for first in range(0, 40, 8):
        placed = log.append([message(stream, n) for n in range(first, first + 8)])
        for n, (partition, _) in zip(range(first, first + 8), placed, strict=True):
            assert partition == log.partition_of(SPACES[n % len(SPACES)])
    for space in SPACES:
        times = [r.timestamp for r in all_of(log, stream) if r.key == space]
        assert times == sorted(times)


def test_offsets_grow_and_stay_below_the_end(log: Log, stream: str) -> None:
    log.append([message(stream, n) for n in range(50)])
    ends = log.ends(stream)
    assert len(ends) == log.partitions
    for partition, end in enumerate(ends):
        offsets = [r.offset for r in log.read(stream, partition, 0, 100)]
        assert offsets == sorted(set(offsets))
        assert all(offset < end for offset in offsets)


def test_reading_goes_on_where_it_stopped(log: Log, stream: str) -> None:
    log.append([message(stream, n, "a") for n in range(25)])
    partition, offset, seen = log.partition_of("a"), 0, []
    while page := log.read(stream, partition, offset, 10):
        assert len(page) <= 10
        seen += page
        offset = page[-1].offset + 1
    assert [r.timestamp % 1000 for r in seen] == list(range(25))


def test_what_nobody_wrote_is_empty(log: Log, stream: str) -> None:
    assert log.read(stream, 0, 0, 10) == []
    assert log.ends(stream) == [0] * log.partitions
    assert log.position("nobody", stream, 0) == 0
    assert all_of(log, stream) == []
    assert log.append([]) == []


def test_a_partition_that_does_not_exist_is_refused(log: Log, stream: str) -> None:
    log.append([message(stream, 1)])
    with pytest.raises(NotFoundError):
        log.read(stream, log.partitions, 0, 1)
    with pytest.raises(NotFoundError):
        log.position("c", stream, -1)


@exactly
def test_appending_once_skips_what_came_before(log: ExactLog, stream: str) -> None:
    first = log.append([message(stream, 1), message(stream, 2)], once=True)
    again = log.append([message(stream, 2), message(stream, 3), message(stream, 3)], once=True)
    assert [offset >= 0 for _, offset in first + again] == [True, True, False, True, False]
    assert again[0][0] == first[1][0]
    assert sorted(r.timestamp % 1000 for r in all_of(log, stream)) == [1, 2, 3]


@exactly
def test_appending_once_looks_only_at_what_was_appended_once(log: ExactLog, stream: str) -> None:
    log.append([message(stream, 1)])
    log.append([message(stream, 1)], once=True)
    log.append([message(stream, 1)])
    assert len(all_of(log, stream)) == 3


@exactly
def test_once_and_positions_and_records_survive_closing(
    opened: Callable[[], ExactLog], stream: str
) -> None:
    log = opened()
    log.append([message(stream, n) for n in range(20)], once=True)
    log.commit([], Advance("reader", stream, 1, 0, 3))
    before, ends = all_of(log, stream), log.ends(stream)
    log.close()
    log = opened()
    assert log.append([message(stream, 5)], once=True)[0][1] == -1
    assert (all_of(log, stream), log.ends(stream)) == (before, ends)
    assert log.position("reader", stream, 1) == 3


@exactly
def test_a_commit_writes_records_and_moves_its_consumer(log: ExactLog, stream: str) -> None:
    log.append([message(stream, n, "a") for n in range(3)])
    partition = log.partition_of("a")
    placed = log.commit([message(f"{stream}.out", 1)], Advance("c", stream, partition, 0, 2))
    assert log.position("c", stream, partition) == 2
    assert log.position("another", stream, partition) == 0
    assert [(r.partition, r.offset) for r in log.scan(f"{stream}.out")] == placed


@exactly
def test_a_stale_commit_writes_nothing(log: ExactLog, stream: str) -> None:
    log.append([message(stream, n, "a") for n in range(3)])
    log.commit([], Advance("c", stream, 0, 0, 2))
    with pytest.raises(StalePositionError):
        log.commit([message(f"{stream}.out", 1)], Advance("c", stream, 0, 1, 3))
    assert log.position("c", stream, 0) == 2
    assert all_of(log, f"{stream}.out") == []


@exactly
def test_of_many_who_commit_from_one_position_one_wins(log: ExactLog, stream: str) -> None:
    won: list[int] = []

    def race(number: int) -> None:
        try:
            log.commit([message(f"{stream}.out", number)], Advance("c", stream, 0, 0, 1))
        except StalePositionError:
            return
        won.append(number)

    threads = [threading.Thread(target=race, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [r.timestamp % 1000 for r in log.scan(f"{stream}.out")] == won
    assert len(won) == 1


def test_waiting_ends_when_a_record_comes(log: Log, stream: str) -> None:
    seen = log.ends(stream)
    came: list[bool] = []
    waiter = threading.Thread(target=lambda: came.append(log.wait(stream, seen, 60)))
    waiter.start()
    log.append([message(stream, 1)])
    waiter.join()
    assert came == [True]


@exactly
def test_waiting_ends_when_a_commit_writes(log: ExactLog, stream: str) -> None:
    out = f"{stream}.out"
    seen = log.ends(out)
    came: list[bool] = []
    waiter = threading.Thread(target=lambda: came.append(log.wait(out, seen, 60)))
    waiter.start()
    log.commit([message(out, 1)], Advance("c", stream, 0, 0, 1))
    waiter.join()
    assert came == [True]


def test_waiting_for_what_is_there_returns_at_once(log: Log, stream: str) -> None:
    log.append([message(stream, 1)])
    assert log.wait(stream, [0] * log.partitions, 60)


def test_waiting_in_vain_says_so(log: Log, stream: str) -> None:
    log.append([message(stream, 1)])
    assert not log.wait(stream, log.ends(stream), 0.01)


@exactly
def test_many_threads_may_use_a_log_at_once(log: ExactLog, stream: str) -> None:
    def write(number: int) -> None:
        for n in range(20):
            log.append([message(stream, number * 1000 + n * 10 + k) for k in range(5)])
            log.read(stream, n % log.partitions, 0, 50)
            log.commit([message(f"{stream}.out", n)], Advance(f"c{number}", stream, 0, n, n + 1))

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({(r.partition, r.offset) for r in log.scan(stream)}) == 400
    assert len(all_of(log, f"{stream}.out")) == 80
    assert [log.position(f"c{n}", stream, 0) for n in range(4)] == [20] * 4
