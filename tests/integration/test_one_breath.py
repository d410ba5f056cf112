"""Does what is told of somebody in one breath hold together, and end together?"""

from datetime import UTC, datetime, timedelta
from typing import Any

from infra.memory import Memory
from infra.views.refold import verify
from infra.views.sql_contradictions import contradictions
from infra.views.sql_facts import FactPattern
from tests.driving import alone_and_together, said, take_in

LATER = datetime(2026, 12, 1, tzinfo=UTC)


def told(number: int, text: str) -> dict[str, Any]:
    """Give what is said so many days after the first of March."""
    at = datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(days=number)
    return said(f"m{number}", text, at=at.isoformat())


BOTH = told(0, "At last I live in Lisbon and there I live in Graca now")
AGAIN = told(9, "The rain is loud since I live in Lisbon")
TOLD_BEFORE = [told(1, "The sun is out, I live in Lisbon"), told(2, BOTH["text"])]
GONE = told(20, "I moved to Rome")


def holding(memory: Memory) -> list[str]:
    found = memory.reads.facts.find("ana", FactPattern(predicate="lives_in", as_of=LATER))
    return sorted(fact.body.object for fact in found)


def test_two_places_that_are_told_in_one_breath_both_hold(memory: Memory) -> None:
    take_in(memory, [BOTH])
    assert holding(memory) == ["Graca", "Lisbon"]


def test_telling_one_of_them_again_is_no_contradiction(memory: Memory) -> None:
    take_in(memory, [BOTH, AGAIN])
    assert holding(memory) == ["Graca", "Lisbon"]
    assert contradictions(memory.reads, "ana", 20, settled=False) == []


def test_what_was_told_before_holds_on_beside_what_is_told_with_it_now(memory: Memory) -> None:
    take_in(memory, [*TOLD_BEFORE, AGAIN])
    assert holding(memory) == ["Graca", "Lisbon"]
    assert contradictions(memory.reads, "ana", 20, settled=False) == []


def test_a_move_ends_both(memory: Memory) -> None:
    take_in(memory, [*TOLD_BEFORE, GONE])
    assert holding(memory) == ["Rome"]
    assert verify(memory.log, memory.views, memory.vectors, memory.codec).ok


def test_places_told_one_after_another_are_a_move(memory: Memory) -> None:
    take_in(memory, [told(0, "I live in Lisbon"), told(0, "I live in Graca") | {"id": "later"}])
    assert holding(memory) == ["Graca"]


def test_one_by_one_or_in_a_batch_the_same_is_believed() -> None:
    alone, together = alone_and_together([*TOLD_BEFORE, AGAIN, GONE, told(30, BOTH["text"])])
    assert alone == together
