"""Which stretches of a text name a time, and which interval each one means."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from schemas.percepts import TimeSpan

_UNIT = r"(?:second|minute|hour|day|week|month|year)s?"
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_COUNT = (
    r"(?:\d{1,3}|an?(?: few| couple of)?|one|two|three|four|five|six|seven|eight|nine|ten"
    r"|eleven|twelve)"
)
_CLOCK = r"(?:(?:,? at)? \d{1,2}(?::\d{2})? ?(?:am|pm)|,? at \d{1,2}:\d{2})"
_NTH = r"\d{1,2}(?:st|nd|rd|th)?"
# The grammar only proposes stretches; what they mean, and whether they mean a time, is the
# library's to say.
_STRETCHES: Final = (
    r"\d{4}-\d{2}-\d{2}",
    r"(?:the )?day (?:before yesterday|after tomorrow)",
    rf"(?:yesterday|tomorrow|today)(?: (?:morning|afternoon|evening|night))?{_CLOCK}?",
    r"tonight|last night|this (?:morning|afternoon|evening)",
    rf"(?:last|next|this|past|coming) (?:{_UNIT}|{_DAY}|{_MONTH}|weekend){_CLOCK}?",
    rf"{_COUNT} {_UNIT} (?:ago|from now)|in {_COUNT} {_UNIT}",
    rf"{_MONTH} {_NTH}(?:,? \d{{4}})?{_CLOCK}?",
    rf"{_NTH} (?:of )?{_MONTH}(?:,? \d{{4}})?{_CLOCK}?",
    rf"(?:in|since|until|till|by|of|from|during) {_MONTH}(?: \d{{4}})?",
    rf"{_MONTH} \d{{4}}|(?:in|since|until|till|by|from) (?:1[89]|20)\d{{2}}",
    rf"(?:on )?{_DAY}{_CLOCK}?",
)
# The grammar only proposes stretches; what they mean, and whether they mean a time, is the
# library's to say.
_EXPRESSION: Final = re.compile(rf"\b(?:{'|'.join(_STRETCHES)})\b", re.IGNORECASE)
# No stretch is without one of these; looking for them first spares many texts the grammar.
_HINTS: Final = (
    "day", "week", "month", "year", "second", "minute", "hour", "night", "tomorrow", "this ",
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    "18", "19", "20", "0-", "1-", "2-", "3-", "4-", "5-", "6-", "7-", "8-", "9-",
)  # fmt: skip
_BREAK: Final = re.compile(r"[.!?;,\n]|\b(?:and|but|so|because|while)\b", re.IGNORECASE)
_WILL: Final = re.compile(r"\b(?:will|shall|won\Wt|ll|gonna|going to)\b", re.IGNORECASE)
# What goes on until then, or from then on, is told for a time to come, unless it is told as past.
_BORDER: Final = re.compile(r"\b(?:until|till|from) ", re.IGNORECASE)
_PAST: Final = re.compile(r"\b(?:was|were|had|did|been|went|left|\w+ed)\b", re.IGNORECASE)
_LEADS = re.compile(r"^(?:on|since|until|till|by|of|from|during|the) ", re.IGNORECASE)
_LOOSE: Final = (
    (re.compile(r"\ba few\b", re.IGNORECASE), "3"),
    (re.compile(r"\ba couple of\b", re.IGNORECASE), "2"),
    (re.compile(r"\bweekend\b", re.IGNORECASE), "saturday"),
    (re.compile(r"\bthis (?=saturday)", re.IGNORECASE), "next "),
)


def find_times(
    text: str, at: datetime, planned: Sequence[tuple[int, int]] = ()
) -> tuple[TimeSpan, ...]:
    """Find time expressions and resolve them against `at`, when the text was said.

    Names without a direction ("Friday", "in April") mean the latest one before `at`, but the next
    one in a clause in the future tense or with something of what is `planned`.
    """
    folded = text.casefold()
    if not any(hint in folded for hint in _HINTS):
        return ()
    spans = []
    for match in _EXPRESSION.finditer(text):
        begin, end = _clause(text, *match.span())
        ahead = any(start < end and begin < stop for start, stop in planned)
        interval = _resolve(
            match[0].casefold(),
            at.replace(minute=0, second=0, microsecond=0),
            ahead=ahead or _lies_ahead(text, begin, match.span(), end),
        )
        if interval:
            since, until = interval
            spans.append(
                TimeSpan(
                    text=match[0],
                    start=match.start(),
                    end=match.end(),
                    since=since.isoformat(),
                    until=until.isoformat(),
                )
            )
    return tuple(spans)


def _lies_ahead(text: str, begin: int, span: tuple[int, int], end: int) -> bool:
    """Say whether a clause [begin, end) is in the future tense, or of what ends or begins later."""
    border = _BORDER.search(text, max(begin, span[0] - len("until the ")), span[1])
    goes_on = border is not None and not _PAST.search(text, begin, span[0])
    return goes_on or bool(_WILL.search(text, begin, end))


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    begin = max((found.end() for found in _BREAK.finditer(text, 0, start)), default=0)
    after = _BREAK.search(text, end)
    return begin, after.start() if after else len(text)


@lru_cache(maxsize=8192)
def _resolve(phrase: str, at: datetime, *, ahead: bool) -> tuple[datetime, datetime] | None:
    simple = _LEADS.sub("", phrase)
    for pattern, plain in _LOOSE:
        simple = pattern.sub(plain, simple)
    future = ahead or "next" in simple or "coming" in simple
    try:
        data = _parser(future=future, at=at).get_date_data(simple)
        if data.date_obj is None:
            return None
        since = data.date_obj.replace(tzinfo=at.tzinfo)
        return _interval(since, data.period, weekend="weekend" in phrase)
    except (OverflowError, ValueError):  # beyond the years 1 to 9999: no interval to name
        return None


def _parser(*, future: bool, at: datetime) -> Any:  # noqa: ANN401 - the library has no types
    # Imported on the first time expression: loading its tables takes a tenth of a second.
    from dateparser.date import DateDataParser  # noqa: PLC0415

    return DateDataParser(
        languages=["en"],
        settings={
            "RELATIVE_BASE": at.replace(tzinfo=None),
            "PREFER_DATES_FROM": "future" if future else "past",
            "RETURN_TIME_AS_PERIOD": True,
        },
    )


def _interval(since: datetime, period: str, *, weekend: bool) -> tuple[datetime, datetime]:
    day = since.replace(hour=0, minute=0, second=0, microsecond=0)
    match period:
        case "time":
            return since, since + timedelta(hours=1)
        case "week":
            monday = day - timedelta(days=day.weekday())
            return monday, monday + timedelta(days=7)
        case "month":
            first = day.replace(day=1)
            return first, (first + timedelta(days=32)).replace(day=1)
        case "year":
            first = day.replace(month=1, day=1)
            return first, first.replace(year=first.year + 1)
        case _:
            return day, day + timedelta(days=2 if weekend else 1)
