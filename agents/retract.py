"""What is taken back with an observation: all that came of it alone; what it ended holds again."""

from agents.consolidate import leave
from agents.decay import forgotten
from agents.decision import Decision
from agents.reopen import reopen, unsay
from schemas.memories import SourceRetracted
from schemas.observations import RetractRequested


def retract(decision: Decision, event: RetractRequested) -> None:
    """Take back what an observation said.

    Memories and facts that it alone is the source of go: the memories from every view, the facts
    as never having held. What has other sources stays, with one less. Facts that it ended are
    valid again, up to the end that others said, or that follows from another fact. The id of a
    contradiction in an observation's place takes back how it was settled, or that texts were found
    to contradict.
    """
    traced = decision.known.traced
    sourced = [s for s in traced.facts if s.sourced]
    ended = {
        s.fact for s in traced.facts if any(e.observation == event.observation for e in s.ends)
    }
    if not traced.came_of(event.observation):
        reason = f"nothing that is remembered came of {event.observation}"
        decision.passed(event, reason)
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
    gone = {stated.fact for stated in sourced if stated.alone}
    for stated in sourced:
        if stated.alone:
            unsay(decision, stated, event.id)
    for stated in traced.facts:
        if stated.fact in gone or not (stated.fact in ended or stated.ended_by in gone):
            continue
        # Whoever takes back a settlement knows better than the fact that won by it.
        won = {e.by or "" for e in stated.ends if e.observation == event.observation}
        without = gone | won if traced.settled else gone
        reopen(decision, stated, without, event.id, without=event.observation)
    reason = f"retracted: {event.reason}"
    decision.events.extend(forgotten(item, event.at, reason) for item in traced.alone)
    leave(decision, traced.alone, event.at)
