"""What feedback does to a memory: its strength, and the confidence in it and in its facts."""

from typing import Final

from agents.decision import Decision
from agents.retention import Grade, met_again
from schemas.memories import FeedbackNoted
from schemas.observations import Feedback

_GRADES: Final = {"useful": Grade.EASY, "wrong": Grade.AGAIN, "outdated": Grade.AGAIN}
_LEFT: Final = {"wrong": 0.25, "outdated": 0.5}  # of the confidence in what was judged


def judge(decision: Decision, event: Feedback) -> None:
    """Strengthen what was useful; weaken, and trust less, what was wrong or outdated."""
    held = decision.known.held.get(event.memory)
    if held is None or held.space != event.space:
        reason = f"feedback on {event.memory}, which is no memory of this space"
        decision.passed(event, reason)
        return
    decay = decision.policy.fading.decay
    after = met_again(held, event.at, decision.since, _GRADES[event.verdict], decay)
    after = after._replace(confidence=_trusted(held.confidence, event.verdict))
    told = decision.known.told.get(event.memory, {})
    decision.events.append(
        FeedbackNoted(
            memory=event.memory,
            space=event.space,
            at=event.at,
            verdict=event.verdict,
            facts={fact: _trusted(sure, event.verdict) for fact, sure in sorted(told.items())},
        )
    )
    decision.change([decision.strength(event.memory, after)], event.at)


def _trusted(confidence: float, verdict: str) -> float:
    if verdict == "useful":
        return round(confidence + (1 - confidence) / 2, 6)
    return round(confidence * _LEFT[verdict], 6)
