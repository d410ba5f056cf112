"""Which points and questions the vector engine may see, and how they become bytes."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from infra.vectors.edge_frames import with_header
from schemas.errors import VectorsError
from streams.vectors import WIDTHS, Point, Search

_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_LONG: Final = 1 << 63


def newest(points: Sequence[Point]) -> list[Point]:
    """Keep one point of each id: the one with the highest sequence, the last of equals."""
    found: dict[str, Point] = {}
    for point in points:
        known = found.get(point.id)
        if known is None or known.seq <= point.seq:
            found[point.id] = point
    return list(found.values())


def refuse_bad_id(id_: str) -> None:
    """Refuse an id that the engine would give back in another form."""
    if not _ID.fullmatch(id_):
        raise VectorsError(f"{id_!r} is not a UUID in its canonical form", id=id_)


def other_width(ones: Sequence[Point] | Sequence[Search], width: int) -> int | None:
    """Give the width of points, or questions, that do not have this one, if a view may take it."""
    found = (len(one.dense) // 2 for one in ones if one.dense)
    return next((other for other in found if other != width and other in WIDTHS), None)


def refuse_bad(points: Sequence[Point], width: int) -> None:
    """Refuse what would poison every query of the engine."""
    for point in points:
        refuse_bad_id(point.id)
        if len(point.dense) != 2 * width:
            raise VectorsError(f"{point.id}: the vector is not float16[{width}]", id=point.id)
        if len(point.term_ids) != len(point.term_weights) or len(point.term_ids) % 4:
            raise VectorsError(f"{point.id}: term ids and weights do not pair", id=point.id)
        if not (-_LONG <= point.at < _LONG and 0 <= point.seq < _LONG):
            raise VectorsError(f"{point.id}: time or sequence is out of range", id=point.id)
    bits = np.frombuffer(b"".join(point.dense for point in points), "<u2").reshape(-1, width)
    _name_first(points, ((bits & 0x7C00) == 0x7C00).any(axis=1), "the vector is not finite")  # noqa: PLR2004 - the exponent of inf and NaN
    _name_first(points, ((bits & 0x7FFF) == 0).all(axis=1), "the vector is zero")
    rows = np.repeat(np.arange(len(points)), [len(point.term_ids) // 4 for point in points])
    weights = np.frombuffer(b"".join(point.term_weights for point in points), "<f4")
    _name_first(points, _rows(points, rows[~np.isfinite(weights)]), "a term weight is not finite")
    terms = np.frombuffer(b"".join(point.term_ids for point in points), "<u4")
    keys = np.sort((rows.astype(np.uint64) << np.uint64(32)) | terms)
    twice = (keys[1:][keys[1:] == keys[:-1]] >> np.uint64(32)).astype(np.int64)
    _name_first(points, _rows(points, twice), "a term id comes twice")


def _rows(points: Sequence[Point], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    bad = np.zeros(len(points), np.bool_)
    bad[rows] = True
    return bad


def _name_first(points: Sequence[Point], bad: NDArray[np.bool_], reason: str) -> None:
    if bad.any():
        found = points[int(bad.argmax())].id
        raise VectorsError(f"{found}: {reason}", id=found)


def id_bytes(ids: Sequence[str]) -> bytes:
    """Write ids as 16 bytes each."""
    return bytes.fromhex("".join(ids).replace("-", ""))


def packed(points: Sequence[Point]) -> bytes:
    """Write points as a struct of arrays; `edge_frames.rows_of` reads it."""
    names: dict[str, int] = {}

    def coded(values: Iterator[str]) -> bytes:
        codes = [names.setdefault(value, len(names)) for value in values]
        return np.array(codes, "<u4").tobytes()

    columns = [coded(getattr(p, name) for p in points) for name in ("space", "kind", "layer")]
    dense = np.frombuffer(b"".join(p.dense for p in points), "<f2")
    return with_header(
        {"count": len(points), "names": list(names), "width": dense.size // len(points)},
        id_bytes([p.id for p in points]),
        np.array([p.at for p in points], "<i8").tobytes(),
        np.array([p.seq for p in points], "<i8").tobytes(),
        *columns,
        np.array([len(p.term_ids) // 4 for p in points], "<u4").tobytes(),
        dense.astype("<f4").tobytes(),
        b"".join(p.term_ids for p in points),
        b"".join(p.term_weights for p in points),
    )


def question(
    search: Search, width: int
) -> tuple[NDArray[np.float32], NDArray[np.uint32], NDArray[np.float32]]:
    """Read a search's vector, its terms, each once, and their weights; empty if none is wanted."""
    dense = np.frombuffer(search.dense, "<f2").astype("<f4")
    if dense.size not in (0, width) or (
        dense.size and not (np.isfinite(dense).all() and dense.any())
    ):
        raise VectorsError(f"the question's vector is not float16[{width}], finite, not 0")
    given = np.frombuffer(search.term_weights, "<f4")
    if len(search.term_ids) != len(search.term_weights) or not np.isfinite(given).all():
        raise VectorsError("the question's terms do not pair with as many finite weights")
    terms, places = np.unique(np.frombuffer(search.term_ids, "<u4"), return_index=True)
    weights = given[places]
    if search.limit <= 0:
        return dense[:0], terms[:0], weights[:0]
    return dense, terms, weights


def questions(searches: Sequence[Search], width: int) -> bytes:
    """Write searches: their filters, then for each its vector, its terms and their weights."""
    asks: list[dict[str, Any]] = []
    arrays: list[bytes] = []
    for search in searches:
        dense, terms, weights = question(search, width)
        arrays += (dense.tobytes(), terms.tobytes(), weights.tobytes())
        asks.append(
            {
                "space": search.space,
                "dense": dense.size,
                "terms": terms.size,
                "limit": search.limit,
                "kind": search.kinds,
                "layer": search.layers,
                "since": search.since,
                "until": search.until,
            }
        )
    return with_header(asks, *arrays)
