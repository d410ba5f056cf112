"""What came of one observation: memories and facts, by the indexes that lead to them."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, select

from agents.predicates import name_key
from agents.traced import End, Stated
from infra.views.sql_keys import by_keys
from infra.views.sql_tables import CONTRADICTIONS, FACT_ENDS, FACT_SOURCES, SOURCES
from streams.codec import Codec
from streams.instants import from_micros
from streams.sealed import read_fact
from streams.views.contradictions import OPEN


def sourced(on: Connection, space: str, observation: str) -> tuple[list[str], list[str]]:
    """Give the memories that come of an observation alone, and those that have other sources."""
    s = SOURCES.c
    mine = select(s.memory).where(s.space == space, s.observation == observation)
    memories = sorted(set(on.scalars(mine)))
    keys: list[tuple[Any, ...]] = [(memory,) for memory in memories]
    others = {row[0] for row in by_keys(on, "memory", keys, _SOURCES) if row[1] != observation}
    return [m for m in memories if m not in others], [m for m in memories if m in others]


def stated(on: Connection, codec: Codec, space: str, observation: str) -> list[Stated]:
    """Give the facts that an observation stated or ended, and their rivals."""
    s = FACT_SOURCES.c
    said = select(s.fact).where(s.space == space, s.observation == observation)
    mine = set(on.scalars(said))
    sources = by_keys(on, "fact", [(fact,) for fact in sorted(mine)], _FACT_SOURCES)
    others = {row[0] for row in sources if row[1] != observation}
    e = FACT_ENDS.c
    ended = select(e.fact).where(e.space == space, e.observation == observation)
    found = rivals(on, codec, space, mine | set(on.scalars(ended)))
    return [
        replace(one, sourced=one.fact in mine, alone=one.fact in mine - others) for one in found
    ]


def rivals(on: Connection, codec: Codec, space: str, facts: Collection[str]) -> list[Stated]:
    """Give facts of a space, and all others of the same subjects and predicates."""
    keys = {
        (space, row[0], row[1]): name_key(read_fact(codec, space, row[2]).subject)
        for row in by_keys(on, "fact", [(fact,) for fact in sorted(facts)], _KEYS)
    }
    rows = by_keys(on, "space, subject, predicate", sorted(keys), _RIVALS)
    ends = _ends(on, [row.fact for row in rows])
    return [
        Stated(
            fact=row.fact,
            key=(space, keys[space, row.subject, row.predicate], row.predicate),
            object=row.object,
            valid_from=from_micros(row.valid_from),
            valid_to=None if row.valid_to is None else from_micros(row.valid_to),
            asserted_to=None if row.asserted_to is None else from_micros(row.asserted_to),
            told=bool(row.told),
            ended_by=row.ended_by,
            ends=tuple(ends.get(row.fact, ())),
        )
        for row in rows
    ]


def disputed(on: Connection, space: str, contradiction: str) -> tuple[bool, bool]:
    """Say whether this is the id of a contradiction that was settled, or of one of memories."""
    c = CONTRADICTIONS.c
    query = select(c.kind, c.verdict).where(c.contradiction == contradiction, c.space == space)
    found = on.execute(query).first()
    return (found.verdict == "settled", found.kind in OPEN) if found else (False, False)


def _ends(on: Connection, facts: Sequence[str]) -> dict[str, list[End]]:
    """Give the ends of facts that nobody has taken back."""
    found: dict[str, list[End]] = {}
    for fact, valid_to, by, observation in by_keys(on, "fact", [(f,) for f in facts], _ENDS):
        found.setdefault(fact, []).append(End(from_micros(valid_to), by, observation))
    return found


_SOURCES: Final = """
    SELECT s.memory, s.observation FROM wanted CROSS JOIN sources s
    WHERE s.memory = wanted.memory
"""
_FACT_SOURCES: Final = """
    SELECT s.fact, s.observation FROM wanted CROSS JOIN fact_sources s
    WHERE s.fact = wanted.fact
"""
_ENDS: Final = """
    SELECT e.fact, e.valid_to, e."by", e.observation FROM wanted CROSS JOIN fact_ends e
    WHERE e.fact = wanted.fact AND e.stands = 1 AND e.valid_to IS NOT NULL ORDER BY e.seq
"""
_KEYS: Final = """
    SELECT f.subject, f.predicate, f.body FROM wanted CROSS JOIN facts f
    WHERE f.fact = wanted.fact
"""
_RIVALS: Final = """
    SELECT f.subject, f.predicate, f.object, f.fact, f.valid_from, f.valid_to, f.asserted_to,
        f.ended_by, EXISTS (SELECT 1 FROM fact_sources s WHERE s.fact = f.fact) AS told
    FROM wanted CROSS JOIN facts f
    WHERE f.space = wanted.space AND f.subject = wanted.subject
    AND f.predicate = wanted.predicate ORDER BY f.valid_from, f.fact
"""
