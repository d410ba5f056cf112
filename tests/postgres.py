"""How tests get a PostgreSQL of their own, or skip."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest

from benches.postgres import Postgres, binaries

_MADE = count()


def needed(what: str) -> None:
    """Skip for want of something; where everything is required, fail."""
    if os.environ.get("ANAMNESIS_REQUIRE_ALL") == "1":
        pytest.fail(f"ANAMNESIS_REQUIRE_ALL=1, but {what}")
    pytest.skip(what)


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Start a server for as long as it is needed; skip where PostgreSQL is not installed."""
    programs = binaries()
    if programs is None:
        needed("PostgreSQL is not installed (Debian: apt-get install postgresql-15)")
    assert programs is not None
    server = Postgres(programs)
    try:
        yield server
    finally:
        server.close()


def fresh_name() -> str:
    """Give a name that no schema has yet."""
    return f"tests_{next(_MADE)}"
