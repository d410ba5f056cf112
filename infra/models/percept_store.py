"""Which encodings outlive the process: on disk, by text, sealed with a space's key."""

import hashlib
import sqlite3
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

from pydantic_core import from_json, to_json

from infra.clock import now_ms
from infra.models.seen import NO_TOKENS, NO_VECTOR, Seen
from schemas.errors import AnamnesisError
from streams.codec import Codec
from streams.encoded import ArcSpan, Encoded, EntitySpan, RelationSpan

FILE: Final = "percepts.db"
ENTRIES: Final = 100_000
DAYS: Final = 7
_AT_ONCE: Final = 256  # encodings kept back, to be written together
_ROOM: Final = 0.9  # what is left of the limits after making room
_DAY_MS: Final = 86_400_000
_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS seen (
    key BLOB PRIMARY KEY, space TEXT NOT NULL, made INTEGER NOT NULL, used INTEGER NOT NULL,
    size INTEGER NOT NULL, value BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS seen_used ON seen (used, size);
CREATE INDEX IF NOT EXISTS seen_made ON seen (made);
CREATE INDEX IF NOT EXISTS seen_space ON seen (space);
CREATE TABLE IF NOT EXISTS counts (hits INTEGER NOT NULL, misses INTEGER NOT NULL);
INSERT INTO counts SELECT 0, 0 WHERE NOT EXISTS (SELECT 1 FROM counts);
"""


class PerceptStore:
    """A cache: whatever happens to it, what is missing is encoded again.

    Keys are digests of blinded texts and values are sealed, so nothing can be read from an entry
    whose space has lost its key. Least recently used ones leave first.
    """

    def __init__(
        self,
        file: Path,
        codec: Codec,
        *,
        megabytes: float,
        entries: int = ENTRIES,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._codec = codec
        self._limits = entries, int(megabytes * 1_000_000)
        self._clock = clock
        self._lock = Lock()
        self._key = lru_cache(_AT_ONCE)(self._made_key)  # asked for, and soon put
        self._kept: dict[bytes, tuple[str, bytes]] = {}  # not yet written
        self._used: dict[bytes, int] = {}
        self._hits = self._misses = 0
        self._file = file
        self._on = _opened(file)
        self._count, self._size = _totals(self._on)  # at least, until they are counted again

    def get(self, space: str, text: str) -> Seen | None:
        """Give what was seen in this text of this space, if it is kept and not too old."""
        with self._lock:
            key = self._key(space, text)
            found = self._value(space, key)
            if found is None:
                self._misses += 1
                return None
            self._hits += 1
            self._used[key] = self._clock()
        return found

    def put(self, space: str, text: str, seen: Seen) -> None:
        """Keep what was seen; it is written with others."""
        value = self._codec.seal(space, _written(seen))
        with self._lock:
            self._kept[self._key(space, text)] = space, value
            if len(self._kept) >= _AT_ONCE:
                self._flush()

    def flush(self) -> None:
        """Write what is kept back. What cannot be written is not cached, which costs time only."""
        with self._lock:
            self._flush()

    def forget(self, space: str) -> None:
        """Remove what a space has; its bytes are overwritten."""
        with self._lock:
            self._flush()
            self._key.cache_clear()
            self._on.execute("DELETE FROM seen WHERE space = ?", (space,))
            self._on.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Write what is kept back and let go of the file."""
        with self._lock:
            self._flush()
            self._on.close()

    def _made_key(self, space: str, text: str) -> bytes:
        blind = self._codec.blind(space, text)
        return hashlib.sha256(f"{space}\0".encode() + blind).digest()

    def _value(self, space: str, key: bytes) -> Seen | None:
        kept = self._kept.get(key)
        try:
            row = (kept[1],) if kept else self._row(key)
            return _read(self._codec.open(space, row[0])) if row else None
        except sqlite3.DatabaseError as error:
            self._mend(error)
        except (AnamnesisError, ValueError, TypeError, KeyError):
            pass  # unreadable is as good as missing
        return None

    def _row(self, key: bytes) -> tuple[bytes] | None:
        oldest = self._clock() - DAYS * _DAY_MS
        query = "SELECT value FROM seen WHERE key = ? AND made > ?"
        found: tuple[bytes] | None = self._on.execute(query, (key, oldest)).fetchone()
        return found

    def _flush(self) -> None:
        now = self._clock()
        rows = [(k, space, now, now, len(v), v) for k, (space, v) in self._kept.items()]
        used = [(at, key) for key, at in self._used.items()]
        counts = self._hits, self._misses
        self._kept, self._used, self._hits, self._misses = {}, {}, 0, 0
        try:
            with self._on:
                self._on.execute("BEGIN")
                self._on.executemany("UPDATE seen SET used = ? WHERE key = ?", used)
                self._on.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?, ?)", rows)
                self._on.execute("UPDATE counts SET hits = hits + ?, misses = misses + ?", counts)
                self._count += len(rows)
                self._size += sum(row[4] for row in rows)
                self._make_room(now)
        except sqlite3.DatabaseError as error:
            self._mend(error)

    def _make_room(self, now: int) -> None:
        """Let the old and the least used go; nothing is counted while the limits are far."""
        old = self._on.execute("DELETE FROM seen WHERE made <= ?", (now - DAYS * _DAY_MS,))
        entries, size = self._limits
        if not old.rowcount and self._count <= entries and self._size <= size:
            return
        self._count, self._size = _totals(self._on)
        if self._count <= entries and self._size <= size:
            return
        gone = []
        for key, one in self._on.execute("SELECT key, size FROM seen ORDER BY used"):
            if self._count <= _ROOM * entries and self._size <= _ROOM * size:
                break
            gone.append((key,))
            self._count, self._size = self._count - 1, self._size - one
        self._on.executemany("DELETE FROM seen WHERE key = ?", gone)

    def _mend(self, error: sqlite3.DatabaseError) -> None:
        """Begin anew with a file that turned out to be damaged; what else fails costs time only."""
        if getattr(error, "sqlite_errorcode", -1) & 0xFF in _DAMAGED:
            self._on.close()
            remove_percepts(self._file)
            self._on = _prepared(self._file)
            self._count = self._size = 0


def told(file: Path) -> dict[str, Any]:
    """Say how many encodings are kept and how often one was found, since the file was made."""
    nothing = {"entries": 0, "bytes": 0, "hits": 0, "misses": 0, "hit_rate": None}
    if not file.exists():
        return nothing
    on = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        entries, size = on.execute("SELECT count(*), total(size) FROM seen").fetchone()
        hits, misses = on.execute("SELECT hits, misses FROM counts").fetchone()
    except (sqlite3.Error, TypeError):
        return nothing
    finally:
        on.close()
    asked = hits + misses
    rate = round(hits / asked, 4) if asked else None
    return {
        "entries": entries, "bytes": int(size), "hits": hits, "misses": misses, "hit_rate": rate,
    }  # fmt: skip


def _opened(file: Path) -> sqlite3.Connection:
    """Open the file; one that is damaged begins anew, as it holds nothing of its own."""
    try:
        return _prepared(file)
    except sqlite3.DatabaseError:
        remove_percepts(file)
        return _prepared(file)


def remove_percepts(file: Path) -> None:
    """Remove a store of encodings: what is missing is perceived again."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{file}{suffix}").unlink(missing_ok=True)


def _prepared(file: Path) -> sqlite3.Connection:
    on = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    try:
        for pragma in ("journal_mode=WAL", "synchronous=OFF", "secure_delete=ON"):
            on.execute(f"PRAGMA {pragma}")
        on.executescript(_SCHEMA)
        _totals(on)
    except sqlite3.Error:
        on.close()
        raise
    return on


def _totals(on: sqlite3.Connection) -> tuple[int, int]:
    """Count entries and their bytes, from an index alone."""
    count, size = on.execute("SELECT count(*), total(size) FROM seen").fetchone()
    return int(count), int(size)


def _written(seen: Seen) -> bytes:
    one = seen.encoded
    parts = [
        seen.vector, seen.tokens, one.entities, one.relations, one.intent, one.emotion,
        one.importance, one.tree,
    ]  # fmt: skip
    return to_json(parts)


def _read(data: bytes) -> Seen:
    vector, tokens, entities, relations, intent, emotion, importance, tree = from_json(data)
    encoded = Encoded(
        vector=NO_VECTOR,
        tokens=NO_TOKENS,
        entities=tuple(EntitySpan(*one) for one in entities),
        relations=tuple(
            RelationSpan(predicate, subject and tuple(subject), tuple(object_), score, ended)
            for predicate, subject, object_, score, ended in relations
        ),
        intent=(intent[0], intent[1]),
        emotion=emotion,
        importance=importance,
        tree=tuple(ArcSpan(*one) for one in tree),
    )
    return Seen(vector, tokens, encoded)
