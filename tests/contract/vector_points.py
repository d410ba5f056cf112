"""Which points the tests of a vector view work with, and what a right answer would be."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from streams.vectors import Point, Search, Vectors

DAY = 86_400_000_000  # microseconds


def id_of(number: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, str(number)))


def vector(number: int, width: int = 384) -> bytes:
    return np.random.default_rng(number).normal(size=width).astype("<f2").tobytes()


def terms(*numbers: int) -> bytes:
    return np.array(numbers, "<u4").tobytes()


def weights(*numbers: float) -> bytes:
    return np.array(numbers, "<f4").tobytes()


def point(  # noqa: PLR0913 - every field may be chosen
    number: int,
    space: str = "ada",
    *,
    seq: int | None = None,
    dense: bytes | None = None,
    said: Sequence[int] = (7,),
    kind: str = "episodic",
    layer: str = "interact",
) -> Point:
    """Make point `number`, true on day `number`."""
    return Point(
        id=id_of(number),
        space=space,
        seq=number if seq is None else seq,
        at=number * DAY,
        kind=kind,
        layer=layer,
        dense=vector(number) if dense is None else dense,
        term_ids=terms(*said),
        term_weights=weights(*[1.5] * len(said)),
    )


def cosine(one: bytes, other: bytes) -> float:
    left, right = (np.frombuffer(x, "<f2").astype("f8") for x in (one, other))
    return float(left @ right / np.linalg.norm(left) / np.linalg.norm(right))


def asking(
    dense: bytes,
    said: Mapping[int, float] = MappingProxyType({7: 1.0}),
    space: str = "ada",
    **wanted: Any,
) -> Search:
    """Ask for a vector and for terms, each with what it weighs."""
    return Search(space, dense, terms(*said), weights(*said.values()), **wanted)


def ids(hits: Iterable[tuple[str, float]]) -> list[str]:
    return [found for found, _ in hits]


def everything(view: Vectors, space: str, limit: int = 5000) -> dict[str, float]:
    """Find all of a space, each with its cosine to a fixed question."""
    (found,) = view.search([Search(space, dense=vector(0), limit=limit)])
    assert len(set(ids(found.dense))) == len(found.dense)
    return dict(found.dense)
