"""What a vector view must do: find points of one space by dense and by term similarity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

WIDTH: Final = 384  # of the bundled encoder's vectors
WIDTHS: Final = (WIDTH, 768, 1024)  # that an embedder's may have; those of one log have one


@dataclass(frozen=True, slots=True)
class Point:
    """A memory in the vector view; no text, only what is searched and filtered by.

    `dense` is float16[width] bytes, `term_ids` uint32[] and `term_weights` float32[] bytes,
    `at` microseconds since 1970, `seq` the offset in the memories stream that wrote it.
    """

    id: str
    space: str
    seq: int
    at: int
    kind: str
    layer: str
    dense: bytes
    term_ids: bytes
    term_weights: bytes


@dataclass(frozen=True, slots=True)
class Search:
    """A question to the vector view, always inside one space.

    `dense` is float16[width] bytes, `term_ids` uint32[] and `term_weights` float32[] bytes, how
    much each term counts; all may be empty. Times are microseconds since 1970, [since, until).
    """

    space: str
    dense: bytes = b""
    term_ids: bytes = b""
    term_weights: bytes = b""
    limit: int = 100
    kinds: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Ids with scores, best first, ties by id.

    Cosine for dense; for terms the sum over those shared of the weight asked times the point's.
    """

    dense: tuple[tuple[str, float], ...]
    terms: tuple[tuple[str, float], ...]


class Vectors(Protocol):
    """A vector view; what it holds can always be projected again from the memories stream.

    One that is empty takes the width of the first points that it is given; all others must have it.

    `shared` says whether other processes may write to it, so that its points cannot be counted
    against one's own rows.
    """

    shared: bool

    def upsert(self, points: Sequence[Point]) -> None:
        """Write points; an older `seq` never overwrites a newer one."""
        ...

    def delete(self, ids: Sequence[str]) -> None:
        """Remove points; unknown ids are ignored."""
        ...

    def erase_space(self, space: str) -> int:
        """Remove every point of a space so that no byte of them stays on disk; give the count."""
        ...

    def search(self, searches: Sequence[Search]) -> list[Found]:
        """Answer several searches in one round trip."""
        ...

    def count(self, space: str | None = None) -> int:
        """Count points, of one space or of all."""
        ...

    def checkpoint(self) -> Mapping[int, int]:
        """Give the next offset to project of each partition, as last made durable."""
        ...

    def flush(self, positions: Mapping[int, int]) -> None:
        """Make everything durable, then record the positions up to which it is complete."""
        ...

    def reset(self, reason: str) -> None:
        """Remove everything, since what is there cannot be trusted; project from zero."""
        ...

    def maintain(self) -> None:
        """Do work that is better done when idle (indexing, compaction)."""
        ...

    def about(self) -> dict[str, Any]:
        """Tell the engine, its version, where it is and the bytes it takes, where that is known."""
        ...

    def close(self) -> None:
        """Flush nothing, release everything."""
        ...
