"""What a passage claims: statements with the times from which they hold, as far as that is told.

A claim has two times. `valid_from` is the earliest instant at which it may have begun to hold, and
`held_at` one by which it has: of "I moved last week", said on a Monday, the week's first day, and
that Monday. For a statement without a time both are when it was made.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from agents.beliefs import FactKey
from agents.decision import observed
from agents.lexicon import denies
from agents.paradox import timed_keys
from agents.predicates import (
    FAVOURITE,
    KIN,
    LOCATED,
    PLANS,
    THINGS,
    is_asking,
    is_functional,
    is_place,
    is_possible,
    is_pronoun,
    name_key,
    owned,
    predicate_key,
    stands_alone,
)
from agents.sentences import in_sentence, sentence_around
from agents.wording import begins
from schemas.facts import FactAsserted, Source
from schemas.observations import Fact, Message, Perceivable
from schemas.percepts import Passage, Perceived, Relation, TimeSpan

_UNTIL: Final = re.compile(r"(?:until|till) ", re.IGNORECASE)
_LED: Final = re.compile(r"\b(?:until|till) (?:the )?$", re.IGNORECASE)
ALWAYS: Final = datetime(1, 1, 1, tzinfo=UTC)
# The grain in which people tell times: what was said on the day after an interval touches it.
_GRAIN: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A statement about to be decided; `ended` says that it no longer holds.

    `beside` says that it is so as well as something else, and excludes nothing. `denied` says that
    it may never have been: "not in Porto". `dated` says that the time from which it holds was told.
    `began` is when what has ended had begun, where a time is told in which it held.
    """

    subject: str
    predicate: str
    object: str
    valid_from: datetime
    held_at: datetime
    valid_to: datetime | None
    memory: str
    source: Source
    ended: bool = False
    denied: bool = False
    dated: bool = False
    began: datetime | None = None
    beside: bool = False

    @property
    def object_key(self) -> str:
        """Give the object as facts are compared by."""
        return name_key(self.object)


def asserted_by(
    space: str, claim: Claim, fact: str, since: datetime, until: datetime | None
) -> FactAsserted:
    """Write a claim as a fact that holds in a time; of what is over it is not told when it did."""
    known = not claim.ended and claim.held_at > since
    return FactAsserted(
        fact=fact,
        space=space,
        subject=claim.subject,
        predicate=claim.predicate,
        object=claim.object,
        valid_from=since,
        valid_to=until,
        held_at=claim.held_at if known else None,
        beside=claim.beside,
        memory=claim.memory,
        source=claim.source,
    )


def fact_keys(event: Perceived) -> Iterator[tuple[FactKey, str | None]]:
    """Name the facts that a percept may concern or be at odds with, and where places lie.

    Of what stands alone, those of one object are enough, unless it may be named short.
    """
    observation = observed(event)
    if isinstance(observation, Fact):
        told = observation.subject, predicate_key(observation.predicate), observation.object
        yield from _keys(observation.space, *told)
    for passage in event.passages:
        for relation in passage.relations:
            yield from _keys(observation.space, *stated(relation))


def stated(relation: Relation) -> tuple[str, str, str]:
    """Give what a relation states: subject, predicate and object, as facts name them.

    Who is told by a role alone is told by whose they are; what is the favourite of a kind has a
    predicate of its own.
    """
    return (
        owned(relation.subject, relation.subject_of),
        predicate_key(f"{FAVOURITE}{relation.kind}" if relation.kind else relation.predicate),
        owned(relation.object, relation.object_of),
    )


def _keys(
    space: str, subject: str, predicate: str, object_: str
) -> Iterator[tuple[FactKey, str | None]]:
    subject, object_ = name_key(subject), name_key(object_)
    alone = stands_alone(predicate) and predicate not in THINGS
    yield (space, subject, predicate), object_ if alone else None
    if is_place(predicate) or predicate == LOCATED:
        yield (space, object_, LOCATED), None
    for key in timed_keys(space, subject, predicate, object_):
        yield key, None


def source_of(event: Perceived, passage: Passage, confidence: float = 1.0) -> Source:
    """Say where what a passage tells comes from."""
    return Source(
        observation=event.observation.id,
        start=passage.start,
        end=passage.end,
        models=event.models,
        confidence=confidence,
    )


def claims(event: Perceived, passage: Passage, memory: str, least: float) -> Iterator[Claim]:
    """Give the statements of a passage; relations that are seen less surely than `least` are none.

    What a producer states as a fact is taken as stated, and its words are not read. What no
    person says states nothing: an agent would confirm what it was told, or end what others said.
    """
    observation = observed(event)
    if isinstance(observation, Fact):
        yield _stated(event, observation, passage, memory)
        return
    if isinstance(observation, Message) and not observation.believed:
        return
    for relation in passage.relations:
        if relation.score >= least and _states(relation, observation):
            yield _seen(event, passage, relation, memory)


def _seen(event: Perceived, passage: Passage, relation: Relation, memory: str) -> Claim:
    named, at = _named(passage, relation), begins(observed(event))
    valid_from, held_at = _times(named, at)
    until = _until(passage, named) or _planned(relation, named, at)
    over = until is not None and until <= at  # "worked there until 2009"
    if until and not over:
        valid_from = held_at = at.astimezone(UTC)
    around = sentence_around(passage.text, (relation.start, relation.end))
    sentence = passage.text[slice(*around)]
    began = None
    if named and relation.held and not over and valid_from < _by(named, at):
        began, valid_from = valid_from, (held_at := _by(named, at))
    source = source_of(event, passage, relation.score)
    span = {"start": passage.start + relation.start, "end": passage.start + relation.end}
    subject, predicate, object_ = stated(relation)
    return Claim(
        subject=subject,
        predicate=predicate,
        object=object_,
        valid_from=valid_from,
        held_at=held_at,
        valid_to=None if over else until,
        memory=memory,
        source=source.model_copy(update=span),
        ended=relation.ended or over,
        denied=relation.ended and began is None and denies(sentence),
        dated=valid_from < at,
        began=began,
        beside=relation.beside,
    )


def _stated(event: Perceived, fact: Fact, passage: Passage, memory: str) -> Claim:
    at = begins(fact)
    ended = fact.valid_from is None and fact.valid_to is not None and fact.valid_to <= at
    if ended and fact.valid_to:
        at = fact.valid_to  # it is known when it ended, not when it began
    since = (fact.valid_from or at).astimezone(UTC)
    return Claim(
        subject=fact.subject,
        predicate=predicate_key(fact.predicate),
        object=fact.object,
        valid_from=since,
        held_at=since,
        valid_to=fact.valid_to.astimezone(UTC) if fact.valid_to else None,
        memory=memory,
        source=source_of(event, passage, fact.confidence),
        ended=ended,
        dated=fact.valid_from is not None,
    )


def _times(named: TimeSpan | None, at: datetime) -> tuple[datetime, datetime]:
    """Say from when a relation holds at the earliest, and by when it does, if it was said at `at`.

    What is told for the past has begun by the end of the time that is named, and was so when it
    was said; what is said to hold since then, holds until it is said. A plan begins as planned.
    """
    at = at.astimezone(UTC)
    if named is None:
        return at, at
    since, until = (datetime.fromisoformat(t).astimezone(UTC) for t in (named.since, named.until))
    if since >= at:
        return since, since
    if named.text.casefold().startswith("since "):
        return since, at
    return since, at if at - until <= _GRAIN else until + _GRAIN  # of 9999 there is no day after


def _by(named: TimeSpan, at: datetime) -> datetime:
    """Say by when what was so in a time was over, if that was said at `at`."""
    return min(datetime.fromisoformat(named.until), at).astimezone(UTC)


def _until(passage: Passage, named: TimeSpan | None) -> datetime | None:
    """Give when a time begins until which something holds: "until June", "till the 5th"."""
    if named is None:
        return None
    led = _UNTIL.match(named.text) or _LED.search(passage.text, 0, named.start)
    return datetime.fromisoformat(named.since).astimezone(UTC) if led else None


def _planned(relation: Relation, named: TimeSpan | None, at: datetime) -> datetime | None:
    """Give when a plan is over: after the time that it is for, if that was to come."""
    if named is None or relation.ended or relation.predicate != PLANS:
        return None
    ends = datetime.fromisoformat(named.until).astimezone(UTC)
    return ends if ends > at else None


def _named(passage: Passage, relation: Relation) -> TimeSpan | None:
    """Give the time that is named for a relation, if just one is; what it states dates nothing.

    "My birthday is 19 May" does not hold since 19 May.
    """
    if relation.times is None:
        named = [
            time
            for time in passage.times
            if in_sentence(passage.text, (time.start, time.end), (relation.start, relation.end))
        ]
    else:
        named = [passage.times[i] for i in relation.times]
    named = [t for t in named if not (t.start <= relation.start and relation.end <= t.end)]
    return named[0] if len(named) == 1 else None


def _states(relation: Relation, observation: Perceivable) -> bool:
    """Say whether a relation states something that can be, and whom it is about is known.

    "I" is nobody where nobody speaks, and a pronoun's subject is told by its sentence only.
    "Where does Ana live?" states nothing, and "my wife" does not say who that is.
    """
    if is_asking(relation.subject) or is_asking(relation.object):
        return False
    if not is_possible(stated(relation)[1], relation.object) or _only_presumes(relation):
        return False
    spoken_by = observation.speaker if isinstance(observation, Message) else None
    named = spoken_by is not None if relation.spoken else not is_pronoun(relation.subject)
    return named and name_key(relation.subject) != name_key(relation.object)


def _only_presumes(relation: Relation) -> bool:
    """Say whether it only takes for granted that there is somebody: "my mum", "his wife".

    Nor is it said who, where there is one at most: "I have a wife".
    """
    subject, predicate, _ = stated(relation)
    mine = relation.object_of is not None and name_key(relation.object_of) == name_key(subject)
    of_kin = KIN.get(name_key(relation.object)) == predicate
    return of_kin and (mine or is_functional(predicate))
