"""How what was seen is told: up to where the next clause begins, and whether it used to be so."""

from collections.abc import Sequence
from typing import Final

from infra.models.clauses import Clauses, without_next
from streams.encoded import ArcSpan, RelationSpan

# What goes on in time, and is over if it used to be so; whom one used to see is still one's sister.
_STATES: Final = frozenset({
    "diet", "favorite", "hobby", "job_title", "likes", "lives_in", "studies", "works_for",
})  # fmt: skip
_GOVERNED: Final = frozenset({"obj", "obl", "xcomp", "ccomp"})


def as_told(text: str, tree: Sequence[ArcSpan], found: RelationSpan) -> RelationSpan:
    """Give a relation with its object cut where the next clause begins, and ended if it is over."""
    over = found.ended or (found.predicate in _STATES and _used_to(text, tree, found))
    return found._replace(object=without_next(text, tree, found.object), ended=over)


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
