"""Who and what memories are about: entities, and the edges from them to memories."""

from collections.abc import Iterable, Iterator

from agents.predicates import name_key
from schemas.facts import FactAsserted, FactConfirmed
from schemas.memories import MemoryCompressed, MemoryEvent, MemoryForgotten, MemoryFormed
from schemas.percepts import Entity
from streams.codec import Codec
from streams.instants import to_micros
from streams.writes import Count, Delete, Place, Put, Write


def fold(event: MemoryEvent, place: Place, codec: Codec) -> Iterator[Write]:
    """Fold what is mentioned, who speaks, and whom facts are about."""
    match event:
        case MemoryFormed():
            named = _named(event.entities, event.speaker)
            yield from _counted(named, event.space, to_micros(event.at), codec)
            for key in named:
                yield _edge(codec, event.space, key, (event.memory, place.seq))
        case FactAsserted() | FactConfirmed() if event.memory:
            pair = (event.subject, event.object) if isinstance(event, FactAsserted) else ()
            for name in pair:
                yield _edge(codec, event.space, name_key(name), (event.memory, place.seq))
        case MemoryCompressed():
            gone = _named(event.before.entities, None)
            yield from _counted(gone, event.space, to_micros(event.before.at), codec, by=-1)
            for key in gone:
                entity = codec.blind(event.space, key)
                at = {"space": event.space, "entity": entity, "memory": event.whole.memory}
                yield Delete("mentions", at)
        case MemoryForgotten():
            gone = _named(event.before.entities, event.before.speaker)
            yield from _counted(gone, event.space, to_micros(event.before.at), codec, by=-1)
            yield Delete("mentions", {"memory": event.memory})
        case _:
            return


def _named(entities: Iterable[Entity], speaker: str | None) -> dict[str, tuple[str, str]]:
    named = {name_key(e.text): (e.text, e.type) for e in entities}
    if speaker:
        named.setdefault(name_key(speaker), (speaker, "person"))
    return named


def _counted(
    named: dict[str, tuple[str, str]], space: str, at: int, codec: Codec, by: int = 1
) -> Iterator[Count]:
    for key, (name, type_) in named.items():
        yield Count(
            "entities",
            {"space": space, "entity": codec.blind(space, key)},
            latest={"last_at": at},
            first={"name": codec.blind(space, name), "type": type_},
            by=by,
        )


def _edge(codec: Codec, space: str, key: str, mentioned: tuple[str, int]) -> Put:
    memory, seq = mentioned
    entity = codec.blind(space, key)
    return Put("mentions", {"space": space, "entity": entity, "memory": memory, "seq": seq})
