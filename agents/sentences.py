"""Where the sentences of a text begin and end."""

import re
from typing import Final

# What is counted in the views, and what compressing parts a text by: a title ends a sentence, too.
END: Final = re.compile(r"(?<=[.!?])\s+")
_SPOKEN: Final = re.compile(r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!\b[DMS][rst]\.)(?<!\bMrs\.)\s+")
_BETWEEN: Final = re.compile(r"[.!?]\s|\n")  # what ends a sentence before the next begins


def sentences(text: str) -> list[str]:
    """Split a text; a title or an initial ends no sentence: "Dr. Weiss", "J. Weiss"."""
    return _SPOKEN.split(text.strip())


def sentence_around(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """Give the sentence [start, end) in which a stretch of a text stands."""
    before = _BETWEEN.finditer(text, 0, span[0])
    ends = _BETWEEN.search(text, span[1])
    begins_at = max((found.end() for found in before), default=0)
    return begins_at, ends.start() if ends else len(text)


def in_sentence(text: str, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Say whether two stretches [start, end) of a text stand in one sentence."""
    return not _BETWEEN.search(text, min(one[1], other[1]), max(one[0], other[0]))
