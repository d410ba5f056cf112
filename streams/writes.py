"""What a fold may ask of the store of a view: rows to put, change, add to or count."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

Row = Mapping[str, Any]
_NONE: Row = {}


class Put(NamedTuple):
    """Insert a row, or replace the one with its key."""

    table: str
    row: Row


class Change(NamedTuple):
    """Set columns of the row with this key; without such a row, nothing happens."""

    table: str
    key: Row
    row: Row


class Delete(NamedTuple):
    """Remove the rows with this key, if there are any."""

    table: str
    key: Row


class Add(NamedTuple):
    """Add amounts to a row's counters and raise columns in `latest`; without a row, nothing."""

    table: str
    key: Row
    amounts: Row
    latest: Row = _NONE


class Count(NamedTuple):
    """Count one more of this key, raising `latest`; the first time, with the columns in `first`.

    `by` -1 counts one less.
    """

    table: str
    key: Row
    latest: Row = _NONE
    first: Row = _NONE
    by: int = 1


class Tally(NamedTuple):
    """Count one more (or one less, `by` -1) of each of these values of a column, within a space."""

    table: str
    space: str
    column: str
    values: Sequence[int]
    by: int = 1


class Clear(NamedTuple):
    """Remove every row of a space."""

    table: str
    space: str


Write = Put | Change | Delete | Add | Count | Tally | Clear


class Place(NamedTuple):
    """Where an event stands: its offset in the memories stream, and that of its observation."""

    seq: int
    position: int
