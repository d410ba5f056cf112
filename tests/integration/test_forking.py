"""Is a copy that is decided again the same under the same settings, and otherwise under others?"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.clock import now_ms
from infra.host.differences import differences, promotions
from infra.host.scheduler import tick_of
from infra.keys.choosing import Choice
from infra.log.sqlite_log import SqliteLog
from infra.memory import Memory
from streams.topology import MEMORIES, OBSERVATIONS, PERCEPTS
from tests.driving import opened, run, said, state_at, take_in, taken_in, written


def settings_in(folder: Path, text: str) -> str:
    """Write a file of settings."""
    file = folder / "other.toml"
    file.write_text(text)
    return str(file)


def test_the_same_settings_decide_the_same(filled: Path, filled_state: str, tmp_path: Path) -> None:
    same, to = settings_in(tmp_path, "faded_below = 0.8"), tmp_path / "copy"
    row = run(filled, "fork", "--settings", same, "--to", str(to), "--json").row
    assert (row["inputs"], row["events_kept"]) == (299, 0)
    assert run(to, "verify", "--json").row["state_hash"] == filled_state
    assert run(filled, "diff", str(filled), str(to), "--json").rows == []
    assert run(filled, "verify", "--json").row["state_hash"] == filled_state


def test_other_settings_are_told_apart(home: Path, examples: Path, tmp_path: Path) -> None:
    run(home, "ingest", str(examples))
    for at in ("2026-12-01", "2026-12-08"):
        run(home, "tick", "--at", at)
    other = settings_in(tmp_path, "faded_below = 0.95\nrelation_score = 0.9")
    run(home, "fork", "--settings", other, "--to", str(tmp_path / "copy"))
    rows = run(home, "diff", str(home), str(tmp_path / "copy"), "--space", "maya", "--json").rows
    memories = [row for row in rows if row["what"] == "memory"]
    facts = [row for row in rows if row["what"] == "fact"]
    assert {row["space"] for row in rows} == {"maya"}
    assert ("interact, vivid", "interact, faded") in [(m["before"], m["after"]) for m in memories]
    assert facts
    assert any(row["after"] is None for row in facts)
    assert any(" until " in str(row["before"]) for row in facts)
    shown = run(home, "diff", str(tmp_path / "copy"), "--limit", "1")
    assert "memories otherwise" in shown.out
    assert f"facts only in {home}" in shown.out


def test_an_end_in_the_first_moment_of_1970_is_told_apart_from_none(tmp_path: Path) -> None:
    fact = {
        "id": "f", "space": "ana", "kind": "fact", "at": "2026-03-01T12:00:00Z", "subject": "Ana",
        "predicate": "works_for", "object": "Acme", "valid_from": "1960-01-01T00:00:00Z",
    }  # fmt: skip
    with opened(tmp_path / "one") as one, opened(tmp_path / "other") as other:
        take_in(one, [fact | {"valid_to": "1970-01-01T00:00:00Z"}])
        take_in(other, [fact])
        [found] = differences(one.reads, other.reads, None)
        since = "from 1960-01-01T00:00:00+00:00"
        assert (found.before, found.after) == (
            f"{since} until 1970-01-01T00:00:00+00:00",
            f"{since} on",
        )


def test_what_was_promoted_and_has_been_demoted_since_is_told_apart(tmp_path: Path) -> None:
    def lived(memory: Memory) -> None:
        noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
        take_in(memory, [tick_of("ana", "promote", noon).model_dump(mode="json"), said("m1")])
        (found,) = memory.reads.timeline("ana", None, None, 1)
        again = said("r", kind="recalled", question="?", memories=[found.id])
        for name in ("text", "session", "speaker"):
            del again[name]
        days = [noon + timedelta(days=n) for n in (1, 2, 3, 4, 5, 900)]
        take_in(memory, [again | {"id": f"r{at}", "at": at.isoformat()} for at in days[:5]])
        memory.tick([tick_of("ana", "promote", at) for at in days[4:]])

    rules: dict[str, Any] = {"promotion": "rules"}
    with (
        opened(tmp_path / "one", promote_at=0.5, **rules) as one,
        opened(tmp_path / "other", promote_at=0.99, **rules) as other,
    ):
        lived(one)
        lived(other)
        assert list(differences(one.reads, other.reads, None)) == []
        (found,) = promotions(one.log, other.log, "ana")
        assert (found.before, found.after) == ("interact > insights > interact", None)
        assert found.text == "The word of m1 is m1"
        assert list(promotions(one.log, other.log, "ben")) == []
        assert list(promotions(one.log, one.log, None)) == []


@pytest.mark.parametrize("encoder", ["encoder", "encoder_small"])
def test_what_another_encoder_would_have_seen_is_seen_anew(
    home: Path, tmp_path: Path, encoder: str
) -> None:
    run(home, "ingest", "-", given=written([said("m1", "I moved to Lisbon")]))
    other, to = settings_in(tmp_path, f'encoder = "{encoder}"\ndecay = 0.3'), tmp_path / "copy"
    assert run(home, "fork", "--settings", other, "--to", str(to), "--json").row["inputs"] == 1
    digests = {
        str(seen.row["value"]["models"])
        for seen in (run(one, "log", "--stream", "percepts", "--json") for one in (home, to))
    }
    assert len(digests) == (1 if encoder == "encoder" else 2)


def test_what_the_log_has_let_go_of_stays_as_it_was_decided(home: Path, tmp_path: Path) -> None:
    older, newer = [[said(f"{part}{n}") for n in range(9)] for part in ("a", "b")]
    taken_in(home, older)
    with opened(home) as memory:
        assert isinstance(memory.log, SqliteLog)
        until = now_ms() + 1
        while now_ms() <= until:
            pass
        take_in(memory, newer)
        for stream in (OBSERVATIONS, PERCEPTS):
            assert memory.log.trim(stream, until)[0] == len(older)
        events = sum(memory.log.ends(MEMORIES))
    before = state_at(home)
    same, to = settings_in(tmp_path, "relation_score = 0.7"), tmp_path / "copy"
    row = run(home, "fork", "--settings", same, "--to", str(to), "--json").row
    assert row["inputs"] == len(newer)
    assert 0 < row["events_kept"] < events
    assert state_at(to) == before


def test_an_erased_observation_is_not_in_the_copy(home: Path, tmp_path: Path) -> None:
    taken_in(home, [said("m1"), said("m2", "Nobody may read of Xanthippe"), said("m3")])
    given = ("--space", "ana", "--observation", "m2", "--reason", "asked to", "--yes")
    run(home, "forget", *given)
    same, to = settings_in(tmp_path, "relation_score = 0.7"), tmp_path / "copy"
    run(home, "fork", "--settings", same, "--to", str(to))
    assert run(home, "diff", str(home), str(to), "--json").rows == []
    assert "Xanthippe" not in run(to, "timeline", "--space", "ana").out


@pytest.mark.parametrize("gone", [("m1",), ("m1", "m2")])
def test_a_copy_begins_with_what_is_left(home: Path, tmp_path: Path, gone: tuple[str, ...]) -> None:
    taken_in(home, [said("m1"), said("m2")])
    for observation in gone:
        with opened(home) as memory:
            memory.forget(Choice("ana", observation=observation), "asked to", really=True)
        opened(home).close()
    same, to = settings_in(tmp_path, "relation_score = 0.7"), tmp_path / "copy"
    run(home, "fork", "--settings", same, "--to", str(to))
    assert run(home, "diff", str(home), str(to), "--json").rows == []
    assert run(to, "verify", "--json").row["ok"]


def test_a_copy_destroys_no_keys_that_seal_its_original_as_well(home: Path, tmp_path: Path) -> None:
    keys: dict[str, Any] = {"ANAMNESIS_KEYS": str(tmp_path / "keys")}
    to = tmp_path / "copy"
    lines = written([said("m1"), said("m2", "The boat is green")])
    run(home, "ingest", "-", given=lines, **keys)
    same = settings_in(tmp_path, "relation_score = 0.5")
    run(home, "fork", "--settings", same, "--to", str(to), **keys)
    forget = ("forget", "--space", "ana", "--reason", "asked to")
    assert "is a copy that" in run(to, *forget, "--yes", code=3, **keys).err
    assert run(to, *forget, **keys).out
    assert "The boat is green" in run(home, "timeline", "--space", "ana", **keys).out
    run(home, *forget, "--yes", **keys)


@pytest.mark.parametrize("command", ["fork", "simulate"])
def test_no_copy_finishes_an_erasure_that_is_under_way(
    home: Path, tmp_path: Path, command: str
) -> None:
    keys: dict[str, Any] = {"ANAMNESIS_KEYS": str(tmp_path / "keys")}
    run(home, "ingest", "-", given=written([said("m1"), said("b", space="ben")]), **keys)
    with opened(home, keys=tmp_path / "keys") as memory:
        memory.forget(Choice("ana"), "asked to", really=True)
    same = settings_in(tmp_path, "relation_score = 0.5")
    to = ("--settings", same, "--to", str(tmp_path / "copy"))
    words = to if command == "fork" else ("--space", "ben", "--days", "1")
    assert "is not finished" in run(home, command, *words, code=3, **keys).err
    run(home, "tick", **keys)
    run(home, command, *words, **keys)
    assert run(home, "verify", "--json", **keys).row["ok"]


def test_what_cannot_be_forked_is_told(filled: Path, tmp_path: Path) -> None:
    to = ("--to", str(tmp_path / "copy"))
    wrong = settings_in(tmp_path, "home = '/tmp'")
    assert "does not change what" in run(filled, "fork", "--settings", wrong, *to, code=2).err
    wrong = settings_in(tmp_path, "faded_below = 7")
    assert "FADED_BELOW" in run(filled, "fork", "--settings", wrong, *to, code=2).err
    wrong = settings_in(tmp_path, "demote_below = 0.95")
    told = run(filled, "fork", "--settings", wrong, *to, code=2).err
    assert "demote_below (0.95) must not be above promote_at (0.7)" in told
    wrong = settings_in(tmp_path, "faded_below")
    assert "not TOML" in run(filled, "fork", "--settings", wrong, *to, code=2).err
    right = settings_in(tmp_path, "detail = 99")
    occupied = ("--to", str(tmp_path))
    assert "empty" in run(filled, "fork", "--settings", right, *occupied, code=3).err
    assert "one folder" in run(filled, "diff", str(filled), str(filled), code=3).err
    assert not (tmp_path / "copy").exists()
