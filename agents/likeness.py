"""Whether two texts say the same: where to look for likes, and what must not differ."""

import re
import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.lexicon import negations, stems

_BANDS: Final = 4
_ROWS: Final = 3
_PRIME: Final = 4294967291
# Fixed multipliers and offsets of the hash family of MinHash.
_FAMILY: Final = tuple(
    (n * 2654435761 % _PRIME, n * 2246822519 % _PRIME) for n in range(1, 1 + _BANDS * _ROWS)
)
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Near:
    """A memory as far as finding its likes needs it; the vector is float16[width]."""

    memory: str
    speaker: str
    text: str
    vector: NDArray[np.float16]


@lru_cache(maxsize=2048)
def block_keys(text: str) -> tuple[int, ...]:
    """Give the keys under which like texts meet: MinHash of the stems in bands (Broder 1997).

    Texts sharing 3/4 of their stems share a key with probability 0.89, those sharing all always;
    unrelated ones hardly ever, so that a block does not grow with the space.
    """
    found = set(stems(text))
    if not found:
        return (zlib.crc32(text.casefold().encode()),)
    hashes = np.frombuffer(b"".join(map(_hashes, found)), "<u8").reshape(-1, len(_FAMILY))
    least = hashes.min(axis=0).tobytes()
    size = len(least) // _BANDS
    return tuple(zlib.crc32(least[band * size : (band + 1) * size], band) for band in range(_BANDS))


@lru_cache(maxsize=8192)
def _hashes(term: int) -> bytes:
    return struct.pack(f"<{len(_FAMILY)}Q", *((term * a + b) % _PRIME for a, b in _FAMILY))


def cosines(vector: NDArray[np.float16], others: list[Near]) -> NDArray[np.float32]:
    """Give the cosine of one vector with each of the others."""
    matrix = np.stack([other.vector for other in others]).astype(np.float32)
    one = vector.astype(np.float32)
    scale = np.linalg.norm(matrix, axis=1) * np.linalg.norm(one)
    return np.asarray(matrix @ one / np.maximum(scale, np.float32(1e-9)), np.float32)


def same_statement(one: str, other: str, overlap: float) -> bool:
    """Say whether two texts with like vectors state the same.

    They must agree in numbers and negations, and share `overlap` (Jaccard) of their stems in the
    same order, but for an end that comes first ("At home I have cats"): by vectors alone "I live in
    Porto" and "I live in Lisbon" are alike, by stems alone "Ana owes Ben" and "Ben owes Ana".
    """
    if _fixed(one) != _fixed(other):
        return False
    a, b = dict.fromkeys(stems(one)), dict.fromkeys(stems(other))
    shared = [stem for stem in a if stem in b]
    if not (a or b):
        return one.casefold() == other.casefold()
    alike = len(shared) >= overlap * len(a | b)
    return alike and _turned(shared, [stem for stem in b if stem in a])


def _turned(one: list[int], other: list[int]) -> bool:
    """Say whether two orders are the same, or the last of more than two come first in one."""
    turns = range(len(one) if len(one) > 2 else 1)  # noqa: PLR2004 - of two, it turns them round
    return not one or any(one[turn:] + one[:turn] == other for turn in turns)


def _fixed(text: str) -> tuple[list[str], int]:
    return sorted(_NUMBER.findall(text)), negations(text)
