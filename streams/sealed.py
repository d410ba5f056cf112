"""How the sealed part of a row is opened."""

import numpy as np
from pydantic_core import from_json

from agents.body import Body, FactBody
from agents.likeness import Near
from streams.codec import Codec


def read_body(codec: Codec, space: str, memory: str, sealed: bytes) -> Body:
    """Open the body of a memory's row."""
    body = Body.model_validate_json(codec.open(space, sealed))
    return body.model_copy(update={"memory": memory})


def read_near(codec: Codec, space: str, memory: str, body: bytes, vector: bytes) -> Near:
    """Open what finding likes needs of a memory's row, without reading the rest of its body."""
    said = from_json(codec.open(space, body))
    dense = np.frombuffer(codec.open(space, vector), np.float16)
    return Near(memory, said.get("speaker") or "", said["text"], dense)


def read_fact(codec: Codec, space: str, sealed: bytes) -> FactBody:
    """Open the body of a fact's row."""
    return FactBody.model_validate_json(codec.open(space, sealed))
