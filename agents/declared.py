"""Which predicates a space has declared, and which of them a question names."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from agents.lexicon import OWN, stems
from schemas.predicates import Predicate

_LONGEST: Final = 6  # words of a name that a question may have
_EDGES: Final = "\"'`.,;:!?()[]{}<>\u2018\u2019\u201c\u201d"
_HAVING: Final = ("'s", "\u2019s")


def functional(declared: Mapping[str, Predicate] | None) -> Collection[str]:
    """Name the predicates of which a subject has one object at a time."""
    return [name for name, one in declared.items() if one.functional] if declared else ()


def asked_by(question: str, declared: Mapping[str, Predicate]) -> list[Predicate]:
    """Give the predicates that a question names by any of their words, by the most words first."""
    terms = set(stems(question))
    found = []
    for name, one in declared.items():
        ways = [set(stems(way)) for way in (name.replace("_", " "), *one.asks)]
        most = max((len(way) for way in ways if way and way <= terms), default=0)
        found += [(-most, name, one)] if most else []
    return [one for _, _, one in sorted(found, key=lambda each: each[:2])]


def names_in(question: str, speaker: str | None) -> Iterator[str]:
    """Give what may be a name in a question, the longest first; "my" is who speaks."""
    words = [_bare(word) for word in question.split()]
    for count in range(min(_LONGEST, len(words)), 0, -1):
        for start in range(len(words) - count + 1):
            part = words[start : start + count]
            if all(part):
                yield " ".join(part)
    if speaker is not None and OWN.search(question):
        yield speaker


def _bare(word: str) -> str:
    """Give a word without marks around it, and without what says that it has something."""
    word = word.strip(_EDGES)
    return next((word.removesuffix(end) for end in _HAVING if word.endswith(end)), word)
