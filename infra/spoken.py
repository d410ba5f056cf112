"""How a turn is encoded with its speaker in front, and read as if the name were not there."""

from dataclasses import replace

from streams.encoded import ArcSpan, Encoded, EntitySpan, RelationSpan, Span


def prefix_of(speaker: str | None) -> str:
    """Give what stands before the words of a speaker."""
    return f"{speaker}: " if speaker else ""


def without_prefix(encoded: Encoded, length: int) -> Encoded:
    """Move spans to where they are without the first `length` characters.

    What lies in the prefix is nothing that was said: its names are dropped, and a statement about
    the name is one about the speaker. Vectors keep what the name tells them.
    """
    if not length:
        return encoded
    return replace(
        encoded,
        entities=tuple(
            EntitySpan(one.start - length, one.end - length, one.type, one.score)
            for one in encoded.entities
            if one.start >= length
        ),
        relations=_relations(encoded.relations, length),
        tree=_tree(encoded.tree, length),
    )


def _relations(found: tuple[RelationSpan, ...], length: int) -> tuple[RelationSpan, ...]:
    """Keep the surest of statements that become the same."""
    best: dict[tuple[str, Span | None, Span], RelationSpan] = {}
    for one in found:
        if one.object[0] < length:
            continue
        said_of = one.subject
        subject = _moved(said_of, length) if said_of and said_of[0] >= length else None
        moved = one._replace(subject=subject, object=_moved(one.object, length))
        key = (moved.predicate, moved.subject, moved.object)
        if key not in best or best[key].score < moved.score:
            best[key] = moved
    return tuple(best.values())


def _moved(span: Span, length: int) -> Span:
    return span[0] - length, span[1] - length


def _tree(arcs: tuple[ArcSpan, ...], length: int) -> tuple[ArcSpan, ...]:
    first = sum(arc.start < length for arc in arcs)
    return tuple(
        ArcSpan(arc.start - length, arc.end - length, max(arc.head - first, -1), arc.relation)
        for arc in arcs[first:]
    )
