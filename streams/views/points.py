"""Which points the vector view holds: one a memory, found by meaning and by terms."""

from binascii import a2b_base64

from agents.lexicon import weighed
from agents.wording import indexed_stems
from schemas.memories import (
    MemoryCompressed,
    MemoryDemoted,
    MemoryEvent,
    MemoryForgotten,
    MemoryFormed,
    MemoryPromoted,
    Whole,
)
from streams.instants import to_micros
from streams.vectors import Point
from streams.writes import Place

VERSION = 3


def fold(event: MemoryEvent, place: Place) -> Point | None:
    """Give the point of a memory that was formed or changed what it says."""
    match event:
        case MemoryFormed():
            whole: Whole = event
        case MemoryCompressed() | MemoryPromoted() | MemoryDemoted():
            whole = event.whole
        case _:
            return None
    ids, weights = weighed(indexed_stems(whole.speaker, whole.at, whole.text))
    return Point(
        id=whole.memory,
        space=whole.space,
        seq=place.seq,
        at=to_micros(whole.at),
        kind=whole.kind,
        layer=whole.layer,
        dense=a2b_base64(whole.vector),
        term_ids=ids.tobytes(),
        term_weights=weights.tobytes(),
    )


def gone(event: MemoryEvent) -> str | None:
    """Give the id of the point that an event takes away."""
    return event.memory if isinstance(event, MemoryForgotten) else None
