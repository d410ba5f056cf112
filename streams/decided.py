"""Which inputs were decided: a row each, and a mark for those of which nothing else is left."""

from typing import Final, NamedTuple

from streams.writes import Put

MARK: Final = "erased:"


class Decided(NamedTuple):
    """An input that was decided: its id, its content's digest, and the offset of its outcome."""

    input: str
    digest: str
    seq: int


def mark_row(mark: bytes) -> Put:
    """Give the row of an input of which nothing else is left."""
    return Put("decided", {"input": f"{MARK}{mark.hex()}", "digest": "", "seq": 0})
