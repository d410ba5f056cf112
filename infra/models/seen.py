"""What an encoding says, ready for any passage with that text; the arrays only as base64."""

import base64
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from streams.encoded import Encoded

NO_VECTOR: Final = np.zeros(0, np.float16)
NO_TOKENS: Final = np.zeros((0, 0), np.int8)


@dataclass(frozen=True, slots=True)
class Seen:
    """An encoding whose arrays are in `vector` and `tokens`, and empty in `encoded`."""

    vector: str
    tokens: str
    encoded: Encoded


def seen_of(encoded: Encoded) -> Seen:
    """Take the arrays of an encoding as base64."""
    return Seen(
        base64.b64encode(encoded.vector.tobytes()).decode(),
        base64.b64encode(encoded.tokens.tobytes()).decode(),
        replace(encoded, vector=NO_VECTOR, tokens=NO_TOKENS),
    )
