"""What is connected: the graph of entities, memories and concepts, a bounded part at a time."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, select

from agents.activation import Edges, Node
from agents.predicates import name_key
from infra.views.sql_concepts import SqlConcepts
from infra.views.sql_keys import by_keys
from infra.views.sql_reads import SqlReads
from infra.views.sql_tables import CONCEPTS, ENTITIES, MEMBERS, MENTIONS
from streams.sealed import read_concept

_FOLLOWING: Final = 8  # episodes that go on from one, and are read of it
NEIGHBOURS: Final = 48  # that are read of a node: the newest that mention it, the most typical


class SqlGraph:
    """Edges and names of the graph; every question is inside one space."""

    def __init__(self, reads: SqlReads) -> None:
        self._reads = reads
        self._codec = reads.codec

    def named(self, space: str, names: Sequence[str]) -> dict[str, Node | None]:
        """Give the entity that has each of these names, or none."""
        keys = {name: self._codec.blind(space, name_key(name)) for name in names}
        e = ENTITIES.c
        with self._reads.engine.connect() as on:
            query = select(e.entity).where(e.space == space, e.entity.in_([*keys.values()]))
            found = {bytes(key) for key in on.scalars(query)}
        return {name: Node("entity", key) if key in found else None for name, key in keys.items()}

    def edges(self, space: str, nodes: Sequence[Node]) -> dict[Node, Edges]:
        """Give the edges of these nodes; those that are not there have none."""
        found: dict[Node, Edges] = {}
        with self._reads.engine.connect() as on:
            for node in nodes:
                if node.kind == "entity":
                    found[node] = _of_entity(on, space, node)
                elif node.kind == "concept":
                    found[node] = _of_concept(on, space, node)
            found.update(_of_memories(on, space, [n for n in nodes if n.kind == "memory"]))
        return found

    def told(self, space: str, nodes: Sequence[Node]) -> Mapping[Node, str]:
        """Say what nodes are: an entity's name, a memory's text, a concept's label."""
        ids = {
            kind: [str(n.key) for n in nodes if n.kind == kind] for kind in ("memory", "concept")
        }
        memories = self._reads.memories(space, ids["memory"])
        told = {Node("memory", id_): memory.body.text for id_, memory in memories.items()}
        c, e = CONCEPTS.c, ENTITIES.c
        keys = [node.key for node in nodes if node.kind == "entity"]
        with self._reads.engine.connect() as on:
            query = select(c.concept, c.size, c.body).where(c.concept.in_(ids["concept"]))
            concepts = [
                read_concept(self._codec, space, (row.concept, row.size), row.body)
                for row in on.execute(query.where(c.space == space))
            ]
            names = select(e.entity, e.name).where(e.space == space, e.entity.in_(keys))
            for entity, name in on.execute(names):
                told[Node("entity", bytes(entity))] = self._codec.reveal(space, name).decode()
        for id_, words in SqlConcepts(self._reads).labels(space, concepts).items():
            told[Node("concept", id_)] = ", ".join(words)
        return told


def _of_entity(on: Connection, space: str, node: Node) -> Edges:
    m, e = MENTIONS.c, ENTITIES.c
    mentions = (
        select(m.memory)
        .where(m.space == space, m.entity == node.key)
        .order_by(m.seq.desc(), m.memory)
        .limit(NEIGHBOURS)
    )
    neighbours = [Node("memory", memory) for memory in on.scalars(mentions)]
    count = on.scalar(select(e["count"]).where(e.space == space, e.entity == node.key))
    return Edges(max(int(count or 0), len(neighbours)), neighbours)


def _of_concept(on: Connection, space: str, node: Node) -> Edges:
    m, c = MEMBERS.c, CONCEPTS.c
    typical = (
        select(m.memory)
        .where(m.space == space, m.concept == node.key)
        .order_by(m.typicality.desc(), m.memory)
        .limit(NEIGHBOURS)
    )
    size = on.scalar(select(c.size).where(c.concept == node.key))
    return Edges(int(size or 0), [Node("memory", memory) for memory in on.scalars(typical)])


def _of_memories(on: Connection, space: str, nodes: Sequence[Node]) -> dict[Node, Edges]:
    keys: list[tuple[Any, ...]] = [(str(node.key),) for node in nodes]
    found: dict[Node, list[Node]] = {node: [] for node in nodes}
    for memory, entity in by_keys(on, "memory", keys, _MENTIONS):
        found[Node("memory", memory)].append(Node("entity", bytes(entity)))
    for memory, other in by_keys(on, "memory", keys, _LINKS, space=space):
        found[Node("memory", memory)].append(Node("memory", other))
    for memory, concept in by_keys(on, "memory", keys, _MEMBERS, space=space):
        found[Node("memory", memory)].append(Node("concept", concept))
    return {node: Edges(len(others), others) for node, others in found.items()}


# By the memory alone: with the space, SQLite takes the index that begins with it, and reads it all.
_MENTIONS: Final = """
    SELECT m.memory, m.entity FROM wanted CROSS JOIN mentions m
    WHERE m.memory = wanted.memory ORDER BY m.memory, m.entity
"""
_MEMBERS: Final = """
    SELECT b.memory, b.concept FROM wanted CROSS JOIN members b
    WHERE b.memory = wanted.memory AND b.space = :space AND b.concept <> ''
"""
# What an episode goes on from, and the newest ones that go on from it.
_LINKS: Final = f"""
    SELECT l.memory, l.earlier FROM wanted CROSS JOIN links l
    WHERE l.memory = wanted.memory AND l.space = :space
    UNION ALL
    SELECT l.earlier, l.memory FROM wanted CROSS JOIN links l
    WHERE l.earlier = wanted.memory AND l.space = :space AND l.seq >= COALESCE((
        SELECT n.seq FROM links n WHERE n.earlier = wanted.memory
        ORDER BY n.seq DESC LIMIT 1 OFFSET {_FOLLOWING - 1}), 0)
    ORDER BY 1, 2
"""  # noqa: S608 - a number is formatted in
