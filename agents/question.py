"""What the form of a question says of its answer: whether it tells a day, the past, or yes."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from agents.lexicon import OWN, stems

_CACHED: Final = 1024  # a question is read for its form wherever it is answered

_WHEN: Final = re.compile(
    r"\bwhen\b|\bwhat (?:day|date|month|year|time)\b|\bwhich (?:day|month|year)\b|\bhow long\b"
)
_DATE: Final = re.compile(r"\bwhen\b|\b(?:what|which) (?:day|date|month|year)\b")
_PAST: Final = re.compile(r"\b(?:was|were|did|had|used? to|ago|last|first|before|earlier|once)\b")
# What was before something else: "old" is, but for how old somebody is
_FORMER: Final = re.compile(
    r"\b(?:used? to|first|before|earlier|once|previous(?:ly)?|former(?:ly)?|initial(?:ly)?"
    r"|original(?:ly)?|(?<!how )old)\b"
)
_EITHER: Final = re.compile(r"\bor\b", re.IGNORECASE)
_EVER: Final = re.compile(
    r"\b(?:has|have) (?:\w+ ){1,5}?(?:\w+ed|been|had|held|gone|known|kept)\b|\bever\b"
)
_WHETHER: Final = re.compile(
    r"^(?:(?:so|and|but|hey|ok|okay),? )?(?:do|does|did|is|are|was|were|am|has|have|had|can|could"
    r"|will|would|should|isn['\u2019]t|doesn['\u2019]t|didn['\u2019]t|don['\u2019]t)\b"
)
_BARE: Final = re.compile(
    rf"\A(?!{_WHETHER.pattern})(?!.*\b(?:who|whom|whose|what|which|when|where|why|how)\b)",
    re.DOTALL,
)
# "Which orders ...", "list all the pets"; a word in -ss, -us, -is or -as is seldom a plural
_SEVERAL: Final = re.compile(
    r"\b(?:which|what|list|name)(?: (?:all|of|the|her|his|their|my|our|your|other|kinds|sorts))*"
    r" (?!does\b|was\b|is\b|has\b)\w{3,}(?<![suia])s\b"
)


class Form(NamedTuple):
    """What a question asks for, by its words; it may be several.

    Any time (`when`); a day, a month or a year (`date`); how something was, not how it is (`past`),
    and before something else (`former`); all that was so until now (`ever`: "Where has Ana
    lived?"); yes or no (`whether`), or nothing (`bare`: "Ana, Lisbon"); all there are (`several`);
    or what is so of who asks (`own`).
    """

    when: bool
    date: bool
    past: bool
    former: bool
    ever: bool
    whether: bool
    bare: bool
    several: bool
    own: bool


@lru_cache(_CACHED)
def form_of(question: str) -> Form:
    """Read the form of a question."""
    asked = question.strip().lower()
    forms = (_WHEN, _DATE, _PAST, _FORMER, _EVER, _WHETHER, _BARE, _SEVERAL, OWN)
    return Form(*(form.search(asked) is not None for form in forms))


def repeats(question: str, words: str) -> bool:
    """Say whether words only say what a question says itself: "mum", of "my mum's name".

    Of one that asks which of two it is, that is the answer.
    """
    said = set(stems(words))
    return bool(said) and said <= set(stems(question)) and _EITHER.search(question) is None
