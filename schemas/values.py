"""Which small values every event is made of, and what is refused in them."""

import re
from datetime import UTC, datetime, time, timedelta
from math import isfinite
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)
from pydantic.config import JsonDict

MAX_TEXT: Final = 1_000_000  # characters; longer content belongs into several documents
MAX_MANY: Final = 10_000  # items of one list
MAX_DEPTH: Final = 32  # of what is carried along: a percept wraps it, and parsers stop at 200
_DATE_TIME: Final = r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?"
_OFFSET: Final = r"([Zz]|[+-]\d{2}:?\d{2})"
_SECOND: Final = timedelta(seconds=1)
_SECOND_OF_DAY: Final = time(0, 0, 1)
_SPACE: Final = r"^[a-z0-9][a-z0-9._-]{0,127}$"
_CONTROLS: Final = r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]"
# Without an offset, pydantic says better what is missing.
_WRITTEN = re.compile(f"{_DATE_TIME}{_OFFSET}?", re.ASCII)
_CONTROL = re.compile(_CONTROLS)


def _printable(value: str) -> str:
    if found := _CONTROL.search(value):
        raise ValueError(f"control character U+{ord(found[0]):04X} at {found.start()}")
    return value


def matching(pattern: str, told: str) -> AfterValidator:
    """Refuse what is not of a pattern, in words; the pattern is for those who read schemas."""
    wanted = re.compile(pattern, re.ASCII)

    def matched(value: str) -> str:
        if not wanted.fullmatch(value):
            raise ValueError(told)
        return value

    return AfterValidator(matched)


def _not_blank(value: str) -> str:
    if not value or value.isspace():
        raise ValueError("is empty")
    return value


def _written_time(value: Any) -> Any:  # noqa: ANN401 - whatever the producer wrote
    # A string of digits would be read as seconds since 1970.
    if not isinstance(value, datetime) and not (
        isinstance(value, str) and _WRITTEN.fullmatch(value)
    ):
        raise ValueError("must be an RFC 3339 time such as 2026-01-31T12:00:00+00:00")
    if isinstance(value, str) and value[16:19] == ":60":
        return _after_leap(value)
    return value


def _after_leap(value: str) -> datetime | str:
    """Take a leap second, at the end of a day of UTC, for the next one; others are no times."""
    try:
        before = datetime.fromisoformat(f"{value[:17]}59{value[19:]}".upper())
        ends_day = before.tzinfo and (before + _SECOND).astimezone(UTC).time() < _SECOND_OF_DAY
    except (ValueError, OverflowError):
        return value
    return before + _SECOND if ends_day else value


def _in_years(value: datetime) -> datetime:
    try:
        value.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies outside the years 1 to 9999 (UTC)") from None
    return value


def _carriable(value: Any, depth: int) -> None:  # noqa: ANN401 - JSON
    if depth < 0:
        raise ValueError(f"what is carried along is nested more than {MAX_DEPTH} levels deep")
    match value:
        case float() if not isfinite(value):
            raise ValueError(f"{value} is not a number that JSON knows")
        case dict():
            for item in value.values():
                _carriable(item, depth - 1)
        case list():
            for item in value:
                _carriable(item, depth - 1)
        case _:
            pass


_WORDS: Final[JsonDict] = {"pattern": r"\S", "not": {"pattern": _CONTROLS}}
Space = Annotated[
    str,
    Field(json_schema_extra={"pattern": _SPACE}),
    matching(
        _SPACE,
        "must be of small letters (a-z), digits and . _ -, beginning with a letter or a digit, of "
        "128 characters at most",
    ),
]
Name = Annotated[
    str,
    Field(max_length=512, json_schema_extra=_WORDS),
    AfterValidator(_printable),
    AfterValidator(_not_blank),
]
Text = Annotated[
    str,
    Field(max_length=MAX_TEXT, json_schema_extra=_WORDS),
    AfterValidator(_printable),
    AfterValidator(_not_blank),
]
Time = Annotated[
    AwareDatetime,
    Field(strict=False, json_schema_extra={"pattern": f"^{_DATE_TIME}{_OFFSET}$"}),
    BeforeValidator(_written_time),
    AfterValidator(_in_years),
]
Score = Annotated[float, Field(ge=0, le=1)]
MemoryKind = Literal["episodic", "semantic", "procedural"]
Layer = Literal["interact", "insights", "assets"]  # from the lowest up
Verdict = Literal["useful", "wrong", "outdated"]
State = Literal["vivid", "faded", "compressed"]  # of detail; what is forgotten has none


class Frozen(BaseModel):
    """An immutable value that refuses what it does not know."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


class Open(BaseModel):
    """An immutable value that carries along what it does not know."""

    model_config = ConfigDict(frozen=True, strict=True, extra="allow", allow_inf_nan=False)

    @model_validator(mode="after")
    def _carried_is_json(self) -> "Open":
        # What is carried along has no type that would refuse NaN, and JSON cannot write it.
        _carriable(self.model_extra or {}, MAX_DEPTH)
        return self

    @model_serializer(mode="wrap")
    def _carry_nulls(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # Our own None means absent and is left out; what a null means to others is theirs to say.
        return {**write(self), **(self.model_extra or {})}
