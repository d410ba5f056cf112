"""What is left when an observation is taken back."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from agents.lexicon import stems
from agents.needs import Needs
from infra.host.scheduler import tick_of
from infra.memory import Memory
from infra.recollection import Asked
from infra.views.refold import verify
from infra.views.sql_concepts import SqlConcepts
from infra.views.sql_contradictions import contradictions
from infra.views.sql_facts import FactPattern
from infra.views.sql_reads import Memory as Found
from infra.views.sql_reads import SqlReads
from infra.views.sql_working import SqlWorking
from schemas.memories import SourceRetracted
from schemas.wire import decode
from streams.topology import MEMORIES
from tests.driving import alone_and_together, opened, said, state, take_in, texts

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def retract(id_: str, space: str = "ana") -> dict[str, Any]:
    return {
        "id": f"retract {id_}", "space": space, "kind": "retract_requested",
        "at": NOW.isoformat(), "observation": id_, "reason": "by mistake",
    }  # fmt: skip


def moved(id_: str, place: str, month: int) -> dict[str, Any]:
    return said(id_, f"I moved to {place}", at=f"2026-{month:02}-01T12:00:00+00:00")


def lives(memory: Memory) -> list[tuple[str, int, int | None]]:
    """Give where Ana lived, from and to which month."""
    found = memory.reads.facts.find("ana", FactPattern(predicate="lives_in"))
    return [
        (f.body.object, f.valid_from.month, f.valid_to.month if f.valid_to else None) for f in found
    ]


def checked(memory: Memory) -> None:
    assert verify(memory.log, memory.views, memory.vectors, memory.codec).ok


def test_what_came_of_it_alone_goes_and_what_it_ended_holds_again(memory: Memory) -> None:
    take_in(memory, [moved("a", "Porto", 1), moved("b", "Lisbon", 3)])
    assert lives(memory) == [("Porto", 1, 3), ("Lisbon", 3, None)]
    take_in(memory, [retract("b")])
    assert lives(memory) == [("Porto", 1, None)]
    assert texts(memory) == ["I moved to Porto"]
    assert memory.vectors.count() == 1
    checked(memory)


def test_a_fact_between_two_others_goes_without_a_gap(memory: Memory) -> None:
    take_in(memory, [moved("a", "Porto", 1), moved("b", "Lisbon", 3), moved("c", "Faro", 6)])
    take_in(memory, [retract("b")])
    assert lives(memory) == [("Porto", 1, 6), ("Faro", 6, None)]
    checked(memory)


def test_one_after_another_is_taken_back_in_any_order(memory: Memory) -> None:
    take_in(memory, [moved("a", "Porto", 1), moved("b", "Lisbon", 3), moved("c", "Faro", 6)])
    take_in(memory, [retract("c"), retract("b")])
    assert lives(memory) == [("Porto", 1, None)]
    take_in(memory, [moved("d", "Braga", 7), moved("e", "Evora", 8)])
    take_in(memory, [retract("d"), retract("e")])
    assert lives(memory) == [("Porto", 1, None)]
    checked(memory)


def test_what_bounded_a_late_telling_no_longer_does(memory: Memory) -> None:
    take_in(memory, [moved("a", "Faro", 6), moved("b", "Lisbon", 3)])
    assert lives(memory) == [("Lisbon", 3, 6), ("Faro", 6, None)]
    take_in(memory, [retract("a")])
    assert lives(memory) == [("Lisbon", 3, None)]
    checked(memory)


def test_what_was_taken_back_is_no_answer(memory: Memory) -> None:
    take_in(memory, [moved("a", "Porto", 1), moved("b", "Lisbon", 3), retract("b")])
    for question in ("Ana lives in Where?", "In March 2026, Ana lives in Where?"):
        found = memory.ask(Asked(question, "ana")).answer
        assert found is not None
        assert found.text == "Ana lives in Porto"


class Meanwhile(SqlReads):
    """Takes an observation back just before memories are read."""

    def __init__(self, memory: Memory, gone: str) -> None:
        super().__init__(memory.views)
        self._at_work = memory
        self._gone = gone

    def memories(self, space: str, ids: Sequence[str]) -> dict[str, Found]:
        take_in(self._at_work, [retract(self._gone)])
        return super().memories(space, ids)


ALIKE = [
    said("a", "The boat in the harbour is green"),
    said("b", "The boat in the harbour is not green"),
]


def test_what_is_taken_back_while_it_is_recalled_is_left_out(memory: Memory) -> None:
    take_in(memory, ALIKE)
    memory.recall.reads = Meanwhile(memory, "a")
    found = memory.ask(Asked("What is green in the harbour?", "ana"))
    assert [hit.memory.body.text for hit in found.hits] == [ALIKE[1]["text"]]


def test_what_is_taken_back_while_it_comes_to_mind_is_left_out(memory: Memory) -> None:
    take_in(memory, ALIKE)
    found = SqlWorking(Meanwhile(memory, "a")).memories("ana", "s", NOW)
    assert [one.body.text for one, _ in found] == [ALIKE[1]["text"]]


def test_what_is_taken_back_while_concepts_are_listed_is_left_out(memory: Memory) -> None:
    take_in(memory, [*ALIKE, tick_of("ana", "consolidate", NOW).model_dump(mode="json")])
    [concept] = SqlConcepts(Meanwhile(memory, "a")).largest("ana", 9)
    assert [one.body.text for one, _ in concept.members] == [ALIKE[1]["text"]]


def test_what_is_taken_back_while_contradictions_are_listed_is_in_none(memory: Memory) -> None:
    take_in(memory, ALIKE)
    one, other = (m.id for m in memory.reads.timeline("ana", None, None, 9))
    compared = {
        "id": "c", "space": "ana", "kind": "compared", "at": NOW.isoformat(), "memories": [],
        "pairs": [{"one": one, "other": other, "contradicts": 0.9}], "models": {"nli": "5f"},
    }  # fmt: skip
    take_in(memory, [compared])
    assert len(contradictions(memory.reads, "ana", 9)) == 1
    assert contradictions(Meanwhile(memory, "a"), "ana", 9) == []


def test_what_others_said_as_well_stays_with_one_source_less(memory: Memory) -> None:
    take_in(memory, [moved("a", "Porto", 1), moved("b", "Porto", 3)])
    before = lives(memory)
    take_in(memory, [retract("a")])
    assert lives(memory) == before
    [found] = memory.reads.timeline("ana", None, None, 9)
    assert memory.reads.observations("ana", [found.id]) == {found.id: ["b"]}
    [fact] = memory.reads.facts.find("ana", FactPattern())
    assert fact.evidence == 1
    checked(memory)


def test_terms_are_counted_as_before_wherever_it_was_said(memory: Memory) -> None:
    def counted() -> tuple[dict[int, int], int]:
        return memory.reads.frequencies("ana", stems("28 February 1 March 2026 boat"))

    take_in(memory, [said("a", "A cat sleeps here", at="2026-02-28T12:00:00+00:00")])
    before = counted()
    take_in(memory, [said("b", "The boat is green", at="2026-03-01T05:00:00+13:00"), retract("b")])
    assert counted() == before
    checked(memory)


def named(memory: Memory) -> dict[str, int]:
    return {one["name"]: one["mentions"] for one in memory.reads.entities("ana", 20)}


def test_names_are_counted_right_when_a_memory_is_compressed_and_when_it_goes(home: Path) -> None:
    # Of what is dropped, Ana speaks, Lisbon is in a fact, and PORTO is named again.
    kept = "then Maria went along the river to Porto, for lanterns and ladders"
    long = said("b", f"Ana lives in Lisbon. PORTO. {kept}")
    start, *jobs = [
        tick_of("ana", job, at).model_dump(mode="json")
        for job, at in (("decay", NOW.replace(month=1)), ("decay", NOW), ("compress", NOW))
    ]
    with opened(home, detail=len(kept)) as memory:
        take_in(memory, [start, said("a", "Ana saw Porto and Lisbon")])
        before = named(memory)
        take_in(memory, [long])
        both = named(memory)
        assert both == {"Ana": 2, "Porto": 2, "Lisbon": 2, "Maria": 1}
        take_in(memory, jobs)
        assert texts(memory) == ["Ana saw Porto and Lisbon", kept]
        assert named(memory) == both
        about = memory.reads.about("ana", ["Lisbon"], 9)
        assert len(about) == 2
        take_in(memory, [retract("b")])
        assert named(memory) == before
        checked(memory)


def test_the_log_says_what_was_taken_back_and_why(memory: Memory) -> None:
    take_in(memory, [moved("a", "Porto", 1), retract("a")])
    events = [decode(r.headers["ce_type"], r.value) for r in memory.log.scan(MEMORIES)]
    [event] = [event for event in events if isinstance(event, SourceRetracted)]
    assert (event.observation, event.reason) == ("a", "by mistake")
    assert texts(memory) == []


@pytest.mark.parametrize("other", [retract("unknown"), retract("a", space="ben")])
def test_what_nothing_came_of_changes_nothing(memory: Memory, other: dict[str, Any]) -> None:
    take_in(memory, [moved("a", "Porto", 1)])
    before = state(memory)
    take_in(memory, [other])
    assert state(memory) == before


def test_the_same_again_takes_back_nothing_more(memory: Memory) -> None:
    take_in(memory, [moved("a", "Porto", 1), moved("b", "Lisbon", 3), retract("b")])
    before = state(memory)
    take_in(memory, [retract("b") | {"id": "again"}])
    assert state(memory) == before


def test_a_retraction_comes_after_what_stands_before_it(memory: Memory) -> None:
    """In one batch with what it takes back, it finds it all the same."""
    take_in(memory, [moved("a", "Porto", 1), retract("a"), moved("b", "Faro", 5)])
    assert lives(memory) == [("Faro", 5, None)]
    checked(memory)


def test_taking_back_goes_from_the_observation_to_what_came_of_it(memory: Memory) -> None:
    take_in(memory, [moved("a", "Porto", 1), moved("b", "Lisbon", 3)])
    plans: list[str] = []

    def explain(_: Any, cursor: Any, statement: str, parameters: Any, *__: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[-1] for row in cursor.fetchall())

    event.listen(memory.views.engine, "before_cursor_execute", explain)
    memory.views.gather(Needs(retracted=("ana", "b")))
    event.remove(memory.views.engine, "before_cursor_execute", explain)
    assert any("sources_by_observation" in plan for plan in plans)
    assert any("fact_ends_by_observation" in plan for plan in plans)
    tables = ("sources", "facts", "fact_sources", "fact_ends", "memories", " s", " f", " e")
    assert not [p for p in plans if p.startswith("SCAN") and p.endswith(tables)]


def lived(id_: str, place: str, day: int, **fields: Any) -> dict[str, Any]:
    """Give a stated fact of a day of January; `since` and `until` are days of it, too."""
    days = {name: fields.pop(key) for key, name in SPAN.items() if key in fields}
    times = {name: f"2026-01-{number:02}T12:00:00+00:00" for name, number in days.items()}
    stated = {"subject": "Ana", "predicate": "lives_in", "object": place}
    at = f"2026-01-{day:02}T12:00:00+00:00"
    return {"id": id_, "space": "ana", "kind": "fact", "at": at} | stated | times | fields


SPAN = {"since": "valid_from", "until": "valid_to"}


def days(memory: Memory) -> list[tuple[str, int, int | None]]:
    """Give where Ana lived, from and to which day."""
    checked(memory)
    found = memory.reads.facts.find("ana", FactPattern(predicate="lives_in"))
    return [
        (f.body.object, f.valid_from.day, f.valid_to.day if f.valid_to else None) for f in found
    ]


def test_an_end_that_another_observation_told_stays(memory: Memory) -> None:
    ends = [lived("b", "Lisbon", 9, until=9), lived("c", "Lisbon", 10, until=5)]
    take_in(memory, [lived("a", "Lisbon", 1), *ends, retract("c")])
    assert days(memory) == [("Lisbon", 1, 9)]
    take_in(memory, [retract("b")])
    assert days(memory) == [("Lisbon", 1, None)]


def test_an_end_that_was_taken_back_before_does_not_come_again(memory: Memory) -> None:
    ends = [lived("b", "Lisbon", 9, until=9), lived("c", "Lisbon", 10, until=5)]
    take_in(memory, [lived("a", "Lisbon", 1), *ends, retract("b"), retract("c")])
    assert days(memory) == [("Lisbon", 1, None)]


def test_an_end_that_was_told_before_a_move_comes_again_when_that_is_taken_back(
    memory: Memory,
) -> None:
    end, moved_on = lived("b", "Lisbon", 5, until=5), lived("c", "Porto", 6, since=3)
    take_in(memory, [lived("a", "Lisbon", 1), end, moved_on, retract("c")])
    assert days(memory) == [("Lisbon", 1, 5)]


def test_an_end_that_was_told_after_a_move_counts_when_that_is_taken_back(memory: Memory) -> None:
    moves = [lived("a", "Lisbon", 1), lived("c", "Porto", 3)]
    ends = [lived("b", "Lisbon", 9, until=7), lived("d", "Lisbon", 9, since=1, until=8)]
    take_in(memory, [*moves, *ends])
    assert days(memory) == [("Lisbon", 1, 3), ("Porto", 3, None)]
    known = memory.reads.facts.find("ana", FactPattern(object="Lisbon", known_at=10**6))
    assert [fact.valid_to.day for fact in known if fact.valid_to] == [3]
    take_in(memory, [retract("c")])
    assert days(memory) == [("Lisbon", 1, 7)]
    take_in(memory, [retract("b")])
    assert days(memory) == [("Lisbon", 1, 8)]
    take_in(memory, [retract("d")])
    assert days(memory) == [("Lisbon", 1, None)]


def test_an_end_that_was_told_first_goes_with_who_told_it(memory: Memory) -> None:
    lines = [lived("a", "Lisbon", 9, until=9), lived("b", "Lisbon", 4), lived("c", "Faro", 6)]
    take_in(memory, [*lines, retract("c")])
    assert days(memory) == [("Lisbon", 4, 9)]
    take_in(memory, [retract("a")])
    assert days(memory) == [("Lisbon", 4, None)]


def test_what_would_not_have_ended_it_does_not_when_something_else_is_taken_back(
    memory: Memory,
) -> None:
    other = lived("b", "Porto", 6, since=5, until=7)
    take_in(memory, [lived("a", "Lisbon", 1), other, lived("c", "Faro", 8), retract("c")])
    assert days(memory) == [("Lisbon", 1, None), ("Porto", 5, 7)]


def test_what_was_told_in_one_breath_stays_together_when_a_move_is_taken_back(
    memory: Memory,
) -> None:
    both = said("b", "I live in Lisbon. I live in Graca", at="2026-01-05T12:00:00+00:00")
    take_in(memory, [lived("a", "Lisbon", 1), both, lived("c", "Faro", 8), retract("c")])
    assert days(memory) == [("Lisbon", 1, None), ("Graca", 5, None)]


def test_what_is_much_less_sure_ends_nothing_when_something_else_is_taken_back(
    memory: Memory,
) -> None:
    unsure = lived("b", "Porto", 5, confidence=0.3)
    take_in(memory, [lived("a", "Lisbon", 1), unsure, lived("c", "Faro", 8), retract("c")])
    assert days(memory) == [("Lisbon", 1, None), ("Porto", 5, None)]


def test_what_was_taken_back_does_not_come_again(memory: Memory) -> None:
    lines = [lived("a", "Lisbon", 1), lived("b", "Porto", 1), retract("a"), retract("b")]
    take_in(memory, lines)
    assert days(memory) == []


def test_what_lost_and_was_taken_back_does_not_come_again(memory: Memory) -> None:
    unsure = lived("b", "Porto", 5, confidence=0.3)
    weighed = tick_of("ana", "reconcile", NOW).model_dump(mode="json")
    take_in(memory, [lived("a", "Lisbon", 1), unsure, weighed])
    assert days(memory) == [("Lisbon", 1, None)]
    take_in(memory, [retract("b"), retract("a")])
    assert days(memory) == []


def test_what_is_left_of_a_row_of_moves_is_the_same_whatever_the_batches() -> None:
    unsure = lived("b", "Porto", 5, confidence=0.3)
    ends = [lived("d", "Lisbon", 9, until=9), lived("e", "Lisbon", 10, until=5)]
    lines = [lived("a", "Lisbon", 1), unsure, lived("c", "Faro", 20), *ends]
    alone, together = alone_and_together([*lines, retract("e"), retract("c"), retract("b")])
    assert alone == together
