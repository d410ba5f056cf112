"""What one transaction writes to the local log: records at the ends, and a consumer's move."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic_core import PydanticSerializationError, to_json

from infra.log.murmur2 import partition as murmur2_partition
from infra.log.sqlite_file import OFFSET_BITS, checksum
from infra.log.sqlite_sealed import sealed
from schemas.errors import InputError, StalePositionError
from streams.codec import Codec
from streams.log import Advance, Outgoing

_INSERT: Final = "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)"
_EXTEND: Final = "UPDATE slots SET next = ?, bytes = ? WHERE slot = ?"
_POSITION: Final = "SELECT position FROM positions WHERE consumer = ? AND slot = ?"


@dataclass(slots=True)
class Row:
    """A record made ready before the writer's turn; `once` is its id where it may come again."""

    stream: str
    partition: int
    key: str | None
    timestamp: int
    headers: bytes
    value: bytes
    check: int
    once: str


def row_of(record: Outgoing, codec: Codec, partitions: int, *, once: bool = False) -> Row:
    """Make a record ready to be written. Raises InputError where it is not text."""
    key, stamp = record.key, record.timestamp
    try:
        headers, value = sealed(codec, key, to_json(record.headers), record.value)
        check = checksum(key, stamp, headers, value)
        partition = murmur2_partition(key, partitions)
    except (UnicodeEncodeError, PydanticSerializationError) as error:
        text = f"a key or a header is not text: {error}"
        raise InputError(text, stream=record.stream, key=key) from error
    known = record.headers.get("ce_id", "") if once else ""
    return Row(record.stream, partition, key, stamp, headers, value, check, known)


@dataclass(slots=True)
class Tail:
    """Where a partition goes on: its slot, the next offset, and the bytes that it holds."""

    slot: int
    next: int
    bytes: int


def position(conn: sqlite3.Connection, consumer: str, slot: int) -> int:
    """Give where a consumer stands; one that never moved stands at 0."""
    found = conn.execute(_POSITION, (consumer, slot)).fetchone()
    return 0 if found is None else int(found[0])


class Batch:
    """One open transaction of the writer: the `streams` that it met, the `tails` that it moved."""

    def __init__(self, conn: sqlite3.Connection, partitions: int) -> None:
        self.streams: dict[str, int] = {}
        self.tails: dict[tuple[str, int], Tail] = {}
        self._conn = conn
        self._partitions = partitions

    def place(self, rows: Sequence[Row]) -> list[tuple[int, int]]:
        """Write records at the ends; give each (partition, offset), -1 where known by its id."""
        placed = []
        inserts = []
        for row in rows:
            if row.once and not self._new(row.once):
                placed.append((row.partition, -1))
                continue
            tail = self.tails.get((row.stream, row.partition))
            if tail is None:
                tail = self.tails[row.stream, row.partition] = self._tail(row.stream, row.partition)
            at = tail.slot << OFFSET_BITS | tail.next
            inserts.append((at, row.key, row.timestamp, row.headers, row.value, row.check))
            placed.append((row.partition, tail.next))
            tail.next += 1
            tail.bytes += len(row.headers) + len(row.value)
        self._conn.executemany(_INSERT, inserts)
        ends = [(tail.next, tail.bytes, tail.slot) for tail in self.tails.values()]
        self._conn.executemany(_EXTEND, ends)
        return placed

    def advance(self, move: Advance) -> None:
        """Move a consumer; raises StalePositionError unless it stands where the move begins."""
        slot = self._slot(move.stream, move.partition)
        found = position(self._conn, move.consumer, slot)
        if found != move.expected:
            raise StalePositionError(
                f"{move.consumer} stands at {found} of {move.stream}/{move.partition}, "
                f"not at {move.expected}",
                consumer=move.consumer,
                stream=move.stream,
                partition=move.partition,
                expected=move.expected,
                found=found,
            )
        self._conn.execute(
            "INSERT OR REPLACE INTO positions VALUES (?, ?, ?)",
            (move.consumer, slot, move.position),
        )

    def _new(self, known: str) -> bool:
        added = self._conn.execute("INSERT OR IGNORE INTO once VALUES (?)", (known,))
        return added.rowcount == 1

    def _tail(self, stream: str, partition: int) -> Tail:
        # Read from the file in every transaction, not remembered from the last: then it is right
        # after a rollback, and even where a caller has evaded the folder's lock.
        slot = self._slot(stream, partition)
        query = "SELECT next, bytes FROM slots WHERE slot = ?"
        after, held = self._conn.execute(query, (slot,)).fetchone()
        return Tail(slot, after, held)

    def _slot(self, stream: str, partition: int) -> int:
        number = self.streams.get(stream)
        if number is None:
            query = "SELECT id FROM streams WHERE name = ?"
            found = self._conn.execute(query, (stream,)).fetchone()
            number = self.streams[stream] = int(found[0]) if found else self._begin(stream)
        return number * self._partitions + partition

    def _begin(self, stream: str) -> int:
        added = self._conn.execute("INSERT INTO streams (name) VALUES (?)", (stream,))
        number = added.lastrowid or 0
        first = number * self._partitions
        self._conn.executemany(
            "INSERT INTO slots VALUES (?, 0, 0, 0)",
            [(slot,) for slot in range(first, first + self._partitions)],
        )
        return number
