"""When something holds, when it is over, and whether it ever held."""

from datetime import datetime
from typing import Protocol


class Valid(Protocol):
    """Something that holds in [valid_from, valid_to)."""

    @property
    def valid_from(self) -> datetime:
        """Say when it begins."""
        ...

    @property
    def valid_to(self) -> datetime | None:
        """Say when it ends, if it does."""
        ...


def is_over(one: Valid, at: datetime) -> bool:
    """Say whether it has ended by a time."""
    return one.valid_to is not None and one.valid_to <= at


def holds(one: Valid, at: datetime) -> bool:
    """Say whether it holds at a time."""
    return one.valid_from <= at and not is_over(one, at)


def ever_held(one: Valid) -> bool:
    """Say whether it held at any time: what was taken back did not."""
    return one.valid_from != one.valid_to
