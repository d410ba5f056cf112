"""How a record's headers and value are sealed in the local log, and what is left of erased ones."""

import struct
from typing import Final

from pydantic_core import from_json

from schemas.errors import ErasedError
from streams.codec import Codec
from streams.log import ERASED

_LENGTH: Final = struct.Struct("<I")


def sealed(codec: Codec, key: str | None, headers: bytes, value: bytes) -> tuple[bytes, bytes]:
    """Seal headers and value as one, since ids, times and digests tell of the content.

    Gives the columns `headers`, which stays empty, and `value`.
    """
    return b"", codec.seal(key, _LENGTH.pack(len(headers)) + headers + value)


def opened(
    codec: Codec, key: str | None, headers: bytes, value: bytes
) -> tuple[dict[str, str], bytes]:
    """Give a record's headers and value, of an erased one the tag that says so.

    A record with headers of its own was written before there were keys, or was erased.
    """
    if headers:
        return from_json(headers), codec.open(key, value)
    try:
        whole = codec.open(key, value)
    except ErasedError:
        return {"ce_type": ERASED}, b""
    (size,) = _LENGTH.unpack_from(whole)
    start = _LENGTH.size
    return from_json(whole[start : start + size]), whole[start + size :]
