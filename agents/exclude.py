"""Whether two statements exclude each other, and whether one of them may simply end the other.

What is left open is noted as a contradiction, for the reconcile job to weigh.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from agents.beliefs import Belief, FactKey
from agents.claims import Claim
from agents.predicates import LOCATED, is_place
from agents.validity import ever_held, is_over
from schemas.facts import Source

_SURER: Final = 0.8  # of a confidence: what is less sure than that does not end what is surer
_DEPTH: Final = 4  # places in places that are gone through

Facts = Mapping[FactKey, Sequence[Belief]]


def excluding(claim: Claim, space: str, beliefs: Sequence[Belief], facts: Facts) -> list[Belief]:
    """Give the beliefs that cannot be true together with a claim: not those of its own object.

    What is told beside something else ("I also work at a bakery") excludes nothing, and is not
    excluded. Nor is what was told in one breath with the claim ("I live in Lisbon, in Graça"), then
    or before. A place may lie in the other, as far as that was told; anything else may be the same
    under a name cut short ("Shell", "Shell Energy"; but Porto is not Porto Alegre).
    """
    same = [b for b in beliefs if b.object == claim.object_key]
    if claim.beside or any(b.beside for b in same):
        return []
    others = [
        b
        for b in beliefs
        if b.object != claim.object_key and not (b.beside or _in_one_breath(claim, b, same))
    ]
    if not is_place(claim.predicate):
        return [b for b in others if not begins(b.object, claim.object_key)]
    return [b for b in others if not _nested(space, claim, b, facts)]


def may_end(claim: Claim, belief: Belief) -> bool:
    """Say whether a claim, coming later, ends a belief.

    Not if it is much less sure; nor if it is over itself before the belief is; nor if both are
    told to begin at the same time, as what has an end of its own is.
    """
    over = over_before(claim.valid_to, belief.asserted_to)
    begun = (claim.valid_from, claim.held_at)
    dated = claim.dated or belief.asserted_to is not None
    tied = dated and begun == (belief.valid_from, belief.held_at)
    return not (over or tied or claim.source.confidence < _SURER * belief.confidence)


def may_bound(claim: Claim, belief: Belief) -> bool:
    """Say whether a belief that comes later ends a claim, by the same rules."""
    over = over_before(belief.asserted_to, claim.valid_to)
    return not over and belief.confidence >= _SURER * claim.source.confidence


def over_before(one: datetime | None, other: datetime | None) -> bool:
    """Say whether what is told to end at one time is over before what is told to at another."""
    return one is not None and (other is None or one < other)


def outlived(key: FactKey, belief: Belief, later: Belief, facts: Facts) -> bool:
    """Say whether a belief is over when a later one begins, as if that were claimed only now."""
    space, subject, predicate = key
    source = Source(observation="", confidence=later.confidence)
    claim = Claim(
        subject=subject,
        predicate=predicate,
        object=later.object,
        valid_from=later.valid_from,
        held_at=later.held_at,
        valid_to=later.asserted_to,
        memory="",
        source=source,
        beside=later.beside,
    )
    whole = replace(belief, valid_to=belief.asserted_to)
    told_before = belief.held_at <= later.held_at and may_end(claim, belief)
    return told_before and whole in excluding(claim, space, [whole, later], facts)


def begins(one: str, other: str) -> bool:
    """Say whether one name is the other cut short: its first words, or their initials."""
    cut = all(a == b for a, b in zip(one.split(), other.split(), strict=False))
    return cut or _initials(one) == _letters(other) or _initials(other) == _letters(one)


def _initials(name: str) -> str:
    """Give the initials of several words: "hp", of "Harlow & Pike"."""
    first = [word[0] for word in name.split() if word[0].isalnum()]
    return "".join(first) if len(first) > 1 else ""


def _letters(name: str) -> str | None:
    """Give the letters of one word, if it has any: "hp", of "H&P"."""
    return "".join(filter(str.isalnum, name)) or None if len(name.split()) == 1 else None


def ends_as(one: str, other: str) -> bool:
    """Say whether the words of one name are the last of the other: "Octavia", "Skoda Octavia"."""
    words = one.split()
    return other.split()[-len(words) :] == words


def _in_one_breath(claim: Claim, belief: Belief, same: Sequence[Belief]) -> bool:
    if claim.memory in belief.memories and claim.held_at == belief.held_at:
        return True
    # "I used to live in Porto, but now in Lisbon" names two that did not hold together.
    return any(one.meets(belief) and not one.memories.isdisjoint(belief.memories) for one in same)


def _nested(space: str, claim: Claim, belief: Belief, facts: Facts) -> bool:
    one, other, at = claim.object_key, belief.object, max(claim.held_at, belief.valid_from)
    return other in around(space, one, facts, at) or one in around(space, other, facts, at)


def around(space: str, place: str, facts: Facts, at: datetime) -> set[str]:
    """Give the places that a place lies in, but for where it no longer does at a time.

    It did so before that was told.
    """
    found, last = set[str](), {place}
    for _ in range(_DEPTH):
        told = [b for p in sorted(last) for b in facts.get((space, p, LOCATED), ())]
        last = {b.object for b in told if ever_held(b) and not is_over(b, at)} - found
        found |= last
    return found
