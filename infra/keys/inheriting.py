"""Who tells what goes in an erasure, and stays: what it would have begun by itself stands then."""

from dataclasses import dataclass, field

from schemas.envelope import derive_id
from schemas.facts import FactAsserted, FactConfirmed, FactSuperseded
from schemas.memories import MemoryReinforced


@dataclass(slots=True)
class Told:
    """Who tells a memory or a fact that goes, and stays: observations, and where the first does.

    `apart` are the places, by observation, of what tells a fact of another time than these do;
    `end` is where a fact is told to be over, which tells that it held.
    """

    by: set[str] = field(default_factory=set)
    first: str | None = None
    times: dict[str, FactAsserted] = field(default_factory=dict)
    apart: dict[str, str] = field(default_factory=dict)
    ended_by: set[str] = field(default_factory=set)
    end: str | None = None
    ended: FactAsserted | None = None

    def again(self, event: MemoryReinforced | FactConfirmed, place: str) -> None:
        """See it told again, at a place where that may stand by itself."""
        observation, alone = event.source.observation, event.alone
        self.by.add(observation)
        if alone is None:
            return
        if self.first is None:
            self.first = place
        elif isinstance(alone, FactAsserted) and not self._covers(alone):
            self.apart[observation] = place
        else:
            return
        if isinstance(alone, FactAsserted):
            self.times[observation] = alone

    def over(self, event: FactSuperseded, place: str) -> None:
        """See it told to be over."""
        self.ended_by.add(event.source.observation)
        self.end, self.ended = self.end or place, self.ended or event.alone

    def without(self, observation: str) -> None:
        """See an observation taken back: what it alone told is gone then."""
        self.by.discard(observation)
        self.ended_by.discard(observation)
        if self.apart.pop(observation, None):
            del self.times[observation]
        if not self.by:
            self.first = None
            self.times.clear()
        self.end = self.end if self.ended_by else None

    def _covers(self, other: FactAsserted) -> bool:
        end = other.valid_to
        return any(
            one.valid_from <= other.valid_from
            and (one.valid_to is None or (end is not None and end <= one.valid_to))
            for one in self.times.values()
        )


def told_apart(fact: str, observation: str) -> str:
    """Name the fact that an observation tells, of another time than those that told one first."""
    return derive_id(fact, observation)
