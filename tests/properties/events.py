"""Which events there can be: a strategy for every type, and for any JSON."""

import string
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st
from pydantic import BaseModel

from schemas import concepts, facts, memories, observations, percepts, procedures, whereabouts
from schemas.facts import Source
from schemas.observations import Emotion, When
from schemas.percepts import Entity, Passage, Relation, TimeSpan
from schemas.predicates import Predicate
from schemas.values import MAX_DEPTH

_OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)
TIMES = st.datetimes(
    datetime(1, 1, 2),  # noqa: DTZ001 - hypothesis wants its borders naive
    datetime(9999, 12, 30),  # noqa: DTZ001 - as above
    timezones=st.one_of(st.just(UTC), _OFFSETS),
)
# What UTF-8 can say: no lone surrogates.
ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"], include_characters="\t\n\r"),
    min_size=1,
    max_size=60,
).filter(lambda text: not text.isspace())
SPACES = st.builds(
    str.__add__,
    st.sampled_from(string.ascii_lowercase + string.digits),
    st.text(string.ascii_lowercase + string.digits + "._-", max_size=127),
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
SCORES = st.floats(0, 1)
COUNTS = st.integers(0, 1_000_000)
SCALARS = st.none() | st.booleans() | st.integers() | NUMBERS | ANY_TEXT
CARRIED = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=MAX_DEPTH // 2,
)


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def many(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=3).map(tuple)


def _said(
    kind: type[observations.Said], **fields: st.SearchStrategy[Any]
) -> st.SearchStrategy[Any]:
    """Give observations of a kind, some of them with fields of the producer's own."""
    known = st.fixed_dictionaries({"id": TEXTS, "space": SPACES, "at": TIMES, **fields})
    carried = st.dictionaries(
        ANY_TEXT.filter(lambda n: n not in kind.model_fields), CARRIED, max_size=3
    )
    return st.builds(lambda known, carried: kind(**{**carried, **known}), known, carried)


def _interval(start: datetime, end: datetime | None) -> tuple[datetime, datetime | None]:
    return (start, end) if end is None or start <= end else (end, start)


INTERVALS = st.builds(_interval, TIMES, some(TIMES))
SOURCES = st.builds(
    Source,
    observation=TEXTS,
    start=COUNTS,
    end=COUNTS,
    models=st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=2),
    confidence=SCORES,
)
ENTITIES = st.builds(Entity, text=ANY_TEXT, type=ANY_TEXT, start=COUNTS, end=COUNTS, score=SCORES)
RELATIONS = st.builds(
    Relation,
    subject=ANY_TEXT,
    predicate=ANY_TEXT,
    object=ANY_TEXT,
    start=COUNTS,
    end=COUNTS,
    score=SCORES,
    spoken=st.booleans(),
    ended=st.booleans(),
)
SPANS = st.builds(TimeSpan, text=ANY_TEXT, start=COUNTS, end=COUNTS, since=ANY_TEXT, until=ANY_TEXT)
SEEN: dict[str, st.SearchStrategy[Any]] = {
    "text": ANY_TEXT,
    "vector": ANY_TEXT,
    "tokens": ANY_TEXT,
    "entities": many(ENTITIES),
    "times": many(SPANS),
    "intent": some(ANY_TEXT),
    "emotion": some(st.dictionaries(ANY_TEXT, NUMBERS, max_size=2)),
    "importance": some(NUMBERS),
}
WHOLE: dict[str, st.SearchStrategy[Any]] = {
    "memory": ANY_TEXT,
    "space": SPACES,
    "kind": st.sampled_from(["episodic", "semantic", "procedural"]),
    "layer": st.sampled_from(["interact", "insights", "assets"]),
    "at": TIMES,
    "session": ANY_TEXT,
    "ordinal": COUNTS,
    "speaker": some(ANY_TEXT),
    "source": SOURCES,
    **SEEN,
}
STRENGTHS = st.builds(
    memories.Strength,
    memory=ANY_TEXT,
    stability=NUMBERS,
    difficulty=NUMBERS,
    accessed=TIMES,
    state=st.sampled_from(["vivid", "faded", "compressed"]),
    due=some(TIMES),
    days=COUNTS,
    confidence=SCORES,
    review=some(TIMES),
)
MOVED: dict[str, st.SearchStrategy[Any]] = {
    "space": SPACES,
    "at": TIMES,
    "was": st.sampled_from(["interact", "insights", "assets"]),
    "score": NUMBERS,
    "features": st.dictionaries(ANY_TEXT, NUMBERS, max_size=3),
    "reason": ANY_TEXT,
    "whole": st.builds(memories.Whole, **WHOLE),
    "strength": STRENGTHS,
}
TRACES = st.builds(
    memories.Trace, at=TIMES, speaker=some(ANY_TEXT), text=ANY_TEXT, entities=many(ENTITIES)
)
SETTINGS = st.dictionaries(TEXTS, st.booleans() | st.integers() | NUMBERS | ANY_TEXT, max_size=4)
PREDICATES = st.lists(
    st.builds(
        Predicate,
        name=st.from_regex(r"own_[a-z0-9]{1,8}", fullmatch=True),
        functional=st.booleans(),
        asks=many(TEXTS),
    ),
    max_size=3,
    unique_by=lambda one: one.name,
).map(tuple)
FELT = st.builds(
    Emotion,
    label=st.sampled_from(["anger", "disgust", "fear", "joy", "sadness", "surprise", "neutral"]),
    valence=st.floats(-1, 1),
    arousal=SCORES,
)

SAID: dict[type[BaseModel], st.SearchStrategy[Any]] = {
    observations.Message: _said(
        observations.Message, session=some(TEXTS), speaker=some(TEXTS), text=TEXTS
    ),
    observations.Episode: _said(
        observations.Episode,
        session=some(TEXTS),
        what=TEXTS,
        where=some(TEXTS),
        when=some(INTERVALS.map(lambda i: When(start=i[0], end=i[1]))),
        participants=many(TEXTS),
        emotion=some(FELT),
    ),
    observations.Fact: INTERVALS.flatmap(
        lambda interval: _said(
            observations.Fact,
            subject=TEXTS,
            predicate=TEXTS,
            object=TEXTS,
            valid_from=st.just(interval[0]),
            valid_to=st.just(interval[1]),
            confidence=SCORES,
        )
    ),
    observations.Procedure: _said(
        observations.Procedure,
        name=TEXTS,
        trigger=some(TEXTS),
        steps=many(TEXTS),
        succeeded=some(st.booleans()),
    ),
    observations.Document: _said(observations.Document, title=TEXTS, text=TEXTS),
    observations.Recalled: _said(
        observations.Recalled, question=TEXTS, session=some(TEXTS), memories=many(TEXTS)
    ),
    observations.Feedback: _said(
        observations.Feedback,
        memory=TEXTS,
        verdict=st.sampled_from(["useful", "wrong", "outdated"]),
    ),
    observations.ForgetRequested: _said(
        observations.ForgetRequested, subject=some(TEXTS), observation=some(TEXTS), reason=TEXTS
    ),
    observations.RetractRequested: _said(
        observations.RetractRequested, observation=TEXTS, reason=TEXTS
    ),
    observations.SpaceConfigured: _said(
        observations.SpaceConfigured, settings=SETTINGS, predicates=some(PREDICATES)
    ),
    observations.Compared: _said(
        observations.Compared,
        memories=many(TEXTS),
        pairs=many(
            st.builds(observations.Beside, one=TEXTS, other=TEXTS, contradicts=SCORES),
        ),
        models=st.dictionaries(TEXTS, ANY_TEXT, max_size=2),
    ),
    observations.Ticked: _said(observations.Ticked, job=TEXTS),
}
OBSERVATIONS = st.one_of(list(SAID.values()))
OPEN = st.builds(
    percepts.OpenRelation,
    subject=ANY_TEXT,
    predicate=ANY_TEXT,
    object=ANY_TEXT,
    start=COUNTS,
    end=COUNTS,
    spoken=st.booleans(),
)
PASSAGES = st.builds(
    Passage, start=COUNTS, end=COUNTS, relations=many(RELATIONS), open=some(many(OPEN)), **SEEN
)
EVENTS: dict[type[BaseModel], st.SearchStrategy[Any]] = {
    **SAID,
    percepts.Perceived: st.builds(
        percepts.Perceived,
        observation=OBSERVATIONS,
        passages=many(PASSAGES),
        models=st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=2),
    ),
    memories.MemoryFormed: st.builds(memories.MemoryFormed, **WHOLE),
    memories.StrengthsChanged: st.builds(
        memories.StrengthsChanged, space=SPACES, at=TIMES, strengths=many(STRENGTHS)
    ),
    memories.MemoryCompressed: st.builds(
        memories.MemoryCompressed,
        space=SPACES,
        at=TIMES,
        whole=st.builds(memories.Whole, **WHOLE),
        strength=STRENGTHS,
        before=TRACES,
    ),
    memories.MemoryForgotten: st.builds(
        memories.MemoryForgotten,
        memory=ANY_TEXT,
        space=SPACES,
        at=TIMES,
        reason=ANY_TEXT,
        before=TRACES,
    ),
    memories.MemoryPromoted: st.builds(memories.MemoryPromoted, **MOVED),
    memories.MemoryDemoted: st.builds(memories.MemoryDemoted, **MOVED),
    memories.FeedbackNoted: st.builds(
        memories.FeedbackNoted,
        memory=ANY_TEXT,
        space=SPACES,
        at=TIMES,
        verdict=st.sampled_from(["useful", "wrong", "outdated"]),
        facts=st.dictionaries(ANY_TEXT, NUMBERS, max_size=2),
    ),
    memories.SourceRetracted: st.builds(
        memories.SourceRetracted,
        space=SPACES,
        at=TIMES,
        observation=ANY_TEXT,
        reason=ANY_TEXT,
        memories=many(ANY_TEXT),
        facts=many(ANY_TEXT),
    ),
    facts.FactReopened: st.builds(
        facts.FactReopened,
        fact=ANY_TEXT,
        space=SPACES,
        valid_to=some(TIMES),
        by=some(ANY_TEXT),
        source=SOURCES,
    ),
    concepts.ConceptChanged: st.builds(
        concepts.ConceptChanged,
        concept=ANY_TEXT,
        space=SPACES,
        at=TIMES,
        size=COUNTS,
        sums=ANY_TEXT,
        words=st.dictionaries(ANY_TEXT, COUNTS, max_size=2),
        joined=many(st.builds(concepts.ConceptMember, memory=ANY_TEXT, typicality=SCORES)),
        left=many(ANY_TEXT),
        merged=some(ANY_TEXT),
    ),
    concepts.EpisodesCompared: st.builds(
        concepts.EpisodesCompared, space=SPACES, at=TIMES, memories=many(ANY_TEXT)
    ),
    concepts.EpisodesLinked: st.builds(
        concepts.EpisodesLinked,
        space=SPACES,
        at=TIMES,
        links=many(
            st.builds(
                concepts.EpisodeLink,
                memory=ANY_TEXT,
                earlier=ANY_TEXT,
                because=st.sampled_from(["next", "cause"]),
            )
        ),
    ),
    concepts.MemoriesCompared: st.builds(
        concepts.MemoriesCompared, space=SPACES, at=TIMES, memories=many(ANY_TEXT)
    ),
    memories.JobRan: st.builds(
        memories.JobRan, space=SPACES, job=ANY_TEXT, at=TIMES, changed=COUNTS, left=st.booleans()
    ),
    memories.SpaceAdjusted: st.builds(
        memories.SpaceAdjusted,
        space=SPACES,
        at=TIMES,
        settings=SETTINGS,
        predicates=some(PREDICATES),
    ),
    memories.MemoryReinforced: st.builds(
        memories.MemoryReinforced,
        memory=ANY_TEXT,
        space=SPACES,
        at=TIMES,
        similarity=NUMBERS,
        text=ANY_TEXT,
        source=SOURCES,
    ),
    memories.MemoriesRecalled: st.builds(
        memories.MemoriesRecalled,
        space=SPACES,
        at=TIMES,
        memories=many(ANY_TEXT),
        session=some(ANY_TEXT),
    ),
    procedures.StepsObserved: st.builds(
        procedures.StepsObserved,
        space=SPACES,
        sequence=ANY_TEXT,
        at=TIMES,
        observation=ANY_TEXT,
        memory=ANY_TEXT,
        steps=many(ANY_TEXT),
    ),
    whereabouts.WhereaboutsTold: INTERVALS.flatmap(
        lambda interval: st.builds(
            whereabouts.WhereaboutsTold,
            space=SPACES,
            memory=ANY_TEXT,
            observation=ANY_TEXT,
            place=ANY_TEXT,
            since=st.just(interval[0]),
            until=st.just(interval[1] or interval[0]),
            who=many(ANY_TEXT),
        )
    ),
    procedures.SequencesCompared: st.builds(
        procedures.SequencesCompared, space=SPACES, at=TIMES, sequences=many(ANY_TEXT)
    ),
    procedures.ProcedureRecognised: st.builds(
        procedures.ProcedureRecognised,
        procedure=ANY_TEXT,
        space=SPACES,
        at=TIMES,
        steps=many(ANY_TEXT),
        sequences=many(ANY_TEXT),
    ),
    facts.FactAsserted: st.builds(
        facts.FactAsserted,
        fact=ANY_TEXT,
        space=SPACES,
        subject=ANY_TEXT,
        predicate=ANY_TEXT,
        object=ANY_TEXT,
        valid_from=TIMES,
        valid_to=some(TIMES),
        held_at=some(TIMES),
        memory=ANY_TEXT,
        source=SOURCES,
    ),
    facts.FactConfirmed: st.builds(
        facts.FactConfirmed,
        fact=ANY_TEXT,
        space=SPACES,
        at=TIMES,
        memory=ANY_TEXT,
        source=SOURCES,
        confidence=some(SCORES),
    ),
    facts.ContradictionFound: st.builds(
        facts.ContradictionFound,
        contradiction=ANY_TEXT,
        space=SPACES,
        at=TIMES,
        kind=st.sampled_from(
            ["exclusive", "two_places", "ends_before_begins", "effect_before_cause", "texts"]
        ),
        facts=many(ANY_TEXT),
        memories=many(ANY_TEXT),
        score=some(SCORES),
    ),
    facts.ContradictionJudged: st.builds(
        facts.ContradictionJudged,
        contradiction=ANY_TEXT,
        space=SPACES,
        at=TIMES,
        verdict=st.sampled_from(["settled", "open", "gone"]),
        kept=some(ANY_TEXT),
        ended=some(ANY_TEXT),
        valid_to=some(TIMES),
        weights=st.dictionaries(ANY_TEXT, NUMBERS, max_size=2),
        reason=ANY_TEXT,
        source=SOURCES,
    ),
    facts.FactSuperseded: st.builds(
        facts.FactSuperseded,
        fact=ANY_TEXT,
        space=SPACES,
        valid_to=TIMES,
        by=some(ANY_TEXT),
        source=SOURCES,
    ),
    memories.InputPassed: st.builds(memories.InputPassed, space=SPACES, at=TIMES, reason=ANY_TEXT),
    memories.SpaceErased: st.builds(memories.SpaceErased, space=SPACES, at=TIMES, reason=ANY_TEXT),
    memories.ObservationsErased: st.builds(
        memories.ObservationsErased,
        space=SPACES,
        at=TIMES,
        reason=ANY_TEXT,
        asked=st.sampled_from(["subject", "observation"]),
        token=ANY_TEXT,
    ),
    memories.Rejected: st.builds(
        memories.Rejected, origin=ANY_TEXT, reason=ANY_TEXT, detail=ANY_TEXT, raw=ANY_TEXT
    ),
}
