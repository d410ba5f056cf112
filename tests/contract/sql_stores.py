"""Which places for SQL views the tests know, each new and empty."""

from collections.abc import Callable
from pathlib import Path

import pytest

from infra.views.postgres_store import PostgresStore
from infra.views.sqlite_store import SqliteStore
from infra.views.view_store import ViewStore
from tests.postgres import Postgres, fresh_name

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
