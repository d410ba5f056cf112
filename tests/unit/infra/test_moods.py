"""Whether a mood brings what agrees with it, and no more than that."""

from typing import Any

from infra.memory import Memory
from infra.recollection import Asked
from infra.views.sql_moods import SqlMoods
from tests.driving import said, take_in


def felt(id_: str, what: str, label: str, session: str, day: int) -> dict[str, Any]:
    return {
        "id": id_, "space": "ana", "kind": "episode", "session": session, "what": what,
        "at": f"2026-03-{day:02}T12:00:00+00:00", "emotion": {"label": label},
    }  # fmt: skip


LINES = [
    felt("a", "a walk along the river with dogs", "fear", "s1", 1),
    felt("b", "a walk along the river with cats", "joy", "s2", 2),
    said("c", "something else about a garden wall"),
]


def order(memory: Memory, mood: dict[str, float] | None) -> list[str]:
    found = memory.ask(Asked("a walk along the river", "ana", mood=mood))
    return [hit.observations[0] for hit in found.hits]


def test_a_mood_brings_what_agrees_with_it_first_among_equals(memory: Memory) -> None:
    take_in(memory, LINES)
    assert order(memory, {"joy": 1.0})[:2] == ["b", "a"]
    assert order(memory, {"fear": 1.0})[:2] == ["a", "b"]
    assert order(memory, None) in (order(memory, {"neutral": 1.0}), order(memory, {}))


def test_a_mood_adds_a_bounded_part_that_is_told(memory: Memory) -> None:
    take_in(memory, LINES)
    plain = {h.memory.id: h for h in memory.ask(Asked("a walk", "ana")).hits}
    moved = memory.ask(Asked("a walk", "ana", mood={"joy": 0.5, "neutral": 0.5})).hits
    added = {hit.observations[0]: hit.why["mood"] for hit in moved}
    assert added == {"a": 0.0, "b": 0.3, "c": 0.0}
    for hit in moved:
        assert abs(hit.score - plain[hit.memory.id].score - hit.why["mood"]) < 1e-6
    assert all("mood" not in hit.why for hit in plain.values())


def test_a_mood_brings_no_more_than_asked_for(memory: Memory) -> None:
    take_in(memory, LINES)
    found = memory.ask(Asked("a walk along the river", "ana", k=1, mood={"joy": 1.0})).hits
    assert [hit.observations for hit in found] == [["b"]]


def test_moods_of_sessions_are_told_in_their_order(memory: Memory) -> None:
    take_in(memory, LINES)
    trend = SqlMoods(memory.reads).trend("ana", 10)
    assert [(one.session, one.mood.most) for one in trend] == [
        ("s", "neutral"),
        ("s1", "fear"),
        ("s2", "joy"),
    ]
    assert [one.session for one in SqlMoods(memory.reads).trend("ana", 1)] == ["s2"]
    assert SqlMoods(memory.reads).of_session("ana", "s1") == trend[1].mood
    assert SqlMoods(memory.reads).of_session("ana", "s9") is None
