"""Which layout the tables of the SQL views have in PostgreSQL, and how an older one is migrated.

A view is a fold that can be made again, so a changed fold needs no migration: it is a new version,
rebuilt beside the old one. A migration is for what a rebuild would be too much for: an index, a
column's type, a table of the host's own. Each is a file `NNNN_what.sql` in `migrations/` here;
the newest number is the layout's, and what they lead to is what `infra/views/sql_tables.py` says.
Where a view's version is raised with its tables, the whole schema is made anew, and the first
migration can be written anew as well: `python -m infra.views.postgres_layout`.
"""

import sys
from importlib.resources import files
from typing import Final, NamedTuple

from sqlalchemy import Connection, make_url, text
from sqlalchemy.schema import CreateIndex, CreateTable

from infra.views.sql_tables import METADATA
from schemas.errors import UnavailableError

_TABLE: Final = "layout"


class Migration(NamedTuple):
    """A numbered step, its name and its statements."""

    number: int
    name: str
    sql: str


def migrations() -> list[Migration]:
    """Read the migrations in their order."""
    found = [
        file for file in files("infra.views.migrations").iterdir() if file.name.endswith(".sql")
    ]
    return [
        Migration(int(file.name[:4]), file.name.removesuffix(".sql"), file.read_text("utf-8"))
        for file in sorted(found, key=lambda file: file.name)
    ]


def migrate(on: Connection, schema: str) -> list[str]:
    """Run the migrations that a schema lacks, within the transaction; give their names.

    Raises UnavailableError when a newer Anamnesis has migrated it.
    """
    # Two workers that start at once must not both create what is missing, the schema neither.
    on.execute(text("SELECT pg_advisory_xact_lock(hashtext(:schema))"), {"schema": schema})
    on.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))
    on.execute(text(f'SET LOCAL search_path TO "{schema}"'))
    on.execute(text(f"CREATE TABLE IF NOT EXISTS {_TABLE} (number bigint PRIMARY KEY, name text)"))
    reached = on.scalar(text(f"SELECT max(number) FROM {_TABLE}")) or 0  # noqa: S608 - a constant
    known = migrations()
    if reached > known[-1].number:
        raise UnavailableError(
            f"schema {schema} has layout {reached}; this Anamnesis knows {known[-1].number}",
            schema=schema,
        )
    lacking = [migration for migration in known if migration.number > reached]
    for migration in lacking:
        on.exec_driver_sql(migration.sql, execution_options={"no_parameters": True})
        on.execute(
            text(f"INSERT INTO {_TABLE} VALUES (:number, :name)"),  # noqa: S608 - a constant
            {"number": migration.number, "name": migration.name},
        )
    return [migration.name for migration in lacking]


def created() -> str:
    """Write the statements that create the tables as they are now."""
    dialect = make_url("postgresql+psycopg://").get_dialect()()
    statements = []
    for table in METADATA.sorted_tables:
        statements.append(str(CreateTable(table).compile(dialect=dialect)).strip())
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        statements += [str(CreateIndex(index).compile(dialect=dialect)) for index in indexes]
    lines = "".join(f"{statement};\n" for statement in statements).splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(created())
