"""What is told of what memory made of memories: facts, concepts and procedures, event by event."""

from schemas.concepts import ConceptChanged
from schemas.facts import (
    ContradictionFound,
    ContradictionJudged,
    FactAsserted,
    FactConfirmed,
    FactReopened,
    FactSuperseded,
)
from schemas.memories import FeedbackNoted
from schemas.procedures import ProcedureRecognised


def derived(id_: str, event: object) -> str:
    """Say in a sentence what an event did to a fact, a concept or a procedure."""
    match event:
        case ConceptChanged():
            return _changed(event)
        case ProcedureRecognised():
            steps = ", then ".join(event.steps)
            return f"recognised in {len(event.sequences)} sequences: {steps}"
        case FeedbackNoted():
            return f"its memory {event.memory[:8]} was judged {event.verdict}"
        case ContradictionFound() | ContradictionJudged():
            return _disputed(id_, event)
        case _:
            return _stated(id_, event)


def _stated(fact: str, event: object) -> str:
    match event:
        case FactAsserted():
            stated = f"{event.subject} {event.predicate} {event.object}"
            return f"told by {event.source.observation}: {stated}, from {event.valid_from:%Y-%m-%d}"
        case FactConfirmed():
            return f"told again by {event.source.observation}"
        case FactSuperseded() if event.fact == fact:
            by = f", by fact {event.by[:8]}" if event.by else ""
            return f"ended {event.valid_to:%Y-%m-%d} by {event.source.observation}{by}"
        case FactReopened() if event.fact == fact:
            return f"holds again: {event.source.observation} was taken back"
        case FactSuperseded():
            return f"ends fact {event.fact[:8]}"
        case _:
            return type(event).__name__


def _disputed(fact: str, event: ContradictionFound | ContradictionJudged) -> str:
    if isinstance(event, ContradictionJudged):
        lost = ", and ends it" if event.ended == fact else ""
        return f"contradiction {event.contradiction[:8]} is {event.verdict}: {event.reason}{lost}"
    others = ", ".join(other[:8] for other in event.facts if other != fact)
    return f"contradicts {others} ({event.kind.replace('_', ' ')})"


def _changed(event: ConceptChanged) -> str:
    joined = ", ".join(f"{one.memory[:8]} ({one.typicality:.2f})" for one in event.joined)
    left = ", ".join(memory[:8] for memory in event.left)
    parts = [f"joined by {joined}" if joined else "", f"left by {left}" if left else ""]
    if event.merged:
        parts.append(f"merged into {event.merged[:8]}")
    return f"{'; '.join(filter(None, parts)) or 'changed'}; {event.size} memories then"


def sources_of(event: object) -> list[str]:
    """Give what an event adds by its sources: observations, memories that join, or sequences."""
    match event:
        case ConceptChanged():
            return [one.memory for one in event.joined]
        case ProcedureRecognised():
            return list(event.sequences)
        case FactAsserted() | FactConfirmed():
            return [event.source.observation]
        case _:
            return []
