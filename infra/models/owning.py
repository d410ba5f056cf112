"""Whose somebody is who is told by a role alone, read off the tree: of "my mum", the speaker."""

from collections.abc import Iterator
from typing import Final

from agents.predicates import is_kin, owned
from agents.sentences import sentence_around
from infra.models.clauses import Clauses, Span
from streams.encoded import Encoded

_MINE: Final = frozenset({"my", "our"})
_THEIRS: Final = frozenset({"his", "her", "their"})
_YOURS: Final = frozenset({"your", "ur"})
_GENITIVE: Final = frozenset({"'s", "\u2019s", "'", "\u2019", "s"})


class Owners:
    """Who has whom in one text; `speaker` is who says "my", where that is known."""

    def __init__(self, text: str, encoded: Encoded, speaker: str | None) -> None:
        self._text = text
        self._encoded = encoded
        self._clauses = Clauses(encoded.tree)
        self._speaker = speaker
        self._people = [e[:2] for e in encoded.entities if e.type == "person"]
        self._names = [e[:2] for e in encoded.entities if e.type != "time"]

    def owner(self, span: Span) -> str | None:
        """Name whose somebody or something is; None where it has a name, or nothing tells."""
        head = self._clauses.head(span)
        if head < 0 or self._name_over(span):
            return None
        for i in self._children(head, "nmod", "det"):
            word = self._word(i)
            if i < head and word in _MINE:
                return self._speaker
            if i < head and word in _THEIRS:
                return self._person_before(span)
            if (i < head and self._leads(i, _GENITIVE)) or (i > head and self._leads(i, {"of"})):
                return self._phrase(i)
        bare = is_kin(self._text[slice(*span)]) and not any(self._children(head, "nmod", "det"))
        return self._speaker if bare else None

    def is_unclear(self, span: Span) -> bool:
        """Say whether it is somebody's of whom nothing tells who that is: "your sister"."""
        head = self._clauses.head(span)
        if head < 0 or self._name_over(span):
            return False
        words = {self._word(i) for i in self._children(head, "nmod", "det") if i < head}
        theirs = not _THEIRS.isdisjoint(words) and self._person_before(span) is None
        return theirs or not _YOURS.isdisjoint(words)

    def _phrase(self, word: int) -> str | None:
        """Name an owner: a name, or somebody who is told by a role in turn, or nobody."""
        span = self._encoded.tree[word][:2]
        if name := self._name_over(span):
            return self._text[slice(*name)]
        if self.is_unclear(span):
            return None
        return owned(self._text[slice(*span)], self.owner(span))

    def _person_before(self, span: Span) -> str | None:
        before = {self._text[slice(*one)] for one in self._people if one[1] <= span[0]}
        return before.pop() if len(before) == 1 else None

    def _name_over(self, span: Span) -> Span | None:
        """Give the name that a stretch is part of; "Mum" is none."""
        over = (one for one in self._names if one[0] < span[1] and span[0] < one[1])
        return next((one for one in over if not is_kin(self._text[slice(*one)])), None)

    def _children(self, head: int, *relations: str) -> Iterator[int]:
        first, last = sentence_around(self._text, self._encoded.tree[head][:2])
        return (
            i
            for i, arc in enumerate(self._encoded.tree)
            if arc.head == head and arc.relation in relations and first <= arc.start < last
        )

    def _leads(self, word: int, cases: frozenset[str] | set[str]) -> bool:
        return any(self._word(i) in cases for i in self._children(word, "case"))

    def _word(self, i: int) -> str:
        arc = self._encoded.tree[i]
        return self._text[arc.start : arc.end].casefold()
