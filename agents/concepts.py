"""What concepts are: like episodes together, with a centroid that is the same in any order.

Vectors are rounded to whole numbers, of which a concept keeps the sum. Sums, and dot products of
vectors of length 1024, are exact in the numbers used, so that what is decided by them depends
neither on the order of adding, nor on batches, nor on a machine's arithmetic.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.lexicon import telling
from agents.likeness import Near

SHOWN: Final = 2  # members from which a concept is told of
_SCALE: Final = 1024.0  # length of a rounded vector: dot products stay under 2 ** 24
_WORDS: Final = 32  # that a concept is labelled by; rarer ones are not counted on
_TOGETHER: Final = 256  # episodes compared at once; it changes the cost, and no result
_MOST: Final = 1_000_000  # members: more would not fit into the sum

Sums = NDArray[np.int32]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Concept:
    """A cluster of episodes: the sum of their rounded vectors, and words by how many say them.

    The sum is int32[width]. One that is not formed yet has no id.
    """

    id: str | None
    size: int
    sums: Sums
    words: Mapping[str, int]


@dataclass(slots=True)
class Group:
    """A concept with what joined it: the memories, each with its vector as rounded."""

    concept: Concept
    joined: list[tuple[str, Floats]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Grouped:
    """What comparing came to: concepts that were joined or formed, and episodes that are apart."""

    groups: list[Group]
    apart: list[str]


def rounded(vector: NDArray[np.generic]) -> Floats:
    """Give whole numbers in the direction of a vector, scaled to the length that is compared by."""
    exact = vector.astype(np.float64)
    length = np.sqrt(np.sum(exact * exact, axis=-1, keepdims=True))
    return np.asarray(np.rint(_SCALE * exact / np.maximum(length, 1e-9)), np.float32)


def alone(near: Near, row: Floats) -> Concept:
    """Give a concept of a single episode, whose vector was rounded to a row."""
    return Concept(None, 1, row.astype(np.int32), dict.fromkeys(telling(near.text), 1))


def without(concept: Concept, members: Iterable[Near]) -> Concept:
    """Take members out of a concept."""
    size, sums = concept.size, concept.sums.copy()
    unsaid: list[str] = []
    for member in members:
        size -= 1
        sums -= rounded(member.vector).astype(np.int32)
        unsaid += telling(member.text)
    return Concept(concept.id, size, sums, _fewer(concept.words, unsaid))


def shortened(concept: Concept, before: str, after: str) -> Concept:
    """Take the words out of a concept that a member's text has lost."""
    unsaid = set(telling(before)) - set(telling(after))
    return replace(concept, words=_fewer(concept.words, unsaid))


def _fewer(words: Mapping[str, int], unsaid: Iterable[str]) -> dict[str, int]:
    left = dict(words)
    for word in unsaid:
        if word in left:
            left[word] -= 1
    return {word: count for word, count in left.items() if count > 0}


def likeness(one: Floats, other: Floats) -> float:
    """Give the cosine of two rounded vectors, to four digits."""
    lengths = float(np.sqrt(np.dot(one, one).astype(np.float64) * np.dot(other, other)))
    return round(float(np.dot(one, other)) / max(lengths, 1e-9), 4)


def label(concept: Concept, idf: Mapping[str, float], most: int = 3) -> list[str]:
    """Name a concept by the words that most of it says, and little else does."""
    worth = {word: count * idf.get(word, 0.0) for word, count in concept.words.items()}
    return list(islice(sorted(worth, key=lambda word: (-worth[word], word)), most))


class ConceptMap:
    """The centres of concepts in memory, to look up what a vector is about; exact."""

    def __init__(self, concepts: Sequence[Concept]) -> None:
        self._ids = [concept.id or "" for concept in concepts]
        sums = [concept.sums for concept in concepts]
        centres = np.array(sums, np.float32).reshape(len(sums), -1 if sums else 0)
        lengths = np.linalg.norm(centres, axis=1, keepdims=True)
        self._centres = centres / np.maximum(lengths, np.float32(1e-9))

    def nearest(self, vector: Floats, most: int) -> list[tuple[str, float]]:
        """Give the concepts nearest to a vector float32[width], the nearest first, with cosines."""
        if not self._ids:
            return []
        cosines = self._centres @ (vector / max(float(np.linalg.norm(vector)), 1e-9))
        most = min(most, len(self._ids))
        best = np.argpartition(-cosines, most - 1)[:most] if most else np.zeros(0, np.int64)
        found = [(self._ids[place], float(cosines[place])) for place in best]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def group(
    known: Sequence[Concept], apart: Sequence[Near], fresh: Sequence[Near], least: float
) -> Grouped:
    """Let each episode, in order, join what it is most like, or stay apart until something is.

    It joins a concept, or forms one with another that is apart, when the cosine is at least
    `least`; of equals the first. Leader clustering: one pass, nothing is moved afterwards.
    """
    groups = [Group(concept) for concept in known]
    rows = _rows(apart)
    groups += [
        Group(alone(near, row), [(near.memory, row)]) for near, row in zip(apart, rows, strict=True)
    ]
    new = len(groups)
    centres = _Centres([group.concept for group in groups], least)
    for start in range(0, len(fresh), _TOGETHER):
        _some(groups, centres, fresh[start : start + _TOGETHER])
    changed = [
        g for i, g in enumerate(groups) if len(g.joined) > (1 if g.concept.id is None else 0)
    ]
    left = [g.joined[0][0] for g in groups[new:] if g.concept.id is None and len(g.joined) == 1]
    return Grouped(changed, left)


def _rows(nears: Sequence[Near]) -> Floats:
    vectors = [near.vector for near in nears]
    return rounded(np.stack(vectors)) if vectors else np.zeros((0, 0), np.float32)


def _some(groups: list[Group], centres: "_Centres", fresh: Sequence[Near]) -> None:
    rows = _rows(fresh)
    ones = [alone(near, row) for near, row in zip(fresh, rows, strict=True)]
    # Every one is a centre of its own from the beginning, but is not met before its turn.
    first = centres.add([one.sums for one in ones])
    dots = rows @ centres.all.T
    lengths = np.sqrt(np.sum(rows.astype(np.float64) ** 2, axis=1))
    for i, (near, one) in enumerate(zip(fresh, ones, strict=True)):
        place = centres.nearest(dots[i], float(lengths[i]))
        if place is None:
            centres.open(first + i)
            groups.append(Group(one, [(near.memory, rows[i])]))
            centres.of[first + i] = len(groups) - 1
            continue
        group_ = groups[centres.of[place]]
        group_.concept = _both(group_.concept, one)
        group_.joined.append((near.memory, rows[i]))
        centres.move(place, group_.concept)
        dots[i + 1 :, place] = rows[i + 1 :] @ centres.all[place]


def _both(concept: Concept, one: Concept) -> Concept:
    words = dict(concept.words)
    for word in one.words:
        words[word] = words.get(word, 0) + 1
    return Concept(concept.id, concept.size + one.size, concept.sums + one.sums, words)


def kept_words(words: Mapping[str, int]) -> dict[str, int]:
    """Keep the words that most members say."""
    most = sorted(words.items(), key=lambda pair: (-pair[1], pair[0]))[:_WORDS]
    return dict(sorted(most))


class _Centres:
    """The centres that an episode is compared with; closed ones are like nothing."""

    def __init__(self, concepts: Sequence[Concept], least: float) -> None:
        self.least = least
        self.all: Floats = np.zeros((0, 0), np.float32)
        self.of = {place: place for place in range(len(concepts))}
        self._open = np.zeros(0, np.float64)  # one over the length, 0 for what is closed
        self._lengths = self._open
        self.add([concept.sums for concept in concepts])
        for place, concept in enumerate(concepts):
            if concept.size < _MOST:
                self.open(place)

    def add(self, sums: Sequence[Sums]) -> int:
        """Add closed centres; give the place of the first."""
        first = len(self.all)
        if sums:
            rows = rounded(np.stack(sums))
            self.all = np.concatenate([self.all, rows]) if first else rows
            lengths = np.sqrt(np.sum(rows.astype(np.float64) ** 2, axis=1))
            self._lengths = np.concatenate([self._lengths, lengths])
            self._open = np.concatenate([self._open, np.zeros(len(rows))])
        return first

    def open(self, place: int) -> None:
        """Let a centre be met."""
        self._open[place] = 1 / max(float(self._lengths[place]), 1e-9)

    def move(self, place: int, concept: Concept) -> None:
        """Put a centre where its concept has come to."""
        self.all[place] = rounded(concept.sums)
        self._lengths[place] = np.sqrt(np.sum(self.all[place].astype(np.float64) ** 2))
        self._open[place] = 0.0
        if concept.size < _MOST:
            self.open(place)

    def nearest(self, dots: Floats, length: float) -> int | None:
        """Give the open centre that is most alike, if one is alike enough."""
        if not len(dots) or not length:
            return None
        cosines = dots * self._open
        place = int(np.argmax(cosines))
        return place if cosines[place] >= self.least * length else None
