"""How grouped writes get into the tables: by statements that are prepared once."""

from collections.abc import Mapping, Sequence
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
from infra.views.grouping import Rows, Shape
from infra.views.sql_tables import METADATA


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


def _run(on: Connection, shape: Shape, rows: Sequence[tuple[Any, ...]]) -> None:
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
_PREPARED: Final[dict[Shape, tuple[str, list[str]]]] = {}


def _names(shape: Shape) -> list[str]:
    kind, _, first, second = shape
    if kind == "put":
        return list(first)
    if kind == "count":
        return [*first, *second, "count"]
    return [*(f"key_{name}" for name in first), *(f"new_{name}" for name in second)]


def _statement(shape: Shape) -> Insert | Update | DeleteRows:
    kind, name, first, second = shape
    table = METADATA.tables[name]
    if kind in ("put", "count"):
        insert = sqlite.insert(table).values({c: bindparam(c) for c in _names(shape)})
        keys = [column.name for column in table.primary_key]
        if kind == "put":
            sets: dict[str, Any] = {c: insert.excluded[c] for c in first if c not in keys}
        else:
            sets = {"count": table.c["count"] + insert.excluded["count"]}
            sets |= {
                c: _greatest(table.c[c], insert.excluded[c])
                for c in second
                if c.startswith("last_")
            }
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
