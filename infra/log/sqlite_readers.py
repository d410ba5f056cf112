"""How threads read the local log beside its writer: each borrows a connection of its own."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.log.sqlite_file import connect, explained
from schemas.errors import UnavailableError


class Readers:
    """As many read-only connections to a file as threads have read at the same time."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._idle: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._closed = False

    @contextmanager
    def borrow(self, **where: object) -> Iterator[sqlite3.Connection]:
        """Lend a connection; SQLite's errors are explained with `where` in their fields."""
        with explained(self._file, **where):
            conn = self._take()
            try:
                yield conn
            finally:
                self._give(conn)

    def close(self) -> None:
        """Close what is idle now, and what is lent when it comes back."""
        with self._guard:
            self._closed = True
            while self._idle:
                self._idle.pop().close()

    def _take(self) -> sqlite3.Connection:
        with self._guard:
            if self._closed:
                raise UnavailableError(f"{self._file} is closed", file=str(self._file))
            if self._idle:
                return self._idle.pop()
        conn = connect(self._file)
        conn.execute("PRAGMA query_only = ON")
        return conn

    def _give(self, conn: sqlite3.Connection) -> None:
        with self._guard:
            if self._closed:
                conn.close()
            else:
                self._idle.append(conn)
