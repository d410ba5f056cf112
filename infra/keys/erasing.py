"""How content is erased for ever: chosen, noted, shredded, and a receipt left in the log.

What is to go is noted in the key ring first, with a new key for what stays or comes. Everything
after that is done again until it is finished, whenever the data folder is opened.
"""

import hmac
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Any, Final
from uuid import uuid4

from pydantic_core import from_json
from sqlalchemy.exc import DatabaseError

from infra.clock import now
from infra.keys.choosing import (
    Choice,
    Chosen,
    cause_of,
    inputs_of,
    is_receipt,
    place_of,
)
from infra.keys.inheriting import told_apart
from infra.keys.key_ring import Intent
from infra.keys.naming import names
from infra.keys.sealing import SealedCodec
from infra.leftovers import remove_left_over
from infra.log.sqlite_log import SqliteLog
from infra.models.percept_store import FILE as PERCEPTS_FILE
from infra.models.percept_store import remove_percepts
from infra.opening import (
    VECTORS_FOLDER,
    begin_views,
    open_vectors,
    remove_vectors,
    view_store,
)
from infra.settings import Settings
from schemas.concepts import ConceptChanged, EpisodesCompared, EpisodesLinked
from schemas.errors import InputError, ObservationError, ViewDamagedError
from schemas.facts import FactAsserted, FactConfirmed, FactSuperseded
from schemas.memories import MemoryCompressed, MemoryDemoted, MemoryPromoted, MemoryReinforced
from schemas.observations import ForgetRequested
from schemas.procedures import ProcedureRecognised, SequencesCompared
from schemas.wire import decode, digest_of, encode, parse_observation, tag_of_type
from streams.log import Fate, Log, Record
from streams.topology import OBSERVATIONS, REJECTIONS

SOURCE: Final = "forget"  # of receipts
# What was made of many memories together; the next ticks make it again of those that stay.
_MIXED: Final = frozenset(
    tag_of_type(kind)
    for kind in (
        ConceptChanged,
        EpisodesCompared,
        EpisodesLinked,
        ProcedureRecognised,
        SequencesCompared,
    )
)
_REPEATING: Final = (MemoryReinforced, FactConfirmed, FactSuperseded)
_CARRYING: Final = frozenset(
    tag_of_type(kind) for kind in (MemoryPromoted, MemoryDemoted, MemoryCompressed)
)


def intent_of(codec: SealedCodec, choice: Choice, chosen: Chosen, reason: str) -> Intent:
    """Say what is going to be done, in words that tell no content.

    Raises InputError when the reason does.
    """
    asked = choice.asked
    named = choice.subject or choice.observation or ""
    if named and names(reason, named):
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
        memories=() if asked == "space" else tuple(sorted(chosen.memories)),
        heirs=() if asked == "space" else tuple(sorted(chosen.heirs)),
        apart=() if asked == "space" else tuple(sorted(chosen.apart)),
        facts=() if asked == "space" else tuple(sorted(chosen.facts)),
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
    remove_left_over(settings)
    remove_percepts(settings.home / PERCEPTS_FILE)
    keys = {record.key for record in strays(log, intent.space, set(intent.letters))} | {None}
    log.rewrite({intent.space: fate_of(intent), **dict.fromkeys(keys, fate_of_letters(intent))})
    for space in (intent.space, ""):
        codec.ring.destroy(space)
    codec.forget()
    codec.ring.shredded()


def receipt(codec: SealedCodec, intent: Intent) -> ForgetRequested:
    """Give the command whose outcome is the receipt."""
    fields: dict[str, Any] = {
        "id": intent.command,
        "space": intent.space,
        "at": intent.at,
        "reason": intent.reason,
    }
    if intent.asked != "space":
        fields |= {intent.asked: intent.token, "facts": intent.facts}
    said = ForgetRequested.model_validate(fields)
    return said.model_copy(update={"mark": _mark(codec, said)})


def is_own(codec: SealedCodec, said: ForgetRequested) -> bool:
    """Say whether a command is one that `receipt` gave, whenever that was."""
    return hmac.compare_digest((said.mark or "").encode(), _mark(codec, said).encode())


def is_own_receipt(codec: SealedCodec, record: Record) -> bool:
    """Say whether an observation is what `receipt` gave, and not only its header says so."""
    try:
        said = parse_observation(record.value) if is_receipt(record) else None
    except ObservationError:
        return False
    return isinstance(said, ForgetRequested) and is_own(codec, said)


def _mark(codec: SealedCodec, said: ForgetRequested) -> str:
    return codec.sign(digest_of(said.model_copy(update={"mark": None}))).hex()


def fate_of(intent: Intent) -> Fate:
    """Say what is left of each record of the space: itself, what it says by itself, or nothing.

    What goes is of the inputs, the letters, and what carries a memory.
    """
    if intent.asked == "space":
        return lambda record: record if is_receipt(record) else None
    inputs, letters = set(intent.inputs), set(intent.letters)
    memories, heirs, beside = set(intent.memories), set(intent.heirs), set(intent.apart)

    def fate(record: Record) -> Record | None:
        if is_receipt(record):
            return record
        place = place_of(record)
        goes = (
            cause_of(record) in inputs
            or place in letters
            or record.headers.get("ce_type") in _MIXED
            or carried(record) in memories
        )
        if goes:
            return None
        return _alone(record, apart=place in beside) if place in heirs | beside else record

    return fate


def _alone(record: Record, *, apart: bool) -> Record:
    """Let a record say what it would have begun by itself, unless it does already."""
    event = decode(record.headers["ce_type"], record.value)
    if not isinstance(event, _REPEATING) or event.alone is None:
        return record
    alone = event.alone
    if apart and isinstance(alone, FactAsserted):
        fact = told_apart(alone.fact, event.source.observation)
        alone = alone.model_copy(update={"fact": fact})
    headers = record.headers | {"ce_type": alone.tag}
    return replace(record, headers=headers, value=encode(alone))


def carried(record: Record) -> str | None:
    """Give the memory that an event of something else carries whole."""
    if record.headers.get("ce_type") not in _CARRYING:
        return None
    return str(from_json(record.value)["whole"]["memory"])


def fate_of_letters(intent: Intent) -> Fate:
    """Say which dead letters stay that stand under another key or none, with what was rejected."""
    letters = set(intent.letters)
    return lambda record: None if place_of(record) in letters else record


def strays(log: Log, space: str, places: Collection[str]) -> Iterator[Record]:
    """Give the records at places to erase that were misdirected: another space's key is theirs."""
    for stream in (OBSERVATIONS, REJECTIONS):
        for record in log.scan(stream):
            if record.key not in (space, None) and place_of(record) in places:
                yield record


def _clear_views(settings: Settings, log: SqliteLog, codec: SealedCodec, space: str) -> None:
    store = view_store(settings)
    if store.missing():
        return
    views = None
    try:
        views = begin_views(store, log, codec)
        views.erase(space, inputs_of(log, space))
    except (ViewDamagedError, DatabaseError):
        store.remove()  # they are made again from what the log holds then
    finally:
        if views is not None:
            views.close()
