"""How active a memory is: how often and how lately it was met, and what the context lends it.

ACT-R's declarative memory: Anderson & Lebiere 1998, The Atomic Components of Thought; the fan
effect: Anderson & Reder 1999.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from typing import Final, NamedTuple

DECAY: Final = 0.5  # ACT-R's d
SLOTS: Final = 7  # of working memory (Miller 1956)
STRENGTH: Final = 7.0  # ACT-R's S: what a source with a fan above exp(S) lends is nothing
_INSTANT: Final = 1.0  # second: what was met just now was met that long ago
_DAMPED: Final = 0.5  # what is left of activation from one step to the next
_FRONT: Final = 32  # nodes from which a step goes on


class Node(NamedTuple):
    """A node of the graph: an `entity`, a `memory` or a `concept`, by its key."""

    kind: str
    key: str | bytes


@dataclass(frozen=True, slots=True)
class Edges:
    """Where activation goes from a node: its fan, which may be more than the neighbours read."""

    fan: int
    neighbours: Sequence[Node]


@dataclass(slots=True)
class Spreading:
    """Activation on its way through the graph, from cues; `came` says from where most of it came.

    It divides among a node's connections (Anderson 1983, A Spreading Activation Theory of
    Memory), so that no more of it comes than there was. Each step goes on from the most active
    nodes that it has reached, so that its work is bounded.
    """

    active: dict[Node, float]
    came: dict[Node, Node] = field(default_factory=dict)
    _most: dict[Node, float] = field(default_factory=dict)
    _front: dict[Node, float] = field(default_factory=dict)

    @classmethod
    def begin(cls, cues: Mapping[Node, float]) -> "Spreading":
        """Begin at the cues, which share an activation of one."""
        total = sum(cues.values()) or 1.0
        active = {node: share / total for node, share in cues.items()}
        return cls(dict(active), _front=active)

    def front(self) -> list[Node]:
        """Give the nodes whose edges the next step needs."""
        best = sorted(self._front, key=lambda node: (-self._front[node], node.kind, str(node.key)))
        return best[:_FRONT]

    def step(self, edges: Mapping[Node, Edges]) -> None:
        """Let the front lend activation to its neighbours, the less the more of them there are."""
        reached: dict[Node, float] = {}
        for node in self.front():
            if node not in edges:
                continue
            lent = _DAMPED * self._front[node] / max(edges[node].fan, 1)
            for other in edges[node].neighbours:
                if other == self.came.get(node):
                    continue
                reached[other] = reached.get(other, 0.0) + lent
                if other not in self.active and lent > self._most.get(other, 0.0):
                    self._most[other], self.came[other] = lent, node
        for node, lent in reached.items():
            self.active[node] = self.active.get(node, 0.0) + lent
        self._front = reached

    def activation(self, node: Node) -> float:
        """Give S + ln(share): one step from a cue of some fan that is S - ln(fan), less a bit."""
        return STRENGTH + log(self.active[node])

    def path(self, node: Node) -> list[Node]:
        """Give the way from a cue to a node along which most activation came."""
        way = [node]
        while (before := self.came.get(way[-1])) is not None and before not in way:
            way.append(before)
        return way[::-1]


def association(fan: int) -> float:
    """Give the strength of association from a source of so many connections: S - ln(fan)."""
    return max(STRENGTH - log(max(fan, 1)), 0.0)


def base_level(times: int, last: float, first: float) -> float:
    """Give ln(sum of t^-d) over encounters, of which the last and first are so many seconds ago.

    Encounters between them count as if they were spread evenly: Petrov 2006, Computationally
    Efficient Approximation of the Base-Level Learning Equation in ACT-R, with one kept exactly.
    """
    last = max(last, _INSTANT)
    first = max(first, last)
    total = last**-DECAY
    if times > 1 and first > last:
        power = 1 - DECAY
        total += (times - 1) * (first**power - last**power) / (power * (first - last))
    elif times > 1:
        total = times * last**-DECAY
    return log(total)


class Candidate(NamedTuple):
    """What may be in working memory: how often it was met, when last and first (seconds ago)."""

    memory: str
    ordinal: int
    times: int
    last: float
    first: float


def slots(candidates: Iterable[Candidate], lent: Mapping[str, float]) -> list[tuple[str, float]]:
    """Give the most active memories with their activation: base level and what context lends."""
    active = [
        (one.memory, base_level(one.times, one.last, one.first) + lent.get(one.memory, 0.0), one)
        for one in candidates
    ]
    active.sort(key=lambda row: (-row[1], -row[2].ordinal, row[0]))
    return [(memory, value) for memory, value, _ in active[:SLOTS]]
