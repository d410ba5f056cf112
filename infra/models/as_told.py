"""How what was seen is told: how far, whether it is over or so as well, and of what kind it is."""

from collections.abc import Sequence
from typing import Final

from agents.lexicon import tells_end
from agents.sentences import sentence_around
from infra.models.clauses import Clauses, Span, without_next
from infra.models.tense import tense_of
from streams.encoded import ArcSpan, RelationSpan

# What goes on in time, and is over if it used to be so; whom one used to see is still one's sister.
_STATES: Final = frozenset({
    "diet", "favorite", "hobby", "job_title", "likes", "lives_in", "studies", "works_for",
})  # fmt: skip
_ALSO: Final = frozenset({"also", "too", "additionally"})
_FAVOURITE: Final = frozenset({"favourite", "favorite", "fave", "fav"})
_TIMES: Final = frozenset({"day", "shift", "week", "month"})
_LAST: Final = frozenset({"last", "final"})
_TOWARDS: Final = frozenset({"for", "to"})
_GOVERNED: Final = frozenset({"obj", "obl", "xcomp", "ccomp"})
_AROUND_VERB: Final = frozenset({"advmod", "aux", "case", "compound"})
_PLACING: Final = frozenset({"over", "until", "till"})  # where they stand beside a verb
_MORE: Final = frozenset({"longer", "more"})  # "no longer"


def as_told(text: str, tree: Sequence[ArcSpan], found: RelationSpan) -> RelationSpan:
    """Give a relation with its object cut where the next clause begins, and ended if it is over."""
    state = found.predicate in _STATES
    ends = state and (_used_to(text, tree, found) or _last(text, tree, found.object))
    return found._replace(object=without_next(text, tree, found.object), ended=found.ended or ends)


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


def told_over(text: str, tree: Sequence[ArcSpan], object_: Span, times: Sequence[Span]) -> bool:
    """Say whether what governs an object, or its times, is an end: "I left Rome in 2019".

    But not "I lived in East End in 2019", nor "In 2019 I lived in Rome, not far from a park".
    """
    clauses = Clauses(tree)
    above = {i for span in (object_, *times) for i in clauses.above(span)}
    words = [text[arc.start : arc.end].casefold() for arc in tree]
    around = {
        i
        for i, arc in enumerate(tree)
        if arc.relation in _AROUND_VERB and words[i] not in _PLACING
        if arc.head in above or (words[arc.head] in _MORE and tree[arc.head].head in above)
    }
    kept = [arc for i, arc in enumerate(tree) if i in above | around]
    own = range(*object_)
    places = {at for arc in kept if arc.start not in own for at in range(arc.start, arc.end)}
    told = "".join(char if at in places else " " for at, char in enumerate(text))
    return tells_end(" ".join(told.split()))


def _last(text: str, tree: Sequence[ArcSpan], object_: Span) -> bool:
    """Say whether it is about the end of a time there: "tomorrow's my last day at Farol"."""
    at = Clauses(tree).head(object_)
    time = tree[at].head if at >= 0 else -1
    if time < 0 or text[tree[time].start : tree[time].end].casefold() not in _TIMES:
        return False
    return any(arc.head == time and text[arc.start : arc.end].casefold() in _LAST for arc in tree)


def _used_to(text: str, tree: Sequence[ArcSpan], found: RelationSpan) -> bool:
    """Say whether it was a habit: "She used to work at Shell", but not "I'm used to Shell"."""
    at = Clauses(tree).head(found.object)
    through = {at}
    while at >= 0 and tree[at].relation in _GOVERNED and tree[at].head not in through:
        at = tree[at].head
        if at >= 0 and text[tree[at].start : tree[at].end].casefold() == "used":
            below = {
                (arc.relation, text[arc.start : arc.end].casefold())
                for arc in tree
                if arc.head in through
            }
            be = any(arc.head == at and arc.relation in {"aux", "cop"} for arc in tree)
            return ("mark", "to") in below and not be
        through.add(at)
    return False
