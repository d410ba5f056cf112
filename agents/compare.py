"""Which memories a model is to read beside each other, and what becomes of what it says.

What it says enters as a command with its digest (`compared.v1`): deciding never infers. It only
notes that two texts seem to contradict each other, and ends nothing: a model that is right three
times in five is no reason to retire what somebody said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.decision import Decision
from agents.lexicon import stems
from agents.likeness import Near
from schemas.concepts import MemoriesCompared
from schemas.envelope import derive_id
from schemas.facts import ContradictionFound
from schemas.observations import Compared

_ALIKE: Final = 0.5  # least cosine of what is about the same
_SHARED: Final = 0.6  # of the stems of the one with fewer, that both have at least
_EACH: Final = 2  # earlier memories that a new one is read beside, the most alike ones
_STATED: Final = 3  # words at least of what may contradict something


class Times(NamedTuple):
    """When something was, as far as a text says so; the end is exclusive."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Statement:
    """A memory that may contradict another one, and its place in the log."""

    near: Near
    seq: int
    times: tuple[Times, ...] = ()


def states(stated: int, asked: int) -> bool:
    """Say whether a text states enough, and asks nothing, to contradict another one."""
    return stated >= _STATED and not asked


def pairs(
    fresh: Sequence[Statement], others: Sequence[Statement], most: int
) -> list[tuple[Near, Near]]:
    """Give new memories, each with an earlier one of the same speaker that it may contradict.

    They are alike by exact cosine, the most alike come first, and say most of the shorter one in
    the same words: of what is said in others, the bundled reader takes too much for contradictory
    (`python -m benches contradiction`). What is said of different times contradicts nothing.
    """
    if not fresh or not others:
        return []
    likeness = _matrix(fresh) @ _matrix(others).T
    stated = {one.near.memory: frozenset(stems(one.near.text)) for one in (*fresh, *others)}
    found = []
    for one, scores in zip(fresh, likeness, strict=True):
        for number in _nearest(scores, one, others, stated):
            other = others[number]
            found.append((-float(scores[number]), one.seq, other.seq, other.near, one.near))
    found.sort(key=lambda pair: pair[:3])
    return [(earlier, later) for *_, earlier, later in found[:most]]


def _nearest(
    scores: NDArray[np.float32],
    one: Statement,
    others: Sequence[Statement],
    stated: Mapping[str, frozenset[int]],
) -> list[int]:
    """Give which of the others a new memory is read beside, the most alike first."""
    like = np.nonzero(scores >= _ALIKE)[0]
    chosen: list[int] = []
    for number in like[np.argsort(-scores[like], kind="stable")].tolist():
        other = others[number]
        if _comparable(one, other) and _share(stated[one.near.memory], stated[other.near.memory]):
            chosen.append(number)
            if len(chosen) == _EACH:
                break
    return chosen


def _matrix(of: Sequence[Statement]) -> NDArray[np.float32]:
    rows = np.stack([one.near.vector for one in of]).astype(np.float32)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(length, np.float32(1e-9)), np.float32)


def _comparable(one: Statement, earlier: Statement) -> bool:
    return (
        earlier.seq < one.seq
        and earlier.near.speaker == one.near.speaker
        and not (one.times and earlier.times and not _meet(one.times, earlier.times))
    )


def _share(one: frozenset[int], other: frozenset[int]) -> bool:
    return len(one & other) >= _SHARED * max(min(len(one), len(other)), 1)


def _meet(some: Sequence[Times], others: Sequence[Times]) -> bool:
    return any(a.since < b.until and b.since < a.until for a in some for b in others)


def compared(decision: Decision, event: Compared) -> None:
    """Note which memories were read, and the contradictions that the model is sure enough of.

    What is not, or not any more, a memory of the space is left out.
    """
    space, least = event.space, decision.policy.contradiction_score
    there = {memory for memory, held in decision.known.held.items() if held.space == space}
    read = tuple(memory for memory in event.memories if memory in there)
    decision.events.append(MemoriesCompared(space=space, at=event.at, memories=read))
    for pair in event.pairs:
        if {pair.one, pair.other} <= there and pair.contradicts >= least:
            decision.events.append(
                ContradictionFound(
                    contradiction=derive_id(space, f"texts/{pair.one}/{pair.other}"),
                    space=space,
                    at=event.at,
                    kind="texts",
                    facts=(),
                    memories=(pair.one, pair.other),
                    score=pair.contradicts,
                )
            )
