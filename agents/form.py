"""Which memories begin, and which are repeated, because of what was perceived."""

from binascii import a2b_base64
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from agents.believe import believe
from agents.claims import source_of
from agents.decision import Decision, observed
from agents.likeness import Near, block_keys, cosines, same_statement
from agents.locate import locate
from agents.retention import FADING, Grade, first
from agents.wording import begins, session_of, speaker_of
from schemas.memories import MemoryFormed, MemoryReinforced, Strength
from schemas.observations import Episode, Message, Perceivable, Procedure
from schemas.percepts import Passage, Perceived
from schemas.procedures import StepsObserved
from schemas.values import MemoryKind

_LATE: Final = timedelta(days=1)


def perceive(decision: Decision, event: Perceived) -> None:
    """Form or reinforce a memory for each passage, and decide what the passage states."""
    observation = observed(event)
    session = (observation.space, session_of(observation))
    ordinal = decision.known.ordinals.get(session, 0)
    speaker = speaker_of(observation) or ""
    learned = _learned(decision, observation.at)
    fresh: dict[int, list[Near]] = {}  # by block
    again: list[str] = []
    met: list[str] = []
    late: list[Strength] = []
    for passage in event.passages:
        vector = np.frombuffer(a2b_base64(passage.vector), np.float16)
        near = Near(decision.new_id(), speaker, passage.text, vector)
        like = _most_like(decision, near, fresh)
        memory = near.memory
        if like:
            memory, score = like
            alone = _formed(event, passage, memory, ordinal, learned)
            decision.events.append(_reinforced(alone, score))
            again.append(memory)
        else:
            formed = _formed(event, passage, memory, ordinal, learned)
            decision.events.append(formed)
            late.extend(_late(decision, formed, learned))
            for key in block_keys(near.text):
                fresh.setdefault(key, []).append(near)
            ordinal += 1
        believe(decision, event, passage, memory)
        met.append(memory)
    _steps(decision, observation, met)
    if met:
        locate(decision, observation, met[0])
    decision.change(late, learned)
    decision.meet([(memory, Grade.GOOD) for memory in dict.fromkeys(again)], learned)


def _steps(decision: Decision, observation: Perceivable, met: Sequence[str]) -> None:
    """Note the steps that are told as such."""
    sequence = ""
    steps: tuple[str, ...] = ()
    if isinstance(observation, Procedure):
        sequence, steps = f"procedure:{observation.id}", observation.steps
    elif isinstance(observation, Episode) and observation.session:
        sequence, steps = observation.session, (observation.what,)
    if steps and met:
        decision.events.append(
            StepsObserved(
                space=observation.space,
                sequence=sequence,
                at=observation.at,
                observation=observation.id,
                memory=met[0],
                steps=steps,
            )
        )


def _learned(decision: Decision, at: datetime) -> datetime:
    """Say when something was learned: not before what the space's clock has come to."""
    clock = decision.known.clocks.get(decision.space)
    return at if clock is None else max(at, clock.now)


def _late(decision: Decision, formed: MemoryFormed, learned: datetime) -> Iterator[Strength]:
    """Hold what was true long before it was learned from when it was learned.

    So it is where other thresholds than those of the folds are in force.
    """
    held = first(formed)
    late = learned - formed.at > _LATE
    if late or decision.policy.fading != FADING:
        yield decision.strength(formed.memory, held._replace(accessed=max(learned, formed.at)))


def _most_like(
    decision: Decision, near: Near, fresh: Mapping[int, Sequence[Near]]
) -> tuple[str, float] | None:
    """Find the most similar memory that states the same, if any; of equals, the first by id."""
    policy = decision.policy
    found: dict[str, Near] = {}
    for key in block_keys(near.text):
        known = decision.known.blocks.get((decision.space, key), ())
        found.update((other.memory, other) for other in (*fresh.get(key, ()), *known))
    others = [other for other in found.values() if other.speaker == near.speaker]
    if not others:
        return None
    scores = cosines(near.vector, others).tolist()
    for score, other in sorted(
        zip(scores, others, strict=True), key=lambda pair: (-pair[0], pair[1].memory)
    ):
        if score < policy.duplicate_cosine:
            return None
        if same_statement(near.text, other.text, policy.duplicate_overlap):
            return other.memory, score
    return None


def _reinforced(alone: MemoryFormed, score: float) -> MemoryReinforced:
    return MemoryReinforced(
        memory=alone.memory,
        space=alone.space,
        at=alone.at,
        similarity=round(score, 4),
        text=alone.text,
        source=alone.source,
        alone=alone,
    )


def _formed(
    event: Perceived, passage: Passage, memory: str, ordinal: int, learned: datetime
) -> MemoryFormed:
    observation = observed(event)
    kind: MemoryKind = "semantic"
    if isinstance(observation, Message | Episode):
        kind = "episodic"
    elif isinstance(observation, Procedure):
        kind = "procedural"
    felt = passage.emotion
    if isinstance(observation, Episode) and observation.emotion:
        felt = {observation.emotion.label: 1.0}
    return MemoryFormed(
        memory=memory,
        space=observation.space,
        kind=kind,
        at=begins(observation),
        learned=learned.astimezone(UTC) if learned > begins(observation) else None,
        session=session_of(observation),
        ordinal=ordinal,
        speaker=speaker_of(observation),
        text=passage.text,
        vector=passage.vector,
        tokens=passage.tokens,
        entities=passage.entities,
        times=passage.times,
        intent=passage.intent,
        emotion=felt,
        importance=passage.importance,
        source=source_of(event, passage),
    )
