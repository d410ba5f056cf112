"""What can be asked of the concepts: the largest ones, their labels and most typical members."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, func, select

from agents.concepts import SHOWN, Concept, ConceptMap, label
from agents.lexicon import idf, stems
from infra.views.sql_reads import Memory, SqlReads
from infra.views.sql_tables import CONCEPTS, MEMBERS
from streams.sealed import read_concept

_MAPPED: Final = 4096  # concepts of a space that are held in memory


@dataclass(frozen=True, slots=True)
class Shown:
    """A concept as it is told: its label, how many memories belong to it, the most typical ones.

    The size is its fan, too: over so many memories its activation spreads.
    """

    id: str
    label: tuple[str, ...]
    size: int
    members: tuple[tuple[Memory, float], ...]

    def told(self) -> dict[str, Any]:
        """Give what is told of it."""
        return {
            "concept": self.id,
            "label": list(self.label),
            "size": self.size,
            "typical": [
                {"memory": memory.id, "text": memory.body.text, "typicality": typicality}
                for memory, typicality in self.members
            ],
        }


class SqlConcepts:
    """Questions to the view of concepts; every one of them is inside one space."""

    def __init__(self, reads: SqlReads) -> None:
        self._reads = reads
        self._maps: dict[str, tuple[int | None, ConceptMap]] = {}

    def largest(self, space: str, limit: int, members: int = 3) -> list[Shown]:
        """Give the concepts with most members, each with its most typical ones."""
        c = CONCEPTS.c
        query = (
            select(c.concept, c.size, c.body)
            .where(c.space == space, c.size >= SHOWN)
            .order_by(c.size.desc(), c.concept)
            .limit(limit)
        )
        with self._reads.engine.connect() as on:
            concepts = self._read(space, on.execute(query).all())
            typical = {id_: _typical(on, space, id_, members) for id_ in concepts}
        wanted = [memory for rows in typical.values() for memory, _ in rows]
        memories = self._reads.memories(space, wanted)
        labels = self.labels(space, list(concepts.values()))
        # What was forgotten meanwhile is left out.
        shown = {
            id_: tuple((memories[m], t) for m, t in rows if m in memories)
            for id_, rows in typical.items()
        }
        return [
            Shown(id_, labels[id_], concept.size, shown[id_]) for id_, concept in concepts.items()
        ]

    def map(self, space: str) -> ConceptMap:
        """Read the centres of the concepts that changed last; the ones read are kept till then."""
        c = CONCEPTS.c
        with self._reads.engine.connect() as on:
            newest = on.scalar(select(func.max(c.seq)).where(c.space == space))
            kept = self._maps.get(space)
            if kept is None or kept[0] != newest:
                query = (
                    select(c.concept, c.size, c.body)
                    .where(c.space == space)
                    .order_by(c.seq.desc())
                    .limit(_MAPPED)
                )
                read = self._read(space, on.execute(query).all())
                kept = self._maps[space] = (newest, ConceptMap(list(read.values())))
        return kept[1]

    def labels(self, space: str, concepts: Sequence[Concept]) -> dict[str, tuple[str, ...]]:
        """Name concepts by their words, weighed by how rare they are in the space."""
        words = sorted({word for concept in concepts for word in concept.words})
        # A word whose ending is cut off has the stem's id.
        terms = {word: found[0] for word in words if (found := stems(word))}
        counts, size = self._reads.frequencies(space, sorted(set(terms.values())))
        often = np.array([counts.get(term, 0) for term in terms.values()], np.int64)
        rarity = dict(zip(terms, idf(often, size).tolist(), strict=True))
        return {concept.id: tuple(label(concept, rarity)) for concept in concepts if concept.id}

    def _read(self, space: str, rows: Sequence[Any]) -> dict[str, Concept]:
        codec = self._reads.codec
        return {r.concept: read_concept(codec, space, (r.concept, r.size), r.body) for r in rows}


def _typical(on: Connection, space: str, concept: str, limit: int) -> list[tuple[str, float]]:
    m = MEMBERS.c
    query = (
        select(m.memory, m.typicality)
        .where(m.space == space, m.concept == concept)
        .order_by(m.typicality.desc(), m.memory)
    )
    return [(row.memory, row.typicality) for row in on.execute(query.limit(limit))]
