"""Which stretches of a text name a time, and which interval each one means."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, Literal

from infra.models.tense import tense_of
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
_ORDER = r"\d{1,2}(?:st|nd|rd|th)"
_NTH = rf"{_ORDER}?"
# "on the 21st", but not "on the 21st floor"
_OF_MONTH = (
    r"(?:on|from|since|until|till|by|for|to) the \d{1,2}(?:st|nd|rd|th)"
    r"(?= ?(?:$|[.,!?;:)\n]|(?:at|and|or|to|we|it|instead|because|so|if)\b))"
    r"|the \d{1,2}(?:st|nd|rd|th)(?= at \d)"
)
_DATE = rf"(?:{_MONTH} {_NTH}|{_NTH} (?:of )?{_MONTH})"
_TO = r"(?: ?[-\u2013] ?| (?:to|until|till|through) (?:the )?)"
_DAYS = rf"(?:{_DATE}{_TO}(?:{_DATE}|{_NTH})|{_NTH}{_TO}{_DATE})"
_YEAR = r"(?:1[89]|20)\d{2}"
_YEARS: Final = (
    rf"(?:from {_YEAR} (?:to|until|till)|between {_YEAR} and|{_YEAR} ?[-\u2013]) ?{_YEAR}"
)
_STRETCHES: Final = (
    _YEARS,
    r"\d{4}-\d{2}-\d{2}",
    r"(?:the )?day (?:before yesterday|after tomorrow)",
    rf"(?:yesterday|tomorrow|today)(?: (?:morning|afternoon|evening|night))?{_CLOCK}?",
    r"tonight|last night|this (?:morning|afternoon|evening)",
    rf"(?:last|next|this|past|coming) (?:{_UNIT}|{_DAY}|{_MONTH}|weekend){_CLOCK}?",
    rf"{_COUNT} {_UNIT} (?:ago|from now)|in {_COUNT} {_UNIT}",
    rf"(?:since |from )?(?:the )?{_DAYS}(?:,? \d{{4}})?",
    rf"(?:from |on )?the {_ORDER}{_TO}{_ORDER}",
    rf"(?:since )?{_DATE}(?:,? \d{{4}})?{_CLOCK}?",
    rf"(?:in|since|until|till|by|of|from|during) {_MONTH}(?: \d{{4}}|(?! \d))",
    rf"{_MONTH} \d{{4}}|(?:in|since|until|till|by|from) {_YEAR}",
    rf"(?:on |since )?{_DAY}{_CLOCK}?",
    _OF_MONTH,
)
# The grammar only proposes stretches; what they mean, and whether they mean a time, is the
# library's to say.
_EXPRESSION: Final = re.compile(rf"\b(?:{'|'.join(_STRETCHES)})\b", re.IGNORECASE)
# No stretch is without one of these; looking for them first spares many texts the grammar.
_HINTS: Final = (
    "day", "week", "month", "year", "second", "minute", "hour", "night", "tomorrow", "this ",
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    "the 1", "the 2", "the 3", "the 4", "the 5", "the 6", "the 7", "the 8", "the 9",
    "18", "19", "20", "0-", "1-", "2-", "3-", "4-", "5-", "6-", "7-", "8-", "9-",
)  # fmt: skip
# A point within a number ends nothing: "7.99".
_SENTENCE: Final = re.compile(r"[!?;\n]|\.(?!\d)")
_CLAUSE: Final = re.compile(r"[!?;\n]|[.,](?!\d)|\b(?:and|but|so|because|while)\b", re.IGNORECASE)
# What goes on until then, or from then on, is told for a time to come, unless it is told as past.
_BORDER: Final = re.compile(r"\b(?:until|till|from|starting)(?: on)? (?:the )?", re.IGNORECASE)
# "I booked it for Friday", "It was moved to Friday", "The baby is due in May"
_MEANT_FOR: Final = re.compile(r"\b(?:for|to|due(?: back| out)?) (?:the )?$", re.IGNORECASE)
_MEANT_DAY: Final = re.compile(r"(?:for|to) the ", re.IGNORECASE)
_BY: Final = re.compile(r"\bby $", re.IGNORECASE)
# What recurs is told by when it was first, or last; but not "her birthday party".
_RECURS: Final = re.compile(
    r"\b(?:every|each|born)\b|\b(?:birthday|anniversary)\b(?! (?!is\b|on\b)[a-z])", re.IGNORECASE
)
_LEADS = re.compile(r"^(?:on|for|since|until|till|by|of|from|during|to|the) ", re.IGNORECASE)
_LOOSE: Final = (
    (re.compile(r"\ba few\b", re.IGNORECASE), "3"),
    (re.compile(r"\ba couple of\b", re.IGNORECASE), "2"),
    (re.compile(r"\bweekend\b", re.IGNORECASE), "saturday"),
    (re.compile(r"\bthis (?=saturday)", re.IGNORECASE), "next "),
    (re.compile(rf"\b(?:last|past|this|next|coming) (?={_MONTH}\b)", re.IGNORECASE), ""),
    (re.compile(r"\bpast\b", re.IGNORECASE), "last"),
    (re.compile(r"\bcoming\b", re.IGNORECASE), "next"),
)
_NAMES_DAY: Final = re.compile(rf"\d|{_DAY}", re.IGNORECASE)
_ORDINAL: Final = re.compile(r"(?:for )?(?:the )?(\d{1,2})(?:st|nd|rd|th)")
_RANGE: Final = re.compile(
    rf"(?:the )?(?P<one>{_DATE}|{_NTH}){_TO}(?P<other>{_DATE}|{_NTH})(?:,? (?P<year>\d{{4}}))?",
    re.IGNORECASE,
)
# What says itself which way it lies.
_TOLD: Final = re.compile(r"(?:(?P<ahead>next|coming)|last|past) ")
_LAST_MONTH: Final = re.compile(rf"(?:last|past) {_MONTH}")  # said in June, "last June" is not this
_NAMED_MONTH: Final = re.compile(rf"\b{_MONTH}\b", re.IGNORECASE)

_LATELY: Final = timedelta(days=31)
_LONG_AGO: Final = timedelta(days=270)

_Interval = tuple[datetime, datetime]
# Which of those that a name may mean: "recent" is the latest, unless that was long ago.
_Side = Literal["coming", "latest", "recent"]


def find_times(
    text: str, at: datetime, planned: Sequence[tuple[int, int]] = ()
) -> tuple[TimeSpan, ...]:
    """Find time expressions and resolve them against `at`, when the text was said.

    What leaves the year or the week open ("12 June", "Friday") is the latest one where its clause
    is in the past tense, the coming one in the others or with something of what is `planned`. Where
    nothing tells, a day of the week is the nearest one, and what names a month the coming one,
    unless it was just over.
    """
    folded = text.casefold()
    if not any(hint in folded for hint in _HINTS):
        return ()
    spans = []
    for match in _EXPRESSION.finditer(text):
        interval = _resolve(
            match[0].casefold(),
            at.replace(minute=0, second=0, microsecond=0),
            _side(text, match.span(), planned),
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


def names_days(phrase: str) -> bool:
    """Say whether a phrase names the days from one to another: "from the 9th to the 13th"."""
    return _RANGE.fullmatch(_LEADS.sub("", phrase)) is not None


def _side(text: str, span: tuple[int, int], planned: Sequence[tuple[int, int]]) -> _Side | None:
    """Say which of those of its name a stretch means, or nothing where nothing tells.

    The latest where its own verb is past: "We moved on 12 June". A verb beside it, or a day by
    which something is done, may speak of a day to come: "Booked, 12 June".
    """
    clause = _around(_CLAUSE, text, *span)
    if any(start < clause[1] and clause[0] < end for start, end in planned):
        return "coming"
    tense = tense_of(text, span, clause)
    near = text[max(clause[0], span[0] - len("starting on the ")) : span[1]]
    recurs = _RECURS.search(text, *clause)
    if re.search(r"\bsince\b", near, re.IGNORECASE):
        return "latest"
    if recurs and tense != "future":
        return "latest"
    led = _MEANT_DAY.match(text, span[0])
    meant = _MEANT_FOR.search(text, clause[0], led.end() if led else span[0])
    if meant or (tense is None and _BORDER.search(near)):
        return "coming"
    sentence = _around(_SENTENCE, text, *span)
    first = not _LEADS.sub("", text[sentence[0] : span[0]].lstrip())  # "On 12 June, we moved"
    own = first or (tense and not _BY.search(text, clause[0], span[0]))
    tense = tense or tense_of(text, span, sentence)
    if tense == "past":
        return "latest" if own else "recent"
    return "coming" if tense else None


def _around(border: re.Pattern[str], text: str, start: int, end: int) -> tuple[int, int]:
    begin = max((found.end() for found in border.finditer(text, 0, start)), default=0)
    after = border.search(text, end)
    return begin, after.start() if after else len(text)


@lru_cache(maxsize=8192)
def _resolve(phrase: str, at: datetime, side: _Side | None) -> _Interval | None:
    """Give the latest, the coming or, where `side` is none, the nearest interval of that name."""
    told = _TOLD.match(phrase)
    if told:
        side = "coming" if told["ahead"] else "latest"
    elif side is None and not (_NAMES_DAY.search(phrase) or _NAMED_MONTH.search(phrase)):
        side = "coming" if phrase.startswith("this ") else "latest"
    try:
        since = at.replace(day=1) - timedelta(days=1) if _LAST_MONTH.match(phrase) else at
        latest = _interval_of(phrase, since, future=False)
        # "We move in June", said in June
        if latest is None or side == "latest" or (latest[1] > at and not told):
            return latest
        if side != "coming" and _NAMED_MONTH.search(phrase):
            side = _of_month(phrase, at - latest[1], side)
        coming = _interval_of(phrase, at, future=True)
    except (OverflowError, ValueError):  # beyond the years 1 to 9999: no interval to name
        return None
    nearer = side is None and coming is not None and coming[0] - at < at - latest[0]
    return coming if side == "coming" or nearer else latest


def _of_month(phrase: str, ago: timedelta, side: _Side | None) -> _Side:
    """Say which is meant of what names a month, by how long ago the latest was."""
    if side is None:  # "Oslo in July": ahead in 17 of 18 chats
        return "coming" if ago > _LATELY else "latest"
    return "coming" if ago > _LONG_AGO and _NAMES_DAY.search(phrase) else "latest"


def _interval_of(phrase: str, at: datetime, *, future: bool) -> _Interval | None:
    simple = _LEADS.sub("", phrase)
    for pattern, plain in _LOOSE:
        simple = pattern.sub(plain, simple)
    if re.fullmatch(_YEARS, phrase):
        first, *_, last = re.findall(_YEAR, phrase)
        return at.replace(int(first), 1, 1, 0), at.replace(int(last) + 1, 1, 1, 0)
    if found := _RANGE.fullmatch(simple):
        return _range(found, at, future=future)
    if day := _ORDINAL.fullmatch(simple):
        return _day_of_month(int(day[1]), at, future=future)
    data = _parser(future=future, at=at).get_date_data(simple)
    if data.date_obj is None:
        return None
    since = data.date_obj.replace(tzinfo=at.tzinfo)
    return _interval(since, data.period, weekend="weekend" in phrase)


def _day_of_month(number: int, at: datetime, *, future: bool) -> _Interval | None:
    """Give the last or the next day of that number."""
    today = at.replace(hour=0)
    months = (today.year * 12 + today.month - 1 + step * (1 if future else -1) for step in range(4))
    for month in months:
        with suppress(ValueError):  # no 31 June
            day = today.replace(year=month // 12, month=month % 12 + 1, day=number)
            if (day >= today) if future else (day <= today):
                return day, day + timedelta(days=1)
    return None


def _range(found: re.Match[str], at: datetime, *, future: bool) -> _Interval | None:
    """Give the days from one to another; either may leave its month to the other, or both."""
    months = _NAMED_MONTH.findall(found[0])
    if not months:
        begun = _day_of_month(_number(found["one"]), at, future=future)
        ended = begun and _day_of_month(_number(found["other"]), begun[0], future=True)
        return (begun[0], ended[1]) if begun and ended else None
    one, other = (
        end if _NAMED_MONTH.search(end) else f"{end} {months[0]}"
        for end in (found["one"], found["other"])
    )
    first = _interval_of(f"{one} {found['year'] or ''}".strip(), at, future=future)
    if first is None:
        return None
    years = first[0].year, first[0].year + 1
    lasts = (_interval_of(f"{other} {year}", at, future=future) for year in years)
    return next(((first[0], last[1]) for last in lasts if last and last[1] > first[0]), first)


def _number(day: str) -> int:
    return int(day.rstrip("stndrh"))


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


def _interval(since: datetime, period: str, *, weekend: bool) -> _Interval:
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
