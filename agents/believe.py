"""Which statements begin to hold, are confirmed, or end because of what was perceived.

Valid time decides, whatever order statements arrive in. Of two that exclude each other, the one
that is known to hold later comes after the other; where it may have begun before the other was
known to hold, it began after that.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from agents.beliefs import Belief, FactKey, begun
from agents.claims import ALWAYS, Claim, asserted_by, claims
from agents.decision import Decision
from agents.exclude import begins, ends_as, excluding, may_bound, may_end, outlived
from agents.lexicon import stems
from agents.paradox import paradoxes
from agents.predicates import INSTRUCTS, THINGS, is_functional, is_place, name_key
from agents.stretch import Stretch, goes_on, told_end, untold
from agents.validity import ever_held, holds, is_over
from schemas.envelope import derive_id
from schemas.facts import (
    Contradicting,
    ContradictionFound,
    FactAsserted,
    FactConfirmed,
    FactSuperseded,
    Source,
)
from schemas.percepts import Passage, Perceived


def believe(decision: Decision, event: Perceived, passage: Passage, memory: str) -> None:
    """Decide every statement that a passage makes."""
    for claim in claims(event, passage, memory, decision.policy.relation_score):
        _believe(decision, claim)


def _believe(decision: Decision, claim: Claim) -> None:
    """End, confirm, or assert; what is told of a time is asserted where it was not told before."""
    same, others = _told(decision, claim)
    if claim.ended:
        _over(decision, claim, same or _meant(decision, claim), others)
        return
    unbegun = [b for b in same if b.valid_from == ALWAYS and told_end(b) > claim.held_at]
    same = [b for b in same if b not in unbegun]
    since = _since(claim, others)
    holding = _again(decision, claim, since, same, others)
    if holding and holding.valid_from <= _after(claim, others):
        since = holding.valid_from
    if claim.valid_to:
        _limit(decision, claim, claim.valid_to, same)
    ends = [(told_end(b), b.fact) for b in unbegun]
    for belief in unbegun:  # now it is told when it had begun
        _end(decision, belief, belief.valid_from, None, claim.source)
    while stretch := untold(claim, since, same, _beside(claim, same, others), ends):
        if not _assert(decision, claim, stretch, others):
            return
        same, others = _told(decision, claim)


def _told(decision: Decision, claim: Claim) -> tuple[list[Belief], list[Belief]]:
    """Give what is believed of a claim's object, and what excludes it."""
    beliefs = _beliefs(decision, (decision.space, name_key(claim.subject), claim.predicate))
    others: list[Belief] = []
    if _is_functional(decision, claim):
        others = excluding(claim, decision.space, beliefs, decision.known.facts)
    return [b for b in beliefs if b.object == claim.object_key], others


def _meant(decision: Decision, claim: Claim) -> list[Belief]:
    """Give what a claim that something is over means, where its object is in other words.

    A name may be cut short; the last words of a thing's name may stand for it, if they are those of
    one that is there only; an instruction is taken back in some of its words.
    """
    beliefs = _beliefs(decision, (decision.space, name_key(claim.subject), claim.predicate))
    if claim.predicate == INSTRUCTS:
        told = set(stems(claim.object))
        both = [(b, set(stems(b.object))) for b in beliefs]
        return [b for b, given in both if told and given and (told <= given or given <= told)]
    if claim.predicate in THINGS:
        there = [b for b in beliefs if holds(b, claim.held_at)]
        meant = [b for b in there if ends_as(claim.object_key, b.object)]
        return meant if len(meant) == 1 else []
    if _is_functional(decision, claim) and not is_place(claim.predicate):
        return [b for b in beliefs if begins(b.object, claim.object_key)]
    return []


def _is_functional(decision: Decision, claim: Claim) -> bool:
    return is_functional(claim.predicate, decision.known.functional(decision.space))


def _over(
    decision: Decision, claim: Claim, same: Sequence[Belief], others: Sequence[Belief]
) -> None:
    """End what is told to be over; what was never heard of held in the time that is told, if any.

    It was over before the first that ends it had begun, as far as that is known. The end
    of what has ended already is kept, for when whatever ended it is taken back.
    """
    left: set[datetime | None] = set()
    since = claim.began or ALWAYS
    last = max((b.valid_from for b in same if b.valid_from <= claim.held_at), default=None)
    for belief in same:
        over = is_over(belief, claim.held_at)
        if belief.last <= claim.held_at and (not over or belief.valid_from == last):
            held = asserted_by(decision.space, claim, belief.fact, since, claim.valid_from)
            at, alone = _after(claim, [belief]), None if claim.denied else held
            _end(decision, belief, at, None, claim.source, already=over, alone=alone)
            left |= set() if over else {belief.valid_to}
        elif belief.asserted_to and belief.valid_from in left:  # what was to follow on that
            _end(decision, belief, belief.valid_from, None, claim.source)
            left.add(belief.valid_to)
    if claim.denied or any(belief.valid_from <= claim.held_at for belief in same):
        return
    # When it was told to end is kept: that counts once it is told when it had begun.
    asserted = asserted_by(decision.space, claim, decision.new_id(), since, claim.valid_from)
    decision.events.append(asserted)
    key, mine = (decision.space, name_key(claim.subject), claim.predicate), begun(asserted)
    later = [b for b in others if since < b.valid_from < claim.valid_from]
    rivals = [b for b in later if outlived(key, mine, b, decision.known.facts)]
    if ended := min([(b.valid_from, b.fact) for b in rivals], default=None):
        _end(decision, mine, *ended, claim.source)


def _limit(decision: Decision, claim: Claim, end: datetime, same: Sequence[Belief]) -> None:
    """End when it is told to what was told without an end: what has one of its own keeps that."""
    for belief in same:
        within = claim.valid_from < (belief.valid_to or end) and belief.last <= end
        if belief.asserted_to is None and within:
            over = is_over(belief, end)
            _end(decision, belief, end, None, claim.source, already=over)


def _again(
    decision: Decision,
    claim: Claim,
    since: datetime,
    same: Sequence[Belief],
    others: Sequence[Belief],
) -> Belief | None:
    """Confirm what was told of a claim's time before; give what holds when the claim does."""
    holding = next((b for b in reversed(same) if holds(b, claim.held_at)), None)
    until = claim.valid_to
    for belief in same:
        if belief is holding or (until and _meet(belief, claim.valid_from, until)):
            _confirm(decision, claim, since, belief, _beside(claim, same, others))
    for other in others:
        if holding and holds(other, claim.held_at):
            _found(decision, claim, holding.fact, other.fact)
    return holding


def _beside(claim: Claim, same: Sequence[Belief], others: Sequence[Belief]) -> set[str]:
    """Name the facts that do not end a claim, whatever else they end."""
    return {b.fact for b in same} | {b.fact for b in others if not may_bound(claim, b)}


def _confirm(
    decision: Decision, claim: Claim, since: datetime, belief: Belief, beside: Collection[str]
) -> None:
    """Confirm what a claim tells again, once for an observation."""
    told = (FactAsserted, FactConfirmed)
    if any(isinstance(e, told) and e.fact == belief.fact for e in decision.events):
        return
    since, until = max(since, belief.valid_from), claim.valid_to
    if until and belief.valid_to and goes_on(belief, beside):  # the rest is told apart
        until = min(until, belief.valid_to)
    sure = claim.source.confidence
    decision.events.append(
        FactConfirmed(
            fact=belief.fact,
            space=decision.space,
            at=max(claim.held_at, belief.valid_from),
            memory=claim.memory,
            source=claim.source,
            confidence=sure if sure > belief.confidence else None,
            alone=asserted_by(decision.space, claim, belief.fact, since, until),
        )
    )


def _assert(decision: Decision, claim: Claim, stretch: Stretch, others: Sequence[Belief]) -> bool:
    """Begin to believe a claim, between what held before it and what is known to hold later.

    Say whether it holds through the stretch.
    """
    if stretch.since > claim.held_at:
        claim = replace(claim, valid_from=stretch.since, held_at=stretch.since)
    fact, valid_from, valid_to = decision.new_id(), stretch.since, claim.valid_to
    open_: list[Belief] = []
    earlier = [b for b in others if b.last <= claim.held_at]
    for belief in earlier:
        if not may_end(claim, belief):
            open_.append(belief)
        elif holds(belief, valid_from):
            _end(decision, belief, valid_from, fact, claim.source)
    later = [b for b in others if b.valid_from > valid_from or b.last > claim.held_at]
    open_ += [b for b in later if not may_bound(claim, b)]
    bounds = _later(claim, valid_from, [b for b in later if may_bound(claim, b)])
    bound = min([*bounds, *stretch.bounds], default=None)
    asserted = asserted_by(decision.space, claim, fact, valid_from, valid_to)
    decision.events.append(asserted)
    if bound and (valid_to is None or bound[0] < valid_to):
        valid_to = bound[0]
        _end(decision, begun(asserted), *bound, claim.source)
    for belief in open_:
        if _meet(belief, valid_from, valid_to):
            _found(decision, claim, fact, belief.fact)
    if valid_to is None:
        key = (decision.space, name_key(claim.subject), claim.predicate)
        for kind, facts in paradoxes(decision.known.facts, key, begun(asserted)):
            _found(decision, claim, *facts, kind=kind)
    return not bound or bound in stretch.bounds


def _found(
    decision: Decision, claim: Claim, *facts: str, kind: Contradicting | None = None
) -> None:
    """Note that facts exclude one another, and that none of them was ended."""
    concerned = tuple(sorted(facts))
    decision.events.append(
        ContradictionFound(
            contradiction=derive_id("/".join(concerned), "contradiction"),
            space=decision.space,
            at=claim.held_at,
            kind=kind or ("two_places" if is_place(claim.predicate) else "exclusive"),
            facts=concerned,
        )
    )


def _after(claim: Claim, others: Sequence[Belief]) -> datetime:
    """Say from when a claim changes things: as early as it may, but after what is known to hold."""
    within = any(claim.valid_from < b.last <= claim.held_at for b in others)
    return claim.held_at if within else claim.valid_from


def _since(claim: Claim, others: Sequence[Belief]) -> datetime:
    """Say from when a claim holds: after what it ends was known to hold."""
    return _after(claim, [b for b in others if b.last <= claim.held_at and may_end(claim, b)])


def _later(
    claim: Claim, valid_from: datetime, beliefs: Sequence[Belief]
) -> list[tuple[datetime, str]]:
    """Give when what is known to hold later has begun, or where it goes on, is heard of again."""
    begins = [(b.valid_from, b.fact) for b in beliefs if b.valid_from > valid_from]
    return begins + [
        (b.last, b.fact) for b in beliefs if holds(b, valid_from) and b.last > claim.held_at
    ]


def _meet(belief: Belief, since: datetime, until: datetime | None) -> bool:
    """Say whether a belief holds at some time of an interval."""
    begins = until is None or belief.valid_from < until
    return begins and not is_over(belief, since)


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
    held = filter(ever_held, beliefs.values())
    return sorted(held, key=lambda b: (b.valid_from, b.fact))


def _end(  # noqa: PLR0913 - what ends, when, by what, and who says so
    decision: Decision,
    belief: Belief,
    at: datetime,
    by: str | None,
    source: Source,
    *,
    already: bool = False,
    alone: FactAsserted | None = None,
) -> None:
    decision.events.append(
        FactSuperseded(
            fact=belief.fact,
            space=decision.space,
            valid_to=at,
            by=by,
            source=source,
            already=already,
            alone=alone,
        )
    )
