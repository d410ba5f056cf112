"""Which places for SQL views the tests know, each new and empty, and what stands in them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from benches.postgres import Postgres
from infra.views.postgres_store import PostgresStore
from infra.views.sql_tables import METADATA
from infra.views.sql_views import SqlViews
from infra.views.sqlite_store import SqliteStore
from infra.views.view_store import ViewStore
from tests.postgres import fresh_name

STORES = ("sqlite", "postgresql")
Another = Callable[[], ViewStore]


def maker(kind: str, request: pytest.FixtureRequest, folder: Path) -> Another:
    """Give what makes one empty store after another."""

    def sqlite() -> ViewStore:
        own = folder / fresh_name()
        own.mkdir()
        return SqliteStore(own)

    def postgresql() -> ViewStore:
        server: Postgres = request.getfixturevalue("postgres")
        return PostgresStore(server.url, fresh_name())

    return {"sqlite": sqlite, "postgresql": postgresql}[kind]


def rows(views: SqlViews, table: str) -> list[dict[str, Any]]:
    """Read a table whole, in the order of its key."""
    of = METADATA.tables[table]
    with views.engine.connect() as on:
        found = on.execute(select(of).order_by(*of.primary_key)).all()
    return [dict(row._mapping) for row in found]
