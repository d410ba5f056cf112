"""Statements about where somebody lives, told on a day of 2026 and arriving in any order."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from agents.beliefs import Belief
from agents.decision import Input
from agents.known import Known, evolve
from agents.policy import Policy
from agents.remember import decide
from schemas.observations import Fact
from schemas.percepts import Relation, TimeSpan
from tests.unit.agents.percepts import message, perceived

Days = tuple[datetime, datetime]


class Telling(NamedTuple):
    """Who says on a day, at noon, that Pieter lives in a place; the time that is named with it."""

    day: datetime
    place: str
    named: Days | None = None
    ended: bool = False
    words: str = "then"
    held: bool = False


def day(month: int, number: int, year: int = 2026) -> datetime:
    return datetime(year, month, number, tzinfo=UTC)


def told(telling: Telling, id_: str) -> Input:
    text = f"Pieter lives in {telling.place} {telling.words}"
    relation = Relation(
        subject="Pieter", predicate="lives_in", object=telling.place, start=0,
        end=text.index(telling.words) - 1, score=0.9, ended=telling.ended,
        held=telling.held,
    )  # fmt: skip
    times: tuple[TimeSpan, ...] = ()
    if telling.named:
        since, until = (time.isoformat() for time in telling.named)
        start = text.index(telling.words.removeprefix("till "))  # which no time is named with
        span = TimeSpan(text=text[start:], start=start, end=len(text), since=since, until=until)
        times = (span,)
    at = telling.day + timedelta(hours=12)
    item = message(id_, text, at=at, speaker="Ann")
    return perceived(item, text, relations=(relation,), times=times)


def believed(tellings: Iterable[Telling]) -> list[Belief]:
    """Give what is believed after all that was told, in this order."""
    known = Known()
    for number, telling in enumerate(tellings):
        item = told(telling, f"{number}")
        evolve(known, item.id, item.digest, decide(known, item, Policy()))
    return known.facts.get(("maya", "pieter", "lives_in"), [])


def held(beliefs: Sequence[Belief], at: datetime) -> list[str]:
    """Give where he lives at a time, as far as is believed."""
    return sorted(
        b.object for b in beliefs if b.valid_from <= at and (b.valid_to is None or at < b.valid_to)
    )


NOW = day(12, 31)
ANTWERP = Telling(day(10, 1), "Antwerp")
LAST_WEEK = (day(9, 28), day(10, 5))
Line = tuple[str, int, int | None, int | None]


def places(*lines: Line, predicate: str = "lives_in") -> list[Belief]:
    """Give where Pieter lives, as told on a day of October, since one and until one."""
    known = Known()
    for number, (place, told_on, since, until) in enumerate(lines):
        given: dict[str, Any] = {"space": "maya", "subject": "Pieter", "predicate": predicate}
        given["valid_from"] = since and day(10, since)
        given["valid_to"] = until and day(10, until)
        fact = Fact(id=f"{number}", at=day(10, told_on), object=place, **given)
        item = perceived(fact, f"Pieter lives in {place}")
        evolve(known, item.id, item.digest, decide(known, item, Policy()))
    return known.facts["maya", "pieter", predicate]


def on_days(beliefs: Sequence[Belief]) -> list[list[str]]:
    """Give where he lives on each day of October."""
    return [held(beliefs, day(10, number)) for number in range(1, 32)]
