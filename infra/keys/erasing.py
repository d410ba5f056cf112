"""How content is erased for ever: chosen, noted, shredded, and a receipt left in the log.

What is to go is noted in the key ring first, with a new key for what stays or comes. Everything
after that is done again until it is finished, whenever the data folder is opened.
"""

import base64
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final
from uuid import uuid4

from sqlalchemy.exc import DatabaseError

from infra.clock import now
from infra.keys.key_ring import Intent
from infra.keys.sealing import SealedCodec
from infra.log.sqlite_log import SqliteLog
from infra.models.percept_store import FILE as PERCEPTS_FILE
from infra.opening import (
    VECTORS_FOLDER,
    begin_views,
    open_vectors,
    remove_vectors,
    view_store,
)
from infra.settings import Settings
from schemas.envelope import Envelope, derive_id, input_id
from schemas.errors import InputError, NotFoundError, ViewDamagedError
from schemas.memories import (
    ConceptChanged,
    EpisodesCompared,
    MemoryCompressed,
    MemoryEvent,
    MemoryForgotten,
    MemoryFormed,
    MemoryReinforced,
    Moved,
    ObservationsErased,
    Rejected,
    SpaceErased,
)
from schemas.observations import ForgetRequested
from schemas.wire import decode, tag_of_type
from streams.log import Record
from streams.topology import MEMORIES, OBSERVATIONS, PERCEPTS, PROMOTIONS, REJECTIONS

_ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be")
_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
_MACHINE: Final = frozenset({"vector", "tokens"})  # what no person has written
_RECEIPTS: Final = frozenset(
    tag_of_type(kind) for kind in (ForgetRequested, SpaceErased, ObservationsErased)
)
# What was made of many memories together; the next ticks make it again of those that stay.
_MIXED: Final = frozenset(tag_of_type(kind) for kind in (ConceptChanged, EpisodesCompared))
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
    """What an erasure would take: inputs, dead letters, and how many records of each stream.

    `repeats` are observations that stay, but only repeated what goes: nothing remembers them then.
    `carried` are records by which other inputs, such as ticks, changed memories that go.
    """

    inputs: set[str] = field(default_factory=set)
    letters: set[str] = field(default_factory=set)
    memories: set[str] = field(default_factory=set)
    repeats: set[str] = field(default_factory=set)
    carried: set[str] = field(default_factory=set)

    def told(self) -> dict[str, Any]:
        """Give what is told of it."""
        return {
            "observations": len(self.inputs),
            "memories": len(self.memories),
            "dead_letters": len(self.letters),
            "repeats_no_longer_remembered": sorted(self.repeats),
        }


def choose(log: SqliteLog, choice: Choice) -> Chosen:
    """Find what an erasure concerns. Raises NotFoundError when there is nothing."""
    chosen = Chosen()
    concerns = _concerns(choice)
    for stream in _FOLDED:
        for record in _of(log, stream, choice.space):
            if concerns(record):
                chosen.inputs.add(cause_of(record))
    for record in log.scan(REJECTIONS):
        if not record.erased and _letter_concerns(record, choice, chosen):
            chosen.letters.add(_place(record))
    if not chosen.inputs and not chosen.letters:
        what = choice.subject or choice.observation or "anything"
        raise NotFoundError(f"{choice.space} does not hold {what}, or not any more")
    _count(log, choice.space, chosen)
    return chosen


def intent_of(codec: SealedCodec, choice: Choice, chosen: Chosen, reason: str) -> Intent:
    """Say what is going to be done, in words that tell no content.

    Raises InputError when the reason does.
    """
    asked = choice.asked
    named = choice.subject or choice.observation or ""
    if named and _pattern(named).search(_folded(reason)):
        raise InputError("the reason names what is to be forgotten, and would be kept")
    return Intent(
        command=f"forget:{uuid4()}",
        space=choice.space,
        reason=reason,
        at=now().isoformat(),
        asked=asked,
        token=codec.mark(f"{choice.space}/{asked}/{named}").hex() if named else "",
        inputs=() if asked == "space" else tuple(sorted(chosen.inputs)),
        letters=tuple(sorted(chosen.letters | chosen.carried)),
    )


def shred(
    settings: Settings, log: SqliteLog, codec: SealedCodec, tell: Callable[[str], None]
) -> None:
    """Do what the ring says is under way; nobody may have the views or the vectors open.

    Views before the log, the log before the keys: what is left to do must stay known until then.
    """
    intent = codec.ring.intent
    if intent is None or intent.shredded:
        return
    tell(f"an erasure in {intent.space} is carried out")
    if intent.asked == "space":
        _clear_views(settings, log, codec, intent.space)
        if settings.vectors != "edge" or (settings.home / VECTORS_FOLDER).exists():
            with open_vectors(settings, log, tell) as vectors:
                vectors.erase_space(intent.space)
    else:  # what is left is folded again from what the log holds then
        view_store(settings).remove()
        if settings.vectors == "edge":
            remove_vectors(settings.home)
        else:
            with open_vectors(settings, log, tell) as vectors:
                vectors.reset("a part of a space was erased")
    for suffix in ("", "-wal", "-shm"):  # a cache: what is missing is perceived again
        (settings.home / f"{PERCEPTS_FILE}{suffix}").unlink(missing_ok=True)
    log.rewrite({intent.space: _doomed(intent), None: _doomed_letter(intent)})
    for space in (intent.space, ""):
        codec.ring.destroy(space)
    codec.forget()
    codec.ring.shredded()


def receipt(intent: Intent) -> ForgetRequested:
    """Give the command whose outcome is the receipt."""
    fields: dict[str, Any] = {
        "id": intent.command,
        "space": intent.space,
        "at": intent.at,
        "reason": intent.reason,
    }
    if intent.asked != "space":
        fields[intent.asked] = intent.token
    return ForgetRequested.model_validate(fields)


def cause_of(record: Record) -> str:
    """Give the input that a record is, or came of."""
    return record.headers.get("ce_id" if record.stream == OBSERVATIONS else "ce_causationid", "")


def _of(log: SqliteLog, stream: str, space: str) -> Iterator[Record]:
    return (r for r in log.scan(stream) if r.key == space and not r.erased and not _receipts(r))


def _receipts(record: Record) -> bool:
    """Say whether a record is about an earlier erasure: that one stays told."""
    return record.headers.get("ce_type") in _RECEIPTS


def _inputs(log: SqliteLog, space: str) -> list[str]:
    found = {cause_of(record) for stream in _FOLDED for record in _of(log, stream, space)}
    return sorted(found - {""})


def _concerns(choice: Choice) -> Callable[[Record], bool]:
    if choice.observation:
        wanted = input_id(choice.space, choice.observation)
        return lambda record: cause_of(record) == wanted
    if choice.subject:
        pattern = _pattern(choice.subject)
        return lambda record: _mentions(record.value, pattern)
    return lambda _: True


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(_folded(name))}(?!\w)")


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _mentions(value: bytes, pattern: re.Pattern[str]) -> bool:
    try:
        return any(pattern.search(_folded(text)) for text in _texts(json.loads(value)))
    except ValueError:
        return bool(pattern.search(_folded(value.decode("utf-8", "replace"))))


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
    """Say whether a dead letter is about what is to go; one that names no space is looked into."""
    caused = {derive_id(input_, "percept") for input_ in chosen.inputs} | chosen.inputs
    if record.key == choice.space:
        if choice.asked == "space" or record.headers.get("ce_causationid") in caused:
            return True
    elif record.key is not None:
        return False
    rejected: Rejected = decode(record.headers["ce_type"], record.value)
    raw = base64.b64decode(rejected.raw)
    forms = {_plain(raw.decode(encoding, "replace")) for encoding in _ENCODINGS}
    for form in forms:
        here = record.key is not None or f'"{choice.space}"' in form
        subject = not choice.subject or _pattern(choice.subject).search(_folded(form))
        observation = not choice.observation or f'"{choice.observation}"' in form
        if here and subject and observation:
            return True
    return False


def _plain(text: str) -> str:
    """Undo JSON's escapes in what may not be JSON."""
    units = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    joined = units.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return joined.replace('\\"', '"').replace("\\\\", "\\")


def _place(record: Record) -> str:
    return f"{record.stream}/{record.partition}:{record.offset}"


def _count(log: SqliteLog, space: str, chosen: Chosen) -> None:
    """Count the memories that go, and find what only repeated them, and what else carries them."""
    for record in chain(_of(log, MEMORIES, space), _of(log, PROMOTIONS, space)):
        event = decode(record.headers["ce_type"], record.value)
        goes = Envelope.of(record.headers).cause in chosen.inputs
        if isinstance(event, MemoryFormed) and goes:
            chosen.memories.add(event.memory)
        elif isinstance(event, MemoryReinforced) and not goes and event.memory in chosen.memories:
            chosen.repeats.add(event.source.observation)
        elif not goes and _carries(event) in chosen.memories:
            chosen.carried.add(_place(record))


def _carries(event: MemoryEvent) -> str | None:
    """Name the memory whose content a later event carries."""
    match event:
        case MemoryCompressed() | Moved():
            return event.whole.memory
        case MemoryForgotten():
            return event.memory
        case _:
            return None


def _doomed(intent: Intent) -> Callable[[Record], bool]:
    if intent.asked == "space":
        return lambda record: not _receipts(record)
    inputs, letters = set(intent.inputs), set(intent.letters)
    return lambda record: (
        cause_of(record) in inputs
        or _place(record) in letters
        or record.headers.get("ce_type") in _MIXED
    )


def _doomed_letter(intent: Intent) -> Callable[[Record], bool]:
    letters = set(intent.letters)
    return lambda record: _place(record) in letters


def _clear_views(settings: Settings, log: SqliteLog, codec: SealedCodec, space: str) -> None:
    store = view_store(settings)
    if store.missing():
        return
    views = None
    try:
        views = begin_views(store, log, codec)
        views.erase(space, _inputs(log, space))
    except (ViewDamagedError, DatabaseError):
        store.remove()  # they are made again from what the log holds then
    finally:
        if views is not None:
            views.close()
