"""What an erasure would take: inputs, dead letters and memories, found by space, id or name."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

from pydantic_core import from_json

from infra.keys.following import Following
from infra.keys.naming import Named
from schemas.envelope import Envelope, derive_id, input_id
from schemas.errors import NotFoundError
from schemas.memories import ObservationsErased, Rejected, SourceRetracted, SpaceErased
from schemas.observations import ForgetRequested, RetractRequested
from schemas.wire import decode, tag_of_type
from streams.log import Log, Record
from streams.topology import MEMORIES, OBSERVATIONS, PERCEPTS, PROMOTIONS, REJECTIONS

_ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be")
_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
_MACHINE: Final = frozenset({"vector", "tokens"})  # what no person has written
_RECEIPTS: Final = frozenset(
    tag_of_type(kind) for kind in (ForgetRequested, SpaceErased, ObservationsErased)
)
_RETRACTIONS: Final = frozenset({tag_of_type(RetractRequested), tag_of_type(SourceRetracted)})
_FOLDED: Final = (OBSERVATIONS, PERCEPTS, MEMORIES)


@dataclass(frozen=True, slots=True)
class Choice:
    """What an erasure is about: a space, or a subject or an observation in it."""

    space: str
    subject: str | None = None
    observation: str | None = None

    @property
    def asked(self) -> str:
        """Name the scope."""
        return "subject" if self.subject else "observation" if self.observation else "space"


@dataclass(slots=True)
class Chosen:
    """What an erasure would take: inputs, dead letters and memories.

    `carried` are records of other inputs, such as ticks, that follow what goes.
    `heirs` are records that stay and repeated what goes: they stand in its place, and those
    `apart` beside them. `repeats` are
    observations from before such records said enough for that: what they repeated, a memory or a
    fact, is not remembered then.
    `facts` stay, but lose an end, or who told them first: when they end is to be decided anew.
    """

    inputs: set[str] = field(default_factory=set)
    letters: set[str] = field(default_factory=set)
    memories: set[str] = field(default_factory=set)
    repeats: set[str] = field(default_factory=set)
    carried: set[str] = field(default_factory=set)
    heirs: set[str] = field(default_factory=set)
    apart: set[str] = field(default_factory=set)
    facts: set[str] = field(default_factory=set)

    def told(self) -> dict[str, Any]:
        """Give what is told of it."""
        return {
            "observations": len(self.inputs),
            "memories": len(self.memories),
            "dead_letters": len(self.letters),
            "repeats_no_longer_remembered": sorted(self.repeats),
        }


def choose(log: Log, choice: Choice) -> Chosen:
    """Find what an erasure concerns. Raises NotFoundError when there is nothing."""
    chosen = Chosen()
    concerns = _concerns(choice)
    taken_back: list[set[str]] = []
    for record in chain.from_iterable(_of(log, stream, choice.space) for stream in _FOLDED):
        if concerns(record):
            chosen.inputs.add(cause_of(record))
        if record.headers.get("ce_type") in _RETRACTIONS:
            taken_back.append(_retraction(record))
    # What was taken back must not hold again, and its retraction tells of it: both go or none.
    for pair in taken_back:
        chosen.inputs |= set() if pair.isdisjoint(chosen.inputs) else pair
    for record in log.scan(REJECTIONS):
        if not record.erased and _letter_concerns(record, choice, chosen):
            chosen.letters.add(place_of(record))
            if record.key != choice.space:  # nor is what was rejected under the space's own name
                chosen.carried.add(_rejected(record).origin)
    if not chosen.inputs and not chosen.letters:
        what = choice.subject or choice.observation or "anything"
        raise NotFoundError(f"{choice.space} does not hold {what}, or not any more")
    _follow(log, choice.space, chosen)
    return chosen


def _retraction(record: Record) -> set[str]:
    """Give a retraction and what it took back, as inputs."""
    event: RetractRequested | SourceRetracted = decode(record.headers["ce_type"], record.value)
    return {cause_of(record), input_id(event.space, event.observation)}


def cause_of(record: Record) -> str:
    """Give the input that a record is, or came of."""
    if record.stream == OBSERVATIONS:
        try:  # producers choose an event's id as they like
            said = from_json(record.value)
            return input_id(said["space"], said["id"])
        except (ValueError, LookupError, TypeError):
            return record.headers.get("ce_id", "")
    return record.headers.get("ce_causationid", "")


def _of(log: Log, stream: str, space: str) -> Iterator[Record]:
    return (r for r in log.scan(stream) if r.key == space and not r.erased and not is_receipt(r))


def is_receipt(record: Record) -> bool:
    """Say whether a record is about an earlier erasure: that one stays told."""
    return record.headers.get("ce_type") in _RECEIPTS


def inputs_of(log: Log, space: str) -> list[str]:
    """Give every input of a space but those of receipts."""
    found = {cause_of(record) for stream in _FOLDED for record in _of(log, stream, space)}
    return sorted(found - {""})


def _concerns(choice: Choice) -> Callable[[Record], bool]:
    if choice.observation:
        wanted = input_id(choice.space, choice.observation)
        return lambda record: cause_of(record) == wanted
    if choice.subject:
        named = Named.of(choice.subject)
        return lambda record: _mentions(record.value, named)
    return lambda _: True


def _mentions(value: bytes, named: Named) -> bool:
    try:
        return any(map(named.within, _texts(json.loads(value))))
    except ValueError:
        return named.within(value.decode("utf-8", "replace"))


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from _texts(item)
        case dict():
            for name, item in value.items():
                yield name
                if name not in _MACHINE:
                    yield from _texts(item)


def _letter_concerns(record: Record, choice: Choice, chosen: Chosen) -> bool:
    """Say whether a dead letter is about what is to go; one of another key is looked into."""
    caused = {derive_id(input_, "percept") for input_ in chosen.inputs} | chosen.inputs
    of_it = choice.asked == "space" or record.headers.get("ce_causationid") in caused
    if record.key == choice.space and of_it:
        return True
    raw = base64.b64decode(_rejected(record).raw)
    if record.key not in (choice.space, None) and _space_in(raw) not in (choice.space, None):
        return False
    named = Named.of(choice.subject) if choice.subject else None
    forms = {_plain(raw.decode(encoding, "replace")) for encoding in _ENCODINGS}
    for form in forms:
        here = record.key == choice.space or f'"{choice.space}"' in form
        subject = not named or named.within(form)
        observation = not choice.observation or f'"{choice.observation}"' in form
        if here and subject and observation:
            return True
    return False


def _rejected(record: Record) -> Rejected:
    rejected: Rejected = decode(record.headers["ce_type"], record.value)
    return rejected


def _space_in(raw: bytes) -> str | None:
    """Give the space of what was published under another key, if it can be read at all."""
    try:
        return str(json.loads(raw)["space"])
    except (ValueError, LookupError, TypeError):
        return None


def _plain(text: str) -> str:
    """Undo JSON's escapes in what may not be JSON."""
    units = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    joined = units.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return joined.replace('\\"', '"').replace("\\\\", "\\")


def place_of(record: Record) -> str:
    """Name where a record stands."""
    return f"{record.stream}/{record.partition}:{record.offset}"


def _follow(log: Log, space: str, chosen: Chosen) -> None:
    """Find in what was decided what goes, records of other inputs with it, and what is left."""
    following = Following()
    for record in chain(_of(log, MEMORIES, space), _of(log, PROMOTIONS, space)):
        event = decode(record.headers["ce_type"], record.value)
        goes = Envelope.of(record.headers).cause in chosen.inputs
        if following.takes(event, place_of(record), goes=goes):
            chosen.carried.add(place_of(record))
    chosen.memories = {*following.memories, *following.unsourced}
    chosen.carried.update(following.unsourced.values())
    chosen.repeats = following.repeats
    chosen.heirs, chosen.apart, chosen.facts = following.heirs, following.apart, following.left
