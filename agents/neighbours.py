"""Which memories stand beside one another in their sessions, and what these lend one another."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

# Memories of a session that are read together; ordinals further apart are no neighbours.
SEGMENT: Final = 32


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Which rows stand before and after one another, and where each session starts."""

    starts: Ints
    lengths: Ints
    linked: dict[int, NDArray[np.bool_]]

    @classmethod
    def of(cls, sessions: Ints, ordinals: Ints, spoken: NDArray[np.bool_]) -> "Neighbours":
        """Find them among rows ascending by (session, ordinal); only what was spoken has any."""
        rows = len(sessions)
        starts = np.flatnonzero(np.r_[True, sessions[1:] != sessions[:-1]])
        linked = {}
        for step in (1, 2):
            near = ordinals[step:] - ordinals[:-step] < SEGMENT
            near &= sessions[step:] == sessions[:-step]
            near &= spoken[step:] & spoken[:-step]
            gap = np.zeros(min(step, rows), np.bool_)
            linked[step] = np.concatenate([near, gap])
            linked[-step] = np.concatenate([gap, near])
        return cls(starts, np.diff(np.r_[starts, rows]), linked)

    def at(self, values: Floats, step: int, missing: float = 0.0) -> Floats:
        """Give each row the value of the row that stands `step` after it in its session."""
        moved = np.roll(values, -step, axis=-1)
        return np.where(self.linked[step], moved, np.float32(missing))

    def best(self, values: Floats, one: float, two: float) -> Floats:
        """Give the best of a row's value and its neighbours', which count less."""
        best = values
        for step, part in ((-1, one), (1, one), (-2, two), (2, two)):
            best = np.maximum(best, np.float32(part) * self.at(values, step, -1.0))
        return best

    def sums(self, values: Floats) -> Floats:
        """Add up each session's values, [..., sessions]."""
        return np.asarray(np.add.reduceat(values, self.starts, axis=-1), np.float32)

    def spread(self, values: Floats) -> Floats:
        """Give each row its session's value."""
        return np.repeat(values, self.lengths, axis=-1)
