"""What becomes of one input: which memories and facts begin, are confirmed, or end."""

from binascii import a2b_base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import numpy as np

from agents.known import Belief, FactKey, Known, Needs
from agents.likeness import Near, block_keys, cosines, same_statement
from agents.predicates import is_functional, name_key, predicate_key
from agents.wording import begins, session_of, speaker_of
from schemas.envelope import derive_id
from schemas.memories import (
    FactAsserted,
    FactConfirmed,
    FactSuperseded,
    InputPassed,
    MemoriesRecalled,
    MemoryEvent,
    MemoryFormed,
    MemoryReinforced,
    Source,
)
from schemas.observations import Episode, Fact, Message, Perceivable, Procedure, Recalled, Said
from schemas.percepts import Passage, Perceived, Relation
from schemas.values import MemoryKind

_ALWAYS: Final = datetime(1, 1, 1, tzinfo=UTC)
CONFLICT: Final = "the id was used before for other content"


@dataclass(frozen=True, slots=True)
class Policy:
    """The decider's thresholds: cosine and word overlap of duplicates, least relation score."""

    duplicate_cosine: float = 0.92
    duplicate_overlap: float = 0.75
    relation_score: float = 0.5


@dataclass(frozen=True, slots=True)
class Input:
    """One record of the percepts stream: a percept, or a command passed through."""

    id: str
    digest: str
    event: Perceived | Said


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement about to be decided; `ended` says that it no longer holds."""

    subject: str
    predicate: str
    object: str
    valid_from: datetime
    valid_to: datetime | None
    memory: str
    source: Source
    ended: bool = False


@dataclass(slots=True)
class _Decision:
    known: Known
    policy: Policy
    input: Input
    space: str
    events: list[MemoryEvent] = field(default_factory=list)

    def new_id(self) -> str:
        return derive_id(self.input.id, f"new/{len(self.events)}")


def needs(inputs: list[Input]) -> Needs:
    """Say what deciding these inputs has to know."""
    wanted = Needs()
    for item in inputs:
        wanted.inputs.add(item.id)
        if not isinstance(item.event, Perceived):
            continue
        observation = _observed(item.event)
        wanted.sessions.add((observation.space, session_of(observation)))
        for passage in item.event.passages:
            wanted.blocks.update((observation.space, key) for key in block_keys(passage.text))
        wanted.facts.update(_fact_keys(item.event, observation))
    return wanted


def decide(known: Known, item: Input, policy: Policy) -> list[MemoryEvent]:
    """Decide one input; nothing for one that was decided already.

    Every other input gives at least one event, so that its outcome can be told.
    """
    digests = known.decided.get(item.id, [])
    if item.digest in digests:
        return []
    event = item.event
    said = event.observation if isinstance(event, Perceived) else event
    if digests:
        return [InputPassed(space=said.space, at=said.at, reason=CONFLICT)]
    decision = _Decision(known, policy, item, said.space)
    match event:
        case Perceived():
            _perceived(decision, event)
        case Recalled():
            decision.events.append(
                MemoriesRecalled(space=event.space, at=event.at, memories=event.memories)
            )
        case _:
            reason = f"no rule concerns a command of kind {event.kind}"  # type: ignore[attr-defined]
            decision.events.append(InputPassed(space=event.space, at=event.at, reason=reason))
    return decision.events


def _observed(event: Perceived) -> Perceivable:
    observation = event.observation
    if not isinstance(observation, Perceivable):
        raise TypeError(f"a {type(observation).__name__} is a command and cannot be perceived")
    return observation


def _fact_keys(event: Perceived, observation: Perceivable) -> Iterator[FactKey]:
    if isinstance(observation, Fact):
        subject, predicate = observation.subject, observation.predicate
        yield observation.space, name_key(subject), predicate_key(predicate)
    for passage in event.passages:
        for relation in passage.relations:
            yield observation.space, name_key(relation.subject), predicate_key(relation.predicate)


def _perceived(decision: _Decision, event: Perceived) -> None:
    observation = _observed(event)
    session = (observation.space, session_of(observation))
    ordinal = decision.known.ordinals.get(session, 0)
    speaker = speaker_of(observation) or ""
    fresh: list[Near] = []
    for passage in event.passages:
        vector = np.frombuffer(a2b_base64(passage.vector), np.float16)
        near = Near(decision.new_id(), speaker, passage.text, vector)
        like = _most_like(decision, near, fresh)
        memory = near.memory
        if like:
            memory, score = like
            decision.events.append(_reinforced(event, observation, passage, memory, score))
        else:
            decision.events.append(_formed(event, observation, passage, memory, ordinal))
            fresh.append(near)
            ordinal += 1
        for claim in _claims(decision, event, observation, passage, memory):
            _believe(decision, claim)


def _most_like(decision: _Decision, near: Near, fresh: list[Near]) -> tuple[str, float] | None:
    """Find the most similar memory that states the same, if any; of equals, the first by id."""
    policy = decision.policy
    found = {other.memory: other for other in fresh}
    for key in block_keys(near.text):
        for other in decision.known.blocks.get((decision.space, key), ()):
            found[other.memory] = other
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


def _source(event: Perceived, passage: Passage, confidence: float = 1.0) -> Source:
    return Source(
        observation=event.observation.id,
        start=passage.start,
        end=passage.end,
        models=event.models,
        confidence=confidence,
    )


def _reinforced(
    event: Perceived, observation: Perceivable, passage: Passage, memory: str, score: float
) -> MemoryReinforced:
    return MemoryReinforced(
        memory=memory,
        space=observation.space,
        at=begins(observation),
        similarity=round(score, 4),
        text=passage.text,
        source=_source(event, passage),
    )


def _formed(
    event: Perceived, observation: Perceivable, passage: Passage, memory: str, ordinal: int
) -> MemoryFormed:
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
        source=_source(event, passage),
    )


def _claims(
    decision: _Decision, event: Perceived, observation: Perceivable, passage: Passage, memory: str
) -> Iterator[Claim]:
    at = begins(observation)
    if isinstance(observation, Fact):
        if observation.valid_to and observation.valid_to <= at:
            at = _ALWAYS  # it is known when it ended, not when it began
        yield Claim(
            observation.subject,
            predicate_key(observation.predicate),
            observation.object,
            observation.valid_from or at,
            observation.valid_to,
            memory,
            _source(event, passage, observation.confidence),
        )
        return
    since = at
    if len(passage.times) == 1:
        since = datetime.fromisoformat(passage.times[0].since)
    for relation in passage.relations:
        if relation.score >= decision.policy.relation_score and _about_someone(
            relation, observation
        ):
            yield Claim(
                relation.subject,
                predicate_key(relation.predicate),
                relation.object,
                since,
                None,
                memory,
                _source(event, passage, relation.score).model_copy(
                    update={
                        "start": passage.start + relation.start,
                        "end": passage.start + relation.end,
                    }
                ),
                relation.ended,
            )


def _about_someone(relation: Relation, observation: Perceivable) -> bool:
    """Say whether it is known whom a relation is about: "I" is nobody where nobody speaks."""
    spoken_by = observation.speaker if isinstance(observation, Message) else None
    named = spoken_by is not None or not relation.spoken
    return named and name_key(relation.subject) != name_key(relation.object)


def _believe(decision: _Decision, claim: Claim) -> None:
    """Confirm, end, or assert: valid time decides, whatever order statements come in."""
    key = (decision.space, name_key(claim.subject), claim.predicate)
    beliefs = _beliefs(decision, key)
    same = [b for b in beliefs if b.object == name_key(claim.object)]
    if claim.ended:
        for belief in same:
            if belief.valid_to is None and belief.valid_from <= claim.valid_from:
                _end(decision, belief, claim.valid_from, None, claim.source)
        return
    holding = next((b for b in same if _holds(b, claim.valid_from)), None)
    if holding:
        decision.events.append(
            FactConfirmed(
                fact=holding.fact,
                space=decision.space,
                at=claim.valid_from,
                memory=claim.memory,
                source=claim.source,
            )
        )
        return
    fact, valid_to = decision.new_id(), claim.valid_to
    if is_functional(claim.predicate):
        for belief in beliefs:
            if _holds(belief, claim.valid_from):
                _end(decision, belief, claim.valid_from, fact, claim.source)
        later = [b.valid_from for b in beliefs if b.valid_from > claim.valid_from]
        valid_to = min([*later, *([valid_to] if valid_to else [])], default=None)
    decision.events.append(
        FactAsserted(
            fact=fact,
            space=decision.space,
            subject=claim.subject,
            predicate=claim.predicate,
            object=claim.object,
            valid_from=claim.valid_from,
            valid_to=valid_to,
            memory=claim.memory,
            source=claim.source,
        )
    )


def _beliefs(decision: _Decision, key: FactKey) -> list[Belief]:
    """Give the beliefs under a key, with what this very decision did to them."""
    beliefs = {b.fact: b for b in decision.known.facts.get(key, ())}
    for event in decision.events:
        if isinstance(event, FactAsserted):
            if (event.space, name_key(event.subject), event.predicate) == key:
                beliefs[event.fact] = Belief(
                    event.fact, name_key(event.object), event.valid_from, event.valid_to
                )
        elif isinstance(event, FactSuperseded) and event.fact in beliefs:
            old = beliefs[event.fact]
            beliefs[event.fact] = Belief(old.fact, old.object, old.valid_from, event.valid_to)
    return sorted(beliefs.values(), key=lambda b: (b.valid_from, b.fact))


def _holds(belief: Belief, at: datetime) -> bool:
    return belief.valid_from <= at and (belief.valid_to is None or at < belief.valid_to)


def _end(decision: _Decision, belief: Belief, at: datetime, by: str | None, source: Source) -> None:
    decision.events.append(
        FactSuperseded(fact=belief.fact, space=decision.space, valid_to=at, by=by, source=source)
    )
