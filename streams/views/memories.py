"""Which memories there are, where each comes from, and how it is found again."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from agents.lexicon import traits
from agents.likeness import block_keys
from agents.neighbours import SEGMENT
from agents.retention import ORDINARY, Held, due, first
from agents.wording import indexed_stems
from schemas.memories import (
    MemoriesRecalled,
    MemoryCompressed,
    MemoryDemoted,
    MemoryEvent,
    MemoryForgotten,
    MemoryFormed,
    MemoryPromoted,
    MemoryReinforced,
    SourceRetracted,
    Strength,
    StrengthsChanged,
    Trace,
    Whole,
)
from schemas.wire import encode
from streams.codec import Codec
from streams.instants import to_micros
from streams.sealed import features_of
from streams.writes import Add, Change, Count, Delete, Place, Put, Tally, Write

# What a body holds; everything else has a column of its own.
_BODY: Final = {
    "at", "speaker", "text", "entities", "in_facts", "times", "intent", "emotion", "importance",
    "source",
}  # fmt: skip


def fold(event: MemoryEvent, place: Place, codec: Codec) -> Iterator[Write]:
    """Fold what is remembered, reinforced, recalled, and how it lasts."""
    match event:
        case MemoryFormed():
            yield from _formed(event, place, codec)
        case MemoryReinforced():
            at = to_micros(event.at)
            yield Add("memories", {"memory": event.memory}, {"reinforced": 1}, {"last_access": at})
            yield _source(event, place, codec)
        case MemoriesRecalled():
            at = to_micros(event.at)
            for memory in dict.fromkeys(event.memories):
                yield Add("memories", {"memory": memory}, {"recalled": 1}, {"last_access": at})
        case StrengthsChanged():
            for strength in event.strengths:
                yield Change(
                    "memories",
                    {"memory": strength.memory},
                    _strength(strength, strength.due, place),
                )
        case SourceRetracted():
            for memory in event.memories:
                yield Delete("sources", {"memory": memory, "observation": event.observation})
        case _:
            yield from _changed(event, place, codec)


def _changed(event: MemoryEvent, place: Place, codec: Codec) -> Iterator[Write]:
    """Fold what a memory loses, and where it moves."""
    match event:
        case MemoryCompressed():
            key = {"memory": event.whole.memory}
            yield Change(
                "memories",
                key,
                _said(event.whole, codec) | _strength(event.strength, event.strength.due, place),
            )
            yield from _unindexed(event.space, event.whole.memory, event.before)
            yield from _indexed(event.whole, place)
        case MemoryPromoted() | MemoryDemoted():
            moved = {"layer": event.whole.layer} | _strength(
                event.strength, event.strength.due, place
            )
            yield Change("memories", {"memory": event.whole.memory}, moved)
        case MemoryForgotten():
            yield Delete("memories", {"memory": event.memory})
            yield Delete("sources", {"memory": event.memory})
            yield from _unindexed(event.space, event.memory, event.before)
            yield Count("sizes", {"space": event.space}, by=-1)
        case _:
            return


def _formed(event: MemoryFormed, place: Place, codec: Codec) -> list[Write]:
    held = first(event)
    row = Put(
        "memories",
        {
            "memory": event.memory,
            "space": event.space,
            "kind": event.kind,
            "layer": event.layer,
            "at": to_micros(event.at),
            "learned": to_micros(event.learned or event.at),
            "position": place.position,
            "seq": place.seq,
            "session": event.session,
            "segment": event.ordinal // SEGMENT,
            "ordinal": event.ordinal,
            "reinforced": 0,
            "recalled": 0,
        }
        | _said(event, codec)
        | _strength(held, due(held, None), place),
    )
    return [
        row,
        _source(event, place, codec),
        *_indexed(event, place),
        Count(
            "sessions",
            {"space": event.space, "session": event.session},
            latest={"last_ordinal": event.ordinal},
        ),
        Count("sizes", {"space": event.space}),
    ]


def _said(whole: Whole, codec: Codec) -> dict[str, Any]:
    """Give the columns that a memory's text decides."""
    form = traits(whole.text)
    body = whole.model_dump_json(include=_BODY, exclude_none=True).encode()
    return {
        "stated": form.stated,
        "asked": form.asked,
        "tells_time": int(form.tells_time),
        "importance": ORDINARY if whole.importance is None else whole.importance,
        "body": codec.seal(whole.space, body),
        "features": codec.seal(whole.space, features_of(whole)),
    }


def _strength(held: Held | Strength, ends: datetime | None, place: Place) -> dict[str, Any]:
    return {
        "stability": held.stability,
        "difficulty": held.difficulty,
        "last_access": to_micros(held.accessed),
        "state": held.state,
        "due": to_micros(ends) if ends else None,
        "days": held.days,
        "confidence": held.confidence,
        "review": to_micros(held.review) if held.review else None,
        "changed": place.seq,
    }


def _indexed(whole: Whole, place: Place) -> list[Write]:
    blocks = [
        Put("blocks", {"space": whole.space, "key": key, "seq": place.seq, "memory": whole.memory})
        for key in block_keys(whole.text)
    ]
    return [*blocks, Tally("terms", whole.space, "term", _terms(whole))]


def _unindexed(space: str, memory: str, before: Trace) -> Iterator[Write]:
    for key in block_keys(before.text):
        yield Delete("blocks", {"space": space, "key": key, "memory": memory})
    yield Tally("terms", space, "term", _terms(before), by=-1)


def _terms(said: Whole | Trace) -> tuple[int, ...]:
    return tuple(set(indexed_stems(said.speaker, said.at, said.text)))


def _source(event: MemoryFormed | MemoryReinforced, place: Place, codec: Codec) -> Put:
    text = event.text.encode() if isinstance(event, MemoryReinforced) else b""
    return Put(
        "sources",
        {
            "memory": event.memory,
            "observation": event.source.observation,
            "start": event.source.start,
            "space": event.space,
            "at": to_micros(event.at),
            "position": place.position,
            "seq": place.seq,
            "text": codec.seal(event.space, text),
            "body": codec.seal(event.space, encode(event.source)),
        },
    )
