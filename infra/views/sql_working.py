"""What a session has in mind: the few memories of it that are most active at a time."""

from collections.abc import Sequence
from datetime import datetime
from math import fsum
from typing import Any, Final

from sqlalchemy import text

from agents.activation import STRENGTH, Candidate, association, slots
from infra.views.sql_reads import Memory, SqlReads
from streams.instants import to_micros

_CONTEXT: Final = 4  # newest memories, whose entities are what the session is about
_MICROS: Final = 1_000_000


class SqlWorking:
    """Working memory; a question costs the same however long the session is."""

    def __init__(self, reads: SqlReads) -> None:
        self._reads = reads

    def active(self, space: str, session: str, at: datetime) -> list[tuple[str, float]]:
        """Give at most seven memories of the newest of a session, with their activation."""
        moment, given = to_micros(at), {"space": space, "session": session}
        with self._reads.engine.connect() as on:
            candidates = [
                Candidate(
                    memory, ordinal, 1 + met, (moment - last) / _MICROS, (moment - first) / _MICROS
                )
                for memory, ordinal, met, last, first in on.execute(_NEWEST, given)
            ]
            edges = on.execute(_MENTIONS, given).all() if candidates else []
        return slots(candidates, _lent(candidates, edges))

    def memories(self, space: str, session: str, at: datetime) -> list[tuple[Memory, float]]:
        """Read the memories in mind, the most active first, but for those forgotten meanwhile."""
        active = self.active(space, session, at)
        found = self._reads.memories(space, [memory for memory, _ in active])
        return [(found[memory], value) for memory, value in active if memory in found]


def _lent(candidates: list[Candidate], edges: Sequence[Any]) -> dict[str, float]:
    """Give what the context lends: sources share an activation of one, each divided by its fan."""
    newest = sorted(candidates, key=lambda one: -one.ordinal)[:_CONTEXT]
    context = {one.memory for one in newest}
    sources = {entity: fan for memory, entity, fan in edges if memory in context}
    shares: dict[str, list[float]] = {}
    for memory, entity, _ in edges:
        if entity in sources:
            share = association(sources[entity]) / STRENGTH / len(sources)
            shares.setdefault(memory, []).append(share)
    # An exact sum: entities come in the order of their tokens, which no two folders share.
    return {memory: fsum(each) for memory, each in shares.items()}


# Up to 64 memories that may be in mind, by the index of segments.
_LATEST: Final = """
    FROM memories m WHERE m.space = :space AND m.session = :session AND m.segment > (
        SELECT MAX(l.segment) FROM memories l WHERE l.space = :space AND l.session = :session) - 2
"""
_NEWEST: Final = text(
    f"SELECT m.memory, m.ordinal, m.reinforced + m.recalled, m.last_access, m.at {_LATEST}"
)
_MENTIONS: Final = text(
    f"""
    SELECT n.memory, n.entity, e.count FROM (SELECT m.memory {_LATEST}) AS latest
    CROSS JOIN mentions n CROSS JOIN entities e
    WHERE n.memory = latest.memory
    AND e.space = :space AND e.entity = n.entity ORDER BY n.memory, n.entity
    """  # noqa: S608 - only our own words are formatted in
)
