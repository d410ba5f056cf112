"""Whether what was seen of one is said of another: of "Tom is 5 and Ann is 7" each pair is seen."""

import re
from typing import Final

from agents.predicates import INSTRUCTS, is_asking, is_pronoun
from infra.models.clauses import Clauses, Span, of_subject
from streams.encoded import Encoded, RelationSpan

# As chats are typed, "im" and "ill" too; and who speaks for several.
FIRST: Final = frozenset({
    "i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "im", "ive", "id", "ill",
})  # fmt: skip
_SPEAKING: Final = frozenset({"i", "we", "im", "ive"})
_SUBJECTS: Final = frozenset({"nsubj", "csubj"})
# By what the words of one subject hang together: "my brother Luis", "Tom and Ann".
_NAMED_WITH: Final = frozenset({"conj", "appos", "flat", "compound"})
_POSSESSIVE: Final = frozenset({"of", "'s", "'", "\u2019s", "\u2019", "s"})
_PARTING: Final = frozenset({"cc", "punct"})
_BESIDE: Final = re.compile(r"\W*")


class Rivals:
    """The subjects that the relations of a text have."""

    def __init__(self, text: str, encoded: Encoded, clauses: Clauses) -> None:
        self._text = text
        self._encoded = encoded
        self._clauses = clauses

    def speak_against(self, mine: RelationSpan) -> bool:
        """Say whether it is said of another, or its subject has only to do with the object.

        Or whether it is part of an order.
        """
        return self._only_for(mine) or self._another_nearer(mine) or self._ordered(mine)

    def _ordered(self, mine: RelationSpan) -> bool:
        """Say whether it is how something is to be done: "Answer only in French".

        "Remind me that I'm allergic to nuts" tells something of the speaker.
        """
        orders = [one.object for one in self._encoded.relations if one.predicate == INSTRUCTS]
        within = [one for one in orders if one[0] <= mine.object[0] and mine.object[1] <= one[1]]
        return mine.subject is None and any(
            FIRST.isdisjoint(
                self._text[a.start : a.end].casefold()
                for a in self._encoded.tree
                if start <= a.start < end
            )
            for start, end in within
        )

    def _only_for(self, mine: RelationSpan) -> bool:
        """Say whether the object is for its subject, by it or with it: "the dentist for Ana"."""
        if mine.subject is None:
            return False
        tree, at = self._encoded.tree, self._clauses.head(mine.subject)
        cases = {
            self._text[a.start : a.end].casefold()
            for a in tree
            if a.head == at and a.relation == "case"
        }
        below = at >= 0 and tree[at].head == self._clauses.head(mine.object)
        return below and bool(cases) and cases.isdisjoint(_POSSESSIVE)

    def _another_nearer(self, mine: RelationSpan) -> bool:
        """Say whether the same is seen of another, who is nearer to the object."""
        if mine.subject and (self._points(mine.subject) or self._one_phrase(mine)):
            return False
        return any(
            (other.predicate, other.object, other.ended)
            == (mine.predicate, mine.object, mine.ended)
            and self._apart(mine.subject, other.subject)
            and self._nearer(mine, other.subject)
            for other in self._encoded.relations
        )

    def _nearer(self, mine: RelationSpan, other: Span | None) -> bool:
        if other is None:
            return self._in_clause(mine, other)
        before = other[1] <= mine.object[0] and self._words(other) != self._words(mine.object)
        if not before or self._points(other) or self._between(other, mine):
            return False
        return (
            self._beside(other, mine) or self._in_clause(mine, other) or self._in_turn(mine, other)
        )

    def _one_phrase(self, mine: RelationSpan) -> bool:
        """Say whether nothing parts the object from this one: "the Green Party nominee Ana"."""
        subject, end = mine.subject, mine.object[1]
        if subject is None or subject[0] < end:
            return False
        between = [arc for arc in self._encoded.tree if end <= arc.start < subject[0]]
        return all(arc.relation not in _PARTING for arc in between)

    def _beside(self, other: Span, mine: RelationSpan) -> bool:
        """Say whether nothing stands between: "Otto (9) and Winnie"."""
        return _BESIDE.fullmatch(self._text, other[1], mine.object[0]) is not None

    def _in_clause(self, mine: RelationSpan, other: Span | None) -> bool:
        """Say whether the other is its clause's subject, and this one is not in that."""
        clause = self._clauses.of(mine.object)
        if clause < 0 or of_subject(self._text, self._encoded.tree, mine.object):
            return False
        if self._tells_nothing(mine):
            return False
        own = self._speaking() if other is None else [other]
        these = self._speaking() if mine.subject is None else [mine.subject]
        return any(span[1] <= mine.object[0] and self._governs(span, clause) for span in own) and (
            all(self._clauses.of(span) != clause for span in these)
        )

    def _tells_nothing(self, mine: RelationSpan) -> bool:
        """Say whether nothing else is told of this one behind it: "Ana runs, and Tom too"."""
        subject = mine.subject
        if subject is None or subject[0] < mine.object[1]:
            return False
        clause = self._clauses.of(subject)
        return not any(
            one.subject == subject
            and subject[1] <= one.object[0]
            and self._clauses.of(one.object) == clause
            for one in self._encoded.relations
        )

    def _in_turn(self, mine: RelationSpan, other: Span) -> bool:
        """Say whether this one has an object of its own, on its side of the other's."""
        subject = mine.subject
        if subject is None:
            return False
        own = [
            one.object
            for one in self._encoded.relations
            if (one.predicate, one.subject) == (mine.predicate, subject) and one != mine
        ]
        if subject[1] <= other[0]:
            return any(subject[1] <= start and end <= other[0] for start, end in own)
        return mine.object[1] <= subject[0] and any(subject[1] <= start for start, _ in own)

    def _governs(self, span: Span, clause: int) -> bool:
        """Say whether a stretch of text is a clause's subject, not only part of one ("my son")."""
        tree = self._encoded.tree
        at = self._clauses.head(span)
        for _ in tree:
            arc = tree[at]
            if arc.head == clause and arc.relation in _SUBJECTS:
                return True
            if arc.relation not in _NAMED_WITH or arc.head < 0:
                return False
            at = arc.head
        return False

    def _apart(self, one: Span | None, other: Span | None) -> bool:
        """Say whether two subjects are two, as far as their words tell."""
        if one is None or other is None:
            return one is not other
        return self._words(one).isdisjoint(self._words(other))

    def _between(self, other: Span, mine: RelationSpan) -> bool:
        """Say whether this one stands between the other and the object."""
        subject = mine.subject
        return subject is not None and other[1] <= subject[0] and subject[1] <= mine.object[0]

    def _points(self, span: Span) -> bool:
        word = self._text[slice(*span)]
        return is_pronoun(word) or is_asking(word) or word.casefold() in {"i", "me", "my", "myself"}

    def _speaking(self) -> list[Span]:
        tree = self._encoded.tree
        return [arc[:2] for arc in tree if self._words(arc[:2]) & _SPEAKING]

    def _words(self, span: Span) -> set[str]:
        return set(self._text[slice(*span)].casefold().split())
