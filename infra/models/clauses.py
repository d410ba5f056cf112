"""Which statements a time dates, read off the dependency tree of their text."""

from collections.abc import Sequence
from typing import Final

from streams.encoded import ArcSpan

Span = tuple[int, int]  # characters [start, end)
_SUBJECTS: Final = frozenset({"nsubj", "csubj", "expl"})


def dated(
    tree: Sequence[ArcSpan], times: Sequence[Span], objects: Sequence[Span]
) -> list[tuple[int, ...]]:
    """Give for every statement, by its object, the indices of the times that date it.

    Those of its own clause: "My wife is a vet and our son turns six on 12 June." Where there is
    none, those of its sentence whose own clauses state nothing: "In May I heard that she moved."
    """
    clauses = _Clauses(tree)
    when, what = ([clauses.of(span) for span in spans] for spans in (times, objects))
    stating = {clause for clause, _ in what}
    own = [tuple(i for i, (at, _) in enumerate(when) if at == clause) for clause, _ in what]
    free = [i for i, (at, _) in enumerate(when) if at not in stating]
    return [
        indices or tuple(i for i in free if when[i][1] == root)
        for indices, (_, root) in zip(own, what, strict=True)
    ]


class _Clauses:
    """A clause is what hangs on a word with a subject of its own, or on a root."""

    def __init__(self, tree: Sequence[ArcSpan]) -> None:
        self._tree = tree
        self._governs = {arc.head for arc in tree if arc.relation in _SUBJECTS}

    def of(self, span: Span) -> tuple[int, int]:
        """Give the heads of the clause and of the sentence that a stretch of text stands in."""
        words = [i for i, arc in enumerate(self._tree) if arc.start < span[1] and span[0] < arc.end]
        if not words:
            return -1, -1
        top = next((i for i in words if self._tree[i].head not in words), words[0])
        clause = None
        # heads are chosen one by one, so a tree may hold a cycle
        for _ in self._tree:
            if clause is None and top in self._governs:
                clause = top
            if self._tree[top].head < 0:
                break
            top = self._tree[top].head
        return top if clause is None else clause, top
