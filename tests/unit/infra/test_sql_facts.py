"""Which facts are found by a pattern, and as known at a position?"""

import sqlite3
from typing import Any

from infra.memory import Memory
from infra.views.sql_facts import FactPattern
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
