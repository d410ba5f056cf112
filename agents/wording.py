"""Which words an observation is perceived by, and which words a memory is found by."""

from calendar import month_name
from datetime import datetime
from functools import lru_cache

from agents.lexicon import stems
from schemas.observations import Document, Episode, Fact, Message, Perceivable, Procedure


def text_of(observation: Perceivable) -> str:
    """Say an observation in one text; passages and spans are offsets into it."""
    match observation:
        case Message():
            return observation.text
        case Episode():
            where = f" at {observation.where}" if observation.where else ""
            who = f" with {', '.join(observation.participants)}" if observation.participants else ""
            return f"{observation.what}{where}{who}"
        case Fact():
            return (
                f"{observation.subject} {observation.predicate.replace('_', ' ')} "
                f"{observation.object}"
            )
        case Procedure():
            when = f" When {observation.trigger}:" if observation.trigger else ""
            steps = " ".join(f"{i}. {step}" for i, step in enumerate(observation.steps, 1))
            return f"{observation.name}.{when} {steps}"
        case Document():
            return observation.text


def speaker_of(observation: Perceivable) -> str | None:
    """Say who, or for a document what, speaks."""
    match observation:
        case Message():
            return observation.speaker
        case Document():
            return observation.title
        case _:
            return None


def session_of(observation: Perceivable) -> str:
    """Name the session; what has none belongs to its day, a document to itself."""
    match observation:
        case Document():
            return f"document:{observation.id}"
        case Message() | Episode() if observation.session:
            return observation.session
        case _:
            return observation.at.date().isoformat()


def begins(observation: Perceivable) -> datetime:
    """Say when it was true."""
    match observation:
        case Episode() if observation.when:
            return observation.when.start
        case Fact() if observation.valid_from:
            return observation.valid_from
        case _:
            return observation.at


def indexed_stems(speaker: str | None, at: datetime, text: str) -> tuple[int, ...]:
    """Give the terms that a memory is found by: who and when belong to them."""
    return (*_stems_of_place(speaker, at.year, at.month, at.day), *stems(text))


@lru_cache(maxsize=1024)
def _stems_of_place(speaker: str | None, year: int, month: int, day: int) -> tuple[int, ...]:
    return stems(f"{speaker or ''} {day} {month_name[month]} {year}")
