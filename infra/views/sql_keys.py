"""How rows are looked up by many keys at once, by index, whatever the number of keys."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, TextClause, text

LATEST: Final = 1 << 62  # a position that nothing stands behind
_SLICE: Final = 4096  # keys a statement; a stock SQLite binds 32,766 values


def by_keys(
    on: Connection, columns: str, keys: Sequence[tuple[Any, ...]], query: str, **bound: object
) -> list[Any]:
    """Run a query that cross joins `wanted(columns)`, which holds the keys; none give no rows.

    Rows are ordered as the query says among those of one key. A cross join makes SQLite go from
    the keys to the index: it walks a whole table for `(a, b) IN (VALUES ...)`. PostgreSQL
    is given arrays, one a column; SQLite is given JSON, which is one value to bind, not thousands.
    """
    found: list[Any] = []
    for start in range(0, len(keys), _SLICE):
        found.extend(_some(on, columns, keys[start : start + _SLICE], query, bound))
    return found


def _some(
    on: Connection,
    columns: str,
    keys: Sequence[tuple[Any, ...]],
    query: str,
    bound: Mapping[str, object],
) -> Sequence[Any]:
    if on.dialect.name == "postgresql":
        arrays = {f"k{j}": list(column) for j, column in enumerate(zip(*keys, strict=True))}
        types = tuple(_ARRAYS[type(value)] for value in keys[0])
        return on.execute(_unnested(columns, types, query), {**arrays, **bound}).all()
    if not any(isinstance(value, bytes) for value in keys[0]):
        listed = json.dumps(list(dict.fromkeys(keys)), separators=(",", ":"))
        return on.execute(_listed(columns, len(keys[0]), query), {"keys": listed, **bound}).all()
    # JSON holds no bytes. Filled up to a power of two, so that few statements are compiled;
    # repeats count once.
    size = 1 << (len(keys) - 1).bit_length()
    filled = [*keys, *[keys[-1]] * (size - len(keys))]
    values = {f"k{i}_{j}": value for i, key in enumerate(filled) for j, value in enumerate(key)}
    statement = _statement(columns, len(keys[0]), size, query)
    return on.execute(statement, {**values, **bound}).all()


_ARRAYS: Final[Mapping[type, str]] = {str: "text[]", int: "bigint[]", bytes: "bytea[]"}


@lru_cache(maxsize=256)
def _unnested(columns: str, types: tuple[str, ...], query: str) -> TextClause:
    arrays = ", ".join(f"CAST(:k{j} AS {array})" for j, array in enumerate(types))
    given = f"SELECT DISTINCT * FROM unnest({arrays}) AS given"  # noqa: S608 - names of types
    return text(f"WITH wanted({columns}) AS ({given}) {query}")


@lru_cache(maxsize=256)
def _listed(columns: str, width: int, query: str) -> TextClause:
    values = ", ".join(f"json_extract(value, '$[{j}]')" for j in range(width))
    given = f"SELECT {values} FROM json_each(:keys)"  # noqa: S608 - only numbers are formatted in
    return text(f"WITH wanted({columns}) AS ({given}) {query}")


@lru_cache(maxsize=256)
def _statement(columns: str, width: int, size: int, query: str) -> TextClause:
    names = ", ".join(f"column{j + 1}" for j in range(width))
    rows = ", ".join("(" + ", ".join(f":k{i}_{j}" for j in range(width)) + ")" for i in range(size))
    # Only names and numbers are formatted in; every value is bound.
    given = f"SELECT DISTINCT {names} FROM (VALUES {rows}) AS given"  # noqa: S608
    return text(f"WITH wanted({columns}) AS ({given}) {query}")
