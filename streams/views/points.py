"""Which points the vector view holds: one a memory, found by meaning and by terms."""

from binascii import a2b_base64

from agents.wording import indexed_terms
from schemas.memories import MemoryEvent, MemoryFormed
from streams.instants import to_micros
from streams.vectors import Point
from streams.writes import Place

VERSION = 1


def fold(event: MemoryEvent, place: Place) -> Point | None:
    """Give the point of a memory that was formed."""
    if not isinstance(event, MemoryFormed):
        return None
    ids, weights = indexed_terms(event.speaker, event.at, event.text)
    return Point(
        id=event.memory,
        space=event.space,
        seq=place.seq,
        at=to_micros(event.at),
        kind=event.kind,
        layer=event.layer,
        dense=a2b_base64(event.vector),
        term_ids=ids.tobytes(),
        term_weights=weights.tobytes(),
    )
