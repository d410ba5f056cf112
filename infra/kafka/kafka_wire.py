"""How records travel on Kafka: which are sealed, and what of a sealed one everybody sees.

Observations are their producers', and promotions are for consumers without our keys: both are
plain. Of a percept, a memory or a dead letter only its tag, space, place and trace can be seen.
Its id on the wire is a keyed digest, since the true one follows from the content.
"""

import re
from dataclasses import replace
from typing import Any, Final

from pydantic_core import to_json

from infra.keys.sealing import SealedCodec
from infra.log.sqlite_sealed import opened, sealed
from streams.codec import Codec
from streams.log import ERASED, Outgoing, Record
from streams.topology import MEMORIES, PERCEPTS, REJECTIONS

SEALED: Final = frozenset({PERCEPTS, MEMORIES, REJECTIONS})
_NAME: Final = "application/vnd.anamnesis.sealed; ring="
_TYPE: Final = re.compile(rf"{_NAME}([0-9a-f]{{16}})")
_SEEN: Final = ("ce_specversion", "ce_type", "ce_partitionkey", "ce_position", "traceparent")

Wire = tuple[bytes | None, bytes, list[tuple[str, bytes]]]


def wire_of(record: Outgoing, codec: Codec) -> Wire:
    """Give a record's key, value and headers as Kafka carries them."""
    key = None if record.key is None else record.key.encode()
    headers, value = record.headers, record.value
    if record.stream in SEALED and isinstance(codec, SealedCodec):
        seen: dict[str, str] = {name: headers[name] for name in _SEEN if name in headers}
        if headers.get("ce_type") == ERASED:
            seen |= headers
        else:
            seen |= {"ce_id": codec.mark(headers.get("ce_id", "")).hex(), "ce_source": "anamnesis"}
            hidden = {name: text for name, text in headers.items() if seen.get(name) != text}
            _, value = sealed(codec, record.key, to_json(hidden), value)
        headers = seen | {"content-type": f"{_NAME}{codec.ring.id:016x}"}
    return key, value, [(name, text.encode()) for name, text in headers.items()]


def record_of(message: Any) -> Record:  # noqa: ANN401 - of any of Kafka's clients
    """Read a record as any of the clients gives it; what is not text is told as it can be."""
    key = None if message.key is None else message.key.decode(errors="replace")
    headers = {
        name: (value or b"").decode(errors="replace") for name, value in message.headers or ()
    }
    return Record(
        message.topic, message.partition, message.offset, key, message.value or b"", headers,
        message.timestamp,
    )  # fmt: skip


def read(record: Record, codec: Codec) -> Record:
    """Open a record; without keys it stays as it stands, and without its key it is erased.

    Raises KeysError when its key is lost or does not fit.
    """
    if not (isinstance(codec, SealedCodec) and is_sealed(record)):
        return record
    hidden, value = opened(codec, record.key, b"", record.value)
    headers = record.headers | {"content-type": "application/json"} | hidden
    return replace(record, value=value, headers=headers)


def is_sealed(record: Record) -> bool:
    """Say whether a record, as it stands, can only be read with keys."""
    return record.stream in SEALED and bool(record.value) and ring_of(record.headers) is not None


def ring_of(headers: dict[str, str]) -> int | None:
    """Give the ring whose keys seal a record; None for a plain one."""
    found = _TYPE.fullmatch(headers.get("content-type", ""))
    return int(found[1], 16) if found else None
