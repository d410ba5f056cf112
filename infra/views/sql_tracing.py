"""What came of one observation: read through a whole space, as only taking back needs to."""

from sqlalchemy import Connection, select

from agents.known import Stated
from agents.predicates import name_key
from infra.views.sql_tables import FACT_ENDS, FACT_SOURCES, FACTS, SOURCES
from schemas.memories import Source
from streams.codec import Codec
from streams.instants import from_micros
from streams.sealed import read_fact

_MANY = 500  # values of one IN


def sourced(on: Connection, space: str, observation: str) -> tuple[list[str], list[str]]:
    """Give the memories that come of an observation alone, and those that have other sources.

    No index leads from observations to memories: it would cost every observation more than it
    saves the few that are taken back.
    """
    s = SOURCES.c
    mine = select(s.memory).where(s.space == space, s.observation == observation)
    memories = sorted(set(on.scalars(mine)))
    others: set[str] = set()
    for start in range(0, len(memories), _MANY):
        query = select(s.memory).where(
            s.memory.in_(memories[start : start + _MANY]), s.observation != observation
        )
        others.update(on.scalars(query))
    return [m for m in memories if m not in others], [m for m in memories if m in others]


def stated(on: Connection, codec: Codec, space: str, observation: str) -> list[Stated]:
    """Give the facts that an observation stated or ended, and their rivals."""
    f, s = FACTS.c, FACT_SOURCES.c
    said = on.execute(select(s.fact, s.observation).where(s.space == space)).all()
    mine = {row.fact for row in said if row.observation == observation}
    others = {row.fact for row in said if row.observation != observation}
    ended = _ended(on, codec, space, observation)
    rows = on.execute(select(FACTS).where(f.space == space).order_by(f.valid_from, f.fact)).all()
    keys = {(r.subject, r.predicate) for r in rows if r.fact in mine or r.fact in ended}
    return [
        Stated(
            fact=row.fact,
            key=(space, name_key(read_fact(codec, space, row.body).subject), row.predicate),
            valid_from=from_micros(row.valid_from),
            valid_to=None if row.valid_to is None else from_micros(row.valid_to),
            asserted_to=None if row.asserted_to is None else from_micros(row.asserted_to),
            sourced=row.fact in mine,
            alone=row.fact in mine and row.fact not in others,
            ended=row.fact in ended,
            ended_by=row.ended_by,
        )
        for row in rows
        if (row.subject, row.predicate) in keys
    ]


def _ended(on: Connection, codec: Codec, space: str, observation: str) -> set[str]:
    """Give the facts whose latest end an observation said."""
    e = FACT_ENDS.c
    query = select(e.fact, e.body).where(e.space == space).order_by(e.seq)
    latest = {row.fact: row.body for row in on.execute(query)}
    return {
        fact
        for fact, body in latest.items()
        if Source.model_validate_json(codec.open(space, body)).observation == observation
    }
