"""Whether a clause speaks of the past, the present or the future, by its verbs."""

import re
from typing import Final

# Verbs whose past is told by no ending; those that have one form only ("put") tell nothing.
_IRREGULAR: Final = (
    r"(?:\w+ught|went|left|met|got|came|saw|took|made|gave|found|told|said|knew|flew|drove|ran|ate"
    r"|began|broke|built|chose|fell|felt|forgot|heard|held|kept|lost|paid|rode|sent|slept|sold"
    r"|spent|spoke|stood|swam|wore|won(?!['\u2019])|wrote|woke|became|grew|agreed|seen|gone|done|taken|given"
    r"|born)"
)
_ONE_FORM: Final = r"put|read|quit|cut|hit|hurt|let|set|shut"
# No capital but a sentence's first: "Ahmed" is no verb; nor is "need".
_REGULAR: Final = r"(?-i:[a-z]{2,}(?<!e)ed|(?<!\w )(?<!, )[A-Z][a-z]+(?<!e)ed)"
_DONE: Final = rf"(?:{_IRREGULAR}|{_REGULAR})\b(?!:)"  # "Updated: the MOT is on 12 March"
_WILL: Final = r"(?:will|shall|should|could|would|can|must)"
_HAD: Final = r"(?:did|was|were|had|been)"
_HAVE: Final = r"(?:have|has|do|does)"
_PRONOUN: Final = r"(?:i|we|you|they)"
_ADVERB: Final = r"(?:also|just|both|still|then|really|finally|only)"
# What after a pronoun is no verb in the present tense: "I met you on Friday".
_OTHERWISE: Final = (
    rf"(?:{_DONE}|(?:{_HAD}|{_WILL}|am|are|{_HAVE}|{_ONE_FORM}|gonna|who|and|or|on|in|at|by|for"
    r"|to|from|about|since|until|till|with|here|there|again|all)\b)"
)
_NOT: Final = r"(?:n['\u2019]t| not)?"  # what may follow an auxiliary, whose tense it leaves
_TIMETABLE: Final = "start|begin|open|close|end|leave|arrive|move|return|come"
# A verb takes its participle along, so that "is closed" and "will be closed" are not past.
_PAST: Final = (
    rf"{_WILL}{_NOT} have {_DONE}",
    rf"did{_NOT}(?: \w+){{0,2}}",
    rf"{_HAD}{_NOT}\b(?: {_PRONOUN}\b)?(?: getting| being)?(?: {_DONE})?",
    r"ago\b|(?:last|past) (?:week|month|year|night)\b",
    _DONE,
)
_SHALL: Final = rf"(?:{_WILL}\b|won['\u2019]t|let['\u2019]s|['\u2019]ll|gonna)"
_FUTURE: Final = (
    rf"{_SHALL}(?: not)?(?: be| get| have)?(?: {_DONE}| \w+)?",
    r"going to\b|next (?:week|month|year)\b",
)
_IS: Final = (
    r"(?:(?:am|is|are)(?:n['\u2019]t)?|['\u2019](?:m|re)|gets"
    r"|(?:it|he|she|that|there|who|what|where|here)['\u2019]s)\b"
)
_PRESENT: Final = (
    rf"{_IS}(?:(?: \w+)?? {_DONE})?",
    rf"(?:['\u2019]ve|{_HAVE}) got\b|(?<!to ){_HAVE}\b",
    rf"{_PRONOUN}(?: {_ADVERB})?+ (?!{_OTHERWISE})\w+\b(?: {_DONE})?",
    rf"(?:{_TIMETABLE}|turn|goe|flie|take)s\b",  # "Term starts on 1 March"
    rf"(?:\w+s |(?<=and ))(?:{_TIMETABLE}|go|fly)\b",  # "My parents arrive on Monday"
)
# "We plan to be married"; and "I've found a house": the perfect goes with no day of the past.
_NEITHER: Final = (
    rf"(?:be|being|get|getting)(?: \w+)?? {_DONE}"
    rf"|(?:['\u2019]ve|have|has)(?:n['\u2019]t| not)?(?: {_ADVERB})? {_DONE}"
)
_VERB: Final = re.compile(
    rf"\b(?:(?:{_NEITHER})|(?P<past>{'|'.join(_PAST)})|(?P<future>{'|'.join(_FUTURE)})"
    rf"|(?P<present>{'|'.join(_PRESENT)}))",
    re.IGNORECASE,
)
_SHORTENED: Final = re.compile(r"\w['\u2019]s \w+ing\b")  # "Tom's moving", if there is no verb


def tense_of(text: str, span: tuple[int, int], clause: tuple[int, int]) -> str | None:
    """Give the tense of the verb that governs a stretch: the last before it, or the first after.

    "past", "present" or "future"; none where the clause [start, end) has no verb.
    """
    for begin, end, which in ((clause[0], span[0], -1), (span[1], clause[1], 0)):
        found = [verb.lastgroup for verb in _VERB.finditer(text, begin, end) if verb.lastgroup]
        if found:
            return found[which]
    return "present" if _SHORTENED.search(text, *clause) else None
