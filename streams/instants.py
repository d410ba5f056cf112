"""How instants are kept in views: whole microseconds since 1970, negative before."""

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def to_micros(at: datetime) -> int:
    """Count the microseconds from 1970 to an instant."""
    return (at - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Give the instant (UTC) that many microseconds after 1970."""
    return _EPOCH + micros * _MICROSECOND
