"""Where the sentences of a text end."""

import re
from typing import Final

# What is counted in the views, and what compressing parts a text by: a title ends a sentence, too.
END: Final = re.compile(r"(?<=[.!?])\s+")
_SPOKEN: Final = re.compile(r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!\b[DMS][rst]\.)(?<!\bMrs\.)\s+")


def sentences(text: str) -> list[str]:
    """Split a text; a title or an initial ends no sentence: "Dr. Weiss", "J. Weiss"."""
    return _SPOKEN.split(text.strip())
