"""What cues bring to mind: activation that spreads from them through the graph of a space."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from agents.activation import Node, Spreading
from infra.clock import now
from infra.models.perceive import Perceiver
from infra.views.sql_concepts import SqlConcepts
from infra.views.sql_graph import SqlGraph
from infra.views.sql_reads import SqlReads
from schemas.errors import NotFoundError
from streams.vectors import Search, Vectors

_STEPS: Final = 3  # cue -> memories -> what else they are about -> memories of that
# What is most like cues that are no names is a cue then: a part brings back the whole.
_LIKE: Final = 6  # memories
_CONCEPTS: Final = 2
_ALIKE: Final = 0.3  # least cosine of those


@dataclass(frozen=True, slots=True)
class Associated:
    """A node that came to mind, how active it is, and by which way, from a cue on."""

    kind: str
    id: str | None
    text: str
    activation: float
    path: tuple[str, ...]

    def told(self) -> dict[str, Any]:
        """Give what is told of it."""
        return {
            "kind": self.kind,
            "id": self.id,
            "text": self.text,
            "activation": round(self.activation, 4),
            "path": list(self.path),
        }


class Associating:
    """Follows associations; reads only, and a bounded part of a space."""

    def __init__(self, reads: SqlReads, vectors: Vectors, perceiver: Perceiver) -> None:
        self._reads = reads
        self._graph = SqlGraph(reads)
        self._concepts = SqlConcepts(reads)
        self._vectors = vectors
        self._perceiver = perceiver

    def ask(self, space: str, cues: Sequence[str], limit: int) -> list[Associated]:
        """Give what the cues activate most, cues that are entities left out.

        Raises NotFoundError when there is no such space, or when they lead to nothing.
        """
        self._reads.demand(space)  # asking must not make a key
        begun = self._cues(space, cues)
        if not begun:
            raise NotFoundError(f"{', '.join(cues)}: nothing in {space} is like that", space=space)
        spreading = Spreading.begin(begun)
        for _ in range(_STEPS):
            spreading.step(self._graph.edges(space, spreading.front()))
        cued = {node for node in begun if node.kind == "entity"}
        found = [node for node in spreading.active if node not in cued]
        found.sort(key=lambda node: (-spreading.active[node], node.kind, str(node.key)))
        return self._told(space, spreading, found[:limit])

    def _cues(self, space: str, cues: Sequence[str]) -> dict[Node, float]:
        named = self._graph.named(space, cues)
        begun = {node: 1.0 for node in named.values() if node}
        words = [cue for cue in cues if named[cue] is None]
        if not words:
            return begun
        pending = self._perceiver.begin(" ".join(words))
        passage = self._perceiver.finish(pending, now(), None)[0]
        dense = base64.b64decode(passage.vector)
        [found] = self._vectors.search([Search(space=space, dense=dense, limit=_LIKE)])
        like = [(Node("memory", memory), cosine) for memory, cosine in found.dense]
        vector = np.frombuffer(dense, np.float16).astype(np.float32)
        for id_, cosine in self._concepts.map(space).nearest(vector, _CONCEPTS):
            like.append((Node("concept", id_), cosine))
        return begun | {node: cosine**2 for node, cosine in like if cosine >= _ALIKE}

    def _told(self, space: str, spreading: Spreading, nodes: Sequence[Node]) -> list[Associated]:
        paths = {node: spreading.path(node) for node in nodes}
        every = dict.fromkeys(step for path in paths.values() for step in path)
        told = self._graph.told(space, list(every))
        return [
            Associated(
                node.kind,
                str(node.key) if node.kind != "entity" else None,
                told[node],
                spreading.activation(node),
                tuple(told.get(step, "?") for step in path),
            )
            for node, path in paths.items()
            if node in told
        ]
