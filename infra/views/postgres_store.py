"""Keep the SQL views in a schema of PostgreSQL."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool, Pool, QueuePool

from infra.views.postgres_layout import migrate
from infra.views.view_store import ViewStore
from schemas.errors import (
    ConflictError,
    DiskFullError,
    SettingsError,
    ViewDamagedError,
    ViewsAwayError,
)

_CONNECT: Final = 10  # seconds in which a connection must come about
_SILENCE: Final = 10_000  # milliseconds after which an unanswered packet ends a connection
_STATEMENT: Final = 300_000  # milliseconds that one statement may take
_NEW, _OLD = "_new", "_old"  # what the names of the schemas end in while one takes another's place


class PostgresStore:
    """The SQL views in one schema of a database, which other schemas may share."""

    shared = True

    def __init__(self, url: str, schema: str) -> None:
        try:
            self.url = make_url(url)
        except (ArgumentError, ValueError) as error:
            raise SettingsError(f"ANAMNESIS_VIEWS: {error}") from error
        self.schema = schema
        self.name = f"{self.url.render_as_string(hide_password=True)} schema {schema}"

    def engine(self, *, new: bool = False, pool: type[Pool] = QueuePool) -> Engine:
        """Open it; connections are made when needed, and bounded in what they wait for."""
        options = {
            "search_path": self.schema,
            "statement_timeout": _STATEMENT,
            "lock_timeout": _STATEMENT,
            "timezone": "UTC",
            # A position that a crash of the server takes back would stop who has moved it.
            "synchronous_commit": "off" if new else "on",
        }
        engine = create_engine(
            self.url,
            connect_args={
                "connect_timeout": _CONNECT,
                "tcp_user_timeout": _SILENCE,
                "keepalives_idle": 10,
                "keepalives_interval": 3,
                "keepalives_count": 3,
                "application_name": "anamnesis",
                "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
            },
            poolclass=pool,
        )
        event.listen(engine, "handle_error", partial(_explain, self.name))
        return engine

    def lay_out(self, engine: Engine) -> None:
        """Make the schema where there is none, and run the migrations that it lacks."""
        with engine.begin() as on:
            migrate(on, self.schema)

    def missing(self) -> bool:
        """Say whether the schema does not exist or is empty."""
        with self._begun() as on:
            return not inspect(on).has_table("folded", self.schema)

    def damage(self) -> str | None:
        """Leave damage to be found: PostgreSQL refuses to read damaged pages."""
        return None

    def remove(self) -> None:
        """Drop the schema."""
        with self._begun() as on:
            on.execute(text(f'DROP SCHEMA IF EXISTS "{self.schema}" CASCADE'))

    @contextmanager
    def beside(self, note: str = "") -> Iterator[ViewStore]:
        """Give a schema beside the schema; its comment is a digest of the note."""
        beside = self._beside()
        digest = hashlib.sha256(note.encode()).hexdigest()
        if not note or beside.comment() != digest:
            beside.remove()
            with self._begun() as on:
                on.execute(text(f'CREATE SCHEMA "{beside.schema}"'))
                on.execute(text(f"COMMENT ON SCHEMA \"{beside.schema}\" IS '{digest}'"))
        try:
            yield beside
        except BaseException:
            if not note:
                beside.remove()
            raise
        beside.remove()

    def tidy(self) -> None:
        """Drop the schema beside the schema."""
        self._beside().remove()

    def _beside(self) -> "PostgresStore":
        return PostgresStore(self.url.render_as_string(hide_password=False), self.schema + _NEW)

    def comment(self) -> str | None:
        """Give what is noted of the schema, if it exists."""
        query = text("SELECT obj_description(to_regnamespace(:name)::oid, 'pg_namespace')")
        with self._begun() as on:
            found = on.scalar(query, {"name": f'"{self.schema}"'})
        return None if found is None else str(found)

    def take(self, rebuilt: ViewStore) -> None:
        """Rename the schemas in one transaction.

        A writer that is at work waits, and then finds the positions to be other ones: so it
        learns that it has to go on from where the rebuilt views stand.
        """
        if not isinstance(rebuilt, PostgresStore):
            raise ConflictError(f"{rebuilt.name} cannot be moved to {self.name}")
        own, new, old = self.schema, rebuilt.schema, self.schema + _OLD
        with self._begun() as on:
            on.execute(text(f'DROP SCHEMA IF EXISTS "{old}" CASCADE'))
            if inspect(on).has_table("positions", own):
                on.execute(text(f'LOCK TABLE "{own}".positions IN ACCESS EXCLUSIVE MODE'))
            on.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{own}"'))
            on.execute(text(f'ALTER SCHEMA "{own}" RENAME TO "{old}"'))
            on.execute(text(f'ALTER SCHEMA "{new}" RENAME TO "{own}"'))
            on.execute(text(f'DROP SCHEMA "{old}" CASCADE'))

    def about(self) -> dict[str, Any]:
        """Tell the server's version and the size of the schema's tables and indexes."""
        size = text(
            "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = :schema AND c.relkind = 'r'"
        )
        with self._begun() as on:
            return {
                "store": "postgresql",
                "version": str(on.scalar(text("SHOW server_version"))),
                "at": self.name,
                "bytes": int(on.scalar(size, {"schema": self.schema}) or 0),
            }

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        """Give a transaction on a connection of its own."""
        engine = self.engine(pool=NullPool)
        try:
            with engine.begin() as on:
                yield on
        finally:
            engine.dispose()


_FULL: Final = {"53100"}
_DAMAGED: Final = {"42P01", "42703", "3F000", "XX001", "XX002"}  # no table, column, schema; corrupt
# Conflicts of concurrent transactions and time-outs pass by themselves, as an absence does.
_PASSING: Final = {"40001", "40P01", "55P03", "57014", "25006"}


def _explain(name: str, context: ExceptionContext) -> None:
    """Say in our words what PostgreSQL complains of."""
    error = context.original_exception
    if not isinstance(error, psycopg.Error):
        return
    told = str(error).strip().replace("\n", "; ")
    if error.sqlstate in _FULL:
        raise DiskFullError(f"{name} cannot grow: {told}", views=name) from error
    if error.sqlstate in _DAMAGED:
        raise ViewDamagedError(
            f"{name} is not as it was left ({told}): `anamnesis replay --view sql` makes it again "
            "from the log",
            views=name,
        ) from error
    away = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    if away or error.sqlstate in _PASSING:
        raise ViewsAwayError(f"{name} does not answer: {told}", views=name) from error
