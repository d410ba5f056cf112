"""What a tick makes of contradictions: the weightier fact stays, or they are left open.

A fact weighs by how sure it is, how often it was told, and how lately. What a settlement ends is
ended by an event that names the contradiction, so that it can be taken back like an observation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from agents.beliefs import Belief, Dispute
from agents.decision import Decision
from agents.paradox import TIMED
from agents.validity import ever_held
from schemas.facts import ContradictionJudged, Source
from schemas.memories import JobRan
from schemas.observations import Ticked

_CLEARLY: Final = 1.5  # times the other's weight: what weighs less more is left open
_HALF: Final = timedelta(days=365)  # older by so much, a fact weighs half


def reconcile(decision: Decision, tick: Ticked) -> None:
    """Weigh the contradictions that were found since, the oldest first, within the budget."""
    disputes, budget = decision.known.disputes, decision.policy.budget
    ended: dict[str, datetime] = {}  # by this tick: what lost must not win against others
    for dispute in disputes[:budget]:
        judged = _judged(_settled(dispute, ended), tick)
        if judged.ended and judged.valid_to:
            ended[judged.ended] = judged.valid_to
        decision.events.append(judged)
    decision.events.append(
        JobRan(
            space=tick.space,
            job=tick.job,
            at=tick.at,
            changed=min(len(disputes), budget),
            left=len(disputes) > budget,
        )
    )


def _settled(dispute: Dispute, ended: Mapping[str, datetime]) -> Dispute:
    """Give a contradiction with what was settled before it."""
    beliefs = [replace(b, valid_to=ended.get(b.fact, b.valid_to)) for b in dispute.beliefs]
    return replace(dispute, beliefs=tuple(beliefs))


def _judged(dispute: Dispute, tick: Ticked) -> ContradictionJudged:
    judged = ContradictionJudged(
        contradiction=dispute.contradiction,
        space=tick.space,
        at=tick.at,
        verdict="open",
        reason="it is for others to say which of the times is wrong",
        source=Source(observation=dispute.contradiction),
    )
    if dispute.memories:
        reason = "it is for others to say which of the places is wrong"
        return judged.model_copy(update={"reason": reason})
    if concerned := TIMED.get(dispute.kind):
        # A time that was told anew has ended the one before it.
        lasting = [b for b in dispute.beliefs if b.valid_to is None]
        return judged if len(lasting) == concerned else _gone(judged)
    held = list(filter(ever_held, dispute.beliefs))
    if len(held) < 2 or not held[0].meets(held[1]):  # noqa: PLR2004 - a pair
        return _gone(judged)
    weights = _weights(held)
    lost, kept = sorted(held, key=lambda b: (weights[b.fact], b.fact))
    judged = judged.model_copy(update={"weights": weights})
    if weights[kept.fact] < _CLEARLY * weights[lost.fact]:
        reason = "neither is clearly surer, told more often, or told later"
        return judged.model_copy(update={"reason": reason})
    if _outlasts(lost, kept):  # ended, what it outlasts the other by would be lost
        reason = "the weightier one is over before the other is"
        return judged.model_copy(update={"reason": reason})
    return judged.model_copy(
        update={
            "verdict": "settled",
            "kept": kept.fact,
            "ended": lost.fact,
            # What came before the other is over since then; what came after it never held.
            "valid_to": max(
                lost.valid_from, min(kept.valid_from, lost.valid_to or kept.valid_from)
            ),
            "reason": _why(kept, lost),
        }
    )


def _gone(judged: ContradictionJudged) -> ContradictionJudged:
    return judged.model_copy(
        update={"verdict": "gone", "reason": "they do not hold together any more"}
    )


def _outlasts(one: Belief, other: Belief) -> bool:
    return other.valid_to is not None and (one.valid_to is None or one.valid_to > other.valid_to)


def _weights(held: Sequence[Belief]) -> dict[str, float]:
    """Weigh facts: confidence x 1 - 2^-evidence, halved for each year that one was told earlier.

    Of what is over, how lately it held says nothing about whether it did.
    """
    latest = max(b.held_at for b in held)
    lasting = all(b.valid_to is None for b in held)
    weights = {}
    for belief in held:
        attested = 1 - 2.0**-belief.evidence
        recent = 0.5 ** ((latest - belief.held_at) / _HALF) if lasting else 1.0
        weights[belief.fact] = round(belief.confidence * attested * recent, 6)
    return weights


def _why(kept: Belief, lost: Belief) -> str:
    because = (
        ("surer", kept.confidence > lost.confidence),
        ("told more often", kept.evidence > lost.evidence),
        ("told later", kept.held_at > lost.held_at),
    )
    return f"what stays is {' and '.join(word for word, true in because if true)}"
