"""The commands that show what memory makes of what it knows, on the examples."""

from pathlib import Path

import pytest

from tests.driving import run, written

AT = "2026-12-01T00:00:00+00:00"


@pytest.fixture(scope="module")
def slept(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> Path:
    """Give a folder whose episodes have been consolidated."""
    home = tmp_path_factory.mktemp("slept") / "home"
    run(home, "ingest", str(examples))
    ticks = run(home, "tick", "--job", "consolidate", "--at", AT, "--json").rows
    assert {row["left"] for row in ticks} == {False}
    return home


def test_like_episodes_are_listed_as_concepts(slept: Path) -> None:
    rows = run(slept, "concepts", "--space", "maya", "--limit", "100", "--json").rows
    assert [row["size"] for row in rows] == sorted((row["size"] for row in rows), reverse=True)
    typical = [{m["text"] for m in row["typical"]} for row in rows]
    assert any(sum("allergic to peanuts" in text for text in texts) > 1 for texts in typical)
    assert all(0 < len(row["label"]) <= 3 for row in rows)
    assert [len(row["typical"]) for row in rows] == [row["size"] for row in rows]
    few = run(slept, "concepts", "--space", "maya", "--members", "1", "--json").rows
    assert {len(row["typical"]) for row in few} == {1}
    assert rows[0]["label"][0] in run(slept, "concepts", "--space", "maya").out


def test_concepts_and_facts_tell_what_they_came_of(slept: Path) -> None:
    concept = run(slept, "concepts", "--space", "maya", "--limit", "1", "--json").row
    rows = run(slept, "lineage", concept["concept"], "--json").rows
    assert {row["concept"] for row in rows} == {concept["concept"]}
    joined = {memory for row in rows for memory in row["sources"]}
    assert joined == {member["memory"] for member in concept["typical"]}
    assert "memories then" in run(slept, "lineage", concept["concept"][:13]).out
    fact = run(slept, "facts", "--space", "maya", "--predicate", "lives_in", "--json").rows[0]
    first, *_ = run(slept, "lineage", fact["fact"], "--json").rows
    assert first["told"].startswith(f"told by {first['sources'][0]}: {fact['subject']} lives_in")
    shown = run(slept, "show", fact["fact"][:13], "--json").row
    assert (shown["object"], shown["events"][0]["tag"]) == (fact["object"], "fact_asserted.v1")
    assert "no memory" in run(slept, "lineage", "nothing", code=2).err


def test_a_cue_brings_memories_to_mind_with_the_way_to_them(slept: Path) -> None:
    rows = run(slept, "associate", "peanuts", "--space", "maya", "--json").rows
    assert any("allergic to peanuts" in row["text"] for row in rows)
    assert {row["kind"] for row in rows} > {"memory"}
    assert all(row["path"][-1] == row["text"] for row in rows)
    assert "by way of" in run(slept, "associate", "Lisbon", "--space", "maya").out


def test_a_session_has_seven_memories_in_mind(slept: Path) -> None:
    asked = ("working", "--space", "maya", "--session", "maya-2026-01-12")
    rows = run(slept, *asked, "--at", AT, "--json").rows
    assert len(rows) == 7
    assert rows == sorted(rows, key=lambda row: -row["activation"])
    assert rows[0]["memory"][:8] in run(slept, *asked, "--at", AT).out


def test_what_is_not_there_is_told(slept: Path) -> None:
    commands = (
        ("concepts",), ("associate", "Ana"), ("facts", "--subject", "Ana"), ("timeline",), ("log",),
        ("promotions",), ("working", "--session", "s"), ("tick",),
    )  # fmt: skip
    keys = run(slept, "keys", "list", "--json").rows
    for command in commands:
        assert "no space nobody" in run(slept, *command, "--space", "nobody", code=2).err
    assert run(slept, "recall", "Ana?", "--space", "nobody", "--json").row["results"] == []
    assert run(slept, "keys", "list", "--json").rows == keys
    assert "began in a session dream of maya" in (
        run(slept, "working", "--space", "maya", "--session", "dream", code=2).err
    )
    assert "empty" in run(slept, "associate", "", "--space", "maya", code=2).err
    assert "no tag none.v1" in run(slept, "log", "--type", "none.v1", code=2).err


def test_moods_are_told_and_recall_may_prefer_what_agrees(slept: Path) -> None:
    rows = run(slept, "mood", "--space", "maya", "--json").rows
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    assert all(-1 <= row["valence"] <= 1 and 0 <= row["arousal"] <= 1 for row in rows)
    assert rows[-1]["mood"] in run(slept, "mood", "--space", "maya").out
    ask = ("recall", "How was Maya's week?", "--space", "maya", "--no-record", "--json")
    [felt] = run(slept, *ask, "--explain", "--mood", "joy").rows
    assert any("mood" in hit["why"] for hit in felt["results"])
    [by_session] = run(slept, *ask, "--mood", rows[-1]["session"]).rows
    assert len(by_session["results"]) == 10
    assert "is no emotion" in run(slept, *ask[:-1], "--mood", "glee", code=2).err


def test_contradictions_are_listed_settled_and_taken_back(tmp_path: Path) -> None:
    lines = [
        {
            "id": f"{n}", "space": "ana", "kind": "fact", "at": f"2026-03-0{n}T12:00:00+00:00",
            "subject": "Ben", "predicate": "lives_in", "object": place, "confidence": sure,
        }
        for n, place, sure in ((1, "Oslo", 0.9), (2, "Bergen", 0.3))
    ]  # fmt: skip
    run(tmp_path, "ingest", "-", given=written(lines))
    listing = ("contradictions", "--space", "ana")
    found = run(tmp_path, *listing, "--json").row
    assert (found["kind"], found["verdict"]) == ("two_places", None)
    assert "not weighed yet" in run(tmp_path, *listing).out
    run(tmp_path, "tick", "--job", "reconcile", "--at", AT)
    assert run(tmp_path, *listing, "--json").rows == []
    assert "what stays is surer" in run(tmp_path, *listing, "--settled").out
    why = ("--space", "ana", "--reason", "Ben said so", "--yes", "--json")
    back = run(tmp_path, "retract", "--source", found["contradiction"], *why).row
    assert back["reopened"] == 1
    assert run(tmp_path, *listing, "--json").row["verdict"] == "open"


def test_texts_that_a_model_takes_to_contradict_are_listed_and_taken_back(tmp_path: Path) -> None:
    lines = [
        {
            "id": f"{n}", "space": "ana", "kind": "message", "speaker": "Ana", "text": text,
            "at": f"2026-03-0{n}T12:00:00+00:00",
        }
        for n, text in ((1, "I never drink coffee"), (2, "I drink coffee all day"))
    ]  # fmt: skip
    run(tmp_path, "ingest", "-", given=written(lines))
    rows = run(tmp_path, "timeline", "--space", "ana", "--json").rows
    one, other = (row["memory"] for row in sorted(rows, key=lambda row: row["at"]))
    said = {
        "id": "c", "space": "ana", "kind": "compared", "at": AT, "memories": [other],
        "pairs": [{"one": one, "other": other, "contradicts": 0.9}], "models": {"nli": "5fd1"},
    }  # fmt: skip
    run(tmp_path, "ingest", "-", given=written([said]))
    listing = ("contradictions", "--space", "ana")
    found = run(tmp_path, *listing, "--json").row
    assert (found["kind"], found["verdict"], found["facts"]) == ("texts", "open", [])
    assert [memory["memory"] for memory in found["memories"]] == [one, other]
    assert "Ana: I never drink coffee" in run(tmp_path, *listing).out
    assert "takes it to contradict" in run(tmp_path, "lineage", one).out
    why = ("--space", "ana", "--reason", "she did not mean it", "--yes", "--json")
    back = run(tmp_path, "retract", "--source", found["contradiction"], *why).row
    assert (back["forgotten"], back["facts"]) == (0, 0)
    assert run(tmp_path, *listing, "--json").rows == []


def test_an_episode_is_told_to_go_on_from_another(slept: Path) -> None:
    events = run(slept, "log", "--type", "episodes_linked.v1", "--space", "maya", "--json").rows
    link = events[0]["value"]["links"][0]
    assert f"goes on from {link['earlier'][:8]}" in run(slept, "lineage", link["memory"]).out
    assert f"{link['memory'][:8]} goes on from it" in run(slept, "lineage", link["earlier"]).out


def test_steps_that_recur_are_listed_as_procedures(tmp_path: Path) -> None:
    lines = [
        {
            "id": f"{day}{n}", "space": "ana", "kind": "episode", "session": f"day {day}",
            "at": f"2026-03-0{day}T12:0{n}:00+00:00", "what": step,
        }
        for day in (1, 2, 3)
        for n, step in enumerate(("Grind the beans", "Heat the water", "Pour it over"))
    ]  # fmt: skip
    run(tmp_path, "ingest", "-", given=written(lines))
    run(tmp_path, "tick", "--job", "consolidate", "--at", AT)
    row = run(tmp_path, "procedures", "--space", "ana", "--json").row
    assert (row["evidence"], row["steps"][0]) == (3, "Grind the beans")
    assert "2. Heat the water" in run(tmp_path, "procedures", "--space", "ana").out
    recognised = run(tmp_path, "lineage", row["procedure"], "--json").rows[-1]
    assert recognised["sources"] == ["day 1", "day 2", "day 3"]
