"""In which words a value is said to be wrong."""

import re
from typing import Final

from pydantic_core import ErrorDetails

# What pydantic says of these tells of its own insides, or less than it could.
_WORDS: Final = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "string_type": "must be a text",
    "bool_type": "must be true or false",
    "timezone_aware": "has no zone: say it as 2026-01-31T12:00:00+00:00",
}
_SHOULD: Final = re.compile(r"^\w+ should ")  # "Input", "String", "Tuple"


def in_words(error: ErrorDetails) -> str:
    """Say what is wrong with a value, without echoing it."""
    told = error["msg"].removeprefix("Value error, ")
    return _WORDS.get(error["type"]) or _SHOULD.sub("must ", told)
