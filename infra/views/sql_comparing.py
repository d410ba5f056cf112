"""What a model is to read for contradictions: new statements, and earlier ones of the same speaker.

Which are read is no decision: the pairs stand in the command that says what the model made of them.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import numpy as np
from pydantic_core import from_json
from sqlalchemy import Connection, select

from agents.compare import Statement, Times
from agents.likeness import Near
from infra.views.sql_keys import by_keys
from infra.views.sql_tables import MEMBERS, UNREAD
from infra.views.sql_views import SqlViews
from streams.codec import Codec
from streams.sealed import read_features
from streams.views.concepts import APART

_LOOKED_AT: Final = 1024  # new memories at once; more wait for the next tick
_BESIDE: Final = 16  # the newest of a concept, and of those that mention the same, for each new one
_APART: Final = 256  # of those that are in no concept, at most


class Unread(NamedTuple):
    """Memories that no model has read yet, those of them to read, and what to read them beside."""

    memories: list[str]
    fresh: list[Statement]
    others: list[Statement]


def unread(views: SqlViews, space: str) -> Unread:
    """Read the oldest statements of a space that no model has read, and what they are like.

    These are the newest of their concepts, of what mentions the same, and of what is in no
    concept: O(new). A memory with a fact that is over says what is known not to hold, and is left
    out of both.
    """
    m = MEMBERS.c
    fresh = select(m.memory).where(m.space == space, UNREAD).order_by(m.seq).limit(_LOOKED_AT)
    apart = (
        select(m.memory)
        .where(m.space == space, m.concept == APART, m.read_at.is_distinct_from(0))
        .order_by(m.seq.desc())
    )
    with views.engine.connect() as on:
        new = list(on.scalars(fresh))
        if not new:
            return Unread([], [], [])
        beside = set(on.scalars(apart.limit(min(_BESIDE * len(new), _APART))))
        keys = [(memory,) for memory in new]
        for query in (_OF_CONCEPT, _OF_NAME):
            beside.update(row[0] for row in by_keys(on, "memory", keys, query, space=space))
        found = _statements(on, views.codec, space, {*new, *beside})
    fresh_ = [found[memory] for memory in new if memory in found]
    return Unread(new, fresh_, [found[memory] for memory in sorted(found)])


def _statements(
    on: Connection, codec: Codec, space: str, memories: Collection[str]
) -> dict[str, Statement]:
    keys = [(memory,) for memory in sorted(memories)]
    over = {row[0] for row in by_keys(on, "memory", keys, _OVER)}
    rows = by_keys(on, "memory", keys, _READ, space=space)
    return {row[0]: _statement(codec, space, row) for row in rows if row[0] not in over}


def _statement(codec: Codec, space: str, row: Sequence[Any]) -> Statement:
    memory, seq, body, features = row
    said = from_json(codec.open(space, body))
    has = read_features(codec, space, features)
    times = tuple(
        Times(datetime.fromisoformat(time["since"]), datetime.fromisoformat(time["until"]))
        for time in said.get("times", ())
    )
    vector = np.frombuffer(has.vector, np.float16)
    return Statement(Near(memory, has.speaker, said["text"], vector), seq, times)


_OF_CONCEPT: Final = f"""
    SELECT o.memory FROM (
        SELECT DISTINCT b.concept FROM wanted CROSS JOIN members b
        WHERE b.memory = wanted.memory AND b.concept <> ''
    ) c CROSS JOIN members o
    WHERE o.space = :space AND o.concept = c.concept AND o.seq >= COALESCE((
        SELECT n.seq FROM members n WHERE n.space = :space AND n.concept = c.concept
        ORDER BY n.seq DESC LIMIT 1 OFFSET {_BESIDE - 1}), 0)
    AND (o.read_at IS NULL OR o.read_at <> 0)
"""  # noqa: S608 - a number is formatted in
_OF_NAME: Final = f"""
    SELECT b.memory FROM (
        SELECT DISTINCT m.entity FROM wanted CROSS JOIN mentions m
        WHERE m.memory = wanted.memory
    ) e CROSS JOIN mentions o CROSS JOIN members b
    WHERE o.space = :space AND o.entity = e.entity AND o.seq >= COALESCE((
        SELECT n.seq FROM mentions n WHERE n.space = :space AND n.entity = e.entity
        ORDER BY n.seq DESC LIMIT 1 OFFSET {_BESIDE - 1}), 0)
    AND b.memory = o.memory AND (b.read_at IS NULL OR b.read_at <> 0)
"""  # noqa: S608 - a number is formatted in
_OVER: Final = """
    SELECT f.memory FROM wanted CROSS JOIN facts f
    WHERE f.memory = wanted.memory AND f.valid_to IS NOT NULL
"""
_READ: Final = """
    SELECT m.memory, m.seq, m.body, m.features FROM wanted CROSS JOIN memories m
    WHERE m.memory = wanted.memory AND m.space = :space
"""
