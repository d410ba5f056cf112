"""Is what is damaged in a data folder made again or refused, with nothing lost?"""

import os
import random
import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from infra.host import local_host
from infra.recollection import Asked
from infra.views import projector
from infra.views.refold import verify
from schemas.errors import LogDamagedError, ViewDamagedError
from streams.topology import MEMORIES, STREAMS
from tests.driving import (
    MANY,
    opened,
    run,
    said,
    state,
    state_at,
    take_in,
    taken_in,
    texts,
    vector_worker,
    written,
)

CONTENT = written(MANY)


@pytest.fixture
def copy(untroubled: tuple[Path, str], home: Path) -> Path:
    """Give a copy of that folder, to be damaged."""
    shutil.copytree(untroubled[0], home)
    return home


def garbled(file: Path) -> None:
    file.write_bytes(random.Random(1).randbytes(file.stat().st_size))


def headless(file: Path) -> None:
    with file.open("r+b") as target:
        target.write(random.Random(2).randbytes(4096))


def halved(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def emptied(file: Path) -> None:
    os.truncate(file, 0)


def deleted(file: Path) -> None:
    file.unlink()


@pytest.mark.parametrize("damage", [garbled, headless, halved, emptied, deleted])
def test_damaged_views_are_made_again(
    copy: Path, untroubled: tuple[Path, str], damage: Callable[[Path], None]
) -> None:
    damage(copy / "views.db")
    with capture_logs() as told, opened(copy) as memory:
        assert state(memory) == untroubled[1]
        assert memory.ask(Asked("number 77", "ana"), record=False).hits
    assert [t["event"] for t in told if "the views are rebuilt from the log" in t["event"]]


def flip(file: Path, seed: int) -> None:
    """Destroy every third page of the second half, as a failing disk would."""
    chance = random.Random(seed)
    pages = file.stat().st_size // 4096
    with file.open("r+b") as target:
        for page in range(pages // 2, pages, 3):
            target.seek(page * 4096)
            target.write(chance.randbytes(4096))


def garble(file: Path, change: str) -> None:
    """Change every row in a way that SQLite itself does not notice."""
    with closing(sqlite3.connect(file)) as conn, conn:
        assert conn.execute(change).rowcount


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE memories SET state = CAST(x'7b38ff' AS TEXT)",
        "UPDATE memories SET body = substr(body, 1, length(body) - 1)",
    ],
    ids=["no UTF-8", "no key opens it"],
)
def test_a_replay_mends_damage_that_the_store_does_not_see(
    copy: Path, untroubled: tuple[Path, str], change: str
) -> None:
    garble(copy / "views.db", change)
    ran = run(copy, "replay", "--view", "sql", "--json").row
    assert (ran["changed"], ran["state_hash"]) == (True, untroubled[1])


def test_damage_that_is_found_while_running_is_mended_by_the_next_command(
    copy: Path, untroubled: tuple[Path, str]
) -> None:
    flip(copy / "views.db", 3)
    # What finds it is told what to do; the next one finds everything as it was.
    with opened(copy) as memory, pytest.raises(ViewDamagedError, match="made again from the log"):
        state(memory)
    with capture_logs() as told, opened(copy) as memory:
        assert state(memory) == untroubled[1]
        assert memory.ask(Asked("number 77", "ana"), record=False).hits
        assert take_in(memory, CONTENT).known == len(MANY)
    assert any("they were found damaged" in t["event"] for t in told)


def test_damage_that_the_host_meets_loses_nothing(copy: Path) -> None:
    flip(copy / "views.db", 4)
    more = [said(f"n{n}", f"Ben paints {n} in Town{n}", session="n") for n in range(60)]
    with pytest.raises(ViewDamagedError), opened(copy) as memory:
        take_in(memory, more)
    with opened(copy) as memory:
        take_in(memory, more)
        assert {line["text"] for line in [*MANY, *more]} == set(texts(memory))


def test_the_command_rebuilds_damaged_views_and_says_so(filled: Path, home: Path) -> None:
    shutil.copytree(filled, home)
    before = run(home, "verify", "--json").row["state_hash"]
    flip(home / "views.db", 5)
    ran = run(home, "replay", "--view", "sql", "--json")
    assert (ran.row["state_hash"], ran.row["changed"]) == (before, True)
    assert run(home, "verify", "--json").row["ok"]

    garbled(home / "views.db")
    looked = run(home, "facts", "--space", "maya", "--json")
    assert "the views are rebuilt from the log" in looked.err
    assert len(looked.rows) == len(run(filled, "facts", "--space", "maya", "--json").rows)

    shutil.rmtree(home / "vectors")
    asked = run(home, "recall", "Where does Maya live?", "--space", "maya", "--no-record", "--json")
    assert "the vectors are rebuilt from the log: they are missing" in asked.err
    assert asked.row["results"]


def no_folder(vectors: Path) -> None:
    shutil.rmtree(vectors)


def empty_folder(vectors: Path) -> None:
    shutil.rmtree(vectors)
    vectors.mkdir()


def no_checkpoint(vectors: Path) -> None:
    (vectors / "checkpoint.json").unlink()


def no_shard(vectors: Path) -> None:
    shutil.rmtree(vectors / "shard")


def garbled_shard(vectors: Path) -> None:
    for file in sorted((vectors / "shard").rglob("*")):
        if file.is_file() and file.stat().st_size < 1 << 20:
            garbled(file)


@pytest.mark.parametrize(
    "damage", [no_folder, empty_folder, no_checkpoint, no_shard, garbled_shard]
)
def test_damaged_vectors_are_made_again(
    copy: Path, untroubled: tuple[Path, str], damage: Callable[[Path], None]
) -> None:
    damage(copy / "vectors")
    with capture_logs() as told, opened(copy) as memory:
        assert memory.vectors.count() == memory.views.size()
        hits = memory.ask(Asked("number 77", "ana"), record=False).hits
        assert "77" in hits[0].memory.body.text
        assert state(memory) == untroubled[1]
    assert any("the vectors are rebuilt from the log" in t["event"] for t in told)


def test_a_vector_engine_that_dies_is_brought_back(copy: Path) -> None:
    with opened(copy) as memory:
        os.kill(vector_worker(memory), signal.SIGKILL)
        assert "77" in memory.ask(Asked("number 77", "ana"), record=False).hits[0].memory.body.text
        os.kill(vector_worker(memory), signal.SIGKILL)
        take_in(memory, [said("late", "The kestrel returned")])
        assert (
            memory.ask(Asked("kestrel", "ana"), record=False).hits[0].memory.body.text
            == "The kestrel returned"
        )
        assert memory.vectors.count() == memory.views.size()


def test_a_vector_engine_that_dies_while_it_tidies_up_is_brought_back(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projector, "_CHORES", 0)
    with opened(copy) as memory:
        died = vector_worker(memory)
        os.kill(died, signal.SIGKILL)
        monkeypatch.setattr(local_host, "_TIDY", 0.0)
        while vector_worker(memory) == died:
            memory.host.drain()
        take_in(memory, [said("late", "The kestrel returned")])
        assert memory.vectors.count() == memory.views.size()


def test_vectors_destroyed_under_a_running_memory_are_made_again(copy: Path) -> None:
    with opened(copy) as memory:
        os.kill(vector_worker(memory), signal.SIGKILL)
        shutil.rmtree(copy / "vectors" / "shard")
        assert "77" in memory.ask(Asked("number 77", "ana"), record=False).hits[0].memory.body.text
        assert memory.vectors.count() == memory.views.size()


@pytest.mark.parametrize("damage", [garbled, headless, halved, emptied])
def test_a_damaged_log_is_refused_with_what_can_be_saved(
    copy: Path, damage: Callable[[Path], None], tmp_path: Path
) -> None:
    damage(copy / "log.db")
    with pytest.raises(LogDamagedError) as refused:
        opened(copy)
    assert str(copy / "log.db") in str(refused.value)
    assert "what can still be read" in str(refused.value.fields["salvage"])
    ran = run(copy, "stats", code=4)
    assert "LogDamagedError" in ran.err
    assert "anamnesis salvage" in ran.err
    assert not (tmp_path / "saved").exists()


def test_a_replay_of_a_log_that_has_lost_a_record_names_it_and_leaves_the_views(copy: Path) -> None:
    garble(
        copy / "log.db",
        "DELETE FROM records WHERE id = (SELECT records.id - 2 FROM records"
        " JOIN slots ON records.id >> 40 = slot"
        " JOIN streams ON slot / 4 = streams.id WHERE name = 'anamnesis.memories'"
        " ORDER BY records.id DESC)",
    )
    views = (copy / "views.db").read_bytes()
    for view in ("sql", "vectors", "all"):
        ran = run(copy, "replay", "--view", view, code=4)
        assert "anamnesis.memories/" in ran.err
        assert "are missing" in ran.err
    assert (copy / "views.db").read_bytes() == views
    assert (copy / "vectors" / "checkpoint.json").exists()
    checked = run(copy, "verify", "--json", code=1).row
    (gap,) = checked["gaps"]
    first, _, last = gap.partition(":")[2].partition("-")
    assert f"offsets {first} to {last} are missing" in checked["faults"][0]


def test_what_is_saved_of_a_damaged_log_is_a_memory_again(copy: Path, tmp_path: Path) -> None:
    with opened(copy) as memory:
        had = {stream: sum(memory.log.ends(stream)) for stream in STREAMS}
    flip(copy / "log.db", 6)
    ran = run(copy, "salvage", "--to", str(tmp_path / "saved"), "--json")
    report = ran.row["streams"]
    for stream, kept in report.items():
        lost = sum(gap["last"] - gap["first"] + 1 for gap in kept["missing"])
        assert kept["saved"] + lost == had[stream]
    assert any(kept["missing"] for kept in report.values())
    assert all(kept["saved"] for kept in report.values())
    taken_in(tmp_path / "saved", CONTENT)
    with opened(tmp_path / "saved") as memory:
        checked = verify(memory.log, memory.views, memory.vectors, memory.codec)
        assert checked.ok
        gaps = [(g["partition"], g["first"], g["last"]) for g in report[MEMORIES]["missing"]]
        assert checked.lost == [f"{part}:{first}-{last}" for part, first, last in gaps]
        assert {line["text"] for line in MANY} <= set(texts(memory))


def test_a_log_without_its_newest_records_takes_the_views_along(copy: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    taken_in(old, MANY[:100])
    shutil.copy(old / "log.db", copy / "log.db")
    shutil.copytree(old / "keys", copy / "keys", dirs_exist_ok=True)
    with capture_logs() as told, opened(copy) as memory:
        assert state(memory) == state_after(tmp_path / "fresh")
        take_in(memory, CONTENT)
        assert {line["text"] for line in MANY} <= set(texts(memory))
    assert any("ahead of the log" in t["event"] for t in told)


def state_after(home: Path) -> str:
    taken_in(home, MANY[:100])
    return state_at(home)
