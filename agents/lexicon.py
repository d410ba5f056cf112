"""Which terms a text is found by, and how much each one counts."""

import re
import threading
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import Stemmer
from numpy.typing import NDArray

from agents.sentences import END

K1: Final = 1.2  # how fast repeating a term stops to count
B: Final = 0.4  # how much a long text pays for its length, from 0 to 1
AVG_LEN: Final = 16.0  # terms; a constant, so that a text's weights never depend on its neighbours
_CACHED_WORDS: Final = 65_536
# A page of texts is read for its terms, its form and its likes, and then once more for its points.
_CACHED_TEXTS: Final = 4096

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
# Who speaks or asks, alone: "we" may be others, too.
OWN: Final = re.compile(r"\b(?:i|me|my|mine|myself)\b", re.IGNORECASE)
_NEGATION = re.compile(r"\b(?:not|never|no|nor|none|cannot|without)\b|n['\u2019]t\b", re.IGNORECASE)
_NO_MORE = re.compile(r"\b(?:no (?:longer|more)|any ?more|any longer)\b", re.IGNORECASE)
# Words of an end: the time beside them is when something was over, not when it held.
_OVER = re.compile(
    r"\b(?:left|lea(?:ve|ves|ving)|quit|stop(?:s|ped|ping)?|g[aio]ven? (?:up|away)|sold|"
    r"sell(?:s|ing)?|resign(?:s|ed|ing)?|retir(?:e|ed|ing)|lost|fired|sacked|laid off|let go|"
    r"divorc(?:e|ed)|separated|split|brok(?:e|en) (?:up|off)|died|passed away|"
    r"moved (?:out|away|from)|swap(?:s|ped|ping)?|trad(?:es?|ed|ing) in|switch(?:es|ed|ing)? from|"
    r"cancel(?:s|l?ed|ling)?|dropped|end(?:s|ed)?|finish(?:es|ed)?|over|until|till|"
    r"no (?:longer|more)|any ?more|any longer|not|never)\b|n['\u2019]t\b",
    re.IGNORECASE,
)
_STOP_WORDS: Final = """
    a about after all also am an and any are as at be because been before being but by can could
    did do does doing for from had has have having he her hers him his how i if in into is it its
    just like me might more most my no nor not of off on or other our out over own same she should
    so some such than that the their them then there these they this those through to too under
    until up very was we were what when where which while who whom why will with would you your
    yours
    """
_TIME_WORDS: Final = """
    yesterday today tonight tomorrow last week weeks month months year years weekend weekends ago
    day days monday tuesday wednesday thursday friday saturday sunday january february april june
    july august september october november december morning evening night next since summer winter
    autumn recently
    """
# Months and seasons that are other words too: "I may", "leaves fall"; but "in May", "fall 2024".
_MONTHS_TOO: Final = frozenset({"march", "may", "spring", "fall"})
_NAMED_TIME: Final = re.compile(
    r"\b(?:(?:in|of|by|since|until|till|last|next|every|each|early|late|mid|during|before|after"
    r"|from)[ -](?:march|may|spring|fall)|(?:in|by|during) the (?:spring|fall)|this (?:spring|fall)"
    r"|\d{1,2}(?:st|nd|rd|th)? (?:march|may)|(?:march|may),? \d{1,4}(?:st|nd|rd|th)?"
    r"|(?:spring|fall)(?: of)? \d{4})\b",
    re.IGNORECASE,
)
_STOPPED: Final = frozenset(_STOP_WORDS.split())
_TIMES: Final = frozenset(_TIME_WORDS.split())

TermIds = NDArray[np.uint32]
TermWeights = NDArray[np.float32]


class _Stemmers(threading.local):
    """One stemmer a thread: a stemmer keeps state between words."""

    def __init__(self) -> None:
        self.english = Stemmer.Stemmer("english", 0)


_stemmers = _Stemmers()


@dataclass(frozen=True, slots=True)
class Traits:
    """What a text's form tells: how many words it states and asks, and whether it tells a time."""

    stated: int
    asked: int
    tells_time: bool


@lru_cache(_CACHED_TEXTS)
def words(text: str) -> tuple[str, ...]:
    """Split a text into lower-case words without accents and possessive endings."""
    if not text.isascii():
        split = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in split if not unicodedata.combining(char))
    found = _WORD.findall(text.lower())
    return tuple(map(_bare, found) if "'" in text or "\u2019" in text else found)


@lru_cache(_CACHED_TEXTS)
def stems(text: str) -> tuple[int, ...]:
    """Give the term ids of a text's words, in their order, stop words left out."""
    return tuple(term for term in map(_term, words(text)) if term is not None)


def telling(text: str) -> list[str]:
    """Give the distinct words of a text, stop words and numbers left out, in their order."""
    return [w for w in dict.fromkeys(words(text)) if _term(w) is not None and not w.isdigit()]


def terms(text: str) -> tuple[TermIds, TermWeights]:
    """Give a text's term ids, ascending, and the document's side of BM25 for each."""
    return weighed(stems(text))


def distinct(found: Sequence[int]) -> TermIds:
    """Give the distinct terms, ascending."""
    return np.array(sorted(set(found)), np.uint32)


def weighed(found: Sequence[int]) -> tuple[TermIds, TermWeights]:
    """Give the distinct terms, ascending, and the document's side of BM25 for each.

    The score of a question is the sum of idf * weight over the terms that it shares with the
    text. BM25: Robertson & Zaragoza 2009, The Probabilistic Relevance Framework, 3.4.
    """
    counts: dict[int, int] = {}
    for term in found:
        counts[term] = counts.get(term, 0) + 1
    ids = sorted(counts)
    often = np.array([counts[term] for term in ids], np.float32)
    norm = K1 * (1.0 - B + B * (len(found) / AVG_LEN))
    return np.array(ids, np.uint32), often * (K1 + 1.0) / (often + norm)


def idf(frequencies: NDArray[np.int64], memories: int) -> TermWeights:
    """Give the weight of terms that occur in so many of a space's memories; never negative."""
    rarity = (memories - frequencies + 0.5) / (frequencies + 0.5)
    return np.log1p(np.maximum(rarity, 0.0)).astype(np.float32)


def traits(text: str) -> Traits:
    """Count the words of statements and of questions, and look for words of time."""
    if "?" not in text:
        said = words(text)
        return Traits(len(said), 0, _tells_time(text))
    stated = asked = 0
    told = False
    for sentence in END.split(text.strip()):
        said = words(sentence)
        told = told or _tells_time(sentence)
        if sentence.endswith("?"):
            asked += len(said)
        else:
            stated += len(said)
    return Traits(stated, asked, told)


def _tells_time(text: str) -> bool:
    said = words(text)
    named = not _MONTHS_TOO.isdisjoint(said) and _NAMED_TIME.search(text) is not None
    return named or not _TIMES.isdisjoint(said)


def negations(text: str) -> int:
    """Count the words that negate."""
    return len(_NEGATION.findall(text))


def denies(sentence: str) -> bool:
    """Say whether a sentence negates, and does not say "no longer" or "not any more"."""
    return negations(sentence) > 0 and _NO_MORE.search(sentence) is None


def tells_end(sentence: str) -> bool:
    """Say whether a sentence tells that something ended, as "I left in 2019" does.

    "I lived there in 2019" tells when it held.
    """
    return _OVER.search(sentence) is not None


def _bare(word: str) -> str:
    if word.endswith(("'s", "\u2019s")):
        return word[:-2]
    return word.replace("'", "").replace("\u2019", "")


@lru_cache(_CACHED_WORDS)
def _term(word: str) -> int | None:
    """Give a word's id, the CRC-32 of its stem (Porter 2, Snowball), or none for a stop word."""
    if word in _STOPPED:
        return None
    return zlib.crc32(_stemmers.english.stemWord(word).encode())
