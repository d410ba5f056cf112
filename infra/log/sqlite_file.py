"""How the local log's file is laid out and opened, and what SQLite's complaints about it mean."""

import os
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from schemas.errors import (
    AnamnesisError,
    DiskFullError,
    LockedError,
    LogDamagedError,
    UnavailableError,
)

FILE: Final = "log.db"
VERSION: Final = 2  # 1 had headers of their own beside the values
APPLICATION: Final = 0x414E414D  # "ANAM"
PAGE: Final = 4096
OFFSET_BITS: Final = 40
SPAN: Final = 1 << OFFSET_BITS
CHECKED_WHOLE: Final = 32 << 20  # bytes up to which a log is checked page by page when opened
_MAGIC: Final = b"SQLite format 3\0"
# SQLITE_ERROR: a table or a column is missing.
_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
_UNREADABLE: Final = (sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ)

# slot = stream id * partitions + partition; a record's id = slot << 40 | offset, so that a
# partition lies together in the file and is read in one sweep. `slots` knows the next offset
# even when retention has emptied a partition. `check` is a CRC-32: SQLite itself does not
# notice when the bytes of a value change.
_LAYOUT: Final = f"""
PRAGMA page_size = {PAGE};
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
BEGIN;
CREATE TABLE settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE slots (
    slot INTEGER PRIMARY KEY,
    first INTEGER NOT NULL,
    next INTEGER NOT NULL,
    bytes INTEGER NOT NULL
);
CREATE TABLE records (
    id INTEGER PRIMARY KEY,
    key TEXT,
    timestamp INTEGER NOT NULL,
    headers BLOB NOT NULL,
    value BLOB NOT NULL,
    "check" INTEGER NOT NULL
);
CREATE TABLE positions (
    consumer TEXT NOT NULL,
    slot INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (consumer, slot)
) WITHOUT ROWID;
CREATE TABLE once (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""


def checksum(key: str | None, timestamp: int, headers: bytes, value: bytes) -> int:
    """Give the CRC-32 that is stored with a record and compared when it is read."""
    return zlib.crc32(value, zlib.crc32(headers, zlib.crc32(f"{timestamp} {key}".encode())))


def intact(key: object, timestamp: object, headers: object, value: object, check: object) -> bool:
    """Say whether a record is as it was written; damage may have changed its columns' types."""
    match key, timestamp, headers, value:
        case str() | None, int(), bytes(), bytes():
            return checksum(key, timestamp, headers, value) == check
    return False


def connect(file: Path) -> sqlite3.Connection:
    """Connect to a file that exists; statements commit by themselves unless BEGIN is said."""
    return sqlite3.connect(
        f"{file.absolute().as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )


def open_file(folder: Path, partitions: int) -> sqlite3.Connection:
    """Open a folder's log, or create it whole; give the connection that writes.

    Raises LogDamagedError when the file is not what a log was left as.
    """
    file = folder / FILE
    if not file.exists():
        if file.with_name(f"{FILE}-wal").exists():
            raise damaged(file, "is missing, but its write-ahead log is there")
        _create(file, partitions)
    with file.open("rb") as start:
        head = start.read(len(_MAGIC))
    if head != _MAGIC:
        raise damaged(file, f"is not an SQLite database: it begins with {head!r}")
    with explained(file):
        conn = connect(file)
        try:
            _trust(conn, file)
        except BaseException:
            conn.close()
            raise
    return conn


def _create(file: Path, partitions: int) -> None:
    # Under another name until complete: a log.db of any other shape is then always damage.
    new = file.with_name(f"{FILE}.new")
    for path in (new, new.with_name(f"{new.name}-wal"), new.with_name(f"{new.name}-shm")):
        path.unlink(missing_ok=True)
    with explained(new), _disk(new):
        new.parent.mkdir(parents=True, exist_ok=True)
        new.touch()
        conn = connect(new)
        try:
            conn.executescript(_LAYOUT)
            conn.execute("INSERT INTO settings VALUES ('partitions', ?)", (partitions,))
            conn.execute("COMMIT")
        finally:
            conn.close()
        new.replace(file)
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def _disk(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DiskFullError(f"{file} cannot be written: {error}", file=str(file)) from error


def _trust(conn: sqlite3.Connection, file: Path) -> None:
    (application,) = conn.execute("PRAGMA application_id").fetchone()
    (version,) = conn.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
        raise damaged(file, "is an SQLite database, but not a log of Anamnesis")
    if version > VERSION:
        raise UnavailableError(
            f"{file} was written by a newer Anamnesis (log version {version}; known: {VERSION})",
            file=str(file),
            version=version,
            known=VERSION,
        )
    if file.stat().st_size <= CHECKED_WHOLE:
        problems = [row[0] for row in conn.execute("PRAGMA quick_check(5)")]
        if problems != ["ok"]:
            told = "; ".join(line for text in problems for line in text.split("\n")[:5])
            raise damaged(file, f"is damaged: {told}")
    if version < VERSION:
        conn.execute(f"PRAGMA user_version = {VERSION}")
    conn.execute("SELECT count(*) FROM slots JOIN streams ON slots.slot = streams.id").fetchone()


def damaged(file: Path, problem: str, **where: object) -> LogDamagedError:
    """Say what is wrong with the log's file, and what can be done about it."""
    hint = f"copy what can still be read: anamnesis salvage --home {file.parent} --to FOLDER"
    return LogDamagedError(
        f"{file} {problem}", file=str(file), problem=problem, salvage=hint, **where
    )


def changed(file: Path, stream: str, partition: int, offset: int) -> LogDamagedError:
    """Say which record is not as it was written."""
    problem = f"has changed at {stream}/{partition}, offset {offset}, since it was written"
    return damaged(file, problem, stream=stream, partition=partition, offset=offset)


@contextmanager
def explained(file: Path, **where: object) -> Iterator[None]:
    """Turn SQLite's errors into ours; `where` goes into the fields."""
    try:
        yield
    except sqlite3.Error as error:
        raise _explain(error, file, where) from error


def _explain(error: sqlite3.Error, file: Path, where: dict[str, object]) -> AnamnesisError:
    code = getattr(error, "sqlite_errorcode", -1)
    kind = code & 0xFF if code >= 0 else code
    # Without a code it is the driver that complains: of text that is not UTF-8.
    garbled = code < 0 and isinstance(error, sqlite3.OperationalError)
    if kind in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LockedError(str(file.parent), "another process")
    if garbled or kind in _DAMAGED or code in _UNREADABLE:
        return damaged(file, f"is damaged: {error}", **where)
    if kind in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return DiskFullError(f"{file} cannot grow: {error}", file=str(file), **where)
    return UnavailableError(f"{file} cannot be used: {error}", file=str(file), **where)


def rollback(conn: sqlite3.Connection) -> None:
    """Undo what a failed transaction has done; a full disk may already have undone it."""
    if conn.in_transaction:
        with suppress(sqlite3.Error):
            conn.execute("ROLLBACK")
