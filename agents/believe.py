"""Which statements begin to hold, are confirmed, or end because of what was perceived.

Valid time decides, whatever order statements arrive in. Of two that exclude each other, the one
that is known to hold later comes after the other; where it may have begun before the other was
known to hold, it began after that.
"""

from datetime import datetime

from agents.claims import Claim, claims
from agents.decision import Decision
from agents.known import Belief, FactKey, begun
from agents.predicates import is_functional, name_key
from schemas.facts import FactAsserted, FactConfirmed, FactSuperseded, Source
from schemas.percepts import Passage, Perceived


def believe(decision: Decision, event: Perceived, passage: Passage, memory: str) -> None:
    """Decide every statement that a passage makes."""
    for claim in claims(event, passage, memory, decision.policy.relation_score):
        _believe(decision, claim)


def _believe(decision: Decision, claim: Claim) -> None:
    """Confirm, end, or assert."""
    beliefs = _beliefs(decision, (decision.space, name_key(claim.subject), claim.predicate))
    same = [b for b in beliefs if b.object == name_key(claim.object)]
    if claim.ended:
        for belief in same:
            if belief.valid_to is None and belief.last <= claim.held_at:
                _end(decision, belief, _after(claim, [belief]), None, claim.source)
        return
    holding = next((b for b in reversed(same) if _holds(b, claim.held_at)), None)
    if holding:
        _confirm(decision, holding, claim)
        if holding.valid_from <= claim.valid_from:
            return
    _assert(decision, claim, beliefs)


def _assert(decision: Decision, claim: Claim, beliefs: list[Belief]) -> None:
    """Begin to believe a claim, between what held before it and what is known to hold later."""
    fact, valid_from, valid_to = decision.new_id(), claim.valid_from, claim.valid_to
    if is_functional(claim.predicate):
        others = [b for b in beliefs if b.object != name_key(claim.object)]
        valid_from = _after(claim, others)
        for belief in others:
            if _holds(belief, valid_from) and belief.last <= claim.held_at:
                _end(decision, belief, valid_from, fact, claim.source)
        valid_to = min(
            [*_later(claim, valid_from, beliefs), *([valid_to] if valid_to else [])], default=None
        )
    decision.events.append(
        FactAsserted(
            fact=fact,
            space=decision.space,
            subject=claim.subject,
            predicate=claim.predicate,
            object=claim.object,
            valid_from=valid_from,
            valid_to=valid_to,
            held_at=claim.held_at if claim.held_at > valid_from else None,
            memory=claim.memory,
            source=claim.source,
        )
    )


def _confirm(decision: Decision, belief: Belief, claim: Claim) -> None:
    decision.events.append(
        FactConfirmed(
            fact=belief.fact,
            space=decision.space,
            at=claim.held_at,
            memory=claim.memory,
            source=claim.source,
        )
    )


def _after(claim: Claim, others: list[Belief]) -> datetime:
    """Say from when a claim changes things: as early as it may, but after what is known to hold."""
    within = any(claim.valid_from < b.last <= claim.held_at for b in others)
    return claim.held_at if within else claim.valid_from


def _later(claim: Claim, valid_from: datetime, beliefs: list[Belief]) -> list[datetime]:
    """Give when what is known to hold later has begun, or where it goes on, is heard of again."""
    begins = [b.valid_from for b in beliefs if b.valid_from > valid_from]
    return begins + [b.last for b in beliefs if _holds(b, valid_from) and b.last > claim.held_at]


def _beliefs(decision: Decision, key: FactKey) -> list[Belief]:
    """Give the beliefs under a key, with what this very decision did to them.

    What never held is left out.
    """
    beliefs = {b.fact: b for b in decision.known.facts.get(key, ())}
    for event in decision.events:
        if isinstance(event, FactAsserted):
            if (event.space, name_key(event.subject), event.predicate) == key:
                beliefs[event.fact] = begun(event)
        elif isinstance(event, FactConfirmed | FactSuperseded) and event.fact in beliefs:
            beliefs[event.fact] = beliefs[event.fact].after(event)
    held = [b for b in beliefs.values() if b.valid_from != b.valid_to]
    return sorted(held, key=lambda b: (b.valid_from, b.fact))


def _holds(belief: Belief, at: datetime) -> bool:
    return belief.valid_from <= at and (belief.valid_to is None or at < belief.valid_to)


def _end(decision: Decision, belief: Belief, at: datetime, by: str | None, source: Source) -> None:
    decision.events.append(
        FactSuperseded(fact=belief.fact, space=decision.space, valid_to=at, by=by, source=source)
    )
