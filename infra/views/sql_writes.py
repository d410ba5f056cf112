"""How writes get into the tables: alike ones together, counts summed, statements prepared once."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Insert,
    Table,
    Update,
    bindparam,
    case,
    delete,
    literal_column,
    text,
    update,
)
from sqlalchemy import Delete as DeleteRows
from sqlalchemy.dialects import sqlite

from infra.views import postgres_writes
from infra.views.sql_tables import METADATA
from streams.writes import Add, Change, Clear, Count, Delete, Put, Tally, Write

_Shape = tuple[str, str, tuple[str, ...], tuple[str, ...]]
Rows = list[tuple[_Shape, list[tuple[Any, ...]]]]  # a statement's form, and what it is run for


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


def write_rows(on: Connection, rows: Rows) -> None:
    """Run the statement of each group for its rows."""
    for shape, values in rows:
        _run(on, shape, values)


def add_missing(on: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows but for those whose keys are there, written by another at the same time."""
    names = ", ".join(f'"{name}"' for name in rows[0])
    values = ", ".join(f":{name}" for name in rows[0])
    into = f'INSERT INTO "{table.name}" ({names}) VALUES ({values})'  # noqa: S608 - our own names
    on.execute(text(f"{into} ON CONFLICT DO NOTHING"), rows)


def _shaped(write: Put | Change | Delete | Add) -> tuple[_Shape, tuple[Any, ...]]:
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


def _run(on: Connection, shape: _Shape, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run a prepared statement for many rows, straight on the driver."""
    if not rows:  # a text without words has no terms to count
        return
    if on.dialect.name == "postgresql":
        postgres_writes.run(on, *shape, rows)
        return
    if shape not in _PREPARED:
        compiled = _statement(shape).compile(dialect=on.dialect)
        _PREPARED[shape] = (str(compiled), compiled.positiontup or [])
    sql, order = _PREPARED[shape]
    names = _names(shape)
    places = [names.index(name) for name in order]
    if places == list(range(len(names))):
        on.exec_driver_sql(sql, list(rows))
    else:
        on.exec_driver_sql(sql, [tuple(row[place] for place in places) for row in rows])


# Compiling and binding by SQLAlchemy would cost more than the rows themselves.
_PREPARED: Final[dict[_Shape, tuple[str, list[str]]]] = {}


def _names(shape: _Shape) -> list[str]:
    kind, _, first, second = shape
    if kind == "put":
        return list(first)
    if kind == "count":
        return [*first, *second, "count"]
    return [*(f"key_{name}" for name in first), *(f"new_{name}" for name in second)]


def _statement(shape: _Shape) -> Insert | Update | DeleteRows:
    kind, name, first, second = shape
    table = METADATA.tables[name]
    if kind in ("put", "count"):
        insert = sqlite.insert(table).values({c: bindparam(c) for c in _names(shape)})
        keys = [column.name for column in table.primary_key]
        if kind == "put":
            sets: dict[str, Any] = {c: insert.excluded[c] for c in first if c not in keys}
        else:
            sets = {"count": table.c["count"] + insert.excluded["count"]}
            if "last_at" in second:
                sets["last_at"] = _greatest(table.c.last_at, insert.excluded.last_at)
        if not sets:
            return insert.on_conflict_do_nothing()
        return insert.on_conflict_do_update(index_elements=keys, set_=sets)
    where = [table.c[c] == bindparam(f"key_{c}") for c in first]
    if kind == "delete":
        return delete(table).where(*where)
    if kind == "empty":
        return delete(table).where(*where, table.c["count"] < literal_column("1"))
    values: dict[str, Any] = {c: bindparam(f"new_{c}") for c in second}
    if kind == "add":
        values = {
            c: _greatest(table.c[c], new) if c.startswith("last_") else table.c[c] + new
            for c, new in values.items()
        }
    return update(table).where(*where).values(values)


def _greatest(a: Any, b: Any) -> Any:  # noqa: ANN401 - SQL expressions
    return case((a < b, b), else_=a)
