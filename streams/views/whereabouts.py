"""Who was where and when, as episodes that are remembered tell it."""

from collections.abc import Iterator

from agents.whereabouts import stays
from schemas.memories import MemoryEvent, MemoryForgotten, SourceRetracted
from schemas.whereabouts import WhereaboutsTold
from streams.codec import Codec
from streams.instants import to_micros
from streams.writes import Delete, Place, Put, Write


def fold(event: MemoryEvent, place: Place, codec: Codec) -> Iterator[Write]:
    """Fold what was told, forgotten and taken back."""
    match event:
        case WhereaboutsTold():
            for (space, who), stay in stays(event):
                row = {
                    "memory": event.memory,
                    "observation": event.observation,
                    "entity": codec.blind(space, who),
                    "space": space,
                    "since": to_micros(stay.since),
                    "until": to_micros(stay.until),
                    "place": codec.seal(space, stay.place.encode()),
                    "seq": place.seq,
                }
                yield Put("whereabouts", row)
        case MemoryForgotten():
            yield Delete("whereabouts", {"memory": event.memory})
        case SourceRetracted():
            for memory in event.memories:
                key = {"memory": memory, "observation": event.observation}
                yield Delete("whereabouts", key)
        case _:
            return
