"""How many rows get into a table of PostgreSQL with one statement: columns are sent as arrays."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, Float, Integer, LargeBinary, Table, Text, TextClause
from sqlalchemy import text as sql
from sqlalchemy.types import TypeEngine

from infra.views.sql_tables import METADATA

Row = tuple[Any, ...]
_ARRAYS: Final[Sequence[tuple[type[TypeEngine[Any]], str]]] = (
    (BigInteger, "bigint[]"),
    (Integer, "integer[]"),
    (Float, "double precision[]"),
    (LargeBinary, "bytea[]"),
    (Text, "text[]"),
)


def run(  # noqa: PLR0913, PLR0917 - what is done, to what, by which columns
    on: Connection,
    kind: str,
    table: str,
    keys: tuple[str, ...],
    columns: tuple[str, ...],
    rows: Sequence[Row],
) -> None:
    """Put, count, change, add to, delete or empty rows that hold the keys, then the columns.

    One statement cannot touch a row twice: of rows with one key, the last is put or changed to,
    and what they add is summed; those that count have distinct keys already.
    """
    statement, once = _KINDS[kind]
    kept = once(table, keys, columns, rows)
    arrays = {f"c{place}": list(column) for place, column in enumerate(zip(*kept, strict=True))}
    on.execute(statement(table, keys, columns), arrays)


def _last_put(
    table: str, keys: Sequence[str], columns: Sequence[str], rows: Sequence[Row]
) -> Iterable[Row]:
    names = [*keys, *columns]
    places = [names.index(key.name) for key in METADATA.tables[table].primary_key]
    return {tuple(row[place] for place in places): row for row in rows}.values()


def _last(_: str, keys: Sequence[str], __: Sequence[str], rows: Sequence[Row]) -> Iterable[Row]:
    return {row[: len(keys)]: row for row in rows}.values()


def _all(_: str, __: Sequence[str], ___: Sequence[str], rows: Sequence[Row]) -> Iterable[Row]:
    return rows


def _summed(
    _: str, keys: Sequence[str], columns: Sequence[str], rows: Sequence[Row]
) -> Iterable[Row]:
    raised = [_raised(column) for column in columns]
    sums: dict[Row, Row] = {}
    for row in rows:
        key, values = row[: len(keys)], row[len(keys) :]
        if key in sums:
            both = zip(raised, sums[key], values, strict=True)
            values = tuple(max(a, b) if latest else a + b for latest, a, b in both)
        sums[key] = values
    return [key + values for key, values in sums.items()]


def _raised(column: str) -> bool:
    return column.startswith("last_")


# Names of our own tables and columns are formatted in; every value is bound.
@lru_cache(maxsize=256)
def _put(name: str, keys: tuple[str, ...], columns: tuple[str, ...]) -> TextClause:
    primary = [key.name for key in METADATA.tables[name].primary_key]
    names = (*keys, *columns)
    return _insert(name, names, [f'"{c}" = excluded."{c}"' for c in names if c not in primary])


@lru_cache(maxsize=256)
def _count(name: str, keys: tuple[str, ...], columns: tuple[str, ...]) -> TextClause:
    sets = [f'"count" = "{name}"."count" + excluded."count"']
    sets += [f'"{c}" = greatest("{name}"."{c}", excluded."{c}")' for c in columns if _raised(c)]
    return _insert(name, (*keys, *columns, "count"), sets)


def _insert(name: str, columns: Sequence[str], sets: Sequence[str]) -> TextClause:
    table = METADATA.tables[name]
    keys = ", ".join(f'"{key.name}"' for key in table.primary_key)
    into = ", ".join(f'"{column}"' for column in columns)
    otherwise = f"UPDATE SET {', '.join(sets)}" if sets else "NOTHING"
    return sql(
        f'INSERT INTO "{name}" ({into}) SELECT * FROM unnest({_arrays(table, columns)}) AS given '  # noqa: S608
        f"ON CONFLICT ({keys}) DO {otherwise}"
    )


@lru_cache(maxsize=256)
def _change(name: str, keys: tuple[str, ...], columns: tuple[str, ...]) -> TextClause:
    return _update(name, keys, columns, [f'"{c}" = given."new_{c}"' for c in columns])


@lru_cache(maxsize=256)
def _add(name: str, keys: tuple[str, ...], columns: tuple[str, ...]) -> TextClause:
    sets = [
        f'"{c}" = greatest(old."{c}", given."new_{c}")'
        if _raised(c)
        else f'"{c}" = old."{c}" + given."new_{c}"'
        for c in columns
    ]
    return _update(name, keys, columns, sets)


def _update(
    name: str, keys: Sequence[str], columns: Sequence[str], sets: Sequence[str]
) -> TextClause:
    arrays = _arrays(METADATA.tables[name], (*keys, *columns))
    names = ", ".join((*(f'"{key}"' for key in keys), *(f'"new_{c}"' for c in columns)))
    where = " AND ".join(f'old."{key}" = given."{key}"' for key in keys)
    return sql(
        f'UPDATE "{name}" AS old SET {", ".join(sets)} '  # noqa: S608
        f"FROM unnest({arrays}) AS given({names}) WHERE {where}"
    )


@lru_cache(maxsize=64)
def _delete(name: str, keys: tuple[str, ...], _: tuple[str, ...]) -> TextClause:
    return sql(_deletion(name, keys))


@lru_cache(maxsize=64)
def _empty(name: str, keys: tuple[str, ...], _: tuple[str, ...]) -> TextClause:
    return sql(f'{_deletion(name, keys)} AND old."count" < 1')


def _deletion(name: str, keys: Sequence[str]) -> str:
    arrays = _arrays(METADATA.tables[name], keys)
    names = ", ".join(f'"{key}"' for key in keys)
    where = " AND ".join(f'old."{key}" = given."{key}"' for key in keys)
    return f'DELETE FROM "{name}" AS old USING unnest({arrays}) AS given({names}) WHERE {where}'  # noqa: S608


def _arrays(table: Table, columns: Sequence[str]) -> str:
    return ", ".join(f"CAST(:c{i} AS {_array(table, c)})" for i, c in enumerate(columns))


def _array(table: Table, column: str) -> str:
    kind = table.c[column].type
    return next(array for known, array in _ARRAYS if isinstance(kind, known))


_Statement = Callable[[str, tuple[str, ...], tuple[str, ...]], TextClause]
_Once = Callable[[str, Sequence[str], Sequence[str], Sequence[Row]], Iterable[Row]]
_KINDS: Final[dict[str, tuple[_Statement, _Once]]] = {
    "put": (_put, _last_put),
    "count": (_count, _all),
    "change": (_change, _last),
    "add": (_add, _summed),
    "delete": (_delete, _all),
    "empty": (_empty, _all),
}
