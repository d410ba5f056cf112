"""Statements about where somebody lives, told on a day of 2026 and arriving in any order."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from agents.beliefs import Belief
from agents.decision import Input, Policy
from agents.known import Known, evolve
from agents.remember import decide
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


def day(month: int, number: int, year: int = 2026) -> datetime:
    return datetime(year, month, number, tzinfo=UTC)


def told(telling: Telling, id_: str) -> Input:
    text = f"Pieter lives in {telling.place} {telling.words}"
    relation = Relation(
        subject="Pieter", predicate="lives_in", object=telling.place, start=0,
        end=text.index(telling.words) - 1, score=0.9, ended=telling.ended,
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
