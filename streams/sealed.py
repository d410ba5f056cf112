"""What the sealed columns of the views hold, and how they are read."""

from binascii import a2b_base64
from contextlib import suppress
from struct import Struct
from typing import Final, NamedTuple

import numpy as np
from pydantic_core import from_json

from agents.body import Body, FactBody
from agents.concepts import Concept
from agents.lexicon import distinct
from agents.likeness import Near
from agents.wording import indexed_stems
from schemas.memories import Whole
from streams.codec import Codec
from streams.vectors import WIDTHS

_LENGTHS: Final = Struct("<III")


class Features(NamedTuple):
    """What a memory is compared by, as it stands in one sealed column."""

    vector: bytes  # float16
    tokens: bytes  # int8, a row of token vectors after another
    terms: bytes  # uint32
    speaker: str


def features_of(whole: Whole) -> bytes:
    """Write down a memory's features: three lengths in bytes, then one part after another."""
    ids = distinct(indexed_stems(whole.speaker, whole.at, whole.text))
    vector, tokens, terms = a2b_base64(whole.vector), a2b_base64(whole.tokens), ids.tobytes()
    lengths = _LENGTHS.pack(len(vector), len(tokens), len(terms))
    return b"".join((lengths, vector, tokens, terms, (whole.speaker or "").encode()))


def read_features(codec: Codec, space: str, sealed: bytes) -> Features:
    """Open the features of a memory's row."""
    data = codec.open(space, sealed)
    vector, tokens, terms = _LENGTHS.unpack_from(data)
    tokens += (vector := vector + _LENGTHS.size)
    terms += tokens
    return Features(
        data[_LENGTHS.size : vector],
        data[vector:tokens],
        data[tokens:terms],
        data[terms:].decode(),
    )


def read_body(codec: Codec, space: str, memory: str, sealed: bytes) -> Body:
    """Open the body of a memory's row."""
    body = Body.model_validate_json(codec.open(space, sealed))
    return body.model_copy(update={"memory": memory})


def read_near(codec: Codec, space: str, memory: str, body: bytes, features: bytes) -> Near:
    """Open what finding likes needs of a memory's row, without reading the rest of its body."""
    text = from_json(codec.open(space, body))["text"]
    has = read_features(codec, space, features)
    return Near(memory, has.speaker, text, np.frombuffer(has.vector, np.float16))


def read_concept(codec: Codec, space: str, concept: tuple[str, int], sealed: bytes) -> Concept:
    """Open the body of a concept's row: its words, behind the sum of its vectors."""
    id_, size = concept
    body = codec.open(space, sealed)
    width, words = _parted(body)
    return Concept(id_, size, np.frombuffer(body, "<i4", width).astype(np.int32), words)


def _parted(body: bytes) -> tuple[int, dict[str, int]]:
    """Find where a concept's words begin: an object in JSON, which no sum's bytes make up."""
    for width in WIDTHS:
        if body[4 * width : 4 * width + 1] == b"{":
            with suppress(ValueError):
                return width, from_json(body[4 * width :])
    raise ValueError("the body of a concept has no words behind its sums")


def read_fact(codec: Codec, space: str, sealed: bytes) -> FactBody:
    """Open the body of a fact's row."""
    return FactBody.model_validate_json(codec.open(space, sealed))
