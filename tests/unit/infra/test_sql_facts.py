"""Which facts are found by a pattern, and as known at a position?"""

import sqlite3
from typing import Any

import pytest

from infra.memory import Memory
from infra.views.sql_facts import FactPattern, has_predicate
from tests.driving import take_in


def likes(id_: str, what: str, **fields: Any) -> dict[str, Any]:
    stated = {"subject": "Ana", "predicate": "likes", "object": what}
    return {
        "id": id_, "space": "ana", "kind": "fact", "at": "2026-03-01T12:00:00Z",
    } | stated | fields  # fmt: skip


def found(memory: Memory, pattern: FactPattern) -> list[str]:
    return [fact.body.object for fact in memory.reads.facts.find("ana", pattern)]


def test_brackets_stand_for_themselves_beside_wildcards(memory: Memory) -> None:
    take_in(memory, [likes("a", "Route [66] signs"), likes("b", "Route 6 signs")])
    assert found(memory, FactPattern(object="Route [66]*")) == ["Route [66] signs"]
    assert found(memory, FactPattern(object="Route [66?*")) == ["Route [66] signs"]
    assert found(memory, FactPattern(object="Route ? signs")) == ["Route 6 signs"]


def test_the_latest_of_what_wildcards_match_are_found_behind_newer_facts(memory: Memory) -> None:
    old = {"predicate": "favourite_colour", "at": "2025-03-01T12:00:00Z"}
    whose = {"subject": "Ben's mum", "at": "2025-03-01T12:00:00Z"}
    newer = [likes(f"{n}", f"thing {n}") for n in range(9)]
    take_in(memory, [likes("a", "green", **old), likes("b", "tea", **whose), *newer])
    wanted = (FactPattern("Ana", "favo*rite*"), FactPattern("*'s mum", "likes"))
    for pattern, told in zip(wanted, ("green", "tea"), strict=True):
        facts = memory.reads.facts.find("ana", pattern, latest=2)
        assert [fact.body.object for fact in facts] == [told]
    two = memory.reads.facts.find("ana", FactPattern("An?", "li*s"), latest=2)
    assert [fact.body.object for fact in two] == found(memory, FactPattern("Ana", "likes"))[:2]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Eats it?", ["cake"]),
        ("eats*", ["cake", "tea"]),
        ("eats ?t", ["cake"]),
        ("EATS_?*", ["cake"]),
        ("eats??t", ["cake", "tea"]),
        ("eat*_*", ["cake", "jam"]),
        ("Eat%", []),
    ],
)
def test_a_predicate_is_asked_for_as_it_was_stated_or_with_wildcards(
    memory: Memory, asked: str, told: list[str]
) -> None:
    stated = {"cake": "Eats it?", "tea": "eatsXit", "jam": "eat sit"}
    take_in(memory, [likes(what, what, predicate=said) for what, said in stated.items()])
    assert sorted(found(memory, FactPattern(predicate=asked))) == sorted(told)
    spelled = {"cake": "eats_it", "tea": "eatsxit", "jam": "eat_sit"}
    assert [what for what, one in spelled.items() if has_predicate(one, asked)] == told


def test_what_was_known_is_told_of_more_facts_than_a_statement_binds(memory: Memory) -> None:
    ended = {"valid_to": "2026-02-01T00:00:00Z", "valid_from": "2026-01-01T00:00:00Z"}
    take_in(memory, [likes(f"{n}", f"thing {n}", **ended) for n in range(30)])
    with memory.views.engine.connect() as on:
        driver: Any = on.connection.driver_connection
        driver.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 20)
    facts = memory.reads.facts.find("ana", FactPattern(known_at=1000))
    assert len(facts) == 30
    assert all(fact.valid_to is not None for fact in facts)
    assert len(memory.reads.facts.named("ana", [fact.id for fact in facts])) == 30
