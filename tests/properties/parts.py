"""What events are made of: a strategy for every part of them, and for any JSON."""

import string
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from schemas import memories, observations
from schemas.facts import Source
from schemas.observations import Emotion
from schemas.percepts import Entity, Relation, TimeSpan
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


def saying(
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
