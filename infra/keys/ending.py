"""Which facts an erasure leaves without the end that they had, and which others end them now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from agents.beliefs import Belief, FactKey, begun
from agents.claims import Claim
from agents.declared import functional
from agents.exclude import excluding, may_end
from agents.predicates import is_functional, name_key
from agents.validity import ever_held
from schemas.facts import (
    ContradictionJudged,
    FactAsserted,
    FactConfirmed,
    FactReopened,
    FactSuperseded,
)
from schemas.memories import MemoryEvent, SpaceAdjusted
from schemas.predicates import Predicate


@dataclass(slots=True)
class Ending:
    """What is believed of facts that stay; `lost` has when those ended whose last end goes.

    `own` are the predicates that the space declares.
    """

    asserted: dict[str, FactAsserted] = field(default_factory=dict)
    beliefs: dict[str, Belief] = field(default_factory=dict)
    lost: dict[str, datetime] = field(default_factory=dict)
    own: dict[str, Predicate] = field(default_factory=dict)

    def instead(self) -> dict[str, str]:
        """Give by fact what ends it where the end is gone: what began after that, and excludes it.

        What was believed beside it before was left beside it, and stays there.
        """
        held: dict[FactKey, list[Belief]] = {}
        for fact, belief in self.beliefs.items():
            if ever_held(belief):
                held.setdefault(_key(self.asserted[fact]), []).append(belief)
        ends = {fact: self._by(fact, held) for fact in self.lost if fact in self.beliefs}
        return {fact: by for fact, by in ends.items() if by}

    def see(self, event: MemoryEvent, *, goes: bool) -> None:
        """See the next event, in order, and whether it goes."""
        match event:
            case FactAsserted() if not goes:
                self.asserted[event.fact] = event
                self.beliefs[event.fact] = begun(event)
            case FactConfirmed() if not goes and event.fact in self.beliefs:
                self.beliefs[event.fact] = self.beliefs[event.fact].after(event)
            case FactSuperseded() | FactReopened():
                self._end(event.fact, event.valid_to, goes=goes)
            case ContradictionJudged() if event.ended:
                self._end(event.ended, event.valid_to, goes=goes)
            case SpaceAdjusted() if event.predicates and not goes:
                self.own.update((one.name, one) for one in event.predicates)
            case _:
                pass

    def forget(self, fact: str) -> None:
        """Let a fact be as it was asserted, without the ends that were seen."""
        if fact in self.beliefs:
            asserted = begun(self.asserted[fact])
            self.beliefs[fact] = replace(self.beliefs[fact], valid_to=asserted.valid_to)

    def _end(self, fact: str, at: datetime | None, *, goes: bool) -> None:
        self.lost.pop(fact, None)
        if goes and at:
            self.lost[fact] = at.astimezone(UTC)
        elif not goes and fact in self.beliefs:
            until = at.astimezone(UTC) if at else None
            self.beliefs[fact] = replace(self.beliefs[fact], valid_to=until)

    def _by(self, fact: str, held: Mapping[FactKey, Sequence[Belief]]) -> str | None:
        belief, key = self.beliefs[fact], _key(self.asserted[fact])
        if not is_functional(key[2], functional(self.own)):
            return None
        for other in sorted(held.get(key, ()), key=lambda b: (b.valid_from, b.fact)):
            claim = _claim(self.asserted[other.fact])
            began = max(self.lost[fact], belief.last) <= other.valid_from > belief.valid_from
            excluded = excluding(claim, key[0], [belief], held)
            if other.fact != fact and began and excluded and may_end(claim, belief):
                return other.fact
        return None


def _key(event: FactAsserted) -> FactKey:
    return event.space, name_key(event.subject), event.predicate


def _claim(event: FactAsserted) -> Claim:
    return Claim(
        event.subject,
        event.predicate,
        event.object,
        event.valid_from,
        event.held_at or event.valid_from,
        event.valid_to,
        event.memory,
        event.source,
        dated=True,
    )
