"""How records travel on Kafka: which are sealed, and what of a sealed one everybody sees.

Observations are their producers', and promotions are for consumers without our keys: both are
plain. Of a percept, a memory or a dead letter only its tag, space, place and trace can be seen.
Its id on the wire is a keyed digest, since the true one follows from the content.
"""

import re
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


def record_of(message: Any, codec: Codec) -> Record:  # noqa: ANN401 - of any of Kafka's clients
    """Read a record as any of the clients gives it; what is not text is told as it can be.

    Without keys a sealed record is given as it stands; one whose key was destroyed is erased.
    Raises KeysError when its key is lost or does not fit.
    """
    key = None if message.key is None else message.key.decode(errors="replace")
    headers = {
        name: (value or b"").decode(errors="replace") for name, value in message.headers or ()
    }
    value = message.value or b""
    if message.topic in SEALED and value and ring_of(headers) and isinstance(codec, SealedCodec):
        hidden, value = opened(codec, key, b"", value)
        headers |= {"content-type": "application/json"} | hidden
    return Record(
        message.topic, message.partition, message.offset, key, value, headers, message.timestamp
    )


def ring_of(headers: dict[str, str]) -> int | None:
    """Give the ring whose keys seal a record; None for a plain one."""
    found = _TYPE.fullmatch(headers.get("content-type", ""))
    return int(found[1], 16) if found else None
