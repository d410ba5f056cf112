"""Which episodes a consolidating tick links, and what taking back and forgetting leave of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from infra.associating import Associating
from infra.host.scheduler import tick_of
from infra.keys.choosing import Choice
from infra.memory import Memory
from infra.views.refold import verify
from infra.views.sql_tables import LINKS
from tests.driving import alone_and_together, opened, said, take_in

DAY = datetime(2026, 4, 1, tzinfo=UTC)
TRIP = [
    said("1", "We met Berta at the station", session="trip"),
    said("2", "the rain was heavy all day", session="trip"),
    said("3", "a taxi took Berta home", session="trip"),
    said("4", "much later, in the evening, Berta called", session="other"),
]


def tick(day: int = 0) -> dict[str, Any]:
    return tick_of("ana", "consolidate", DAY + timedelta(days=day)).model_dump(mode="json")


def links(memory: Memory) -> list[tuple[str, str, str]]:
    """Give the observations that go on from others, and why."""
    c = LINKS.c
    with memory.views.engine.connect() as on:
        rows = on.execute(select(c.memory, c.earlier, c.because)).all()
    seen = memory.reads.observations("ana", [m for row in rows for m in row[:2]])
    return sorted((seen[row.memory][0], seen[row.earlier][0], row.because) for row in rows)


def checked(memory: Memory) -> None:
    assert verify(memory.log, memory.views, memory.vectors, memory.codec).ok


def test_an_episode_goes_on_from_one_before_it_in_its_session(memory: Memory) -> None:
    take_in(memory, [*TRIP, tick()])
    assert links(memory) == [("3", "1", "next")]
    checked(memory)


def test_who_speaks_connects_nothing_but_who_is_spoken_to_does(memory: Memory) -> None:
    lines = [
        said("1", "nice weather today"),
        said("2", "so what is the news, Ana", speaker="Ben"),
        said("3", "nothing at all"),
    ]
    take_in(memory, [*lines, tick()])
    assert links(memory) == [("2", "1", "next")]


def test_it_does_not_matter_how_much_a_tick_may_do(memory: Memory, home: Path) -> None:
    take_in(memory, [*TRIP, tick()])
    with opened(home.with_name("small"), tick_budget=1) as small:
        take_in(small, [*TRIP, *(tick(day) for day in range(4))])
        assert links(small) == links(memory)
        checked(small)


def fact(id_: str, subject: str, predicate: str, object_: str) -> dict[str, Any]:
    stated = {"subject": subject, "predicate": predicate, "object": object_}
    return {"id": id_, "space": "ana", "kind": "fact", "at": DAY.isoformat()} | stated


OUTAGE = [
    said("1", "at noon the Deploy went out", session="morning"),
    fact("2", "Outage", "caused_by", "Deploy"),
    said("3", "everybody talks of the Outage", session="evening"),
]


def test_an_effect_goes_on_from_what_names_its_cause(memory: Memory) -> None:
    take_in(memory, [*OUTAGE, tick()])
    assert links(memory) == [("3", "1", "cause")]
    asked = Associating(memory.reads, memory.vectors, memory.perceiver).ask("ana", ["Outage"], 20)
    [cause] = [one for one in asked if one.text == OUTAGE[0]["text"]]
    assert cause.path[-2] in (OUTAGE[2]["text"], "Deploy", "Outage caused by Deploy")
    checked(memory)


def test_of_two_causes_the_one_that_was_named_last_counts(memory: Memory) -> None:
    lines = [
        fact("f", "Outage", "caused_by", "Deploy"),
        fact("g", "Delay", "caused_by", "Storm"),
        said("1", "there was the Deploy at noon", session="a"),
        said("2", "then came some Storm over us", session="b"),
        said("3", "we had that Outage and a Delay of trains", session="c"),
        said("4", "another Deploy was tried yesterday", session="d"),
        said("5", "once more an Outage and many a Delay", session="e"),
    ]
    take_in(memory, [*lines, tick()])
    assert links(memory) == [("3", "2", "cause"), ("5", "4", "cause")]


def back(observation: str) -> dict[str, Any]:
    return {
        "id": f"back {observation}", "space": "ana", "kind": "retract_requested",
        "at": DAY.isoformat(), "observation": observation, "reason": "not so",
    }  # fmt: skip


def test_a_cause_that_was_taken_back_links_nothing(memory: Memory) -> None:
    take_in(memory, [*OUTAGE, back("2"), tick()])
    assert links(memory) == []
    checked(memory)


def test_what_is_taken_back_is_linked_no_more(memory: Memory) -> None:
    take_in(memory, [*TRIP, tick(), back("1")])
    assert links(memory) == []
    checked(memory)


def test_a_part_is_erased_and_the_rest_is_linked_again(home: Path) -> None:
    more = said("5", "at last Berta slept", session="trip")
    with opened(home) as memory:
        take_in(memory, [*TRIP, more, tick()])
        assert links(memory) == [("3", "1", "next"), ("5", "3", "next")]
        memory.forget(Choice("ana", observation="3"), "asked to", really=True)
    with opened(home) as memory:
        assert links(memory) == []
        take_in(memory, [tick(1)])
        assert links(memory) == [("5", "1", "next")]
        checked(memory)


def test_links_do_not_depend_on_batches() -> None:
    alone, together = alone_and_together([*TRIP, *OUTAGE[1:], tick()])
    assert alone == together
