"""What words of a text are a part of: a list ("24A and 24C", behind "24A"), or a name."""

import re
from typing import Final

from agents.body import Body
from agents.lexicon import stems, words

_ITEM: Final = r"(?:[^\s,;:!?]+ ){0,3}?[^\s,;:!?]+?"
_AND: Final = r"(?:and|or|&)"
_LIST: Final = re.compile(rf"(?:, {_ITEM})*?,? {_AND} {_ITEM}(?=[,;:!?]|\.(?:\s|$)|$)")
_JOINED: Final = re.compile(rf",? {_AND} |, ")
_ARTICLE: Final = re.compile(r"(?:an?|the|my|our) ", re.IGNORECASE)


def whole_list(text: str, item: str) -> str:
    """Give an item with the list that follows it in a text, up to what "and" or "or" joins last.

    Other items are a few words without any that build a sentence: "24A and we like it" is no list.
    """
    start = text.find(item)
    found = _LIST.match(text, start + len(item)) if start >= 0 else None
    others = _JOINED.split(found.group())[1:] if found else []
    return item + found.group() if found and all(map(_is_item, others)) else item


def whole_name(words: str, body: Body) -> str:
    """Give the whole of a name that words of a memory are a part of: "Skoda Octavia"."""
    part = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
    kept = (one.text.rstrip(".,;:!?") for one in body.entities if one.type != "time")
    names = [name for name in kept if part.search(name)]
    return words if words in names else max(names, key=len, default=words)


def _is_item(text: str) -> bool:
    bare = _ARTICLE.sub("", text, count=1)
    return 0 < len(words(bare)) == len(stems(bare))
