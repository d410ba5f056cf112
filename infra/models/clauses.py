"""Which statements a time dates, and whom one is said of, read off the dependency tree."""

import re
from collections.abc import Sequence
from typing import Final

from agents.sentences import in_sentence
from streams.encoded import ArcSpan

Span = tuple[int, int]  # characters [start, end)
_BREAK: Final = re.compile(r"\s*[.!?,;:]\s+|\s+[-\u2013]\s+")
_SUBJECTS: Final = frozenset({"nsubj", "csubj", "expl"})
_OTHERS: Final = frozenset({"he", "she", "they", "you"})  # who never is the one who speaks
_OWN: Final = frozenset({"i", "me", "we", "us"})  # who takes part: "my" does not
_TAKING_PART: Final = _SUBJECTS | {"obj", "iobj"}


def dated(
    text: str, tree: Sequence[ArcSpan], times: Sequence[Span], objects: Sequence[Span]
) -> list[tuple[int, ...]]:
    """Give for every statement, by its object, the indices of the times that date it.

    Those of its own clause: "My wife is a vet and our son turns six on 12 June." Where there is
    none, those of its sentence whose own clauses state nothing: "In May I heard that she moved."
    """
    clauses = Clauses(tree)
    when, what = ([clauses.of(span) for span in spans] for spans in (times, objects))
    found = []
    for clause, span in zip(what, objects, strict=True):
        near = [i for i, time in enumerate(times) if in_sentence(text, time, span)]
        own = tuple(i for i in near if when[i] == clause)
        found.append(own or tuple(i for i in near if when[i] not in what))
    return found


def said_of(text: str, tree: Sequence[ArcSpan], object_: Span) -> Span | None:
    """Give the subject that says that a statement is of somebody else than who speaks, if one does.

    Before the object, in its clause and sentence, and where that does nothing to the speaker:
    "She's two years older than me and lives in Braga"; but "They let me go".
    """
    clause = Clauses(tree).of(object_)
    others = None
    for arc in tree:
        if arc.head != clause or clause < 0 or not in_sentence(text, arc[:2], object_):
            continue
        word = text[arc.start : arc.end].casefold()
        if word in _OWN and arc.relation in _TAKING_PART:
            return None
        if word in _OTHERS and arc.relation in _SUBJECTS and arc.end <= object_[0]:
            others = arc[:2]
    return others


def of_subject(text: str, tree: Sequence[ArcSpan], object_: Span) -> bool:
    """Say whether a statement is made by its clause's subject: "My sister marries on 8 August"."""
    clauses = Clauses(tree)
    clause = clauses.of(object_)
    return any(
        arc.head == clause and arc.relation in _SUBJECTS and clauses.hang(object_, i)
        for i, arc in enumerate(tree)
        if clause >= 0 and in_sentence(text, arc[:2], object_)
    )


def is_somewhere(text: str, tree: Sequence[ArcSpan], place: Span) -> bool:
    """Say whether somebody is told to be at a place: "I'm in Rome", but not "I've been"."""
    at = Clauses(tree).head(place)
    copulas = {text[arc.start : arc.end].casefold() for arc in tree if _below(arc, at, "cop")}
    return bool(copulas) and "been" not in copulas


def _below(arc: ArcSpan, head: int, relation: str) -> bool:
    return arc.head == head and arc.relation == relation


def without_next(text: str, tree: Sequence[ArcSpan], span: Span) -> Span:
    """Give a stretch of text up to where a clause that follows on it begins: "41, I teach"."""
    inside = [arc for arc in tree if span[0] <= arc.start and arc.end <= span[1]]
    for found in _BREAK.finditer(text, *span):
        after = [arc for arc in inside if arc.start >= found.end()]
        heads = {tree[arc.head].start for arc in after if arc.relation in _SUBJECTS}
        if not heads.isdisjoint(arc.start for arc in after):
            return span[0], found.start()
    return span


class Clauses:
    """A clause is what hangs on a word with a subject of its own, or on a root."""

    def __init__(self, tree: Sequence[ArcSpan]) -> None:
        self._tree = tree
        self._governs = {arc.head for arc in tree if arc.relation in _SUBJECTS}

    def head(self, span: Span) -> int:
        """Give the word of a stretch of text that its others hang on; -1 outside of words."""
        words = [i for i, arc in enumerate(self._tree) if arc.start < span[1] and span[0] < arc.end]
        outer = (i for i in words if self._tree[i].head not in words)
        return next(outer, words[0] if words else -1)

    def of(self, span: Span) -> int:
        """Give the head of the clause that a stretch of text stands in; -1 outside of words."""
        return next(reversed(self.above(span)), -1)

    def above(self, span: Span) -> list[int]:
        """Give the words from the head of a stretch of text up to the head of its clause."""
        found: list[int] = []
        at = self.head(span)
        # heads are chosen one by one, so a tree may hold a cycle
        while at >= 0 and at not in found:
            found.append(at)
            if at in self._governs:
                break
            at = self._tree[at].head
        return found

    def hang(self, span: Span, word: int) -> bool:
        """Say whether a stretch of text is, or hangs on, a word."""
        at = next(
            (i for i, a in enumerate(self._tree) if a.start < span[1] and span[0] < a.end), -1
        )
        for _ in self._tree:
            if at in (word, -1):
                break
            at = self._tree[at].head
        return at == word
