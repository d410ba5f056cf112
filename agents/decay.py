"""What a tick does to memories whose time has come: they fade, lose details, are forgotten."""

from datetime import datetime

from agents.compress import compressed
from agents.consolidate import leave, shorten
from agents.decision import Decision
from agents.due import Due
from agents.predicates import name_key
from agents.retention import Held, due, written
from schemas.memories import (
    JobRan,
    MemoryCompressed,
    MemoryEvent,
    MemoryForgotten,
    Strength,
    Trace,
)
from schemas.observations import Ticked
from schemas.percepts import Entity


def decay(decision: Decision, tick: Ticked) -> None:
    """Move every memory that is due on by one state; at most as many as the budget allows.

    A space's time passes from its first command on. What was taken in before is found too early,
    once, and put off.
    """
    since = decision.since
    fading = decision.policy.fading
    found = decision.known.due[: decision.policy.budget]
    changed: list[Strength] = []
    moved: list[MemoryEvent] = []
    gone: list[Due] = []
    for item in found:
        ends = due(item.held, since, fading)
        if ends is None or ends > tick.at:
            changed.append(written(item.memory, item.held, ends))
        elif item.held.state == "vivid":
            changed.append(_next(item, item.held._replace(state="faded"), decision, since))
        elif item.held.state == "faded":
            moved.append(_compressed(item, decision, tick.at, since))
        else:
            moved.append(forgotten(item, tick.at, "decayed"))
            gone.append(item)
    decision.change(changed, tick.at)
    decision.events.extend(moved)
    shorten(decision, [event for event in moved if isinstance(event, MemoryCompressed)], tick.at)
    leave(decision, gone, tick.at)
    decision.events.append(
        JobRan(
            space=tick.space,
            job=tick.job,
            at=tick.at,
            changed=len(found),
            left=len(decision.known.due) > len(found),
        )
    )


def forgotten(item: Due, at: datetime, reason: str) -> MemoryForgotten:
    """Let a memory go, saying by what it was found."""
    whole = item.whole
    entities = {entity.text: entity for entity in (*whole.entities, *whole.in_facts)}
    return MemoryForgotten(
        memory=whole.memory,
        space=whole.space,
        at=at,
        reason=reason,
        before=Trace(
            at=whole.at, speaker=whole.speaker, text=whole.text, entities=tuple(entities.values())
        ),
    )


def _next(item: Due, held: Held, decision: Decision, since: datetime | None) -> Strength:
    return written(item.memory, held, due(held, since, decision.policy.fading))


def _compressed(
    item: Due, decision: Decision, at: datetime, since: datetime | None
) -> MemoryCompressed:
    whole = item.whole
    after = compressed(whole, decision.policy.detail)
    kept = {name_key(entity.text) for entity in after.entities}
    stated = {name_key(name) for name in item.names}
    dropped: dict[str, Entity] = {}
    in_facts: dict[str, Entity] = {}
    for entity in whole.entities:
        if (key := name_key(entity.text)) not in kept:
            (in_facts if key in stated else dropped)[key] = entity
    return MemoryCompressed(
        space=whole.space,
        at=at,
        whole=after.model_copy(update={"in_facts": tuple(in_facts.values())}),
        strength=_next(item, item.held._replace(state="compressed"), decision, since),
        before=Trace(
            at=whole.at, speaker=whole.speaker, text=whole.text, entities=tuple(dropped.values())
        ),
    )
