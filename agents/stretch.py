"""Which time that a claim is told for no fact of the same object covers yet."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from agents.beliefs import Belief
from agents.claims import Claim


class Stretch(NamedTuple):
    """A time in which a claim was not told yet; `bounds` are when facts go on from there."""

    since: datetime
    bounds: tuple[tuple[datetime, str], ...] = ()


def untold(claim: Claim, since: datetime, same: Sequence[Belief]) -> Stretch | None:
    """Give the first time, from `since` on, that beliefs of the claim's object leave open.

    They are in the order in which they began. A claim goes on where one has ended as it was told
    to; what has ended it otherwise, ends the claim too, unless that is known to hold later.
    """
    facts = {belief.fact for belief in same}
    for belief in same:
        if belief.valid_to and belief.valid_to <= max(since, claim.held_at):
            since = max(since, belief.valid_to)
            continue
        if claim.valid_to and belief.valid_from >= claim.valid_to:
            break
        if belief.valid_from > since:
            return Stretch(since, ((belief.valid_from, belief.fact),))
        as_told = belief.valid_to == belief.asserted_to or belief.ended_by in facts
        if not (claim.valid_to and belief.valid_to and as_told):
            return None
        since = belief.valid_to
    return Stretch(since) if claim.valid_to is None or since < claim.valid_to else None
