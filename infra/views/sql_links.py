"""What linking reads: where new episodes stand, who and what they name, and what caused that."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, select

from agents.known import Episodes
from agents.link import WITHIN, Placed
from agents.predicates import CAUSE, name_key
from infra.views.sql_keys import by_keys
from infra.views.sql_tables import MEMORIES
from streams.codec import Codec

_MANY: Final = 500  # values of one IN


def new_links(on: Connection, codec: Codec, space: str, found: Episodes) -> None:
    """Read the new episodes as they are placed, their sessions, and causes of what they name."""
    rows = _places(on, [near.memory for near in found.fresh])
    told = _told(on, space, rows)
    speakers = {
        near.memory: codec.blind(space, name_key(near.speaker))
        for near in found.fresh
        if near.speaker
    }
    # That somebody speaks twice connects nothing.
    found.placed = [
        replace(one, names=one.names - {speakers.get(one.memory, b"")})
        for row in rows
        if (one := told.get(row.memory))
    ]
    found.told = list(told.values())
    found.causes = _causes(on, space, found.placed, {row.memory: row.seq for row in rows})


def _places(on: Connection, memories: Sequence[str]) -> list[Any]:
    m = MEMORIES.c
    rows: list[Any] = []
    for start in range(0, len(memories), _MANY):
        query = select(m.memory, m.session, m.segment, m.ordinal, m.seq)
        rows += on.execute(query.where(m.memory.in_(memories[start : start + _MANY])))
    return sorted(rows, key=lambda row: int(row.seq))


def _told(on: Connection, space: str, fresh: Iterable[Any]) -> dict[str, Placed]:
    """Read the sessions of new episodes: those, and what stands shortly before them."""
    wanted = {(row.session, row.ordinal - n) for row in fresh for n in range(WITHIN + 1)}
    segments = {(row.session, row.segment - n) for row in fresh for n in (0, 1)}
    names: dict[tuple[str, str, int], set[bytes]] = {}
    rows = by_keys(on, "session, segment", sorted(segments), _SEGMENTS, space=space)
    for memory, session, ordinal, entity in rows:
        if (session, ordinal) in wanted:
            named = names.setdefault((memory, session, ordinal), set())
            if entity is not None:
                named.add(bytes(entity))
    return {key[0]: Placed(*key, frozenset(named)) for key, named in names.items()}


def _causes(
    on: Connection, space: str, placed: list[Placed], seqs: dict[str, int]
) -> dict[str, str]:
    """Give the newest earlier episode that names what caused what a new one names."""
    effects = sorted({(name,) for one in placed for name in one.names})
    stated = by_keys(on, "effect", effects, _STATED, space=space, predicate=CAUSE)
    causes = {bytes(effect): bytes(cause) for effect, cause in stated}
    keys = {
        (causes[name], seqs[one.memory]): one.memory
        for one in placed
        for name in sorted(one.names & causes.keys())
    }
    rows = by_keys(on, "cause, until", sorted(keys), _EARLIER, space=space)
    # By age: blinded names have no order of their own, and no two folders have the same.
    found = sorted((seq, keys[bytes(cause), until], memory) for cause, until, seq, memory in rows)
    return {effect: memory for _, effect, memory in found}


# Mentions by the memory alone: with the space, SQLite would read all of a space's.
_SEGMENTS: Final = """
    SELECT m.memory, m.session, m.ordinal, n.entity
    FROM wanted CROSS JOIN memories m
    LEFT JOIN mentions n ON n.memory = m.memory
    WHERE m.space = :space AND m.session = wanted.session AND m.segment = wanted.segment
    AND m.kind = 'episodic' ORDER BY m.session, m.ordinal
"""
# Facts such as (outage, caused_by, deploy); of several causes the one that was last counts. What
# was taken back never held.
_STATED: Final = """
    SELECT f.subject, f.object FROM wanted CROSS JOIN facts f
    WHERE f.space = :space AND f.subject = wanted.effect AND f.predicate = :predicate
    AND (f.valid_to IS NULL OR f.valid_to <> f.valid_from)
    ORDER BY f.valid_from, f.fact
"""
# The newest episode before one that names something.
_EARLIER: Final = """
    SELECT wanted.cause, wanted.until, e.seq, e.memory
    FROM wanted CROSS JOIN mentions e
    WHERE e.space = :space AND e.entity = wanted.cause AND e.seq = (
        SELECT n.seq FROM mentions n JOIN members b ON b.memory = n.memory
        WHERE n.space = :space AND n.entity = wanted.cause AND n.seq < wanted.until
        ORDER BY n.seq DESC LIMIT 1)
"""
