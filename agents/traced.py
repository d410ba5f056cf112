"""What came of an observation, as taking it back must know it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from agents.beliefs import FactKey
from agents.due import Due


class End(NamedTuple):
    """When a fact was said to end: by which fact, if by one, and by which observation."""

    at: datetime
    by: str | None
    observation: str


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact that a retracted observation asserted, confirmed or ended, or a rival of such a one.

    `told` says that it has a source, `sourced` that the observation is one, `alone` that it is the
    only one; `asserted_to` is the end that it was asserted with, and `ends` are those
    since that still stand. `object` is as the store compares it.
    """

    fact: str
    key: FactKey
    object: bytes
    valid_from: datetime
    valid_to: datetime | None
    asserted_to: datetime | None
    told: bool
    ended_by: str | None
    ends: tuple[End, ...]
    sourced: bool = False
    alone: bool = False


@dataclass(slots=True)
class Traced:
    """What came of an observation: memories with no other source, with others, and facts.

    Of an erasure, `facts` are those that it leaves without an end, and their rivals.
    Of a contradiction, whose id stands in an observation's place, came that it was `settled`, or,
    where it is one of texts, `noted`.
    """

    alone: list[Due] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    facts: list[Stated] = field(default_factory=list)
    settled: bool = False
    noted: bool = False

    def came_of(self, observation: str) -> bool:
        """Say whether anything that is remembered came of the observation."""
        stated = any(
            fact.sourced or any(end.observation == observation for end in fact.ends)
            for fact in self.facts
        )
        return bool(self.alone or self.shared or stated or self.noted)
