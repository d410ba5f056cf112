"""Which bytes an event is, which event bytes are, and how old shapes become new ones."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, from_json, to_json

from schemas.errors import ObservationError, UnknownTagError
from schemas.faults import in_words
from schemas.memories import MEMORY_EVENTS, MemoryEvent, Rejected
from schemas.observations import KINDS, Observation, Said
from schemas.percepts import Perceived

Upcast = Callable[[dict[str, Any]], dict[str, Any]]
# An old tag leads to the tag that replaced it and the function that reshapes its JSON; the names
# in `tag` and `kind` need no reshaping. An observation's new shape is one of `Perceived` too.
Upcasts = Mapping[str, tuple[str, Upcast]]
UPCASTS: Final[Upcasts] = {}

_REASONS = 8  # of one refusal; a line can be wrong in a million places
_LONGEST_NAME = 64

_observations: Final[TypeAdapter[Said]] = TypeAdapter(Observation)
_events: Final[TypeAdapter[BaseModel]] = TypeAdapter(
    Annotated[MemoryEvent | Perceived | Rejected, Field(discriminator="tag")]
)


def tag_of_type(kind: type[BaseModel]) -> str:
    """Give the versioned tag that every event of a type has."""
    if issubclass(kind, Said):
        return f"{kind.model_fields['kind'].default}.v{kind.version}"
    return str(kind.model_fields["tag"].default)


TAGGED: Final[tuple[type[BaseModel], ...]] = (Perceived, Rejected, *MEMORY_EVENTS)
_ADAPTERS: Final[dict[str, TypeAdapter[Any]]] = {
    **{tag_of_type(kind): _observations for kind in KINDS},
    **{tag_of_type(kind): _events for kind in TAGGED},
}


def tags(upcasts: Upcasts = UPCASTS) -> tuple[str, ...]:
    """List every tag that can be decoded."""
    return (*_ADAPTERS, *upcasts)


def tag_of(event: BaseModel) -> str:
    """Give the versioned tag of an event."""
    return tag_of_type(type(event))


def encode(event: BaseModel) -> bytes:
    """Write an event as JSON, fields that are None left out."""
    return event.model_dump_json(exclude_none=True).encode()


def decode(tag: str, value: bytes, upcasts: Upcasts = UPCASTS) -> Any:  # noqa: ANN401 - the tag says
    """Read an event; old shapes are upcast. Raises UnknownTagError or ObservationError."""
    if tag in upcasts:
        tag, value = _upcast(tag, value, upcasts)
    adapter = _ADAPTERS.get(tag)
    if adapter is None:
        raise UnknownTagError(tag)
    try:
        event = adapter.validate_json(value)
    except ValidationError as error:
        raise ObservationError(_plainly(error), tag=tag) from error
    if (found := tag_of(event)) != tag:
        raise ObservationError(f"kind: the value is of {found}, its header says {tag}", tag=tag)
    return event


def _upcast(tag: str, value: bytes, upcasts: Upcasts) -> tuple[str, bytes]:
    """Reshape an event step by step until its tag is a present one."""
    try:
        fields = from_json(value)
        while tag in upcasts:
            tag, reshape = upcasts[tag]
            fields = reshape(fields)
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        reason = f"{type(error).__name__} on the way to {tag}"
        raise ObservationError(f"the line: an old shape that is broken: {reason}") from error
    name = "tag" if _ADAPTERS.get(tag) is _events else "kind"
    return tag, to_json({**fields, name: tag if name == "tag" else tag.rpartition(".")[0]})


def parse_observation(line: bytes) -> Said:
    """Read one line of a producer. Raises ObservationError saying field and reason."""
    try:
        return _observations.validate_json(line)
    except ValidationError as error:
        raise ObservationError(_plainly(error)) from error


def digest_of(observation: Said) -> str:
    """Digest an observation's content: 128 bits of SHA-256 in hex, key order aside."""
    content = _ordered(from_json(encode(observation)))
    return hashlib.sha256(to_json(content)).hexdigest()[:32]


def _ordered(value: Any) -> Any:  # noqa: ANN401 - JSON
    match value:
        case dict():
            return {name: _ordered(value[name]) for name in sorted(value)}
        case list():
            return [_ordered(item) for item in value]
        case _:
            return value


def _plainly(error: ValidationError) -> str:
    """Say each wrong field and why, without echoing the content."""
    items = error.errors(include_url=False, include_input=False)
    reasons = [_reason(item) for item in items[:_REASONS]]
    if len(items) > _REASONS:
        reasons.append(f"and {len(items) - _REASONS} more")
    return "; ".join(reasons)


def _reason(item: ErrorDetails) -> str:
    place = [str(part)[:_LONGEST_NAME] for part in item["loc"][1:]]
    reason = in_words(item)
    if item["type"] in ("union_tag_not_found", "union_tag_invalid"):
        context = item["ctx"]
        place.append(str(context["discriminator"]).strip("'"))
        known = context.get("expected_tags")
        reason = f"must be one of {known}" if known else "is missing"
    return f"{'.'.join(place) or 'the line'}: {reason}"
