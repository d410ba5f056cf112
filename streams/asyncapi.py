"""How the streams are described to other programs: one AsyncAPI 3.0 document."""

from typing import Any, Final

from pydantic import BaseModel, TypeAdapter

from schemas.documents import COMMANDS, event_schemas, header_schema
from schemas.memories import MEMORY_EVENTS, MemoryDemoted, MemoryPromoted, Rejected
from schemas.observations import KINDS
from schemas.percepts import Perceived
from schemas.values import Space
from schemas.wire import tag_of_type
from streams.topology import (
    ALERTS,
    MEMORIES,
    OBSERVATIONS,
    PERCEPTS,
    PROMOTIONS,
    REJECTIONS,
    STREAMS,
    TOPOLOGY,
    Step,
)

Json = dict[str, Any]

# What a stream holds, in words and as types; a stream without types is kept for later events.
HOLDS: Final[dict[str, tuple[str, tuple[type[BaseModel], ...]]]] = {
    OBSERVATIONS: ("What producers say: observations, and commands to memory.", KINDS),
    PERCEPTS: (
        "What the models saw, with the models' digests; commands pass through in their order.",
        (Perceived, *COMMANDS),
    ),
    MEMORIES: ("What memory decided: the source of every view.", MEMORY_EVENTS),
    PROMOTIONS: (
        "Memories that moved to another layer, whole, with score, features and reason.",
        (MemoryPromoted, MemoryDemoted),
    ),
    REJECTIONS: ("Dead letters: the original bytes, where they stood, and why.", (Rejected,)),
    ALERTS: ("Alerts about the health of components. Nothing is written yet.", ()),
}
_KAFKA: Final = "0.5.0"  # version of the Kafka bindings
_SCHEMAS: Final = "#/components/schemas"


def asyncapi_document(version: str) -> Json:
    """Describe every stream, its messages, and which agent reads and writes it."""
    models = dict.fromkeys(model for _, held in HOLDS.values() for model in held)
    return {
        "asyncapi": "3.0.0",
        "id": "urn:anamnesis",
        "info": {
            "title": "Anamnesis",
            "version": version,
            "description": "Long-term memory for AI agents, kept as an event log. A record's key "
            "is its space, so that a space has one partition, one writer and one order. A record "
            "of the type `erased` without a value is a tombstone: pass over it.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {_short(stream): _channel(stream) for stream in STREAMS},
        "operations": {name: op for step in TOPOLOGY for name, op in _operations(step).items()},
        "components": {
            "messages": {tag_of_type(model): _message(model) for model in models},
            "schemas": {
                "Headers": header_schema(),
                **event_schemas(list(models), _SCHEMAS),
            },
        },
    }


def _short(stream: str) -> str:
    return stream.removeprefix("anamnesis.")


def _channel(stream: str) -> Json:
    description, models = HOLDS[stream]
    tags = [tag_of_type(model) for model in models]
    return {
        "address": stream,
        "description": description,
        "messages": {tag: {"$ref": f"#/components/messages/{tag}"} for tag in tags},
        "bindings": {"kafka": {"topic": stream, "bindingVersion": _KAFKA}},
    }


def _operations(step: Step) -> Json:
    reads = {f"{step.agent}.reads.{_short(step.reads)}": ("receive", step.reads)}
    writes = {f"{step.agent}.writes.{_short(stream)}": ("send", stream) for stream in step.writes}
    return {
        name: {"action": action, "channel": {"$ref": f"#/channels/{_short(stream)}"}}
        for name, (action, stream) in (reads | writes).items()
    }


def _message(model: type[BaseModel]) -> Json:
    tag = tag_of_type(model)
    key: Json = TypeAdapter(Space).json_schema()
    if model is Rejected:
        key = {"oneOf": [key, {"type": "null"}], "description": "None where no space is known."}
    return {
        "name": tag,
        "title": model.__name__,
        "summary": (model.__doc__ or "").partition("\n")[0],
        "contentType": "application/json",
        "headers": {
            "allOf": [
                {"$ref": f"{_SCHEMAS}/Headers"},
                {"type": "object", "properties": {"ce_type": {"const": tag}}},
            ]
        },
        "payload": {"$ref": f"{_SCHEMAS}/{model.__name__}"},
        "bindings": {"kafka": {"key": key, "bindingVersion": _KAFKA}},
    }
