"""How the vector worker and its client talk: frames of a length, one byte of meaning and a body."""

import json
import struct
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

HEAD: Final = struct.Struct("<IB")  # the length of the body, then what it means
ID: Final = 16  # bytes of a point's id

UPSERT, DELETE, ERASE, SEARCH, COUNT, FLUSH, MAINTAIN = range(7)
STARTED, DONE, FAILED = range(100, 103)


class Row(NamedTuple):
    """A point as the worker reads it from a frame: plain numbers, ready for the engine."""

    id: str
    space: str
    kind: str
    layer: str
    at: int
    seq: int
    dense: list[float]
    term_ids: list[int]
    term_weights: list[float]


class Cursor:
    """Reads a body from front to back without copying it."""

    def __init__(self, body: bytes) -> None:
        self._body = memoryview(body)
        self._at = 0

    def raw(self, size: int) -> memoryview:
        """Take the next `size` bytes."""
        self._at += size
        return self._body[self._at - size : self._at]

    def array(self, code: str, count: int) -> Any:  # noqa: ANN401 - a memoryview of ints or floats
        """Take the next `count` numbers of a struct format."""
        return self.raw(count * struct.calcsize(f"={code}")).cast(code)  # type: ignore[call-overload]  # the code is data

    def json(self) -> Any:  # noqa: ANN401 - each meaning has its own header
        """Take a length and the JSON after it."""
        (size,) = struct.unpack("<I", self.raw(4))
        return json.loads(bytes(self.raw(size)))


def with_header(header: object, *arrays: bytes) -> bytes:
    """Put JSON and its length before arrays."""
    text = json.dumps(header, separators=(",", ":")).encode()
    return b"".join((struct.pack("<I", len(text)), text, *arrays))


def rows_of(body: bytes) -> Iterator[Row]:
    """Read the points of an UPSERT: struct of arrays in, one row after another out."""
    cursor = Cursor(body)
    header = cursor.json()
    count, names = header["count"], header["names"]
    ids = bytes(cursor.raw(count * ID)).hex()
    at, seq = cursor.array("q", count), cursor.array("q", count)
    spaces, kinds, layers, lengths = (cursor.array("I", count) for _ in range(4))
    width = header["width"]
    dense = cursor.array("f", count * width)
    total = sum(lengths)
    term_ids, weights = cursor.array("I", total), cursor.array("f", total)
    start = 0
    for i in range(count):
        end = start + lengths[i]
        yield Row(
            ids[2 * ID * i : 2 * ID * (i + 1)],
            names[spaces[i]],
            names[kinds[i]],
            names[layers[i]],
            at[i],
            seq[i],
            dense[width * i : width * (i + 1)].tolist(),
            term_ids[start:end].tolist(),
            weights[start:end].tolist(),
        )
        start = end


Scored = tuple[tuple[str, float], ...]


def pack_hits(hits: Sequence[tuple[bytes, float]]) -> bytes:
    """Write ids with scores: a count, the ids, the scores."""
    size = len(hits)
    scores = struct.pack(f"<{size}f", *(score for _, score in hits))
    return b"".join((struct.pack("<I", size), *(found for found, _ in hits), scores))


def unpack_hits(cursor: Cursor) -> Scored:
    """Read what `pack_hits` wrote; ids as canonical UUID text."""
    (size,) = struct.unpack("<I", cursor.raw(4))
    text = bytes(cursor.raw(size * ID)).hex()
    scores = cursor.array("f", size).tolist()
    return tuple((_dashed(text[2 * ID * i : 2 * ID * (i + 1)]), scores[i]) for i in range(size))


def _dashed(text: str) -> str:
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
