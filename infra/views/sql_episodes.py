"""What consolidating reads: new episodes, and the concepts and episodes they may be like."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, select

from agents.concepts import Concept
from agents.known import Episodes, Known
from agents.likeness import Near
from agents.merge import Merging, near_equal
from agents.needs import NewEpisodes
from infra.views.sql_keys import by_keys
from infra.views.sql_tables import CONCEPTS, MEMBERS, MEMORIES
from streams.codec import Codec
from streams.sealed import read_concept, read_near
from streams.views.concepts import APART

# A new episode is compared with what was met last: O(new), however many concepts there are.
CONCEPTS_COMPARED: Final = 1024
APART_COMPARED: Final = 1024
OTHERS_COMPARED: Final = 128  # of the other concepts, so that each is met again some day


def new_episodes(on: Connection, codec: Codec, wanted: NewEpisodes) -> Episodes:
    """Read so many episodes that were not compared yet, and what to compare them with."""
    m, space = MEMBERS.c, wanted.space
    fresh = select(m.memory).where(m.space == space, m.concept.is_(None)).order_by(m.seq)
    apart = select(m.memory).where(m.space == space, m.concept == APART).order_by(m.seq.desc())
    found = list(on.scalars(fresh.limit(wanted.most)))
    if not found:
        return Episodes()
    beside = list(on.scalars(apart.limit(APART_COMPARED)))
    concepts = _concepts(on, codec, space, wanted.pivot)
    # Half of the budget; one more is read than that, to see whether more is left.
    merging = near_equal(concepts, wanted.merged, (wanted.most - 1) // 2)
    return Episodes(
        fresh=_near(on, codec, space, found),
        apart=_near(on, codec, space, beside),
        concepts=concepts,
        merging=[replace(one, moving=_moving(on, codec, space, one)) for one in merging],
    )


def _concepts(on: Connection, codec: Codec, space: str, pivot: str) -> list[Concept]:
    """Read the concepts that changed last, and some others, which a tick's pivot chooses."""
    c = CONCEPTS.c
    every = select(c.concept, c.size, c.body).where(c.space == space)
    latest = on.execute(every.order_by(c.seq.desc()).limit(CONCEPTS_COMPARED)).all()
    rows = {row.concept: row for row in latest}
    if len(latest) == CONCEPTS_COMPARED:
        some = every.where(c.concept >= pivot).order_by(c.concept).limit(OTHERS_COMPARED)
        rows = {row.concept: row for row in on.execute(some)} | rows
    return [read_concept(codec, space, (r.concept, r.size), r.body) for r in rows.values()]


def _moving(on: Connection, codec: Codec, space: str, merging: Merging) -> tuple[Near, ...]:
    m = MEMBERS.c
    query = select(m.memory).where(m.space == space, m.concept == merging.gone.id)
    return tuple(_near(on, codec, space, list(on.scalars(query.order_by(m.memory)))))


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
