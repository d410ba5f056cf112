"""Keep the SQL views in one file of SQLite, in the data folder."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, ExceptionContext, create_engine, event

from infra.views.sql_tables import METADATA
from infra.views.view_store import ViewStore
from schemas.errors import ConflictError, DiskFullError, ViewDamagedError

VIEWS_FILE: Final = "views.db"
_BESIDE: Final = "views.new"
_DAMAGED: Final = "-damaged"
_KEPT: Final = ("journal_mode=WAL", "synchronous=NORMAL")
_NEW: Final = ("journal_mode=OFF", "synchronous=OFF")
_PARTS: Final = ("", "-wal", "-shm", _DAMAGED)


class SqliteStore:
    """The SQL views of one data folder."""

    shared = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / VIEWS_FILE
        self.name = str(self.file)

    def engine(self, *, new: bool = False) -> Engine:
        """Open a view database that is rebuilt from the log if power fails, so need not fsync."""
        engine = create_engine(f"sqlite:///{self.file}")
        pragmas = _NEW if new else _KEPT

        def settle(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own
            for pragma in (*pragmas, "cache_size=-16384"):
                connection.execute(f"PRAGMA {pragma}")

        event.listen(engine, "connect", settle)
        event.listen(engine, "handle_error", partial(_explain, self.file))
        return engine

    def lay_out(self, engine: Engine) -> None:
        """Create the tables; where a layout has changed, a view's version has, and it is new."""
        METADATA.create_all(engine)

    def missing(self) -> bool:
        """Say whether there is no file, or an empty one."""
        return not self.file.exists() or not self.file.stat().st_size

    def damage(self) -> str | None:
        """Say whether damage was noted when the file was last used."""
        noted = self.file.with_name(f"{VIEWS_FILE}{_DAMAGED}").exists()
        return "they were found damaged" if noted else None

    def remove(self) -> None:
        """Remove the file and what SQLite keeps beside it."""
        for suffix in _PARTS:
            (self.folder / f"{VIEWS_FILE}{suffix}").unlink(missing_ok=True)

    @contextmanager
    def beside(self, note: str = "") -> Iterator[ViewStore]:
        """Give a folder in the folder."""
        folder = self.folder / _BESIDE
        noted = folder / "note"
        if not (note and noted.exists() and noted.read_text() == note):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            noted.write_text(note)
        try:
            yield SqliteStore(folder)
        except BaseException:
            if not note:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        shutil.rmtree(folder, ignore_errors=True)

    def tidy(self) -> None:
        """Remove the folder in the folder."""
        shutil.rmtree(self.folder / _BESIDE, ignore_errors=True)

    def take(self, rebuilt: ViewStore) -> None:
        """Rename the file; nobody may have either open."""
        if not isinstance(rebuilt, SqliteStore):
            raise ConflictError(f"{rebuilt.name} cannot be moved to {self.name}")
        with rebuilt.file.open("rb+") as file:
            os.fsync(file.fileno())  # they were made without
        self.remove()
        rebuilt.file.replace(self.file)

    def about(self) -> dict[str, Any]:
        """Tell SQLite's version and the size of the files."""
        files = [self.folder / f"{VIEWS_FILE}{suffix}" for suffix in _PARTS]
        return {
            "store": "sqlite",
            "version": sqlite3.sqlite_version,
            "at": self.name,
            "bytes": sum(file.stat().st_size for file in files if file.exists()),
        }


def _explain(file: Path, context: ExceptionContext) -> None:
    """Say in our words what SQLite complains of; damage is noted, so that opening mends it."""
    error = context.original_exception
    if not isinstance(error, sqlite3.Error):
        return
    code = getattr(error, "sqlite_errorcode", None)
    kind = None if code is None else code & 0xFF
    # Without a code it is the driver that complains: of text that is not UTF-8.
    garbled = code is None and isinstance(error, sqlite3.OperationalError)
    if garbled or kind in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        with suppress(OSError):
            file.with_name(f"{file.name}{_DAMAGED}").touch()
        raise ViewDamagedError(
            f"{file} is damaged ({error}): it is made again from the log by the next command, or, "
            "where workers on Kafka share it, by the next worker once it is removed",
            file=str(file),
        ) from error
    if kind in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        raise DiskFullError(f"{file} cannot grow: {error}", file=str(file)) from error
