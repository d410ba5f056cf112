"""Which of the relations that were seen in a text its words bear out, read off the tree.

What the network takes for a statement may stand in words that deny it, leave it open, or are
about somebody else. Its subject counts as the speaker where it is none.
"""

import re
from functools import cached_property
from typing import Final

from agents.predicates import INSTRUCTS, is_asking, is_functional, is_place
from agents.sentences import sentence_around
from infra.models.as_told import as_told
from infra.models.clauses import Clauses, Span, is_somewhere, said_of
from infra.models.rivals import FIRST, Rivals
from streams.encoded import Encoded, EntitySpan, RelationSpan

_NAMING: Final = frozenset({"i", "im", "my", "me", "this", "it", "that"})  # "My name is Ana"
_THEIRS: Final = frozenset({"his", "her", "their", "your", "ur"})
_NOT: Final = frozenset({"not", "never", "n't", "nt", "t"})  # adverbs of a verb alone, not "no"
_GLAD: Final = frozenset({"likes", "favorite", "hobby", "wants", "plans_to"})
# What a denied verb may tell: "I can't eat fish", "I can't wait to see it".
_DENYING: Final = (_GLAD - {"hobby"}) | {"allergic_to", "diet", "dislikes", "has_condition"}
# What these are said of is no object of theirs, if that is all that it names.
_NEVER: Final = {
    "lives_in": ("time", "person"),
    "born_in": ("time", "person"),
    "visited": ("time", "person"),
    "works_for": ("time", "person"),
    "has_condition": ("time", "person", "place"),
}
_SURE: Final = 0.9
_SURE_OF_NAME: Final = 0.6  # whoever speaks is called by it from then on
_SURE_OF_DAY: Final = 0.8  # "Oliver Luke (1574-1648)"
# How sure what is said of the speaker must be where no word of its clause, or of its sentence, is
# the speaker's: below, a third of it is right (held-out messages, and turns of real chats).
_IN_OTHER_CLAUSE: Final = 0.6
_IN_OTHER_SENTENCE: Final = 0.7
_LIFE: Final = re.compile(
    r"\b(?:born|b-?day|birth|turn|die[ds]?\b|dead\b|death|passed)", re.IGNORECASE
)
_AGED: Final = re.compile(
    r"\b(?:years?|yrs?|yo|old|aged?|turn\w*|birthday|months?)\b", re.IGNORECASE
)
_DECIMAL: Final = re.compile(r"\d[.,]\d")


def borne_out(text: str, encoded: Encoded) -> tuple[RelationSpan, ...]:
    """Give the relations that nothing in their sentence speaks against."""
    if not (encoded.tree and encoded.relations):
        return encoded.relations
    clauses = Clauses(encoded.tree)
    told = [_Told(text, encoded, clauses, found) for found in encoded.relations]
    stated = (one.found for one in told if one.asked or one.ordered or not one.doubtful)
    return tuple(as_told(text, encoded.tree, found) for found in stated)


class _Told:
    """A relation among the words of its sentence."""

    def __init__(self, text: str, encoded: Encoded, clauses: Clauses, found: RelationSpan) -> None:
        self.found = found
        self._text = text
        self._encoded = encoded
        self._clauses = clauses
        self._rivals = Rivals(text, encoded, clauses)
        self._head = clauses.head(found.object)
        self._sentence = sentence_around(text, found.object)
        self._object = text[slice(*found.object)]

    @property
    def asked(self) -> bool:
        """Say whether it is what a question asks for."""
        subject = self.found.subject
        return is_asking(self._object) or bool(subject and is_asking(self._text[slice(*subject)]))

    @property
    def ordered(self) -> bool:
        """Say whether it is an order, and no statement: "Never call me Jo"."""
        return self.found.predicate == INSTRUCTS

    @property
    def doubtful(self) -> bool:
        """Say whether the words speak against it."""
        if self._head < 0:
            return False
        return (
            self._denied()
            or self._of_no_such_kind()
            or self._said_before_its_subject()
            or self._told_better()
            or self._rivals.speak_against(self.found)
            or (self._of_speaker and self._of_somebody_else())
            or self._BY_PREDICATE.get(self.found.predicate, lambda _: False)(self)
        )

    @cached_property
    def _of_speaker(self) -> bool:
        found = self.found
        return not (found.subject or said_of(self._text, self._encoded.tree, found.object))

    def _denied(self) -> bool:
        """Say whether it is denied or left open, or only spoken about.

        "Not Berlin"; "No running"; "so Hamburg or Bremen"; "We thought about Japan".
        """
        if self.found.ended or self.found.predicate == "dislikes":
            return False
        negated = not _NOT.isdisjoint(self._below(self._head, "advmod"))
        one_of = [self._head, *self._children(self._head, "conj")]
        choice = is_functional(self.found.predicate) and any(
            "or" in self._below(i, "cc") and self._word(i) != "so" for i in one_of
        )
        about = "about" in self._below(self._head, "case") and not self._own()
        topic = about and self.found.predicate not in _GLAD
        none = "no" in self._below(self._head, "det")
        return negated or choice or topic or none or self._not_done()

    def _not_done(self) -> bool:
        """Say whether its subject does not do it: "I'm not doing yoga", but "... at a race"."""
        arc = self._encoded.tree[self._head]
        done = arc.relation == "obj" and arc.head >= 0
        owned = (FIRST | _THEIRS) & self._below(self._head, "nmod")
        if not done or owned or self.found.predicate in _DENYING:
            return False
        does = self._children(arc.head, "nsubj")
        mine = self.found.subject
        these = self._firsts if mine is None else [self._clauses.head(mine)]
        denied = [i for i in self._children(arc.head, "advmod") if self._word(i) in _NOT]
        near = any(self._sentence[0] <= self._span(i)[0] < self.found.object[0] for i in denied)
        return near and not set(does).isdisjoint(these)

    def _of_no_such_kind(self) -> bool:
        """Say whether its object is of a kind that it never has: "Moved to 11 April"."""
        kinds = _NEVER.get(self.found.predicate, ())
        return any(
            name.type in kinds and name.score > _SURE and _same(name, self.found.object)
            for name in self._encoded.entities
        )

    def _said_before_its_subject(self) -> bool:
        """Say whether a later sentence names its subject: "It's a Nigerian one. Nils has none"."""
        subject = self.found.subject
        later = subject is not None and subject[0] >= self._sentence[1]
        return later and self.found.score < _SURE

    def _told_better(self) -> bool:
        """Say whether something else that was seen, surer, speaks against it."""
        return any(
            other.score > self.found.score and (self._rather(other) or self._excluded(other))
            for other in self._encoded.relations
        )

    def _rather(self, other: RelationSpan) -> bool:
        """Say whether another says of the same object what this means to say of the speaker.

        Another predicate ("I hate beetroot" is no liking), or, where the sentence has no word of
        the speaker, of another subject.
        """
        mine = self.found
        if other.object != mine.object or not self._of_speaker:
            return False
        if other.predicate != mine.predicate:
            return not (other.subject or {other.predicate, mine.predicate} <= _GLAD)
        return bool(other.subject and not self._first_in_sentence())

    def _excluded(self, other: RelationSpan) -> bool:
        """Say whether it is over, or not, by another, or what excludes it is said with it.

        Of the speaker only, and not of places: one may lie in the other.
        """
        mine = self.found
        if (other.predicate, other.subject) != (mine.predicate, mine.subject):
            return False
        if self._text[slice(*other.object)] == self._object and other.ended != mine.ended:
            return True
        near = self._sentence[0] <= other.object[0] < self._sentence[1]
        exclusive = is_functional(mine.predicate) and not is_place(mine.predicate)
        both = exclusive and near and not (other.ended or mine.ended)
        return both and self._of_speaker and mine.score < _SURE

    def _of_somebody_else(self) -> bool:
        """Say whether what was taken to be said of the speaker has little to do with them."""
        theirs = not _THEIRS.isdisjoint(self._below(self._head, "nmod"))
        if theirs or self._spoken_to():
            return True
        score = self.found.score
        if not self._first_in_sentence():
            return score < _IN_OTHER_SENTENCE
        return score < _IN_OTHER_CLAUSE and not self._first_in_clause()

    def _spoken_to(self) -> bool:
        """Say whether its object is spoken to: "Morning, Evan!", but not "Evan here"."""
        if self._encoded.tree[self._head].relation != "vocative":
            return False
        introduced = self._children(self._head, "cop") or "here" in self._below(
            self._head, "advmod"
        )
        if introduced or self._own():
            return False
        return self.found.predicate == "name" or self.found.score < _SURE

    def _own(self) -> bool:
        """Say whether its object is named as the speaker's: "my school event", "Oscar, my dog"."""
        return any(self._clauses.hang(self._span(i), self._head) for i in self._firsts)

    def _first_in_sentence(self) -> bool:
        begin, end = self._sentence
        return any(begin <= self._encoded.tree[i].start < end for i in self._firsts)

    def _first_in_clause(self) -> bool:
        """Say whether the speaker is in its clause, or whether that has no subject of its own."""
        clause = self._clauses.of(self.found.object)
        subjects = self._children(clause, "nsubj", "csubj", "expl")
        return not subjects or any(self._clauses.of(self._span(i)) == clause for i in self._firsts)

    @cached_property
    def _firsts(self) -> list[int]:
        return [i for i in range(len(self._encoded.tree)) if self._word(i) in FIRST]

    def _no_age(self) -> bool:
        """Say whether no word makes a number an age: "76.7 this morning", "Down to 25"."""
        start, end = self.found.object
        if _DECIMAL.search(self._text, max(start - 2, 0), end + 2):
            return True
        near = self._text[slice(*self._sentence)]
        return self._of_speaker and not self._first_in_sentence() and not _AGED.search(near)

    def _no_life(self) -> bool:
        """Say whether no word makes a day one of birth or death: "She begins on August 3"."""
        near = self._text[slice(*self._sentence)]
        return self.found.score < _SURE_OF_DAY and not _LIFE.search(near)

    def _other_name(self) -> bool:
        """Say whether others are named: "The on-call this week is Bo", "We're Nils and Amara"."""
        arc = self._encoded.tree[self._head]
        named = arc.head if arc.relation == "conj" and arc.head >= 0 else self._head
        subjects = self._children(named, "nsubj")
        if self.found.subject or not (subjects and self._children(named, "cop")):
            return self._of_speaker and self.found.score < _SURE_OF_NAME
        naming = [i for i in range(len(self._encoded.tree)) if self._word(i) in _NAMING]
        hang = self._clauses.hang
        return not any(hang(self._span(i), s) for i in naming for s in subjects)

    def _given_up(self) -> bool:
        """Say whether it was planned and is no more: "I was going to join Joy"."""
        above = self._encoded.tree[self._head]
        heads = [self._head, above.head] if above.relation == "xcomp" else [self._head]
        return not self.found.ended and any(
            self._children(i, "nsubj") and not {"was", "were"}.isdisjoint(self._below(i, "aux"))
            for i in heads
        )

    def _passing(self) -> bool:
        """Say whether it is where somebody is for something: "I'm in Paris for a conference"."""
        around = self._children(self._head, "obl", "nmod")
        there = is_somewhere(self._text, self._encoded.tree, self.found.object)
        return there and any("for" in self._below(i, "case") for i in around)

    def _greeting(self) -> bool:
        """Say whether it is only where what is said comes from: "Greetings from Rome!"."""
        arc = self._encoded.tree[self._head]
        loose = arc.relation in {"nmod", "obl"} and not self._first_in_sentence()
        if not (self._of_speaker and loose and "from" in self._below(self._head, "case")):
            return False
        named = [one.object for one in self._encoded.relations if one.predicate == "name"]
        return not any(self._clauses.head(span) == arc.head for span in named)

    _BY_PREDICATE: Final = {
        "age": _no_age,
        "born_in": _greeting,
        "born_on": _no_life,
        "died_on": _no_life,
        "lives_in": _passing,
        "name": _other_name,
        "plans_to": _given_up,
    }

    def _children(self, head: int, *relations: str) -> list[int]:
        tree = self._encoded.tree
        return [i for i, arc in enumerate(tree) if arc.head == head and arc.relation in relations]

    def _below(self, head: int, relation: str) -> set[str]:
        return {self._word(i) for i in self._children(head, relation)}

    def _word(self, i: int) -> str:
        return self._text[slice(*self._span(i))].casefold()

    def _span(self, i: int) -> Span:
        return self._encoded.tree[i][:2]


def _same(name: EntitySpan, span: Span) -> bool:
    return name.start <= span[0] and span[1] <= name.end
