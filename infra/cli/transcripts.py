"""Who said what, and when, in a transcript: the forms that chats are exported in."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from schemas.errors import ObservationError

_LATEST: Final = datetime.max.replace(microsecond=0, tzinfo=UTC)
_EARLIEST: Final = datetime(1, 1, 2, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
_MINUTE: Final = timedelta(minutes=1)
_DAY: Final = timedelta(days=1)
_BACK: Final = timedelta(hours=1)  # a clock that goes back further has passed midnight
_NAME: Final = r"(?!https?\s*:)[^\W\d_][^:]{0,39}?"
_CALLER: Final = rf"(?:~\s?)?{_NAME}|\+\d[^:]{{5,25}}?"  # as a phone names whom it does not know
_CLOCK: Final = (
    r"(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?"
    r"(?:\s*(?P<half>[ap])\.?m\b\.?)?\s?(?P<zone>Z\b|[+-]\d\d:?\d\d\b)?"
)
_DATE: Final = (
    r"(?P<date>(?P<year>\d{4})[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)"
    r"|(?P<one>\d\d?)(?P<sep>[-/.])(?P<two>\d\d?)(?P=sep)(?P<late>\d{4}|\d\d))"
)
_STAMP: Final = rf"(?:{_DATE}(?:,?\s+|T))?{_CLOCK}"
# A time before the name, in brackets or not, with a dash or not; a date in any order.
_BEFORE: Final = re.compile(
    rf"[\s\u200e]*(?P<open>[\[(])?{_STAMP}(?P<close>[\])])?[\s\u200e]*(?P<dash>[-\u2013\u2014:|]\s*)?"
    rf"(?:(?P<who>{_CALLER})\s*:(?!//))?(?P<said>.*)",
    re.IGNORECASE,
)
# With the time behind the name, as some write it.
_AFTER: Final = re.compile(
    rf"(?P<who>{_NAME})\s*(?P<open>[\[(]){_STAMP}(?P<close>[\])])\s*:(?P<said>.*)",
    re.IGNORECASE,
)
_PLAIN: Final = re.compile(rf"(?P<who>{_NAME})\s*:(?!//)(?P<said>.*)")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What stands before a turn: a clock's time, and perhaps a date, in the numbers as written."""

    written: str
    clock: time
    day: tuple[int, int, int] | None = None  # year, month, day; unless `two` says otherwise
    order: str = ""  # "iso", or how a date in two orders was written: ".", "/", "-" or "am/pm"

    def on(self, *, day_first: bool) -> date | None:
        """Give the date, where one is written and can be."""
        if self.day is None:
            return None
        year, one, two = self.day
        month, day = (two, one) if self.order != "iso" and day_first else (one, two)
        try:
            return date(year, month, day)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Turn:
    """What one has said; nobody is named where a transcript tells of something by itself."""

    speaker: str
    text: str
    stamp: Stamp | None = None


def turns(lines: Iterable[str]) -> Iterator[Turn]:
    """Part a transcript into turns; a line that begins none goes on with the turn before."""
    speaker, said, stamp = "", "", None
    for line in lines:
        begun = _begun(line)
        if begun is None:
            said += f"\n{line}" if said else line
            continue
        if said.strip():
            yield Turn(speaker, said.strip(), stamp)
        speaker, said, stamp = begun.speaker, begun.text, begun.stamp
    if said.strip():
        yield Turn(speaker, said.strip(), stamp)


def _begun(line: str) -> Turn | None:
    """Read a line that begins a turn: with a speaker, or with a time in brackets or a dash."""
    for form in (_BEFORE, _AFTER):
        found = form.fullmatch(line)
        stamp = _stamp(found) if found else None
        if found and stamp:
            marked = found["open"] or (found["date"] and found.groupdict().get("dash"))
            if found["who"] or marked:
                return Turn((found["who"] or "").strip(), found["said"], stamp)
    plain = _PLAIN.fullmatch(line)
    return Turn(plain["who"].strip(), plain["said"]) if plain else None


def _stamp(found: "re.Match[str]") -> Stamp | None:
    """Read a time as it stands before or behind a name; None where it is none."""
    if bool(found["open"]) != bool(found["close"]):
        return None
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if half:
        hour = hour % 12 + 12 * (half == "p")
    zone = found["zone"]
    try:
        of = datetime.fromisoformat(f"2000-01-01T00:00{zone.upper()}").tzinfo if zone else None
        clock = time(hour, int(found["minute"]), int(found["second"] or 0), tzinfo=of)
    except ValueError:
        return None
    written = found.string[found.start("date" if found["date"] else "hour") : found.end("minute")]
    written += f":{found['second'] or ''}{half}{zone or ''}"
    if not found["date"]:
        return Stamp(written, clock)
    if found["year"]:
        numbers = int(found["year"]), int(found["month"]), int(found["day"])
        stamp = Stamp(written, clock, numbers, "iso")
    else:
        year = int(found["late"]) + (2000 if len(found["late"]) == 2 else 0)  # noqa: PLR2004
        order = "am/pm" if half else found["sep"]
        stamp = Stamp(written, clock, (year, int(found["one"]), int(found["two"])), order)
    return stamp if stamp.on(day_first=True) or stamp.on(day_first=False) else None


def times(said: Sequence[Turn], started: datetime, *, ended: bool) -> Iterator[datetime]:
    """Give when each turn was said; without stamps a second apart, from `started` on.

    A clock without a date is of the day of `started`, and of the next whenever it passes midnight;
    where `ended`, `started` is of the last day. Clocks without a zone are in that of `started`.
    Raises ObservationError where a turn would have no time.
    """
    days = _days(said, started.date(), ended=ended)
    stamped = [
        _instant(turn.stamp, day, started.tzinfo) if turn.stamp and day else None
        for turn, day in zip(said, days, strict=True)
    ]
    last: datetime | None = None
    for turn, at in zip(said, stamped, strict=True):
        if at is None:
            last = _after(last) if last else _before(stamped) or started
        elif last and turn.stamp and not turn.stamp.clock.second and last - _MINUTE < at <= last:
            last = _after(last)  # of one minute, in the order in which they stand
        else:
            last = at
        yield last


def _instant(stamp: Stamp, day: date, zone: tzinfo | None) -> datetime:
    at = datetime.combine(day, stamp.clock, stamp.clock.tzinfo or zone)
    try:
        at.astimezone(UTC)
    except OverflowError as error:
        raise ObservationError(f"{stamp.written} is no time that UTC knows") from error
    return at


def _before(stamped: Sequence[datetime | None]) -> datetime | None:
    """Give when the first turn was said, if only turns after it have times."""
    place, first = next(((i, at) for i, at in enumerate(stamped) if at), (0, None))
    return first - place * _SECOND if first and first > _EARLIEST else first


def _after(last: datetime) -> datetime:
    if _LATEST - last < _SECOND:
        raise ObservationError(f"the turns after {_LATEST} have no time: begin earlier")
    return last + _SECOND


def _days(said: Sequence[Turn], first: date, *, ended: bool) -> list[date | None]:
    """Give the day of each turn that has a stamp."""
    stamps = [turn.stamp for turn in said]
    day_first = _day_first([stamp for stamp in stamps if stamp and stamp.day])
    passed, before, dated = 0, None, False
    found: list[date | int | None] = []
    day: date | None = None
    for stamp in stamps:
        if stamp is None:
            found.append(None)
            continue
        on = stamp.on(day_first=day_first)
        clock = timedelta(hours=stamp.clock.hour, minutes=stamp.clock.minute)
        if on is not None:
            day, dated = on, True
        elif before is not None and before - clock > _BACK:
            passed += 1
            day = day + _DAY if day and day < date.max else day
        before = clock
        found.append(day if dated else passed)
    begin = first.toordinal() - (passed if ended and not dated else 0)
    last = date.max.toordinal()
    return [
        date.fromordinal(min(max(1, begin + one), last)) if isinstance(one, int) else one
        for one in found
    ]


def _day_first(stamps: Sequence[Stamp]) -> bool:
    """Say how dates such as 02/03/2024 are meant: as the others of the transcript have to be."""
    unclear = [stamp for stamp in stamps if stamp.order != "iso" and stamp.day]
    for day_first in (True, False):
        if any(stamp.on(day_first=day_first) is None for stamp in unclear):
            return not day_first
    return not any(stamp.order == "am/pm" for stamp in unclear)
