"""What remember needs to know before it decides, and how its own decisions change that."""

from binascii import a2b_base64
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np

from agents.beliefs import Belief, Dispute, FactKey, begun
from agents.concepts import Concept
from agents.declared import functional
from agents.due import Due
from agents.likeness import Near, block_keys
from agents.link import Placed
from agents.merge import Merging
from agents.needs import BlockKey, SessionKey
from agents.predicates import CAUSE, EFFECT, name_key
from agents.recognise import Told
from agents.retention import Held, first
from agents.traced import Traced
from agents.whereabouts import Stay, StayKey, stays
from schemas.facts import FactAsserted, FactConfirmed, FactSuperseded
from schemas.memories import (
    FeedbackNoted,
    JobRan,
    MemoriesRecalled,
    MemoryEvent,
    MemoryFormed,
    SpaceAdjusted,
    SpaceErased,
    StrengthsChanged,
)
from schemas.predicates import Predicate
from schemas.whereabouts import WhereaboutsTold

BLOCK_SIZE: Final = 8  # the newest memories of a block that a new one is compared with


class Clock(NamedTuple):
    """A space's time: it began to pass with the first command, and has come to the latest one."""

    since: datetime
    now: datetime


@dataclass(slots=True)
class Episodes:
    """What consolidating compares: new episodes, the oldest first, with what they may be like.

    Those are the concepts that changed last, and the newest episodes that are in none. `merging`
    are concepts of which one goes into the other before; `sequences` of steps are new, or longer,
    and others are `sharing` steps with them; there are more, if some are `left`. `placed` are new
    episodes and `told` those of their sessions; `causes` has for some an earlier one.
    """

    fresh: list[Near] = field(default_factory=list)
    apart: list[Near] = field(default_factory=list)
    concepts: list[Concept] = field(default_factory=list)
    merging: list[Merging] = field(default_factory=list)
    sequences: list[Told] = field(default_factory=list)
    sharing: list[Told] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)
    told: list[Placed] = field(default_factory=list)
    causes: dict[str, str] = field(default_factory=dict)
    left: bool = False


@dataclass(slots=True)
class Known:
    """What was gathered, kept up to date in step with what is decided.

    `decided` maps an input to the digests decided under its id, the first one first; `blocks`
    hold the newest memories last; `due` is what a job looked for, the longest due first; `told` has
    the confidence in the facts that a judged memory stated; `erased` are inputs whose content was
    erased; `concept_of` names the concepts of what may lose words or be forgotten;
    `declared` are the predicates that spaces declare, by name.
    """

    decided: dict[str, list[str]] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    blocks: dict[BlockKey, list[Near]] = field(default_factory=dict)
    facts: dict[FactKey, list[Belief]] = field(default_factory=dict)
    stays: dict[StayKey, list[Stay]] = field(default_factory=dict)
    ordinals: dict[SessionKey, int] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)
    clocks: dict[str, Clock] = field(default_factory=dict)
    due: list[Due] = field(default_factory=list)
    told: dict[str, dict[str, float]] = field(default_factory=dict)
    traced: Traced = field(default_factory=Traced)
    episodes: Episodes = field(default_factory=Episodes)
    disputes: list[Dispute] = field(default_factory=list)
    concept_of: dict[str, str] = field(default_factory=dict)
    concepts: dict[str, Concept] = field(default_factory=dict)
    declared: dict[str, dict[str, Predicate]] = field(default_factory=dict)

    def functional(self, space: str) -> Collection[str]:
        """Name the predicates that a space declares and of which one object holds at a time."""
        return functional(self.declared.get(space))

    def since(self, space: str) -> datetime | None:
        """Say when time began to pass in a space, if it has."""
        clock = self.clocks.get(space)
        return clock.since if clock else None


def evolve(known: Known, input_id: str, digest: str, events: Iterable[MemoryEvent]) -> Known:
    """Fold what was decided for one input into what is known, in place."""
    known.decided.setdefault(input_id, []).append(digest)
    for event in events:
        match event:
            case MemoryFormed():
                _remember(known, event)
            case FactAsserted():
                _assert(known, event)
            case FactConfirmed() | FactSuperseded():
                _believe(known, event)
            case WhereaboutsTold():
                _locate(known, event)
            case SpaceErased():
                _erase(known, event.space)
            case SpaceAdjusted():
                _declare(known, event)
            case StrengthsChanged():
                _strengthen(known, event)
            case MemoriesRecalled() | JobRan() | FeedbackNoted():
                before_ = known.clocks.get(event.space, Clock(event.at, event.at))
                known.clocks[event.space] = before_._replace(now=max(before_.now, event.at))
            case _:
                pass
    return known


def _declare(known: Known, event: SpaceAdjusted) -> None:
    if event.predicates:
        own = known.declared.setdefault(event.space, {})
        own.update((one.name, one) for one in event.predicates)
        for one in event.predicates:
            if one.withdrawn:
                del own[one.name]


def _assert(known: Known, event: FactAsserted) -> None:
    key = (event.space, name_key(event.subject), event.predicate)
    known.facts.setdefault(key, []).append(begun(event))
    if event.predicate == CAUSE:
        back = replace(begun(event), object=name_key(event.subject))
        key = (event.space, name_key(event.object), EFFECT)
        known.facts.setdefault(key, []).append(back)


def _remember(known: Known, event: MemoryFormed) -> None:
    vector = np.frombuffer(a2b_base64(event.vector), np.float16)
    near = Near(event.memory, event.speaker or "", event.text, vector)
    for key in block_keys(event.text):
        block = known.blocks.setdefault((event.space, key), [])
        block.append(near)
        del block[:-BLOCK_SIZE]
    known.held[event.memory] = first(event)
    session = (event.space, event.session)
    known.ordinals[session] = max(known.ordinals.get(session, 0), event.ordinal + 1)


def _erase(known: Known, space: str) -> None:
    known.blocks = {key: near for key, near in known.blocks.items() if key[0] != space}
    known.facts = {key: held for key, held in known.facts.items() if key[0] != space}
    known.stays = {key: told for key, told in known.stays.items() if key[0] != space}
    known.ordinals = {key: last for key, last in known.ordinals.items() if key[0] != space}
    known.held = {id_: held for id_, held in known.held.items() if held.space != space}
    known.declared.pop(space, None)
    known.clocks = {key: clock for key, clock in known.clocks.items() if key != space}


def _strengthen(known: Known, event: StrengthsChanged) -> None:
    for strength in event.strengths:
        before = known.held.get(strength.memory)
        if before:
            known.held[strength.memory] = before._replace(
                stability=strength.stability,
                difficulty=strength.difficulty,
                accessed=strength.accessed,
                state=strength.state,
                days=strength.days,
                confidence=strength.confidence,
                review=strength.review,
            )


def _locate(known: Known, event: WhereaboutsTold) -> None:
    for key, stay in stays(event):
        known.stays.setdefault(key, []).append(stay)


def _believe(known: Known, event: FactConfirmed | FactSuperseded) -> None:
    for beliefs in known.facts.values():
        for index, belief in enumerate(beliefs):
            if belief.fact == event.fact:
                beliefs[index] = belief.after(event)
