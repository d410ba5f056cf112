"""What came of one observation: memories and facts, by the indexes that lead to them."""

from typing import Any, Final

from sqlalchemy import Connection, select

from agents.known import Stated
from agents.predicates import name_key
from infra.views.sql_keys import by_keys
from infra.views.sql_tables import CONTRADICTIONS, FACT_ENDS, FACT_SOURCES, SOURCES
from streams.codec import Codec
from streams.instants import from_micros
from streams.sealed import read_fact


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
    ended = _ended(on, space, observation)
    concerned = [(fact,) for fact in sorted(mine | ended)]
    keys = {
        (space, row[0], row[1]): name_key(read_fact(codec, space, row[2]).subject)
        for row in by_keys(on, "fact", concerned, _KEYS)
    }
    return [
        Stated(
            fact=fact,
            key=(space, keys[space, subject, predicate], predicate),
            valid_from=from_micros(valid_from),
            valid_to=None if valid_to is None else from_micros(valid_to),
            asserted_to=None if asserted_to is None else from_micros(asserted_to),
            sourced=fact in mine,
            alone=fact in mine and fact not in others,
            ended=fact in ended,
            ended_by=ended_by,
        )
        for subject, predicate, fact, valid_from, valid_to, asserted_to, ended_by in by_keys(
            on, "space, subject, predicate", sorted(keys), _RIVALS
        )
    ]


def disputed(on: Connection, space: str, contradiction: str) -> tuple[bool, bool]:
    """Say whether this is the id of a contradiction that was settled, or of one of texts."""
    c = CONTRADICTIONS.c
    query = select(c.kind, c.verdict).where(c.contradiction == contradiction, c.space == space)
    found = on.execute(query).first()
    return (found.verdict == "settled", found.kind == "texts") if found else (False, False)


def _ended(on: Connection, space: str, observation: str) -> set[str]:
    """Give the facts whose latest end an observation said."""
    e = FACT_ENDS.c
    query = select(e.fact).where(e.space == space, e.observation == observation)
    keys = [(fact,) for fact in sorted(set(on.scalars(query)))]
    latest = dict(by_keys(on, "fact", keys, _ENDS))
    return {fact for fact, by in latest.items() if by == observation}


_SOURCES: Final = """
    SELECT s.memory, s.observation FROM wanted CROSS JOIN sources s
    WHERE s.memory = wanted.memory
"""
_FACT_SOURCES: Final = """
    SELECT s.fact, s.observation FROM wanted CROSS JOIN fact_sources s
    WHERE s.fact = wanted.fact
"""
_ENDS: Final = """
    SELECT e.fact, e.observation FROM wanted CROSS JOIN fact_ends e
    WHERE e.fact = wanted.fact ORDER BY e.seq
"""
_KEYS: Final = """
    SELECT f.subject, f.predicate, f.body FROM wanted CROSS JOIN facts f
    WHERE f.fact = wanted.fact
"""
_RIVALS: Final = """
    SELECT f.subject, f.predicate, f.fact, f.valid_from, f.valid_to, f.asserted_to, f.ended_by
    FROM wanted CROSS JOIN facts f
    WHERE f.space = wanted.space AND f.subject = wanted.subject
    AND f.predicate = wanted.predicate ORDER BY f.valid_from, f.fact
"""
