"""Which statements hold when, and when that was known: bi-temporal, nothing overwritten.

Valid time is [valid_from, valid_to); what was known at a position is what was asserted up to it,
with the latest end recorded up to it (Snodgrass 1999, valid and transaction time).
"""

from collections.abc import Iterator
from datetime import datetime

from agents.predicates import name_key
from schemas.facts import (
    ContradictionJudged,
    FactAsserted,
    FactConfirmed,
    FactReopened,
    FactSuperseded,
)
from schemas.memories import FeedbackNoted, MemoryEvent, SourceRetracted
from schemas.wire import encode
from streams.codec import Codec
from streams.instants import to_micros
from streams.writes import Add, Change, Delete, Place, Put, Write


def fold(event: MemoryEvent, place: Place, codec: Codec) -> Iterator[Write]:
    """Fold what is asserted, confirmed and superseded."""
    match event:
        case FactAsserted():
            yield _asserted(event, place, codec)
            yield _source(event, place, codec)
        case FactConfirmed():
            latest = {"last_held": to_micros(event.at)}
            yield Add("facts", {"fact": event.fact}, {"evidence": 1}, latest)
            if event.confidence is not None:
                yield Change("facts", {"fact": event.fact}, {"confidence": event.confidence})
            yield _source(event, place, codec)
        case FeedbackNoted():
            for fact, confidence in event.facts.items():
                yield Change("facts", {"fact": fact}, {"confidence": confidence})
        case SourceRetracted():
            for fact in event.facts:
                yield Add("facts", {"fact": fact}, {"evidence": -1})
            # What has no source left was taken back; what lost against another fact has some.
            taken = {"observation": event.observation, "space": event.space}
            yield Delete("fact_sources", taken)
            yield Change("fact_ends", taken, {"stands": 0})
        case FactSuperseded() | FactReopened():
            end = (event.fact, event.valid_to, event.by)
            already = isinstance(event, FactSuperseded) and event.already
            yield from _ended(event, end, place, codec, already=already)
        case ContradictionJudged() if event.ended:
            yield from _ended(event, (event.ended, event.valid_to, event.kept), place, codec)
        case _:
            return


def _ended(
    event: FactSuperseded | FactReopened | ContradictionJudged,
    end: tuple[str, datetime | None, str | None],
    place: Place,
    codec: Codec,
    *,
    already: bool = False,
) -> Iterator[Write]:
    fact, at, by = end
    valid_to = to_micros(at) if at else None
    if not already:
        yield Change("facts", {"fact": fact}, {"valid_to": valid_to, "ended_by": by})
    row = {
        "fact": fact,
        "seq": place.seq,
        "space": event.space,
        "position": place.position,
        "valid_to": valid_to,
        "by": by,
        "observation": event.source.observation,
        # What holds again ends as others have said, or as it follows from what others are.
        "stands": int(not isinstance(event, FactReopened)),
        "already": int(already),
        "body": codec.seal(event.space, encode(event.source)),
    }
    yield Put("fact_ends", row)


def _asserted(event: FactAsserted, place: Place, codec: Codec) -> Put:
    valid_to = to_micros(event.valid_to) if event.valid_to else None
    body = event.model_dump_json(include={"subject", "object", "source", "beside"}).encode()
    return Put(
        "facts",
        {
            "fact": event.fact,
            "space": event.space,
            "subject": codec.blind(event.space, name_key(event.subject)),
            "predicate": event.predicate,
            "object": codec.blind(event.space, name_key(event.object)),
            "body": codec.seal(event.space, body),
            "valid_from": to_micros(event.valid_from),
            "valid_to": valid_to,
            "asserted_to": valid_to,
            "last_held": to_micros(event.held_at or event.valid_from),
            "ended_by": None,
            "memory": event.memory,
            "position": place.position,
            "seq": place.seq,
            "evidence": 1,
            "confidence": event.source.confidence,
        },
    )


def _source(event: FactAsserted | FactConfirmed, place: Place, codec: Codec) -> Put:
    return Put(
        "fact_sources",
        {
            "fact": event.fact,
            "observation": event.source.observation,
            "space": event.space,
            "memory": event.memory,
            "position": place.position,
            "seq": place.seq,
            "body": codec.seal(event.space, encode(event.source)),
        },
    )
