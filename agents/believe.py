"""Which statements begin to hold, are confirmed, or end because of what was perceived."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from agents.decision import Decision, observed
from agents.known import Belief, FactKey
from agents.predicates import is_functional, is_pronoun, name_key, predicate_key
from agents.wording import begins
from schemas.memories import FactAsserted, FactConfirmed, FactSuperseded, Source
from schemas.observations import Fact, Message, Perceivable
from schemas.percepts import Passage, Perceived, Relation

_BETWEEN: Final = re.compile(r"[.!?]\s|\n")  # what ends a sentence before the next begins
_ALWAYS: Final = datetime(1, 1, 1, tzinfo=UTC)


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


def fact_keys(event: Perceived) -> Iterator[FactKey]:
    """Name the facts that a percept may concern."""
    observation = observed(event)
    if isinstance(observation, Fact):
        subject, predicate = observation.subject, observation.predicate
        yield observation.space, name_key(subject), predicate_key(predicate)
    for passage in event.passages:
        for relation in passage.relations:
            yield observation.space, name_key(relation.subject), predicate_key(relation.predicate)


def believe(decision: Decision, event: Perceived, passage: Passage, memory: str) -> None:
    """Decide every statement that a passage makes."""
    for claim in _claims(decision, event, observed(event), passage, memory):
        _believe(decision, claim)


def source_of(event: Perceived, passage: Passage, confidence: float = 1.0) -> Source:
    """Say where what a passage tells comes from."""
    return Source(
        observation=event.observation.id,
        start=passage.start,
        end=passage.end,
        models=event.models,
        confidence=confidence,
    )


def _claims(
    decision: Decision, event: Perceived, observation: Perceivable, passage: Passage, memory: str
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
            source_of(event, passage, observation.confidence),
        )
        return
    for relation in passage.relations:
        if relation.score >= decision.policy.relation_score and _about_someone(
            relation, observation
        ):
            yield Claim(
                relation.subject,
                predicate_key(relation.predicate),
                relation.object,
                _since(passage, relation) or at,
                None,
                memory,
                source_of(event, passage, relation.score).model_copy(
                    update={
                        "start": passage.start + relation.start,
                        "end": passage.start + relation.end,
                    }
                ),
                relation.ended,
            )


def _since(passage: Passage, relation: Relation) -> datetime | None:
    """Give the time that is named in a relation's own sentence, if just one is."""
    named = [
        time
        for time in passage.times
        if not _BETWEEN.search(
            passage.text, min(time.end, relation.end), max(time.start, relation.start)
        )
    ]
    return datetime.fromisoformat(named[0].since) if len(named) == 1 else None


def _about_someone(relation: Relation, observation: Perceivable) -> bool:
    """Say whether it is known whom a relation is about.

    "I" is nobody where nobody speaks, and a pronoun's subject is told by its sentence only.
    """
    spoken_by = observation.speaker if isinstance(observation, Message) else None
    named = spoken_by is not None if relation.spoken else not is_pronoun(relation.subject)
    return named and name_key(relation.subject) != name_key(relation.object)


def _believe(decision: Decision, claim: Claim) -> None:
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


def _beliefs(decision: Decision, key: FactKey) -> list[Belief]:
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


def _end(decision: Decision, belief: Belief, at: datetime, by: str | None, source: Source) -> None:
    decision.events.append(
        FactSuperseded(fact=belief.fact, space=decision.space, valid_to=at, by=by, source=source)
    )
