"""Whether a text names somebody, or has somebody's number, however it is spelt."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Self

_UNSPACED: Final = ("CJK ", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO ", "KHMER", "MYANMAR")
# Default_Ignorable_Code_Point of Unicode: what is not seen, such as a soft hyphen.
_UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
_PARTING: Final = r"[\s().,/\-\u2010-\u2015]"  # what stands between the digits of a number
_NUMBER: Final = re.compile(rf"(?:\+|{_PARTING}|[0-9])+")
_DIGITS: Final = 5  # of what is a number rather than a name, at least
# Before a number a country's code may stand, and a zero within the country: +49 (0)151 2345678.
_CODE: Final = rf"(?<![0-9])(?:[0-9]{{1,4}}{_PARTING}*){{0,2}}"


@dataclass(frozen=True, slots=True)
class Named:
    """A name to be found: as a word, or anywhere in scripts that put no blanks between words.

    A number is found by its digits, whatever stands between them, with or without a country's code.
    """

    pattern: re.Pattern[str]

    @classmethod
    def of(cls, name: str) -> Self:
        """Make what finds a name."""
        folded = _folded(name)
        digits = re.sub(r"[^0-9]", "", folded).lstrip("0")
        if len(digits) >= _DIGITS and _NUMBER.fullmatch(folded):
            return cls(re.compile(rf"{_CODE}{f'{_PARTING}*'.join(digits)}(?![0-9])"))
        before, after = (rf"(?{side}\w)" for side in ("<!", "!"))
        return cls(
            re.compile(
                f"{'' if _unspaced(folded[:1]) else before}{re.escape(folded)}"
                f"{'' if _unspaced(folded[-1:]) else after}"
            )
        )

    def within(self, text: str) -> bool:
        """Say whether a text has it, letter case, white space and what is not seen aside."""
        if self.pattern.search(_folded(text)):
            return True
        # What is not seen may also part words.
        return bool(_UNSEEN.search(text) and self.pattern.search(_folded(_UNSEEN.sub(" ", text))))


def names(text: str, name: str) -> bool:
    """Say whether a text names somebody."""
    return Named.of(name).within(text)


def _unspaced(char: str) -> bool:
    return bool(char) and unicodedata.name(char, "").startswith(_UNSPACED)


def _folded(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
        text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    return " ".join(text.casefold().replace("\u2019", "'").split())
