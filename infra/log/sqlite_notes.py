"""What the local log notes beside its records: which keys seal them, and which models embed."""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, closing, suppress
from pathlib import Path
from typing import Final

from infra.log.sqlite_file import FILE, connect
from infra.log.sqlite_readers import Readers

EMBEDDER: Final = "embedder "  # begins the settings that note a digest


def keys_of(folder: Path) -> int | None:
    """Give the ring of keys that a folder's log has noted; None without one.

    A log that cannot be read gives None too: opening it says what is wrong with it.
    """
    file = folder / FILE
    if not file.exists():
        return None
    with suppress(sqlite3.Error), closing(connect(file)) as conn:
        found = conn.execute("SELECT value FROM settings WHERE name = 'keys'").fetchone()
        return int(found[0]) if found else None
    return None


class Notes:
    """The notes of an open log, whose `writing` lends the connection that writes."""

    def __init__(
        self, writing: Callable[[], AbstractContextManager[sqlite3.Connection]], readers: Readers
    ) -> None:
        self._writing = writing
        self._readers = readers

    def add_keys(self, ring: int) -> None:
        """Note which keys seal its records, so that they are missed when they are lost."""
        with self._writing() as conn:
            conn.execute("INSERT OR IGNORE INTO settings VALUES ('keys', ?)", (ring,))

    def add_embedders(self, digests: Iterable[str]) -> None:
        """Note which models embed what is decided from its percepts, which it does not keep."""
        rows = [(f"{EMBEDDER}{digest}",) for digest in digests]
        with self._writing() as conn:
            conn.executemany("INSERT OR IGNORE INTO settings VALUES (?, 1)", rows)

    def embedders(self) -> list[str]:
        """Give the digests of the models that were noted as embedding."""
        query = "SELECT name FROM settings WHERE name LIKE ?"
        with self._readers.borrow() as conn:
            names = conn.execute(query, (f"{EMBEDDER}%",)).fetchall()
        return [name.removeprefix(EMBEDDER) for (name,) in names]

    def remove_embedders(self) -> None:
        """Note none: nothing is left of what they embedded."""
        with self._writing() as conn:
            conn.execute("DELETE FROM settings WHERE name LIKE ?", (f"{EMBEDDER}%",))
