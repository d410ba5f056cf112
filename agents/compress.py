"""Which details a memory keeps when it is compressed: the most telling parts of its text."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from typing import Final, TypeVar

from agents.lexicon import terms, traits
from agents.sentences import END
from schemas.memories import Whole
from schemas.percepts import TOKEN_WIDTH, Entity, TimeSpan

_PARTS: Final = (END, re.compile(r"(?<=[,;:])\s+"))
_WORD: Final = re.compile(r"\w+|[^\w\s]")
_ROW: Final = TOKEN_WIDTH * 4 // 3  # characters of base64 that a token's vector takes
_NAMED: Final = 3.0  # terms that a name is worth
_TIMED: Final = 3.0  # terms that a time is worth

Span = tuple[int, int]
_Item = TypeVar("_Item", Entity, TimeSpan)


def compressed(whole: Whole, size: int) -> Whole:
    """Drop parts of a text, the least telling first, until it has at most `size` characters.

    Sentences go before parts of sentences, and the most telling one stays, cut off where it is
    still too long. Names and times are kept with their parts, at their new offsets, and the token
    vectors of about those parts: which word a vector is of, nobody has written down.
    """
    kept: list[Span] = [(0, len(whole.text))]
    for pattern in _PARTS:
        kept = [part for span in kept for part in _split(whole.text, span, pattern)]
        telling = {span: _telling(whole, span) for span in kept}
        while len(kept) > 1 and _length(kept) > size:
            kept.remove(min(kept, key=lambda span: (telling[span], -span[0])))
    if _length(kept) > size:
        begin, end = kept[0]
        cut = whole.text.rfind(" ", begin, begin + size + 1)
        kept = [(begin, cut if cut > begin else min(end, begin + size))]
    text, entities, times = _joined(whole, kept)
    tokens = whole.tokens if text == whole.text else _tokens(whole, kept)
    told = {"text": text, "entities": entities, "times": times, "tokens": tokens}
    return whole.model_copy(update=told)


def _tokens(whole: Whole, kept: Sequence[Span]) -> str:
    """Keep the vectors of what is kept, as if each word had as many; the speaker's are the last."""
    rows, rest = divmod(len(whole.tokens), _ROW)
    words = [found.start() for found in _WORD.finditer(whole.text)]
    named = len(_WORD.findall(whole.speaker or ""))
    said = rows - named
    if rest or said <= 0 or not words:
        return ""
    chosen = set(range(said, rows))
    for begin, end in kept:
        first, last = (bisect_left(words, at) * said / len(words) for at in (begin, end))
        chosen.update(range(int(first), min(ceil(last), said)))
    return "".join(whole.tokens[_ROW * row : _ROW * (row + 1)] for row in sorted(chosen))


def _split(text: str, span: Span, pattern: re.Pattern[str]) -> list[Span]:
    begin, end = span
    starts = [begin, *(m.end() for m in pattern.finditer(text, begin, end)), end]
    parts = [(a, a + len(text[a:b].rstrip())) for a, b in pairwise(starts)]
    return [part for part in parts if part[1] > part[0]] or [span]


def _telling(whole: Whole, span: Span) -> float:
    """Weigh a part of the text: the terms, names and times in it; questions tell little."""
    text = whole.text[span[0] : span[1]]
    form = traits(text)
    stated = form.stated / max(form.stated + form.asked, 1)
    named = len(_within(whole.entities, span))
    timed = len(_within(whole.times, span))
    return stated * (len(terms(text)[0]) + _NAMED * named + _TIMED * timed)


def _within(found: Sequence[_Item], span: Span) -> list[_Item]:
    return [item for item in found if span[0] <= item.start and item.end <= span[1]]


def _length(kept: Sequence[Span]) -> int:
    return sum(end - begin for begin, end in kept) + len(kept) - 1


def _joined(
    whole: Whole, kept: Sequence[Span]
) -> tuple[str, tuple[Entity, ...], tuple[TimeSpan, ...]]:
    entities: list[Entity] = []
    times: list[TimeSpan] = []
    texts: list[str] = []
    at = 0
    for begin, end in kept:
        move = at - begin
        entities += [_moved(item, move) for item in _within(whole.entities, (begin, end))]
        times += [_moved(item, move) for item in _within(whole.times, (begin, end))]
        texts.append(whole.text[begin:end])
        at += end - begin + 1
    return " ".join(texts), tuple(entities), tuple(times)


def _moved(item: _Item, by: int) -> _Item:
    return item.model_copy(update={"start": item.start + by, "end": item.end + by})
