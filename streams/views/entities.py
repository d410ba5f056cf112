"""Who and what memories are about: entities, and the edges from them to memories."""

from collections.abc import Iterator

from agents.predicates import name_key
from schemas.memories import FactAsserted, FactConfirmed, MemoryEvent, MemoryFormed
from streams.codec import Codec
from streams.instants import to_micros
from streams.writes import Count, Place, Put, Write


def fold(event: MemoryEvent, place: Place, codec: Codec) -> Iterator[Write]:
    """Fold what is mentioned, who speaks, and whom facts are about."""
    match event:
        case MemoryFormed():
            at = to_micros(event.at)
            named = {name_key(e.text): (e.text, e.type) for e in event.entities}
            if event.speaker:
                named.setdefault(name_key(event.speaker), (event.speaker, "person"))
            for key, (name, type_) in named.items():
                yield Count(
                    "entities",
                    {"space": event.space, "entity": codec.blind(event.space, key)},
                    latest={"last_at": at},
                    first={"name": codec.seal(event.space, name.encode()), "type": type_},
                )
                yield _edge(codec, event.space, key, (event.memory, place.seq))
        case FactAsserted() | FactConfirmed() if event.memory:
            pair = (event.subject, event.object) if isinstance(event, FactAsserted) else ()
            for name in pair:
                yield _edge(codec, event.space, name_key(name), (event.memory, place.seq))
        case _:
            return


def _edge(codec: Codec, space: str, key: str, mentioned: tuple[str, int]) -> Put:
    memory, seq = mentioned
    entity = codec.blind(space, key)
    return Put("mentions", {"space": space, "entity": entity, "memory": memory, "seq": seq})
