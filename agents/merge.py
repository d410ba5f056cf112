"""Which concepts have come to be about the same, and become one.

Concepts grow apart from one another while neither is among those that episodes are compared with,
or before enough of their members are known. Of a pair the smaller one goes into the larger one, so
that least is moved, and each is merged at most once a tick.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agents.concepts import Concept, kept_words, rounded
from agents.likeness import Near


@dataclass(frozen=True, slots=True)
class Merging:
    """Two concepts whose centres are near, the one that stays first, and who moves to it."""

    kept: Concept
    gone: Concept
    moving: tuple[Near, ...] = ()

    @property
    def both(self) -> Concept:
        """Give the concept that they become."""
        words = dict(self.kept.words)
        for word, count in self.gone.words.items():
            words[word] = words.get(word, 0) + count
        size = self.kept.size + self.gone.size
        return Concept(self.kept.id, size, self.kept.sums + self.gone.sums, kept_words(words))


def near_equal(concepts: Sequence[Concept], least: float, most: int) -> list[Merging]:
    """Pair concepts whose centres have a cosine of `least`, the nearest first.

    At most so many members move in all; what is too large for that waits.
    """
    if not concepts:
        return []
    concepts = sorted(concepts, key=lambda concept: concept.id or "")
    rows = rounded(np.stack([concept.sums for concept in concepts]))
    lengths = np.sqrt(np.sum(rows.astype(np.float64) ** 2, axis=1))
    # Exact, as every dot product of rounded vectors: no machine comes to another pair.
    cosines = (rows @ rows.T) / np.maximum(lengths[:, None] * lengths[None, :], 1e-9)
    found = np.argwhere(np.triu(cosines >= least, k=1)).tolist()
    ordered = sorted((-float(cosines[i, j]), i, j) for i, j in found)
    return _chosen([(concepts[i], concepts[j]) for _, i, j in ordered], most)


def _chosen(pairs: Sequence[tuple[Concept, Concept]], most: int) -> list[Merging]:
    chosen: list[Merging] = []
    taken: set[str | None] = set()
    for pair in pairs:
        kept, gone = sorted(pair, key=lambda concept: (-concept.size, concept.id or ""))
        if not {kept.id, gone.id} & taken and gone.size <= most:
            most -= gone.size
            taken |= {kept.id, gone.id}
            chosen.append(Merging(kept, gone))
    return chosen
