"""Which kinds of columns and indexes the tables have, the same on SQLite and PostgreSQL."""

from typing import Final

from sqlalchemy import BigInteger, Column, Float, Index, LargeBinary, Text
from sqlalchemy import text as condition

# PostgreSQL orders text by its bytes too, as SQLite does, whatever the database's own order is.
_TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")


def text(name: str, *, key: bool = False, null: bool = False) -> Column[object]:
    """Declare a column of text, ordered by its bytes."""
    return Column(name, _TEXT, primary_key=key, nullable=null)


def integer(name: str, *, key: bool = False, null: bool = False) -> Column[object]:
    """Declare a column of whole numbers of 64 bits."""
    return Column(name, BigInteger, primary_key=key, nullable=null, autoincrement=False)


def real(name: str, *, null: bool = False) -> Column[float]:
    """Declare a column of numbers."""
    return Column(name, Float, nullable=null)


def blob(name: str, *, key: bool = False) -> Column[object]:
    """Declare a column of bytes."""
    return Column(name, LargeBinary, primary_key=key, nullable=False)


def partial_index(name: str, where: str, *columns: str) -> Index:
    """Declare an index of the few rows for which a condition holds."""
    rows = condition(where)
    return Index(name, *columns, sqlite_where=rows, postgresql_where=rows)
