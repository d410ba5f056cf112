"""Which concepts there are, which episodes belong to each, and which go on from which.

An episode's concept is none before it was compared with others, and empty where it is like none.
When a model read it beside others is none before that, and 0 where it states nothing.
"""

from binascii import a2b_base64
from collections.abc import Iterator
from typing import Final

from pydantic_core import to_json

from agents.compare import states
from agents.lexicon import traits
from schemas.concepts import (
    ConceptChanged,
    EpisodesCompared,
    EpisodesLinked,
    MemoriesCompared,
)
from schemas.memories import MemoryEvent, MemoryForgotten, MemoryFormed
from streams.codec import Codec
from streams.instants import to_micros
from streams.writes import Change, Delete, Place, Put, Write

APART: Final = ""


def fold(event: MemoryEvent, place: Place, codec: Codec) -> Iterator[Write]:
    """Fold what is to be compared, what came of it, and what is forgotten."""
    match event:
        case MemoryFormed() if event.kind == "episodic":
            form = traits(event.text)
            row = {"memory": event.memory, "space": event.space, "concept": None}
            read = None if states(form.stated, form.asked) else 0
            yield Put("members", row | {"typicality": None, "read_at": read, "seq": place.seq})
        case MemoriesCompared():
            at = to_micros(event.at)
            for memory in event.memories:
                yield Change("members", {"memory": memory}, {"read_at": at})
        case EpisodesLinked():
            for link in event.links:
                row = {"memory": link.memory, "earlier": link.earlier, "space": event.space}
                yield Put("links", row | {"because": link.because, "seq": place.seq})
        case EpisodesCompared():
            for memory in event.memories:
                yield Change("members", {"memory": memory}, {"concept": APART})
        case ConceptChanged():
            yield from _changed(event, place, codec)
        case MemoryForgotten():
            yield Delete("members", {"memory": event.memory})
            yield Delete("links", {"memory": event.memory})
            yield Delete("links", {"earlier": event.memory})
        case _:
            return


def _changed(event: ConceptChanged, place: Place, codec: Codec) -> Iterator[Write]:
    for member in event.joined:
        belongs = {"concept": event.concept, "typicality": member.typicality}
        yield Change("members", {"memory": member.memory}, belongs)
    if not event.size:
        yield Delete("concepts", {"concept": event.concept})
        return
    body = a2b_base64(event.sums) + to_json(event.words)
    yield Put(
        "concepts",
        {
            "concept": event.concept,
            "space": event.space,
            "size": event.size,
            "body": codec.seal(event.space, body),
            "changed_at": to_micros(event.at),
            "seq": place.seq,
        },
    )
