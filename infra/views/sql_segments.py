"""What ranking needs of whole segments of sessions, kept opened in memory while nothing changes."""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import itemgetter
from threading import Lock
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine

from infra.views.sql_keys import by_keys
from schemas.percepts import TOKEN_WIDTH
from streams.codec import Codec
from streams.sealed import read_features

KEPT: Final = 64 << 20  # bytes of opened segments
_BESIDE: Final = 200  # bytes a memory takes besides its arrays

Key = tuple[str, int]  # a session, and the number of a segment in it
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Memories as columns, ascending by (session, ordinal, id).

    Row i owns `terms[term_starts[i]:term_starts[i + 1]]`, and tokens likewise.
    """

    memory: Sequence[str]
    session: Sequence[str]
    kind: Sequence[str]
    layer: Sequence[str]
    state: Sequence[str]
    speaker: Sequence[str | None]
    ordinal: Ints
    at: Ints  # microseconds
    position: Ints
    stated: NDArray[np.float32]
    asked: NDArray[np.float32]
    tells_time: NDArray[np.bool_]
    importance: NDArray[np.float32]
    confidence: NDArray[np.float32]
    vectors: NDArray[np.float16]
    terms: NDArray[np.uint32]
    term_counts: Ints
    tokens: NDArray[np.int8]
    token_counts: Ints

    def only(self, wanted: Collection[str]) -> "Rows":
        """Give the rows of these memories."""
        flags = np.array([memory in wanted for memory in self.memory], np.bool_)
        if flags.all():
            return self
        terms, tokens = np.repeat(flags, self.term_counts), np.repeat(flags, self.token_counts)
        places = np.flatnonzero(flags).tolist()
        of: dict[str, Any] = {}
        for name in _COLUMNS:
            values = getattr(self, name)
            if isinstance(values, np.ndarray):
                of[name] = values[{"terms": terms, "tokens": tokens}.get(name, flags)]
            else:
                of[name] = [values[place] for place in places]
        return Rows(**of)

    def size(self) -> int:
        """Give about how many bytes these rows take."""
        values = (getattr(self, name) for name in _COLUMNS)
        arrays = sum(value.nbytes for value in values if isinstance(value, np.ndarray))
        return arrays + _BESIDE * len(self.memory)


_COLUMNS: Final = tuple(field.name for field in fields(Rows))


def joined(parts: Sequence[Rows]) -> Rows:
    """Put rows behind one another; there must be some."""
    of: dict[str, Any] = {}
    for name in _COLUMNS:
        values = [getattr(part, name) for part in parts]
        if isinstance(values[0], np.ndarray):
            of[name] = np.concatenate(values)
        else:
            of[name] = [value for column in values for value in column]
    return Rows(**of)


class _Kept(NamedTuple):
    """A segment as it was read: how many memories it had, and which change was its last."""

    size: int
    changed: int
    rows: Rows


class SqlSegments:
    """Reads segments from the SQL views, those that have changed since they were read last."""

    def __init__(self, engine: Engine, codec: Codec, kept: int = KEPT) -> None:
        self._engine = engine
        self._codec = codec
        self._kept: OrderedDict[tuple[str, Key], _Kept] = OrderedDict()
        self._places: dict[str, tuple[str, Key]] = {}  # of the memories in the segments kept
        self._free = kept
        self._guard = Lock()

    def places(self, space: str, memories: Sequence[str]) -> dict[str, Key]:
        """Say in which segment each of these memories stands; unknown ones are left out."""
        found: dict[str, Key] = {}
        for memory in memories:
            place = self._places.get(memory)
            if place is not None and place[0] == space:
                found[memory] = place[1]
        asked = [(memory,) for memory in memories if memory not in found]
        if asked:
            with self._engine.connect() as on:
                for memory, session, segment in by_keys(on, "memory", asked, _PLACES, space=space):
                    found[memory] = (session, segment)
        return found

    def read(self, space: str, keys: Collection[Key]) -> dict[Key, Rows]:
        """Read segments; those that hold nothing are left out."""
        with self._engine.connect() as on, self._guard:
            asked = by_keys(on, "session, segment", sorted(keys), _STAMPS, space=space)
            stamps = {(row[0], row[1]): (row[2], row[3]) for row in asked}
            found = {key: self._kept.get((space, key)) for key in stamps}
            stale = [key for key, kept in found.items() if not kept or kept[:2] != stamps[key]]
            for key in stale:
                self._drop((space, key))
            for key, kept in self._load(on, space, stale).items():
                found[key] = kept
                self._keep((space, key), kept)
            for key in found:
                if (space, key) in self._kept:
                    self._kept.move_to_end((space, key))
        return {key: kept.rows for key, kept in found.items() if kept}

    def forget(self) -> None:
        """Drop everything that is kept opened."""
        with self._guard:
            for key in list(self._kept):
                self._drop(key)

    def _load(self, on: Connection, space: str, keys: Sequence[Key]) -> Mapping[Key, _Kept]:
        """Read segments from the views and open them."""
        if not keys:
            return MappingProxyType({})
        of: dict[Key, list[Any]] = {}
        for row in by_keys(on, "session, segment", keys, _SEGMENTS, space=space):
            of.setdefault((row[0], row[1]), []).append(row)
        return {
            key: _Kept(len(rows), max(row[2] for row in rows), self._opened(space, rows))
            for key, rows in of.items()
        }

    def _opened(self, space: str, rows: Sequence[Any]) -> Rows:
        ordered = sorted(rows, key=_IN_ORDER)
        of = dict(zip(_READ, zip(*ordered, strict=True), strict=True))
        features = [read_features(self._codec, space, sealed) for sealed in of["features"]]
        vectors, tokens, terms, speakers = zip(*features, strict=True)
        return Rows(
            memory=of["memory"],
            session=of["session"],
            kind=of["kind"],
            layer=of["layer"],
            state=of["state"],
            speaker=[speaker or None for speaker in speakers],
            ordinal=np.array(of["ordinal"], np.int64),
            at=np.array(of["at"], np.int64),
            position=np.array(of["position"], np.int64),
            stated=np.array(of["stated"], np.float32),
            asked=np.array(of["asked"], np.float32),
            tells_time=np.array(of["tells_time"], np.bool_),
            importance=np.array(of["importance"], np.float32),
            confidence=np.array(of["confidence"], np.float32),
            vectors=np.frombuffer(b"".join(vectors), np.float16).reshape(len(rows), -1),
            terms=np.frombuffer(b"".join(terms), np.uint32),
            term_counts=_counts(terms, 4),
            tokens=np.frombuffer(b"".join(tokens), np.int8).reshape(-1, TOKEN_WIDTH),
            token_counts=_counts(tokens, TOKEN_WIDTH),
        )

    def _keep(self, key: tuple[str, Key], kept: _Kept) -> None:
        self._kept[key] = kept
        self._places.update((memory, key) for memory in kept.rows.memory)
        self._free -= kept.rows.size()
        while self._free < 0 and self._kept:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: tuple[str, Key]) -> None:
        if kept := self._kept.pop(key, None):
            self._free += kept.rows.size()
            for memory in kept.rows.memory:
                self._places.pop(memory, None)


def _counts(parts: Sequence[bytes], size: int) -> Ints:
    return np.fromiter(map(len, parts), np.int64, len(parts)) // size


_READ: Final = (
    "session", "segment", "changed", "memory", "kind", "layer", "state", "ordinal", "at",
    "position", "stated", "asked", "tells_time", "importance", "confidence", "features",
)  # fmt: skip
_IN_ORDER: Final = itemgetter(_READ.index("ordinal"), _READ.index("memory"))
_OF_ROW: Final = ", ".join(f"m.{name}" for name in _READ)
_IN_SEGMENT: Final = (
    "m.space = :space AND m.session = wanted.session AND m.segment = wanted.segment"
)
_PLACES: Final = """
    SELECT m.memory, m.session, m.segment FROM wanted CROSS JOIN memories m
    WHERE m.memory = wanted.memory AND m.space = :space
"""
_STAMPS: Final = f"""
    SELECT m.session, m.segment, COUNT(*), MAX(m.changed) FROM wanted CROSS JOIN memories m
    WHERE {_IN_SEGMENT} GROUP BY m.session, m.segment
"""  # noqa: S608 - only names are formatted in
_SEGMENTS: Final = f"""
    SELECT {_OF_ROW} FROM wanted CROSS JOIN memories m WHERE {_IN_SEGMENT}
"""  # noqa: S608 - only names are formatted in
