"""What consolidating reads: new episodes, and the concepts and episodes they may be like."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, select

from agents.known import Episodes, Known
from agents.likeness import Near
from infra.views.sql_keys import by_keys
from infra.views.sql_tables import CONCEPTS, MEMBERS, MEMORIES
from streams.codec import Codec
from streams.sealed import read_concept, read_near
from streams.views.concepts import APART

# A new episode is compared with what was met last: O(new), however many concepts there are.
CONCEPTS_COMPARED: Final = 1024
APART_COMPARED: Final = 1024


def new_episodes(on: Connection, codec: Codec, space: str, most: int) -> Episodes:
    """Read so many episodes that were not compared yet, and what to compare them with."""
    c, m = CONCEPTS.c, MEMBERS.c
    fresh = select(m.memory).where(m.space == space, m.concept.is_(None)).order_by(m.seq)
    apart = select(m.memory).where(m.space == space, m.concept == APART).order_by(m.seq.desc())
    latest = (
        select(c.concept, c.size, c.body)
        .where(c.space == space)
        .order_by(c.seq.desc())
        .limit(CONCEPTS_COMPARED)
    )
    found = list(on.scalars(fresh.limit(most)))
    if not found:
        return Episodes()
    beside = list(on.scalars(apart.limit(APART_COMPARED)))
    return Episodes(
        fresh=_near(on, codec, space, found),
        apart=_near(on, codec, space, beside),
        concepts=[
            read_concept(codec, space, (row.concept, row.size), row.body)
            for row in on.execute(latest)
        ],
    )


def concepts_of(on: Connection, codec: Codec, memories: Sequence[str], known: Known) -> None:
    """Read the concepts that these memories belong to."""
    keys = [(memory,) for memory in sorted(memories)]
    for memory, space, concept, size, body in by_keys(on, "memory", keys, _CONCEPTS):
        known.concept_of[memory] = concept
        if concept not in known.concepts:
            known.concepts[concept] = read_concept(codec, space, (concept, size), body)


def _near(on: Connection, codec: Codec, space: str, memories: Sequence[str]) -> list[Near]:
    m = MEMORIES.c
    found: dict[str, Near] = {}
    for start in range(0, len(memories), 500):
        query = select(m.memory, m.body, m.features).where(
            m.memory.in_(memories[start : start + 500])
        )
        for memory, body, features in on.execute(query):
            found[memory] = read_near(codec, space, memory, body, features)
    return [found[memory] for memory in memories]


_CONCEPTS: Final = """
    SELECT b.memory, c.space, c.concept, c.size, c.body
    FROM wanted CROSS JOIN members b CROSS JOIN concepts c
    WHERE b.memory = wanted.memory AND c.concept = b.concept
"""
