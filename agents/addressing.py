"""Whom a text only speaks to: "Wow, Ana!", "Tom, have you seen this?"."""

import re
from typing import Final

_GREETED: Final = r"\b(?:hey|hi|hello|thanks|oh|wow|bye),?\s+\w+(?=\s*(?:$|[,.!?]))"
_JOINED: Final = r"(?:,\s*(?-i:[A-Z])\w*)*,?\s+(?:and|or|&)\s"  # "Tom, Ana and Luis went"
_FIRST: Final = rf"(?:^|[.!?])\s*(?:\w+,\s*)?\w+(?=\s*(?:$|[,.!?]))(?!{_JOINED})"
_LISTED: Final = r"(?:,\s*(?-i:[A-Z])\w*){2,}(?=\s*(?:$|[.!?]))"  # "At Nobu: Tom, Ana, Luis"
_LAST: Final = r",\s*\w+(?=\s*(?:$|[.!?]))"
_ADDRESS: Final = re.compile(rf"({_LISTED})|{_GREETED}|{_FIRST}|{_LAST}", re.IGNORECASE)


def without_addresses(text: str) -> str:
    """Leave out who is greeted, or named at the beginning or end of a sentence, and in no list."""
    return _ADDRESS.sub(r"\1 ", text)
