"""Which time that a claim is told for no fact of the same object covers yet."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from agents.beliefs import Belief
from agents.claims import Claim

NEVER: Final = datetime.max.replace(tzinfo=UTC)

Bound = tuple[datetime, str]  # when a fact ends a claim, or goes on from there; which one


class Stretch(NamedTuple):
    """A time in which a claim was not told yet: since then, up to the first of its bounds."""

    since: datetime
    bounds: tuple[Bound, ...] = ()


def told_end(belief: Belief) -> datetime:
    """Give when a belief was told to end, whatever other fact has ended it before; or never."""
    return (belief.asserted_to if belief.ended_by else belief.valid_to) or NEVER


def untold(
    claim: Claim,
    since: datetime,
    same: Sequence[Belief],
    beside: Collection[str],
    ends: Sequence[Bound],
) -> Stretch | None:
    """Give the first time, from `since` on, that beliefs of the claim's object leave open.

    They are in the order in which they began. A claim goes on where one has ended as it was told
    to; what has ended it otherwise, ends the claim too, unless that is known to hold later, or is
    a fact that may be `beside` it. So do the `ends` that were told of it, and of no beginning.
    """
    for belief in same:
        if belief.valid_to and belief.valid_to <= max(since, claim.held_at):
            since = max(since, belief.valid_to)
            continue
        if claim.valid_to and belief.valid_from >= claim.valid_to:
            break
        if belief.valid_from > since:
            return Stretch(since, ((belief.valid_from, belief.fact), *ends))
        if not (claim.valid_to and belief.valid_to and goes_on(belief, beside)):
            return None
        since = belief.valid_to
    return Stretch(since, (*ends,)) if since < (claim.valid_to or NEVER) else None


def goes_on(belief: Belief, beside: Collection[str]) -> bool:
    """Say whether a claim goes on where a belief of its object has ended: as that was told to."""
    return belief.valid_to == belief.asserted_to or belief.ended_by in beside
