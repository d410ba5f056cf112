"""How the sealed part of a row is opened."""

from agents.body import Body, FactBody
from streams.codec import Codec


def read_body(codec: Codec, space: str, memory: str, sealed: bytes) -> Body:
    """Open the body of a memory's row."""
    body = Body.model_validate_json(codec.open(space, sealed))
    return body.model_copy(update={"memory": memory})


def read_fact(codec: Codec, space: str, sealed: bytes) -> FactBody:
    """Open the body of a fact's row."""
    return FactBody.model_validate_json(codec.open(space, sealed))
