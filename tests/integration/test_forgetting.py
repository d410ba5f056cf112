"""Is what was erased found nowhere, by nobody, whatever happens on the way?"""

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pydantic_core import to_json

from agents.remember import ERASED
from infra.keys.choosing import Choice
from infra.log.sqlite_file import checksum
from infra.memory import Memory
from infra.views.refold import refold
from infra.views.sqlite_store import SqliteStore
from schemas.errors import InputError, NotFoundError
from schemas.memories import InputPassed, SpaceErased
from schemas.wire import parse_observation
from streams.log import Outgoing
from streams.topology import MEMORIES, OBSERVATIONS, REJECTIONS, STREAMS
from tests.driving import (
    opened,
    run,
    said,
    state,
    take_in,
    texts,
    written,
)
from tests.erasing import agrees, events, forget, receipts, ring
from tests.searching import BUSY, SECRETS, forms, found, secret_lines
from tests.unit.test_promoted import proved


@pytest.fixture
def told(home: Path) -> Iterator[Memory]:
    """Give a memory that knows every secret, and one of bees."""
    with opened(home, flush_seconds=0.01) as memory:
        take_in(memory, [*secret_lines(), *BUSY])
        yield memory


def test_content_is_sealed_while_it_is_remembered(told: Memory, home: Path) -> None:
    assert any("Porto" in text for text in texts(told))
    told.close()
    names = {name for _, name in found(home, ["I told", "Porto", "arrived", "bee number"])}
    assert names == set()


def test_an_erased_space_is_found_in_no_file_and_the_others_stay(told: Memory, home: Path) -> None:
    before = told.views.state_hashes()["ben"]
    chosen = forget(told, Choice("ana"))
    assert len(chosen.letters) == 2 * len(SECRETS)
    assert found(home, SECRETS) == []
    with opened(home) as memory:
        assert texts(memory) == []
        assert memory.views.state_hashes() == {"ben": before}
        assert memory.vectors.count("ana") == 0
        assert memory.vectors.count() == memory.views.size() == len(BUSY)
        assert agrees(memory)
        assert memory.log.check() == []
        (receipt,) = receipts(memory)
        assert (receipt.space, receipt.reason) == ("ana", "asked")
        assert ring(memory).intent is None
    assert found(home, SECRETS) == []


def test_a_replay_brings_nothing_back(told: Memory, home: Path, tmp_path: Path) -> None:
    forget(told, Choice("ana"))
    for name in ("views.db", "views.db-wal", "views.db-shm"):
        (home / name).unlink(missing_ok=True)
    shutil.rmtree(home / "vectors")
    with opened(home) as memory:
        assert texts(memory) == []
        assert agrees(memory)
        assert memory.vectors.count() == len(BUSY)
        beside = tmp_path / "beside"
        beside.mkdir()
        again = refold(memory.log, memory.codec, SqliteStore(beside))
        assert set(again.spaces()) == {"ben"}
        again.close()
        assert take_in(memory, secret_lines()).published == len(SECRETS)  # what was rejected
    assert found(home, SECRETS[:5]) == []


def test_old_copies_of_the_folder_cannot_be_read_with_the_keys_of_today(
    told: Memory, home: Path, tmp_path: Path
) -> None:
    told.close()
    shutil.copytree(home, tmp_path / "backup")
    with opened(home) as memory:
        forget(memory, Choice("ana"))
    shutil.rmtree(tmp_path / "backup" / "keys")
    shutil.copytree(home / "keys", tmp_path / "backup" / "keys")
    (tmp_path / "backup" / "views.db").unlink()
    with opened(tmp_path / "backup") as memory:
        assert texts(memory) == []
        assert len(texts(memory, "ben")) == len(BUSY)
        assert all(r.erased for r in memory.log.scan(MEMORIES) if r.key == "ana")


def test_what_was_erased_stays_known_and_new_ids_begin_an_empty_memory(
    told: Memory, home: Path
) -> None:
    forget(told, Choice("ana"))
    lines = [line for line in secret_lines() if line["id"][0] in "mrdfe"]
    with opened(home) as memory:
        result = take_in(memory, lines)
        assert (result.erased, result.published) == (len(lines), 0)
        assert texts(memory) == []
        take_in(memory, [said("new", "I live in Faro now")])
        assert texts(memory) == ["I live in Faro now"]
        assert agrees(memory)
        rows = {row["space"]: row for row in ring(memory).told()}
        assert (rows["ana"]["living"], rows["ana"]["destroyed"]) == ([2], 1)
    with opened(home) as memory:
        assert texts(memory) == ["I live in Faro now"]
        forget(memory, Choice("ana"))
    assert found(home, ["I live in Faro now"]) == []
    with opened(home) as memory:
        assert [type(event) for event in receipts(memory)] == [SpaceErased, SpaceErased]
        assert agrees(memory)


def test_a_redelivery_that_evades_the_door_is_passed(told: Memory, home: Path) -> None:
    published = next(r for r in told.log.scan(OBSERVATIONS) if r.key == "ana")
    again = Outgoing(OBSERVATIONS, "ana", published.value, published.headers)
    forget(told, Choice("ana"))
    with opened(home) as memory:
        memory.host.publish([again], [parse_observation(published.value)])
        memory.host.drain()
        passed = [e for e in events(memory, "ana") if isinstance(e, InputPassed)]
        assert [event.reason for event in passed] == [ERASED]
        assert texts(memory) == []


def test_one_observation_is_erased_and_the_rest_stays(home: Path) -> None:
    lines = [
        said("keep", "I live in Porto with two cats"),
        said("go", "My number is 4915730219846, says Zoë"),
        said("later", "I moved to Faro last year"),
        {"id": "bad", "space": "ana", "kind": "no", "text": "4915730219846 kept"},
    ]
    with opened(home) as memory:
        take_in(memory, lines)
        with pytest.raises(NotFoundError, match="does not hold nobody"):
            memory.forget(Choice("ana", observation="nobody"), "asked", really=True)
        with pytest.raises(InputError, match="names what is to be forgotten"):
            memory.forget(Choice("ana", subject="Zoë"), "zoë asked", really=True)
        chosen = forget(memory, Choice("ana", observation="go"))
    assert (len(chosen.inputs), len(chosen.memories), chosen.letters) == (1, 1, set())
    with opened(home) as memory:
        assert texts(memory) == ["I live in Porto with two cats", "I moved to Faro last year"]
        assert agrees(memory)
        assert take_in(memory, lines[:3]).erased == 1
        (receipt,) = receipts(memory)
        assert (receipt.asked, "go" in receipt.token) == ("observation", False)
        everything = b"".join(r.value for s in STREAMS for r in memory.log.scan(s) if r.key)
        assert b"4915730219846" not in everything
    assert found(home, ["4915730219846", "Zoë"]) == []


def test_the_state_without_an_erased_observation_is_as_if_it_was_never_said(
    home: Path, tmp_path: Path
) -> None:
    kept = [said(f"k{n}", f"The word of day {n} is {n * n}") for n in range(9)]
    with opened(tmp_path / "other") as memory:
        take_in(memory, [*kept, said("after", "Ben moved to Bonn")])
        expected = {m.body.text for m in memory.reads.timeline("ana", None, None, 100)}
    with opened(home) as memory:
        take_in(memory, [*kept, said("gone", "I moved to Lyon with Zoë")])
        forget(memory, Choice("ana", observation="gone"))
    with opened(home) as memory:
        take_in(memory, [said("after", "Ben moved to Bonn")])
        assert set(texts(memory)) == expected
        assert agrees(memory)


def test_subjects_are_erased_wherever_they_are_named(told: Memory, home: Path) -> None:
    gone, kept = SECRETS[::2], SECRETS[1::2]
    for number, secret in enumerate(gone):
        with told if number == 0 else opened(home) as memory:
            chosen = forget(memory, Choice("ana", subject=f" {secret.upper()}"))
        assert len(chosen.letters) == 2
    assert found(home, gone) == []
    with opened(home) as memory:
        for value in (r.value for stream in STREAMS for r in memory.log.scan(stream)):
            assert not [s for s in gone for form in forms(s) if len(form) > 3 and form in value]
        assert all(any(secret in text for text in texts(memory)) for secret in kept)
        assert len(texts(memory, "ben")) == len(BUSY)
        assert agrees(memory)


def test_what_was_taken_back_goes_with_its_retraction(home: Path) -> None:
    retraction = {
        "id": "r", "space": "ana", "kind": "retract_requested", "at": "2026-06-01T09:00:00+00:00",
        "observation": "m", "reason": "Zoë says that it is not true",
    }  # fmt: skip
    with opened(home) as memory:
        take_in(memory, [said("m", "I live in Lyon"), said("k", "The rain stays"), retraction])
        forget(memory, Choice("ana", subject="Zoë"))
    with opened(home) as memory:
        assert texts(memory) == ["The rain stays"]
        assert agrees(memory)


def test_fuzzed_names_and_numbers_are_found_nowhere(home: Path) -> None:
    chance = random.Random(7)
    letters = [chr(n) for n in (*range(0x61, 0x7B), *range(0xC0, 0x180), *range(0x4E00, 0x4E80))]
    names = ["".join(chance.choices(letters, k=chance.randint(4, 20))) for _ in range(60)]
    names += [str(chance.randrange(10**8, 10**15)) for _ in range(20)]
    lines = [said(f"n{n}", f"This is {name}", speaker=name) for n, name in enumerate(names)]
    with opened(home) as memory:
        take_in(memory, [*lines, *BUSY])
        forget(memory, Choice("ana"))
    assert found(home, names) == []


@pytest.mark.parametrize("option", ["--subject", "--observation", "--reason"])
def test_a_name_that_is_empty_is_not_everything(filled: Path, option: str) -> None:
    given = ("forget", "--space", "maya", "--reason", "asked to", option, " ")
    assert f"{option} is empty" in run(filled, *given, code=2).err


def test_the_command_says_what_would_go_and_does_it_with_yes(filled: Path, home: Path) -> None:
    shutil.copytree(filled, home)
    wanted = ("forget", "--space", "maya", "--reason", "asked", "--json")
    dry = run(home, *wanted)
    assert "--yes" in dry.err
    assert (dry.row["erased"], dry.row["observations"] > 100) == (False, True)
    done = run(home, *wanted, "--yes").row
    assert done == {**dry.row, "erased": True}
    assert run(home, "verify", "--json").row["ok"]
    exported = run(home, "log", "--stream", "observations", "--export").out
    assert "forget_requested" not in exported
    assert "maya" not in run(home, "stats", "--json").row["spaces"]
    assert "does not hold anything" in run(home, *wanted, "--yes", code=2).err
    both = ("--subject", "a", "--observation", "b")
    assert "not both" in run(home, "forget", "--space", "maya", "--reason", "x", *both, code=2).err
    assert found(home, ["Okafor", "paediatrics", "Where does"]) == []
    command = written([said("c", kind="forget_requested", reason="me too", space="atlas-team")])
    assert "anamnesis forget" in run(home, "ingest", "-", given=command, code=2).err


def test_a_log_from_before_there_were_keys_is_read_and_can_be_erased(home: Path) -> None:
    with opened(home) as memory:
        take_in(memory, [*secret_lines(), *BUSY])
        before = state(memory)
        records = {(s, r.partition, r.offset): r for s in STREAMS for r in memory.log.scan(s)}
    with closing(sqlite3.connect(home / "log.db")) as on, on:
        names = dict(on.execute("SELECT id, name FROM streams"))
        for (id_,) in on.execute("SELECT id FROM records").fetchall():
            slot = id_ >> 40
            r = records[names[slot // 4], slot % 4, id_ & ((1 << 40) - 1)]
            headers = to_json(r.headers)
            check = checksum(r.key, r.timestamp, headers, r.value)
            sql = 'UPDATE records SET headers = ?, value = ?, "check" = ? WHERE id = ?'
            on.execute(sql, (headers, r.value, check, id_))
        on.execute("DELETE FROM settings WHERE name = 'keys'")
        on.execute("PRAGMA user_version = 1")
    shutil.rmtree(home / "keys")
    (home / "views.db").unlink()
    assert found(home, SECRETS) != []
    with opened(home) as memory:
        assert state(memory) == before
        assert agrees(memory)
        forget(memory, Choice("ana"))
    assert found(home, SECRETS) == []


def test_what_carries_an_erased_memory_whole_goes_too(home: Path) -> None:
    with opened(home) as memory:
        proved(memory)
        before = [r for s in STREAMS for r in memory.log.scan(s) if b"word of a" in r.value]
        assert {"memory_promoted.v1", "memory_demoted.v1"} < {r.headers["ce_type"] for r in before}
        forget(memory, Choice("ana", observation="a"))
    with opened(home) as memory:
        assert not [r for s in STREAMS for r in memory.log.scan(s) if b"word of a" in r.value]
        assert agrees(memory)
    assert run(home, "promotions", "--json").rows == []


@pytest.mark.parametrize("key", ["ben", None])
@pytest.mark.parametrize("choice", [Choice("ana"), Choice("ana", subject="Zoë")])
def test_what_was_misdirected_goes_with_its_dead_letter(
    home: Path, key: str | None, choice: Choice
) -> None:
    headers = {"ce_type": "message.v1", "ce_id": "q", "ce_source": "someone:1"}
    stray = to_json(said("stray", "I told Zoë of Porto"))
    about = to_json(said("about", 'They wrote {"space": "ana"} of Zoë', space="ben", kind="no"))
    with opened(home) as memory:
        take_in(memory, [said("a", "Zoë is here"), *BUSY])
        for value in (stray, about):
            memory.log.append([Outgoing(OBSERVATIONS, key, value, headers)])
        memory.host.drain()
        assert memory.log.ends(REJECTIONS) != [0] * len(memory.log.ends(REJECTIONS))
        chosen = forget(memory, choice)
    with opened(home) as memory:
        kept = b"".join(r.value for s in (OBSERVATIONS, REJECTIONS) for r in memory.log.scan(s))
        assert (b"Porto" in kept, any(form in kept for form in forms("I told Zoë"))) == (False,) * 2
        assert len(texts(memory, "ben")) == len(BUSY)
        assert agrees(memory)
        if key:
            assert len(chosen.letters) == 1
            assert [r.value for r in memory.log.scan(REJECTIONS) if not r.erased]
