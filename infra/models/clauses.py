"""Which statements a time dates, and whom one is said of, read off the dependency tree."""

from collections.abc import Sequence
from typing import Final

from agents.claims import in_sentence, sentence_around
from infra.models.tense import tense_of
from streams.encoded import ArcSpan

Span = tuple[int, int]  # characters [start, end)
_SUBJECTS: Final = frozenset({"nsubj", "csubj", "expl"})
_OTHERS: Final = frozenset({"he", "she", "they", "you"})  # who never is the one who speaks
_OWN: Final = frozenset({"i", "me", "we", "us"})
_ALSO: Final = frozenset({"also", "too", "additionally"})
_FAVOURITE: Final = frozenset({"favourite", "favorite", "fave", "fav"})
_TOWARDS: Final = frozenset({"for", "to"})
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


def told_beside(text: str, tree: Sequence[ArcSpan], object_: Span) -> bool:
    """Say whether something is so as well: "I also work there"; not "I also got a new job"."""
    clauses = Clauses(tree)
    near = {clauses.head(object_), clauses.of(object_)}
    also = any(
        arc.head in near and arc.relation == "advmod" and text[arc.start : arc.end].lower() in _ALSO
        for arc in tree
    )
    return also and tense_of(text, object_, sentence_around(text, object_)) in ("present", None)


def favourite_of(text: str, tree: Sequence[ArcSpan], object_: Span) -> str | None:
    """Say of what kind something is the favourite: "green is my favourite colour".

    Of several ("one of my favourite films") that is not said.
    """
    head = Clauses(tree).head(object_)
    for arc in tree:
        kind = arc.head
        if text[arc.start : arc.end].casefold() not in _FAVOURITE or min(kind, head) < 0:
            continue
        if kind != head and (tree[kind].head == head or tree[head].head == kind):
            return text[tree[kind].start : tree[kind].end].casefold()
    return None


def told_instead(text: str, tree: Sequence[ArcSpan], object_: Span, gone: Span) -> bool:
    """Say whether something takes the place of what is gone: "I left Google for Apple"."""
    clauses = Clauses(tree)
    one, other = clauses.head(object_), clauses.head(gone)
    if min(one, other) < 0 or (tree[one].relation, tree[other].relation) != ("obl", "obj"):
        return False
    cases = (text[a.start : a.end] for a in tree if a.head == one and a.relation == "case")
    return tree[one].head == tree[other].head and not _TOWARDS.isdisjoint(cases)


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
        at = self.head(span)
        if at < 0:
            return at
        # heads are chosen one by one, so a tree may hold a cycle
        for _ in self._tree:
            if at in self._governs or self._tree[at].head < 0:
                break
            at = self._tree[at].head
        return at

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
