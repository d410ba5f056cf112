"""What linking reads: where new episodes stand, who and what they name, and what caused that."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection

from agents.known import Episodes
from agents.link import WITHIN, Placed
from agents.predicates import CAUSE, name_key
from infra.views.sql_keys import by_keys
from streams.codec import Codec


def new_links(on: Connection, codec: Codec, space: str, found: Episodes) -> None:
    """Read the new episodes as they are placed, their sessions, and causes of what they name."""
    speakers = {
        near.memory: codec.blind(space, name_key(near.speaker))
        for near in found.fresh
        if near.speaker
    }
    fresh = [(near.memory,) for near in found.fresh]
    rows = by_keys(on, "memory", fresh, _PLACES, space=space)
    segments = {(row.session, row.segment - back) for row in rows for back in (0, 1)}
    told = by_keys(on, "session, segment", sorted(segments), _SEGMENTS, space=space)
    told = _near(rows, told)
    names = _names(on, space, {row.memory for row in (*rows, *told)})
    every = {
        row.memory: Placed(
            row.memory, row.session, row.ordinal, frozenset(names.get(row.memory, ()))
        )
        for row in (*rows, *told)
    }
    # That somebody speaks twice connects nothing.
    found.placed = [
        replace(every[row.memory], names=every[row.memory].names - {speakers.get(row.memory, b"")})
        for row in rows
    ]
    found.told = [every[row.memory] for row in told]
    found.causes = _causes(on, space, found.placed, {row.memory: row.seq for row in rows})


def _near(rows: Iterable[Any], told: Iterable[Any]) -> list[Any]:
    """Keep those that stand shortly before a new one."""
    wanted = {(row.session, row.ordinal - back) for row in rows for back in range(1, WITHIN + 1)}
    return [row for row in told if (row.session, row.ordinal) in wanted]


def _names(on: Connection, space: str, memories: set[str]) -> dict[str, set[bytes]]:
    keys = [(memory,) for memory in sorted(memories)]
    names: dict[str, set[bytes]] = {}
    for memory, entity in by_keys(on, "memory", keys, _MENTIONS, space=space):
        names.setdefault(memory, set()).add(bytes(entity))
    return names


def _causes(
    on: Connection, space: str, placed: list[Placed], seqs: dict[str, int]
) -> dict[str, str]:
    """Give the newest earlier episode that names what caused what a new one names."""
    effects = [(one.memory, (name, seqs[one.memory])) for one in placed for name in one.names]
    keys = sorted({key for _, key in effects})
    rows = by_keys(on, "effect, until", keys, _CAUSES, space=space, cause=CAUSE)
    causes = {(bytes(effect), until): memory for effect, until, memory in rows if memory}
    found: dict[str, str] = {}
    for memory, key in sorted(effects):
        if key in causes:
            found.setdefault(memory, causes[key])
    return found


_PLACES: Final = """
    SELECT m.memory, m.session, m.segment, m.ordinal, m.seq
    FROM wanted CROSS JOIN memories m
    WHERE m.memory = wanted.memory AND m.space = :space ORDER BY m.seq
"""
_SEGMENTS: Final = """
    SELECT m.memory, m.session, m.ordinal FROM wanted CROSS JOIN memories m
    WHERE m.space = :space AND m.session = wanted.session AND m.segment = wanted.segment
    AND m.kind = 'episodic' ORDER BY m.session, m.ordinal
"""
_MENTIONS: Final = """
    SELECT m.memory, m.entity FROM wanted CROSS JOIN mentions m
    WHERE m.memory = wanted.memory AND m.space = :space
"""
# The newest episode before it that names a cause, by facts such as (outage, caused_by, deploy).
_CAUSES: Final = """
    SELECT f.subject, wanted.until, (
        SELECT n.memory FROM mentions n JOIN members b ON b.memory = n.memory
        WHERE n.space = :space AND n.entity = f.object AND n.seq < wanted.until
        ORDER BY n.seq DESC LIMIT 1) AS earlier
    FROM wanted CROSS JOIN facts f
    WHERE f.space = :space AND f.subject = wanted.effect AND f.predicate = :cause
    ORDER BY f.valid_from, f.fact
"""
