"""Which memories there are, where each comes from, and how it is found again."""

from binascii import a2b_base64
from collections.abc import Iterator
from typing import Final

from agents.lexicon import traits
from agents.likeness import block_keys
from agents.wording import indexed_terms
from schemas.memories import MemoriesRecalled, MemoryEvent, MemoryFormed, MemoryReinforced
from schemas.wire import encode
from streams.codec import Codec
from streams.instants import to_micros
from streams.writes import Add, Count, Place, Put, Tally, Write

SEGMENT: Final = 32  # memories of a session that are read together


def fold(event: MemoryEvent, place: Place, codec: Codec) -> Iterator[Write]:
    """Fold what is remembered, reinforced and recalled."""
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
        case _:
            return


def _formed(event: MemoryFormed, place: Place, codec: Codec) -> Iterator[Write]:
    at = to_micros(event.at)
    ids, _ = indexed_terms(event.speaker, event.at, event.text)
    form = traits(event.text)
    left_out = {"vector", "tokens", "memory", "space", "ordinal", "session", "kind", "layer"}
    body = event.model_dump_json(exclude=left_out, exclude_none=True).encode()

    def seal(data: bytes) -> bytes:
        return codec.seal(event.space, data)

    yield Put(
        "memories",
        {
            "memory": event.memory,
            "space": event.space,
            "kind": event.kind,
            "layer": event.layer,
            "at": at,
            "position": place.position,
            "seq": place.seq,
            "session": event.session,
            "segment": event.ordinal // SEGMENT,
            "ordinal": event.ordinal,
            "speaker": seal((event.speaker or "").encode()),
            "stated": form.stated,
            "asked": form.asked,
            "tells_time": int(form.tells_time),
            "body": seal(body),
            "vector": seal(a2b_base64(event.vector)),
            "tokens": seal(a2b_base64(event.tokens)),
            "term_ids": seal(ids.tobytes()),
            "reinforced": 0,
            "recalled": 0,
            "last_access": at,
        },
    )
    yield _source(event, place, codec)
    for key in block_keys(event.text):
        yield Put(
            "blocks",
            {"space": event.space, "key": key, "seq": place.seq, "memory": event.memory},
        )
    yield Tally("terms", event.space, "term", ids.tolist())
    yield Count("sessions", {"space": event.space, "session": event.session})
    yield Count("sizes", {"space": event.space})


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
