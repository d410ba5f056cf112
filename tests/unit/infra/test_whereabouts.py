"""Is whoever is in two places at once listed, and nobody else?"""

from typing import Any

import pytest

from infra.memory import Memory
from tests.driving import alone_and_together, take_in
from tests.unit.infra.test_contradictions import checked, fact, listed, retract, tick


def episode(id_: str, where: str, hours: str, *who: str, **fields: Any) -> dict[str, Any]:
    """Give an episode of the first of May, between two hours, or at one."""
    begin, _, end = hours.partition("-")
    when = {"start": f"2026-05-01T{begin}:00+00:00"}
    when |= {"end": f"2026-05-01T{end}:00+00:00"} if end else {}
    return {
        "id": id_, "space": "ana", "kind": "episode", "at": f"2026-05-02T12:00:0{len(id_)}+00:00",
        "what": f"What {id_} tells is of {where.casefold()[::-1]}", "where": where, "when": when,
        "participants": list(who or ("Ana",)),
    } | fields  # fmt: skip


def test_who_is_in_two_places_at_once_is_listed_and_left_open(memory: Memory) -> None:
    met = [
        episode("a", "Paris", "08:00-10:00", "Ana", "Ben"),
        episode("bb", "Tokyo", "08:30-09:30"),
    ]
    take_in(memory, met)
    [found] = listed(memory)
    assert (found.kind, found.verdict, len(found.memories)) == ("two_places_at_once", None, 2)
    take_in(memory, [tick()])
    [found] = listed(memory)
    assert (found.verdict, found.reason) == (
        "open", "it is for others to say which of the places is wrong",
    )  # fmt: skip
    checked(memory)
    take_in(memory, [retract(found.id)])
    assert listed(memory) == []
    checked(memory)


@pytest.mark.parametrize("retracted", ["a", "bb"])
def test_a_stay_that_is_taken_back_contradicts_nothing(memory: Memory, retracted: str) -> None:
    met = [episode("a", "Paris", "08:00-10:00"), episode("bb", "Tokyo", "08:30-09:30")]
    take_in(memory, met)
    take_in(memory, [retract(retracted)])
    take_in(memory, [episode("ccc", "Lima", "07:00-08:15")])
    assert [len(found.memories) for found in listed(memory)] == [2] * (retracted != "a")
    checked(memory)


LIES = fact("1", "Montmartre", "located_in", "Paris", at="2026-01-01T00:00:00+00:00")
IN_FRANCE = fact("2", "Paris", "located_in", "France", at="2026-01-01T00:00:00+00:00")


@pytest.mark.parametrize(
    "other",
    [
        episode("bb", "Tokyo", "10:00-11:00"),
        episode("bb", "Tokyo", "08:30-09:30", "Ben"),
        episode("bb", "Tokyo", "10:00"),
        episode("bb", "paris", "08:30-09:30"),
        episode("bb", "Gare du Nord, Paris", "08:30-09:30"),
        episode("bb", "Montmartre", "08:30-09:30"),
        episode("bb", "Montmartre", "09:00"),
        episode("bb", "France", "08:30-09:30"),
        episode("bb", "Tokyo", "08:30-09:30", "they"),
    ],
)
def test_what_may_be_true_together_is_not_held_against_anyone(
    memory: Memory, other: dict[str, Any]
) -> None:
    take_in(memory, [LIES, IN_FRANCE, episode("a", "Paris", "08:00-10:00", "Ana", "they"), other])
    assert listed(memory) == []


def test_a_moment_within_another_stay_is_in_two_places(memory: Memory) -> None:
    take_in(memory, [episode("a", "Paris", "08:00-10:00"), episode("bb", "Tokyo", "09:00")])
    assert len(listed(memory)) == 1


def test_two_places_at_once_are_the_same_one_by_one_and_in_one_batch() -> None:
    lines = [
        LIES,
        episode("a", "Montmartre", "08:00-10:00", "Ana", "Ben"),
        episode("bb", "Paris", "09:00-09:30"),
        IN_FRANCE,
        episode("ccc", "France", "07:00-12:00"),
        episode("dddd", "Tokyo", "09:15", "Ben", "Ana"),
        episode("eeeee", "Oslo", "09:20-11:00", "Ana"),
    ]
    alone, together = alone_and_together([*lines, tick()])
    assert alone == together
