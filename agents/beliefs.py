"""What is believed, as far as deciding needs it: facts, and contradictions between them."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from agents.predicates import name_key
from schemas.facts import Contradicting, FactAsserted, FactConfirmed, FactSuperseded

FactKey = tuple[str, str, str]  # space, subject, predicate
# How surely something must be believed to be told as what holds, or to be answered from.
BELIEVED: Final = 0.5


@dataclass(frozen=True, slots=True)
class Belief:
    """A fact as far as deciding needs it; valid in [valid_from, valid_to), in UTC.

    `held_at` is the latest time for which it was told; it may have ended before that. `evidence`
    counts how often it was told, `memories` are those that told it. `asserted_to` is the end that
    it was told with, whatever has ended it since; `ended_by` names the fact that has, if one did.
    What was told `beside` something else excludes nothing.
    """

    fact: str
    object: str
    valid_from: datetime
    valid_to: datetime | None
    held_at: datetime
    confidence: float
    evidence: int = 1
    memories: frozenset[str] = frozenset()
    asserted_to: datetime | None = None
    ended_by: str | None = None
    beside: bool = False

    @property
    def last(self) -> datetime:
        """Give the latest time at which it is known to hold."""
        return min(self.held_at, self.valid_to) if self.valid_to else self.held_at

    def meets(self, other: "Belief") -> bool:
        """Say whether both hold at some time."""
        ends = [b.valid_to for b in (self, other) if b.valid_to]
        return not ends or max(self.valid_from, other.valid_from) < min(ends)

    def after(self, event: FactConfirmed | FactSuperseded) -> "Belief":
        """Give what an event made of it."""
        if isinstance(event, FactSuperseded):
            if event.already:
                return self
            return replace(self, valid_to=event.valid_to.astimezone(UTC), ended_by=event.by)
        return replace(
            self,
            held_at=max(self.held_at, event.at.astimezone(UTC)),
            confidence=self.confidence if event.confidence is None else event.confidence,
            evidence=self.evidence + 1,
            memories=self.memories | {event.memory},
        )


def begun(event: FactAsserted) -> Belief:
    """Give the belief that an assertion begins."""
    valid_to = event.valid_to.astimezone(UTC) if event.valid_to else None
    return Belief(
        event.fact,
        name_key(event.object),
        event.valid_from.astimezone(UTC),
        valid_to,
        (event.held_at or event.valid_from).astimezone(UTC),
        event.source.confidence,
        memories=frozenset((event.memory,)),
        asserted_to=valid_to,
        beside=event.beside,
    )


@dataclass(frozen=True, slots=True)
class Dispute:
    """A contradiction that was not weighed yet, with the facts in it that are still there.

    Of episodes it is `memories`, and no facts.
    """

    contradiction: str
    kind: Contradicting
    beliefs: tuple[Belief, ...]
    memories: tuple[str, ...] = ()
