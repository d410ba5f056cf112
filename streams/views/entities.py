"""Who and what memories are about: entities, and the edges from them to memories."""

from collections.abc import Iterable, Iterator, Mapping

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
            named = _named(codec, event.space, event.entities, event.speaker)
            yield from _counted(named, event.space, to_micros(event.at))
            for entity in named:
                yield _edge(event.space, entity, (event.memory, place.seq))
        case FactAsserted() | FactConfirmed() if event.memory:
            pair = (event.subject, event.object) if isinstance(event, FactAsserted) else ()
            for name in pair:
                entity = codec.blind(event.space, name_key(name))
                yield _edge(event.space, entity, (event.memory, place.seq))
        case MemoryCompressed():
            yield from _compressed(event, codec)
        case MemoryForgotten():
            gone = _named(codec, event.space, event.before.entities, event.before.speaker)
            yield from _counted(gone, event.space, to_micros(event.before.at), by=-1)
            yield Delete("mentions", {"memory": event.memory})
        case _:
            return


def _compressed(event: MemoryCompressed, codec: Codec) -> Iterator[Write]:
    whole = event.whole
    left = _named(codec, event.space, (*whole.entities, *whole.in_facts), whole.speaker)
    lost = _named(codec, event.space, event.before.entities, None)
    # What is lost may be the speaker, or, in older events, be named still in other letters.
    gone = {entity: name for entity, name in lost.items() if entity not in left}
    yield from _counted(gone, event.space, to_micros(event.before.at), by=-1)
    for entity in gone:
        at = {"space": event.space, "entity": entity, "memory": whole.memory}
        yield Delete("mentions", at)


def _named(
    codec: Codec, space: str, entities: Iterable[Entity], speaker: str | None
) -> dict[bytes, tuple[bytes, str]]:
    """Give who and what is named, by blinded key: the blinded name and the type."""
    named = {
        codec.blind(space, name_key(entity.text)): (codec.blind(space, entity.text), entity.type)
        for entity in entities
    }
    if speaker:
        own = codec.blind(space, name_key(speaker))
        named.setdefault(own, (codec.blind(space, speaker), "person"))
    return named


def _counted(
    named: Mapping[bytes, tuple[bytes, str]], space: str, at: int, by: int = 1
) -> list[Count]:
    return [
        Count(
            "entities",
            {"space": space, "entity": entity},
            latest={"last_at": at},
            first={"name": name, "type": type_},
            by=by,
        )
        for entity, (name, type_) in named.items()
    ]


def _edge(space: str, entity: bytes, mentioned: tuple[str, int]) -> Put:
    memory, seq = mentioned
    return Put("mentions", {"space": space, "entity": entity, "memory": memory, "seq": seq})
