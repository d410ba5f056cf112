"""Is a damaged log refused with what and where, and is saved from it whatever can be read?"""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from infra.log import sqlite_file, sqlite_gaps
from infra.log.sqlite_log import SqliteLog
from infra.log.sqlite_salvage import salvage
from schemas.errors import DuplicateIdError, LogDamagedError, UnavailableError
from streams.log import Advance, Outgoing, Record

PAGE = 4096
Damage = Callable[[bytes], bytes]


def outgoing(number: int) -> Outgoing:
    sizes = (10, 500, 5000, 30_000)  # within a page, and over several
    value = np.random.default_rng(number).bytes(sizes[number % 4])
    return Outgoing("s", f"k{number % 20}", value, {"ce_id": str(number)}, number)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a sound log that nobody has open."""
    folder = tmp_path_factory.mktemp("sound")
    log = SqliteLog(folder, partitions=3)
    log.append([outgoing(n) for n in range(800)], once=True)
    log.commit([Outgoing("t", None, b"derived")], Advance("c", "s", 1, 0, 7))
    log.close()
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    """Give a copy to be damaged."""
    return shutil.copytree(written, tmp_path / "damaged")


def damage(folder: Path, how: Damage) -> None:
    file = folder / "log.db"
    file.write_bytes(how(file.read_bytes()))


def without_first_page(data: bytes) -> bytes:
    return b"\xff" * PAGE + data[PAGE:]


def with_garbage_pages(data: bytes) -> bytes:
    noise = np.random.default_rng(5)
    count = len(data) // PAGE
    for page in noise.choice(range(count // 2, count), 4, replace=False):
        data = data[: page * PAGE] + noise.bytes(PAGE) + data[(page + 1) * PAGE :]
    return data


def with_a_stretch_of_garbage(data: bytes) -> bytes:
    start = len(data) // 2 // PAGE * PAGE
    return data[:start] + np.random.default_rng(6).bytes(10 * PAGE) + data[start + 10 * PAGE :]


DAMAGES: dict[str, tuple[Damage, str]] = {
    "garbage header": (without_first_page, "is not an SQLite database: it begins with b'.xff"),
    "another kind of file": (lambda _: b"hello\n" * 1000, "is not an SQLite database"),
    "nothing left": (lambda _: b"", "is not an SQLite database"),
    "cut in the middle": (lambda data: data[: len(data) // 2], "malformed"),
    "cut within a page": (lambda data: data[:-1000], "page"),
    "garbage pages": (with_garbage_pages, "page"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_file_is_refused_with_what_and_where(folder: Path, name: str) -> None:
    how, message = DAMAGES[name]
    damage(folder, how)
    with pytest.raises(LogDamagedError, match=message) as refused:
        SqliteLog(folder)
    assert refused.value.fields["file"] == str(folder / "log.db")
    assert "salvage" in str(refused.value.fields["salvage"])


def test_a_log_that_has_lost_its_main_file_is_not_begun_anew(folder: Path) -> None:
    (folder / "log.db").rename(folder / "log.db-wal")
    with pytest.raises(LogDamagedError, match="is missing"):
        SqliteLog(folder)


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "log.db")) as other:
        other.execute("CREATE TABLE songs (name)")
    with pytest.raises(LogDamagedError, match="not a log of Anamnesis"):
        SqliteLog(tmp_path)


def test_a_log_of_a_newer_version_is_refused_as_such(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "log.db")) as conn:
        conn.execute("PRAGMA user_version = 3")
    with pytest.raises(UnavailableError, match="newer Anamnesis") as refused:
        SqliteLog(folder)
    assert (refused.value.fields["version"], refused.value.fields["known"]) == (3, 2)


def test_a_changed_byte_in_a_value_is_noticed(folder: Path) -> None:
    victim = outgoing(401).value
    damage(folder, lambda data: data.replace(victim[:50], b"\0" + victim[1:50]))
    log = SqliteLog(folder)
    with pytest.raises(LogDamagedError, match="has changed at s/") as noticed:
        list(log.scan("s"))
    where = f"s/{noticed.value.fields['partition']}: offset {noticed.value.fields['offset']}"
    assert log.check() == [f"{where} has changed since it was written"]
    log.close()


def tampered(folder: Path, change: str) -> None:
    with closing(sqlite3.connect(folder / "log.db")) as conn, conn:
        assert conn.execute(change).rowcount > 0


def test_a_log_too_large_to_be_checked_page_by_page_is_counted_when_opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "CHECKED_WHOLE", 0)
    SqliteLog(folder).close()
    damage(folder, with_a_stretch_of_garbage)
    with pytest.raises(LogDamagedError, match="is damaged") as refused:
        SqliteLog(folder)
    assert "salvage" in str(refused.value.fields["salvage"])


@pytest.mark.parametrize("counted", [1 << 30, 0], ids=["counted whole", "newest only"])
def test_a_lost_record_is_named_when_opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch, counted: int
) -> None:
    tampered(folder, "DELETE FROM records WHERE id IN ((3 << 40) + 7, (3 << 40) + 8)")
    monkeypatch.setattr(sqlite_gaps, "COUNTED_WHOLE", counted)
    with pytest.raises(LogDamagedError, match="s/0: offsets 7 to 8 are missing") as refused:
        SqliteLog(folder)
    assert "salvage" in str(refused.value.fields["salvage"])


def test_an_old_record_that_a_large_log_has_lost_is_not_passed_over_when_it_is_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tampered(folder, "DELETE FROM records WHERE id = (3 << 40) + 7")
    monkeypatch.setattr(sqlite_gaps, "COUNTED_WHOLE", 0)
    monkeypatch.setattr(sqlite_gaps, "NEWEST", 5)
    log = SqliteLog(folder)
    assert [record.offset for record in log.read("s", 0, 4, 3)] == [4, 5, 6]
    for offset, limit in ((4, 4), (7, 1), (0, 1000)):
        with pytest.raises(LogDamagedError, match="s/0: offsets 7 to 7 are missing"):
            log.read("s", 0, offset, limit)
    log.close()


@pytest.mark.parametrize(("column", "value"), [("headers", 5), ("value", None), ("key", b"x")])
def test_a_record_whose_columns_are_of_other_types_is_damage(
    folder: Path, column: str, value: object
) -> None:
    with closing(sqlite3.connect(folder / "log.db")) as conn, conn:
        conn.execute("PRAGMA writable_schema = ON")
        conn.execute("UPDATE sqlite_schema SET sql = replace(sql, 'NOT NULL', '')")
    with closing(sqlite3.connect(folder / "log.db")) as conn, conn:
        change = f"UPDATE records SET {column} = ? WHERE id = (3 << 40) + 7"  # noqa: S608
        conn.execute(change, (value,))
    log = SqliteLog(folder)
    with pytest.raises(LogDamagedError, match="has changed at s/0, offset 7"):
        log.read("s", 0, 0, 100)
    log.close()


def test_a_damaged_record_is_not_sealed_anew_as_if_it_were_sound(folder: Path) -> None:
    tampered(folder, "UPDATE records SET value = x'00' WHERE id = (3 << 40) + 7")
    log = SqliteLog(folder)
    keys = {record.key for record in log.read("s", 0, 8, 1000)}
    with pytest.raises(LogDamagedError, match="has changed at s/0, offset 7"):
        log.rewrite({key: lambda record: record for key in keys})
    log.close()


def test_a_saved_log_is_sound_with_the_gaps_that_are_known(folder: Path, tmp_path: Path) -> None:
    damage(folder, with_garbage_pages)
    report = salvage(folder, tmp_path / "saved")
    assert report["streams"]["s"]["missing"]
    log = SqliteLog(tmp_path / "saved")
    assert log.check() == []
    assert len(list(log.scan("s"))) == report["streams"]["s"]["saved"]
    gaps = [(g["partition"], g["first"], g["last"]) for g in report["streams"]["s"]["missing"]]
    assert log.lost("s") == gaps
    log.append([outgoing(n) for n in range(900, 950)])
    log.close()
    tampered(tmp_path / "saved", "DELETE FROM records WHERE id = (SELECT max(id) FROM records)")
    with pytest.raises(LogDamagedError, match="are missing"):
        SqliteLog(tmp_path / "saved")


def records(folder: Path) -> dict[tuple[int, int], Record]:
    with closing(SqliteLog(folder)) as log:
        return {(record.partition, record.offset): record for record in log.scan("s")}


@pytest.mark.parametrize("name", ["garbage header", "cut in the middle", "garbage pages"])
def test_what_can_be_read_is_saved_and_what_is_missing_is_said(
    written: Path, folder: Path, tmp_path: Path, name: str
) -> None:
    damage(folder, DAMAGES[name][0])
    report = salvage(folder, tmp_path / "saved")
    before, after = records(written), records(tmp_path / "saved")
    missing = {
        (gap["partition"], offset)
        for gap in report["streams"]["s"]["missing"]
        for offset in range(gap["first"], gap["last"] + 1)
    }
    assert after.items() <= before.items()
    assert before.keys() - after.keys() == missing
    assert report["streams"]["s"]["saved"] == len(after) > 300
    assert report["partitions"] == 3
    assert (name == "garbage header") == (not missing)


def test_a_saved_log_goes_on_where_the_damaged_one_ended(folder: Path, tmp_path: Path) -> None:
    damage(folder, without_first_page)
    assert salvage(folder, tmp_path / "saved") == {
        "partitions": 3,
        "positions": 1,
        "once": 800,
        "streams": {"s": {"saved": 800, "missing": []}, "t": {"saved": 1, "missing": []}},
    }
    log = SqliteLog(tmp_path / "saved")
    assert log.check() == []
    assert log.position("c", "s", 1) == 7
    assert log.append([outgoing(5)], once=True)[0][1] == -1
    partition, end = log.partition_of("k1"), log.ends("s")[log.partition_of("k1")]
    assert log.append([outgoing(801)]) == [(partition, end)]
    log.close()


def test_what_stands_only_in_the_write_ahead_log_is_saved(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "live")
    log.append([outgoing(n) for n in range(50)])
    shutil.copytree(tmp_path / "live", tmp_path / "damaged")
    log.close()
    assert (tmp_path / "damaged" / "log.db-wal").stat().st_size > 0
    damage(tmp_path / "damaged", without_first_page)
    assert salvage(tmp_path / "damaged", tmp_path / "saved")["streams"] == {
        "s": {"saved": 50, "missing": []}
    }


def test_where_nothing_is_left_nothing_is_made(folder: Path, tmp_path: Path) -> None:
    damage(folder, lambda _: b"hello\n" * 1000)
    with pytest.raises(LogDamagedError, match="holds nothing"):
        salvage(folder, tmp_path / "saved")
    assert not (tmp_path / "saved" / "log.db").exists()


def test_a_log_is_not_saved_over_another(folder: Path) -> None:
    with pytest.raises(DuplicateIdError, match="already holds a log"):
        salvage(folder, folder)
