"""What is taken back with an observation: all that came of it alone; what it ended holds again."""

from datetime import datetime

from agents.consolidate import leave
from agents.decay import forgotten
from agents.decision import Decision
from agents.known import Stated
from agents.predicates import is_functional
from schemas.facts import FactReopened, FactSuperseded, Source
from schemas.memories import InputPassed, SourceRetracted
from schemas.observations import RetractRequested


def retract(decision: Decision, event: RetractRequested) -> None:
    """Take back what an observation said.

    Memories and facts that it alone is the source of go: the memories from every view, the facts
    as never having held. What has other sources stays, with one less. Facts that it ended are
    valid again, up to the next one of a functional predicate. The id of a contradiction in an
    observation's place takes back how it was settled, or that texts were found to contradict.
    """
    traced = decision.known.traced
    # What never held cannot be taken back, and so not twice.
    sourced = [s for s in traced.facts if s.sourced and s.valid_to != s.valid_from]
    ended = any(s.ended for s in traced.facts)
    if not (traced.alone or traced.shared or sourced or ended or traced.noted):
        reason = f"nothing that is remembered came of {event.observation}"
        decision.events.append(InputPassed(space=event.space, at=event.at, reason=reason))
        return
    decision.events.append(
        SourceRetracted(
            space=event.space,
            at=event.at,
            observation=event.observation,
            reason=event.reason,
            memories=tuple(traced.shared),
            facts=tuple(stated.fact for stated in sourced if not stated.alone),
        )
    )
    source = Source(observation=event.id)
    gone = {stated.fact for stated in sourced if stated.alone}
    for stated in sourced:
        if stated.alone:
            decision.events.append(
                FactSuperseded(
                    fact=stated.fact, space=event.space, valid_to=stated.valid_from, source=source
                )
            )
    for stated in traced.facts:
        if stated.fact not in gone and (stated.ended or stated.ended_by in gone):
            # Whoever takes back a settlement knows better than the fact that won by it.
            without = gone | {stated.ended_by or ""} if traced.settled else gone
            valid_to, by = _end(stated, traced.facts, without)
            decision.events.append(
                FactReopened(
                    fact=stated.fact, space=event.space, valid_to=valid_to, by=by, source=source
                )
            )
    reason = f"retracted: {event.reason}"
    decision.events.extend(forgotten(item, event.at, reason) for item in traced.alone)
    leave(decision, traced.alone, event.at)


def _end(stated: Stated, facts: list[Stated], gone: set[str]) -> tuple[datetime | None, str | None]:
    """Say when a fact ends without what is gone, and by which other fact."""
    rivals = [
        other
        for other in facts
        if other.key == stated.key
        and other.fact not in gone
        and other.valid_to != other.valid_from  # which never held, as it was taken back before
        and other.valid_from > stated.valid_from
        and is_functional(stated.key[2])
    ]
    first = min(rivals, key=lambda other: (other.valid_from, other.fact), default=None)
    if first and (stated.asserted_to is None or first.valid_from <= stated.asserted_to):
        return first.valid_from, first.fact
    return stated.asserted_to, None
