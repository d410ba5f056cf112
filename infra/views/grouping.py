"""How writes are put together before they are run: alike ones in one group, counts summed.

Nothing here knows a database, so that processes that only fold load none.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from streams.writes import Add, Change, Clear, Count, Delete, Put, Tally, Write

Shape = tuple[str, str, tuple[str, ...], tuple[str, ...]]
Rows = list[tuple[Shape, list[tuple[Any, ...]]]]  # a statement's form, and what it is run for


def grouped(writes: Iterable[Write]) -> Rows:
    """Put writes that need the same statement together, in the order in which they may be run.

    Each table's rows keep their order; counts are summed and come last; what comes before a
    clearance is written before it. What counts less is written apart from what counts more: a row
    that comes to nothing goes, and may begin anew.
    """
    rows: Rows = []
    tables: dict[str, Rows] = {}
    counts = _Counts()

    def part() -> Rows:
        return [*(group for groups in tables.values() for group in groups), *counts.rows()]

    for write in writes:
        if isinstance(write, Clear):
            rows += part()
            rows.append((("delete", write.table, ("space",), ()), [(write.space,)]))
            tables, counts = {}, _Counts()
        elif isinstance(write, Count | Tally):
            if write.by != counts.by:
                rows += counts.rows()
                counts = _Counts(write.by)
            counts.add(write)
        else:
            shape, row = _shaped(write)
            groups = tables.setdefault(write.table, [])
            if not groups or groups[-1][0] != shape:
                groups.append((shape, []))
            groups[-1][1].append(row)
    return rows + part()


def _shaped(write: Put | Change | Delete | Add) -> tuple[Shape, tuple[Any, ...]]:
    """Give the form of the statement that a write needs, and its values."""
    if isinstance(write, Put):
        table, row = write
        return ("put", table, tuple(row), ()), tuple(row.values())
    if isinstance(write, Change):
        shape = ("change", write.table, tuple(write.key), tuple(write.row))
        return shape, (*write.key.values(), *write.row.values())
    if isinstance(write, Delete):
        return ("delete", write.table, tuple(write.key), ()), tuple(write.key.values())
    shape = ("add", write.table, tuple(write.key), (*write.amounts, *write.latest))
    return shape, (*write.key.values(), *write.amounts.values(), *write.latest.values())


class _Counts:
    """The counts of a batch, summed by key, so that each row is touched once."""

    def __init__(self, by: int = 1) -> None:
        self.by = by
        self._often: dict[tuple[str, tuple[str, ...]], dict[tuple[Any, ...], int]] = {}
        self._rest: dict[tuple[str, tuple[Any, ...]], dict[str, Any]] = {}
        self._tallies: dict[tuple[str, str, str], Counter[int]] = {}

    def add(self, write: Count | Tally) -> None:
        if isinstance(write, Tally):
            key_of = (write.table, write.column, write.space)
            self._tallies.setdefault(key_of, Counter()).update(write.values)
            return
        key = tuple(write.key.values())
        often = self._often.setdefault((write.table, tuple(write.key)), {})
        often[key] = often.get(key, 0) + self.by
        if not (write.first or write.latest):
            return
        rest = self._rest.setdefault((write.table, key), {**write.first, **write.latest})
        for name, value in write.latest.items():
            rest[name] = max(value, rest[name])

    def rows(self) -> Rows:
        """Give what is to be added to the rows of each table."""
        rows: Rows = []
        for (table, columns), often in self._often.items():
            rest = next((r for (name, _), r in self._rest.items() if name == table), {})
            shape = ("count", table, columns, tuple(rest))
            counted = [
                (*key, *self._rest.get((table, key), {}).values(), count)
                for key, count in often.items()
            ]
            rows += [(shape, counted), *self._empty(table, columns, list(often))]
        for (table, column, space), tally in self._tallies.items():
            shape = ("count", table, ("space", column), ())
            counted = [(space, value, self.by * count) for value, count in tally.items()]
            keys = [(space, value) for value in tally]
            rows += [(shape, counted), *self._empty(table, ("space", column), keys)]
        return rows

    def _empty(self, table: str, columns: tuple[str, ...], keys: list[tuple[Any, ...]]) -> Rows:
        return [(("empty", table, columns, ()), keys)] if self.by < 0 else []
