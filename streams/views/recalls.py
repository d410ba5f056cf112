"""In which sessions memories were recalled, where that was told."""

from collections.abc import Iterator

from schemas.memories import MemoriesRecalled, MemoryEvent, MemoryForgotten
from streams.codec import Codec
from streams.writes import Delete, Place, Put, Write


def fold(event: MemoryEvent, place: Place, codec: Codec) -> Iterator[Write]:  # noqa: ARG001 - a fold
    """Fold recalls in a session; what is forgotten was recalled in none."""
    match event:
        case MemoriesRecalled() if event.session:
            for memory in dict.fromkeys(event.memories):
                row = {"memory": memory, "session": event.session, "space": event.space}
                yield Put("recalls", row)
        case MemoryForgotten():
            yield Delete("recalls", {"memory": event.memory})
        case _:
            return
