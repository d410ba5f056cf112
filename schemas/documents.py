"""Which JSON Schema (2020-12) each family of events has, for whoever is not written in Python."""

from collections.abc import Sequence
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from schemas.envelope import Envelope
from schemas.memories import MEMORY_EVENTS, Rejected
from schemas.observations import KINDS, Perceivable, Said
from schemas.percepts import Perceived

Json = dict[str, Any]

COMMANDS: Final[tuple[type[Said], ...]] = tuple(k for k in KINDS if not issubclass(k, Perceivable))
# A file's name leads to its title and to what it describes.
FAMILIES: Final[dict[str, tuple[str, tuple[type[BaseModel], ...]]]] = {
    "observation": ("A line of a producer: an observation or a command", KINDS),
    "percept": ("A percept, or a command that passed through", (Perceived, *COMMANDS)),
    "memory": ("What memory decided", MEMORY_EVENTS),
    "rejection": ("A dead letter", (Rejected,)),
}
_HEADERS: Final = {
    "ce_specversion": "CloudEvents' version.",
    "ce_id": "Derived from the cause and the place among its effects; repeats have the same.",
    "ce_type": "The event's tag.",
    "ce_source": "Who published it.",
    "ce_time": "When it was true, RFC 3339.",
    "ce_partitionkey": "The space, which is also the record's key.",
    "ce_causationid": "The input that the event was decided for.",
    "ce_contentdigest": "128 bits of SHA-256 (hex) of the observation's content, key order aside.",
    "ce_position": "partition:offset of the observation that began it all.",
    "traceparent": "W3C trace context.",
    "content-type": "What the value is written in.",
}
_ALWAYS: Final = ["ce_specversion", "ce_id", "ce_type", "ce_source"]


def schema_documents() -> dict[str, Json]:
    """Give one self-contained schema for each family, by file name."""
    return {f"{name}.json": _document(name, *family) for name, family in FAMILIES.items()}


def event_schemas(models: Sequence[type[BaseModel]], refs: str) -> dict[str, Json]:
    """Give the schemas of models and of what they hold by name; `refs` is where they will lie."""
    _, found = models_json_schema(
        [(model, "validation") for model in models], ref_template=f"{refs}/{{model}}"
    )
    schemas: dict[str, Json] = found["$defs"]
    for schema in schemas.values():
        _simplify(schema)
    return schemas


def header_schema() -> Json:
    """Give the schema of a record's headers: CloudEvents 1.0, Kafka's binary binding."""
    fixed = {"ce_specversion": "1.0", "content-type": "application/json"}
    written = Envelope("", "", "", "", "").headers()
    return {
        "type": "object",
        "description": "CloudEvents 1.0 attributes in Kafka's binary binding.",
        "properties": {
            name: {"type": "string", "description": text}
            | ({"const": written[name]} if name in fixed else {})
            for name, text in _HEADERS.items()
        },
        "required": _ALWAYS,
    }


def _document(name: str, title: str, models: tuple[type[BaseModel], ...]) -> Json:
    schemas = event_schemas(models, "#/$defs")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:anamnesis:schema:{name}",
        "title": title,
        "oneOf": [{"$ref": f"#/$defs/{model.__name__}"} for model in models],
        "$defs": schemas,
    }


def _simplify(schema: Json) -> None:
    """Require the name that tells events apart, and drop what is not JSON Schema."""
    properties = schema.get("properties", {})
    for name in ("kind", "tag"):
        if "const" in properties.get(name, {}):
            properties[name].pop("default", None)
            schema["required"] = [name, *schema.get("required", [])]
    for part in properties.values():
        part.pop("discriminator", None)
        part.pop("title", None)
