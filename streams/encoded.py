"""What one pass of the encoder over a text gives; character offsets are [start, end)."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class EntitySpan(NamedTuple):
    """A named thing of a type such as `person`, with the model's probability."""

    start: int
    end: int
    type: str
    score: float


class RelationSpan(NamedTuple):
    """A statement about `subject`, or about the speaker where it is None.

    `ended` says that it no longer holds, or is denied.
    """

    predicate: str
    subject: tuple[int, int] | None
    object: tuple[int, int]
    score: float
    ended: bool


class ArcSpan(NamedTuple):
    """A word, the index of its head among the words (-1 for the root), and its relation to it."""

    start: int
    end: int
    head: int
    relation: str


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """The outputs of all heads for one text.

    `vector` is L2-normalised, `tokens` are L2-normalised rows x 127 without special tokens.
    """

    vector: NDArray[np.float16]
    tokens: NDArray[np.int8]
    entities: tuple[EntitySpan, ...]
    relations: tuple[RelationSpan, ...]
    intent: tuple[str, float]
    emotion: dict[str, float]
    importance: float
    tree: tuple[ArcSpan, ...]
