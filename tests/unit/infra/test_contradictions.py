"""What is found to contradict, how a tick settles it, and how that is taken back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.host.scheduler import tick_of
from infra.keys.choosing import Choice
from infra.memory import Memory
from infra.views.refold import verify
from infra.views.sql_contradictions import Contradiction, contradictions
from infra.views.sql_facts import FactPattern
from tests.driving import alone_and_together, opened, state, take_in

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 12, 1, tzinfo=UTC)


def fact(id_: str, subject: str, predicate: str, object_: str, **fields: Any) -> dict[str, Any]:
    """Give a fact as a producer states it, a day after the one whose id is a number less."""
    at = NOON + timedelta(days=int(id_) if id_.isdigit() else 0)
    stated = {"subject": subject, "predicate": predicate, "object": object_}
    return {"id": id_, "space": "ana", "kind": "fact", "at": at.isoformat()} | stated | fields


def tick(days: int = 0) -> dict[str, Any]:
    return tick_of("ana", "reconcile", LATER + timedelta(days=days)).model_dump(mode="json")


def retract(contradiction: str) -> dict[str, Any]:
    return {
        "id": f"retract {contradiction}", "space": "ana", "kind": "retract_requested",
        "at": LATER.isoformat(), "observation": contradiction, "reason": "we know better",
    }  # fmt: skip


def holding(memory: Memory, predicate: str = "lives_in") -> list[str]:
    found = memory.reads.facts.find("ana", FactPattern(predicate=predicate, as_of=LATER))
    return sorted(f.body.object for f in found)


def listed(memory: Memory, *, settled: bool = False) -> list[Contradiction]:
    return contradictions(memory.reads, "ana", 20, settled=settled)


def checked(memory: Memory) -> None:
    assert verify(memory.log, memory.views, memory.vectors, memory.codec).ok


HEARSAY = [
    fact("1", "Ben", "lives_in", "Oslo", confidence=0.9),
    fact("2", "Ben", "lives_in", "Oslo", confidence=0.9),
    fact("3", "Ben", "lives_in", "Bergen", confidence=0.3),
]
TWICE = [
    fact("1", "Ben", "lives_in", "Oslo", valid_from="2020-01-01T00:00:00+00:00"),
    fact("2", "Ben", "lives_in", "Bergen", valid_from="2020-01-01T00:00:00+00:00"),
]


def test_what_is_much_less_sure_ends_nothing_until_it_was_weighed(memory: Memory) -> None:
    take_in(memory, HEARSAY)
    assert holding(memory) == ["Bergen", "Oslo"]
    [found] = listed(memory)
    assert (found.kind, found.verdict) == ("two_places", None)
    take_in(memory, [tick()])
    assert holding(memory) == ["Oslo"]
    assert listed(memory) == []
    [settled] = listed(memory, settled=True)
    assert settled.reason == "what stays is surer and told more often"
    checked(memory)


def test_a_settlement_is_taken_back_and_stays_so_until_more_is_heard(memory: Memory) -> None:
    take_in(memory, [*HEARSAY, tick()])
    [settled] = listed(memory, settled=True)
    take_in(memory, [retract(settled.id), tick(1)])
    assert holding(memory) == ["Bergen", "Oslo"]
    [found] = listed(memory)
    assert (found.verdict, found.reason) == ("open", "its settlement was taken back")
    take_in(memory, [fact("4", "Ben", "lives_in", "Oslo"), tick(2)])
    assert holding(memory) == ["Oslo"]
    checked(memory)


def test_what_lost_keeps_the_end_that_was_told_of_it(memory: Memory) -> None:
    end = fact("9", "Ben", "lives_in", "Bergen", valid_to=(NOON + timedelta(days=5)).isoformat())
    take_in(memory, [*HEARSAY, end, tick()])
    [settled] = listed(memory, settled=True)
    take_in(memory, [retract(settled.id)])
    assert holding(memory) == ["Oslo"]
    facts = memory.reads.facts.find("ana", FactPattern(object="Bergen"))
    assert [f.valid_to for f in facts] == [NOON + timedelta(days=5)]


def test_an_older_fact_that_lost_is_valid_again_when_that_is_taken_back(memory: Memory) -> None:
    weak = fact("3", "Ben", "lives_in", "Bergen", confidence=0.6)
    more = [fact(f"{n}", "Ben", "lives_in", "Bergen", confidence=1.0) for n in (4, 5)]
    take_in(memory, [HEARSAY[0], weak, *more, tick()])
    assert holding(memory) == ["Bergen"]
    [settled] = listed(memory, settled=True)
    take_in(memory, [retract(settled.id)])
    assert holding(memory) == ["Bergen", "Oslo"]
    checked(memory)


def test_what_is_equal_in_time_and_confidence_is_left_open_and_listed(memory: Memory) -> None:
    take_in(memory, [*TWICE, tick()])
    assert holding(memory) == ["Bergen", "Oslo"]
    [found] = listed(memory)
    assert found.verdict == "open"
    assert {f.body.object for f in found.facts} == {"Bergen", "Oslo"}
    more = fact("4", "Ben", "lives_in", "Oslo", valid_from="2020-01-01T00:00:00+00:00")
    take_in(memory, [more, tick(1)])
    assert holding(memory) == ["Oslo"]


def test_a_stay_that_is_over_does_not_end_where_somebody_lives(memory: Memory) -> None:
    stay = {"valid_from": "2022-01-01T00:00:00+00:00", "valid_to": "2023-01-01T00:00:00+00:00"}
    take_in(memory, [TWICE[0], fact("2", "Ben", "lives_in", "Bergen", **stay), tick()])
    assert holding(memory) == ["Oslo"]
    assert [found.kind for found in listed(memory)] == ["two_places"]


def test_a_stay_that_is_over_is_a_contradiction_whatever_is_told_first(memory: Memory) -> None:
    stay = {"valid_from": "2026-03-05T12:00:00+00:00", "valid_to": "2026-03-10T12:00:00+00:00"}
    for who in ("Ben", "Eva"):
        lines = [fact("1", who, "lives_in", "Oslo"), fact("2", who, "lives_in", "Bergen", **stay)]
        for line in lines if who == "Ben" else lines[::-1]:
            take_in(memory, [line | {"id": f"{who} {line['id']}"}])
    assert holding(memory) == ["Oslo", "Oslo"]
    assert [found.kind for found in listed(memory)] == ["two_places"] * 2


def test_what_goes_on_when_the_weightier_one_is_over_stays(memory: Memory) -> None:
    job = {"valid_from": "2020-01-01T00:00:00+00:00", "valid_to": "2024-01-01T00:00:00+00:00"}
    since = "2023-01-01T00:00:00+00:00"
    told = [fact(id_, "Ben", "works_for", "Acme", **job) for id_ in "12"]
    told.append(fact("3", "Ben", "works_for", "Beta", valid_from=since, confidence=0.5))
    take_in(memory, [*told, tick()])
    assert holding(memory, "works_for") == ["Beta"]
    [found] = listed(memory)
    assert found.reason == "the weightier one is over before the other is"


def test_a_place_in_another_one_contradicts_nothing(memory: Memory) -> None:
    take_in(
        memory,
        [
            fact("1", "Oslo", "located_in", "Viken"),
            fact("2", "Viken", "located_in", "Norway"),
            fact("3", "Ben", "lives_in", "Norway"),
            fact("4", "Ben", "lives_in", "Oslo"),
        ],
    )
    assert holding(memory) == ["Norway", "Oslo"]
    assert listed(memory) == []


def test_a_place_that_was_wrongly_said_to_lie_in_another_is_a_place_of_its_own(
    memory: Memory,
) -> None:
    back = retract("1") | {"at": NOON.isoformat()}
    ended = fact("2", "Viken", "located_in", "Norway", valid_to=NOON.isoformat())
    lines = [
        fact("1", "Oslo", "located_in", "Viken"),
        fact("3", "Ben", "lives_in", "Viken"),
        fact("4", "Ben", "lives_in", "Oslo"),
        fact("5", "Ben", "lives_in", "Viken"),
        fact("6", "Ben", "lives_in", "Norway"),
    ]
    take_in(memory, [lines[0], back, ended, *lines[1:]])
    assert holding(memory) == ["Norway"]
    assert listed(memory) == []


def test_what_ends_before_it_begins_is_listed(memory: Memory) -> None:
    life = [fact("1", "Ada", "born_on", "1815-12-10"), fact("2", "Ada", "died_on", "1799")]
    for order in (life, life[::-1]):
        first = order[0]["id"]
        names = {"subject": f"Ada {first}"}
        take_in(memory, [line | names | {"id": f"{line['id']} {first}"} for line in order])
    take_in(memory, [tick()])
    assert [(f.kind, f.verdict) for f in listed(memory)] == [("ends_before_begins", "open")] * 2


@pytest.mark.parametrize("weighed", [[], [tick()]])
def test_a_time_that_is_told_anew_is_in_no_contradiction_any_more(
    memory: Memory, weighed: list[dict[str, Any]]
) -> None:
    take_in(
        memory, [fact("1", "Ada", "born_on", "2021-01-01"), fact("2", "Ada", "died_on", "2020")]
    )
    take_in(memory, weighed)
    assert [found.kind for found in listed(memory)] == ["ends_before_begins"]
    take_in(memory, [fact("3", "Ada", "born_on", "1950-01-01")])
    assert listed(memory) == []
    take_in(memory, [tick(1)])
    with memory.views.engine.connect() as on:
        [verdict] = on.exec_driver_sql("SELECT verdict FROM contradictions").one()
    assert verdict == ("open" if weighed else "gone")
    checked(memory)


def test_an_effect_before_its_cause_is_listed_whatever_is_told_last(memory: Memory) -> None:
    link = fact("1", "outage", "caused_by", "deploy")
    cause = fact("2", "deploy", "happened_on", "2026-03-05")
    effect = fact("3", "outage", "happened_on", "2026-03-04")
    for number, order in enumerate(
        ([link, cause, effect], [effect, link, cause], [cause, effect, link])
    ):
        for line in order:  # apart, so that each is read from the views
            other = {name: f"{line[name]} {number}" for name in ("id", "subject")}
            if line is link:
                other["object"] = f"deploy {number}"
            take_in(memory, [line | other])
        assert len(listed(memory)) == number + 1
    take_in(memory, [tick()])
    assert {(f.kind, f.verdict) for f in listed(memory)} == {("effect_before_cause", "open")}
    assert all(len(f.facts) == 3 for f in listed(memory))


def test_an_effect_after_its_cause_is_no_paradox(memory: Memory) -> None:
    take_in(
        memory,
        [
            fact("1", "outage", "caused_by", "deploy"),
            fact("2", "deploy", "happened_on", "2026-03"),
            fact("3", "outage", "happened_on", "2026-03-04"),
        ],
    )
    assert listed(memory) == []


def test_a_contradiction_that_has_gone_is_not_settled(memory: Memory) -> None:
    take_in(memory, [*HEARSAY, retract("3"), tick()])
    assert holding(memory) == ["Oslo"]
    assert listed(memory) == listed(memory, settled=True) == []


def test_what_was_left_open_is_listed_no_more_once_a_side_is_taken_back(memory: Memory) -> None:
    outage = [
        fact("3", "outage", "caused_by", "deploy"),
        fact("4", "deploy", "happened_on", "2026-03-05"),
        fact("5", "outage", "happened_on", "2026-03-04"),
    ]
    take_in(memory, [*TWICE, *outage, tick()])
    assert len(listed(memory)) == 2
    take_in(memory, [retract("2"), retract("5")])
    assert listed(memory) == listed(memory, settled=True) == []
    checked(memory)


def test_contradictions_are_due_until_they_were_weighed(memory: Memory) -> None:
    def due() -> list[str]:
        return [t.job for t in memory.scheduler.due(LATER) if t.job == "reconcile"]

    assert due() == []
    take_in(memory, TWICE)
    assert due() == ["reconcile"]
    take_in(memory, [tick(-1)])
    assert due() == []


def test_a_tick_weighs_no_more_than_its_budget(tmp_path: Path) -> None:
    pairs = [
        line | {"id": f"{n} {line['id']}", "subject": f"Ben {n}"}
        for n in range(3)
        for line in TWICE
    ]
    with opened(tmp_path, tick_budget=2) as memory:
        take_in(memory, [*pairs, tick()])
        assert memory.scheduler.ran()["ana", "reconcile"] == {"changed": 2, "left": True}
        take_in(memory, [tick(1)])
        assert all(found.verdict == "open" for found in listed(memory))


@pytest.mark.parametrize("budget", [1000, 1])
def test_what_a_tick_has_ended_ends_nothing_in_the_same_tick(tmp_path: Path, budget: int) -> None:
    told = [
        fact("1", "Ana", "works_for", "Shell Energy", confidence=1.0),
        fact("2", "Ana", "works_for", "Acme", confidence=0.5),
        fact("3", "Ana", "works_for", "Shell", confidence=0.2),
    ]
    with opened(tmp_path, tick_budget=budget) as memory:
        take_in(memory, [*told, tick(), tick(1)])
        assert holding(memory, "works_for") == ["Shell", "Shell Energy"]
        checked(memory)


def test_the_same_tick_again_changes_nothing(memory: Memory) -> None:
    take_in(memory, [*HEARSAY, tick()])
    before = state(memory)
    take_in(memory, [tick()])
    assert state(memory) == before


def test_what_is_decided_does_not_depend_on_the_batches() -> None:
    lines = [
        *HEARSAY,
        *(line | {"id": f"b{line['id']}", "subject": "Eva"} for line in TWICE),
        fact("6", "outage", "caused_by", "deploy"),
        fact("7", "deploy", "happened_on", "2026-03-05"),
        fact("8", "outage", "happened_on", "2026-03-04"),
        tick(),
    ]
    alone, together = alone_and_together(lines)
    assert alone == together


def test_erasing_what_won_lets_what_lost_hold_again(home: Path) -> None:
    with opened(home) as memory:
        take_in(memory, [*HEARSAY[::2], tick()])
        assert holding(memory) == ["Oslo"]
        memory.forget(Choice("ana", observation="1"), "asked for", really=True)
    with opened(home) as memory:
        assert holding(memory) == ["Bergen"]
        take_in(memory, [tick(1)])
        assert holding(memory) == ["Bergen"]
        checked(memory)
