"""How the local log keeps records and positions: one SQLite file, exactly once inside it."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from infra.log import sqlite_care
from infra.log.murmur2 import partition as murmur2_partition
from infra.log.sqlite_batch import Batch, position, row_of
from infra.log.sqlite_file import (
    FILE,
    OFFSET_BITS,
    SPAN,
    changed,
    damaged,
    explained,
    intact,
    open_file,
    rollback,
)
from infra.log.sqlite_gaps import LAYOUT, known, missing, uncounted
from infra.log.sqlite_notes import Notes
from infra.log.sqlite_readers import Readers
from infra.log.sqlite_rewrite import rewrite
from infra.log.sqlite_sealed import opened
from schemas.errors import InputError, NotFoundError, UnavailableError
from streams.codec import Codec, PlainCodec
from streams.log import Advance, Fate, Outgoing, Record, records

Sync = Literal["full", "normal", "off"]
_GIVEN_BACK: Final = 2000  # pages given back to the file system in one turn
_READ: Final = "SELECT * FROM records WHERE id >= ? AND id < ? ORDER BY id LIMIT ?"


class SqliteLog:
    """The log of one process, in `folder/log.db`; any number of threads may use it at once.

    `partitions` applies when the log is created. Raises LogDamagedError when it cannot be
    trusted, DiskFullError when nothing more fits, LockedError when another process writes.
    """

    repeats = False

    def __init__(
        self,
        folder: Path,
        *,
        partitions: int = 4,
        sync: Sync = "full",
        codec: Codec | None = None,
    ) -> None:
        if partitions < 1:
            raise InputError("a log needs at least one partition", partitions=partitions)
        self._file = folder / FILE
        self._sync = sync
        # A commit's records are derived from the log and roll back together with its position,
        # so after a power cut they are derived again: only what is acknowledged needs fsync.
        self._derived: Sync = "normal" if sync == "full" else sync
        self._codec = codec or PlainCodec()
        self._turn = threading.Lock()
        self._grown = threading.Condition()
        self._closed = False
        self._streams: dict[str, int] = {}
        self._ends: dict[str, list[int]] = {}
        self._writer = open_file(folder, partitions)
        self._readers = Readers(self._file)
        try:
            with explained(self._file):
                self._writer.execute(LAYOUT)
                self._load()
        except BaseException:
            self._writer.close()
            raise

    @property
    def notes(self) -> Notes:
        """Give what is noted beside the records."""
        return Notes(self._writing, self._readers)

    def append(self, records: Sequence[Outgoing], *, once: bool = False) -> list[tuple[int, int]]:
        """Append records, durable on return; give each (partition, offset), -1 where skipped."""
        rows = [row_of(record, self._codec, self.partitions, once=once) for record in records]
        with self._transaction(self._sync) as batch:
            return batch.place(rows)

    def commit(self, records: Sequence[Outgoing], advance: Advance) -> list[tuple[int, int]]:
        """Append records and advance a consumer in one transaction."""
        self._demand(advance.stream, advance.partition)
        rows = [row_of(record, self._codec, self.partitions) for record in records]
        with self._transaction(self._derived) as batch:
            batch.advance(advance)
            return batch.place(rows)

    def read(self, stream: str, partition: int, offset: int, limit: int) -> list[Record]:
        """Read up to `limit` records from `offset` on, in order (trimmed offsets are skipped)."""
        slot = self._slot(stream, partition)
        if slot is None or offset >= SPAN or limit < 1:
            return []
        base = slot << OFFSET_BITS
        begin, end = max(offset, 0), self.ends(stream)[partition]
        with self._readers.borrow(stream=stream, partition=partition, offset=offset) as conn:
            rows = conn.execute(_READ, (base + begin, base + SPAN, limit)).fetchall()
            stop = rows[-1][0] - base + 1 if rows else begin
            stop = stop if len(rows) == limit else max(stop, end)
            if len(rows) < stop - begin and (gap := missing(conn, slot, begin, stop)):
                raise self._lacking(slot, *gap)
        found = []
        for at, key, timestamp, headers, value, check in rows:
            if not intact(key, timestamp, headers, value, check):
                raise changed(self._file, stream, partition, at - base)
            named, plain = opened(self._codec, key, headers, value)
            found.append(Record(stream, partition, at - base, key, plain, named, timestamp))
        return found

    def scan(self, stream: str) -> Iterator[Record]:
        """Go through every record that the stream has now, partition by partition."""
        for partition, end in enumerate(self.ends(stream)):
            yield from records(self, stream, partition, end)

    def ends(self, stream: str) -> list[int]:
        """Give the next offset of each partition."""
        return list(self._ends.get(stream) or [0] * self.partitions)

    def begins(self, stream: str) -> list[int]:
        """Give the first offset that each partition still has."""
        slots = [self._slot(stream, partition) for partition in range(self.partitions)]
        with self._readers.borrow() as conn:
            firsts = dict(conn.execute("SELECT slot, first FROM slots").fetchall())
        return [firsts.get(slot, 0) for slot in slots]

    def position(self, consumer: str, stream: str, partition: int) -> int:
        """Give the next offset that a consumer has to read."""
        slot = self._slot(stream, partition)
        if slot is None:
            return 0
        with self._readers.borrow(consumer=consumer, stream=stream, partition=partition) as conn:
            return position(conn, consumer, slot)

    def wait(self, stream: str, ends: Sequence[int], timeout: float) -> bool:
        """Wait up to `timeout` seconds until the stream goes beyond `ends`."""

        def beyond() -> bool:
            return any(now > seen for now, seen in zip(self.ends(stream), ends, strict=True))

        with self._grown:
            self._grown.wait_for(lambda: self._closed or beyond(), timeout)
            return beyond()

    def partition_of(self, key: str | None) -> int:
        """Give a key's partition (murmur2, as Kafka's default partitioner)."""
        return murmur2_partition(key, self.partitions)

    def trim(self, stream: str, before_ms: int, *, reader: str | None = None) -> tuple[int, int]:
        """Delete records older than `before_ms`; give their number and the bytes given back.

        Only the oldest of a partition go, up to the first that is young enough or that some
        consumer of the stream has not read; a `reader` is one before it has begun.
        """
        before = self._shrink()
        removed = 0
        for partition in range(self.partitions):
            slot = self._slot(stream, partition)
            more = slot is not None
            while slot is not None and more:  # in steps, so that others get their turns
                with self._transaction(self._derived):
                    count, more = sqlite_care.trim(
                        self._writer, slot, self.partitions, before_ms, reader
                    )
                removed += count
        return removed, max(0, before - self._shrink())

    def rewrite(self, fates: Mapping[str | None, Fate]) -> int:
        """Erase records of these keys and seal anew what is left of the others, all or nothing.

        Gives how many were erased. Nothing of what was there is left in the file.
        """
        erased = 0
        with self._transaction(self._sync):
            for key, fate in fates.items():
                erased += rewrite(self._writer, self._codec, self.partitions, key, fate)
        with self._writing() as conn:
            conn.execute("VACUUM")
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return erased

    def rewind(self, ends: Mapping[tuple[str, int], int], consumers: Sequence[str]) -> None:
        """Cut partitions of streams off where they are to end, and let consumers begin again."""
        slots = [(self._slot(*partition), end) for partition, end in ends.items()]
        with self._transaction(self._sync):
            for slot, end in slots:
                if slot is not None:
                    sqlite_care.rewind(self._writer, slot, end)
            for consumer in consumers:
                self._writer.execute("DELETE FROM positions WHERE consumer = ?", (consumer,))
        with self._turn, explained(self._file):
            self._load()

    def size(self) -> dict[str, int]:
        """Give the bytes of headers and values by stream."""
        with self._readers.borrow() as conn:
            return sqlite_care.size(conn, self.partitions)

    def check(self) -> list[str]:
        """Read everything; give a sentence for whatever is damaged, missing or out of place."""
        with self._readers.borrow() as conn:
            return sqlite_care.check(conn, self.partitions)

    def lost(self, stream: str) -> list[tuple[int, int, int]]:
        """Give the gaps that a salvage noted: partition, first and last offset."""
        slots = [(part, self._slot(stream, part)) for part in range(self.partitions)]
        with self._readers.borrow() as conn:
            return [(part, *gap) for part, slot in slots if slot for gap in known(conn, slot)]

    def close(self) -> None:
        """Close, leaving nothing half written; wake who waits."""
        with self._turn, explained(self._file):
            self._closed = True
            self._readers.close()
            self._writer.close()
        with self._grown:
            self._grown.notify_all()

    def _load(self) -> None:
        query = "SELECT value FROM settings WHERE name = 'partitions'"
        found = self._writer.execute(query).fetchone()
        if found is None:
            raise damaged(self._file, "does not say how many partitions it has")
        self.partitions = int(found[0])
        self._streams = dict(self._writer.execute("SELECT name, id FROM streams").fetchall())
        ends = dict(self._writer.execute("SELECT slot, next FROM slots").fetchall())
        for stream, number in self._streams.items():
            slots = range(number * self.partitions, (number + 1) * self.partitions)
            if not all(slot in ends for slot in slots):
                raise damaged(self._file, f"does not know where {stream} ends", stream=stream)
            self._ends[stream] = [ends[slot] for slot in slots]
        for gap in uncounted(self._writer, self._file.stat().st_size):
            raise self._lacking(*gap)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._turn, explained(self._file):
            self._open()
            yield self._writer

    @contextmanager
    def _transaction(self, sync: Sync) -> Iterator[Batch]:
        with self._turn, explained(self._file):
            self._open()
            self._writer.execute(f"PRAGMA synchronous = {sync}")
            batch = Batch(self._writer, self.partitions)
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                yield batch
                self._writer.execute("COMMIT")
            except BaseException:
                rollback(self._writer)
                raise
            with self._grown:
                self._streams |= batch.streams
                for (stream, partition), tail in batch.tails.items():
                    self._ends.setdefault(stream, [0] * self.partitions)[partition] = tail.next
                self._grown.notify_all()

    def _shrink(self) -> int:
        more = True
        while more:
            with self._writing() as conn:
                more = sqlite_care.shrink(conn, _GIVEN_BACK)
        with self._writing() as conn:
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return self._file.stat().st_size

    def _slot(self, stream: str, partition: int) -> int | None:
        self._demand(stream, partition)
        number = self._streams.get(stream)
        return None if number is None else number * self.partitions + partition

    def _demand(self, stream: str, partition: int) -> None:
        if not 0 <= partition < self.partitions:
            raise NotFoundError(
                f"{stream} has no partition {partition}", stream=stream, partition=partition
            )

    def _open(self) -> None:
        if self._closed:
            raise UnavailableError(f"{self._file} is closed", file=str(self._file))

    def _lacking(self, slot: int, first: int, last: int) -> Exception:
        number, partition = divmod(slot, self.partitions)
        stream = {id_: name for name, id_ in self._streams.items()}.get(number, "?")
        problem = f"is damaged: {stream}/{partition}: {sqlite_care.missing(first, last + 1)}"
        return damaged(
            self._file, problem, stream=stream, partition=partition, offset=first, last=last
        )
