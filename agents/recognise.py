"""Which steps recur one after another, and so are a way of doing something.

Steps are the same if they share all their stems. Nothing is guessed of what people say in passing:
only episodes of one session, and procedures, are told as steps.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from agents.lexicon import stems
from schemas.envelope import derive_id
from schemas.procedures import ProcedureRecognised

LONGEST: Final = 64  # steps of a sequence that are compared, the last ones
_STEPS: Final = 3  # at least, of a procedure
_TIMES: Final = 3  # sequences at least in which they recur


@dataclass(frozen=True, slots=True)
class Told:
    """Steps in the order in which they were told, each with the key that it is compared by."""

    id: str
    steps: tuple[tuple[int, str], ...]

    @property
    def keys(self) -> str:
        """Write the keys so that a part of them is a run of steps."""
        return written([key for key, _ in self.steps])


def step_key(step: str) -> int:
    """Give the key under which the same steps meet."""
    found = sorted(set(stems(step)))
    words = ",".join(map(str, found)) if found else step.casefold()
    return zlib.crc32(words.encode())


def written(keys: Sequence[int]) -> str:
    """Write keys so that those of a run stand in those of a sequence."""
    return f",{','.join(map(str, keys))},"


def recognised(
    space: str, at: datetime, fresh: Sequence[Told], others: Sequence[Told]
) -> list[ProcedureRecognised]:
    """Give the longest runs of steps of new sequences that enough sequences have."""
    every = {one.id: one.keys for one in (*others, *fresh)}
    found: dict[str, ProcedureRecognised] = {}
    for sequence in fresh:
        for first, last in _runs(sequence, every):
            run = sequence.steps[first:last]
            keys = written([key for key, _ in run])
            have = tuple(sorted(id_ for id_, theirs in every.items() if keys in theirs))
            found[keys] = ProcedureRecognised(
                procedure=derive_id(space, f"procedure{keys}"),
                space=space,
                at=at,
                steps=tuple(step for _, step in run),
                sequences=have,
            )
    return [found[keys] for keys in sorted(found)]


def _runs(sequence: Told, every: dict[str, str]) -> list[tuple[int, int]]:
    """Give the runs of a sequence that recur and are in no longer one that does."""
    keys = [key for key, _ in sequence.steps]
    runs: list[tuple[int, int]] = []
    for first in range(len(keys) - _STEPS + 1):
        last = first
        for end in range(first + _STEPS, len(keys) + 1):
            part = written(keys[first:end])
            if sum(part in theirs for theirs in every.values()) < _TIMES:
                break
            last = end
        if last > first and (not runs or last > runs[-1][1]):
            runs.append((first, last))
    return runs
