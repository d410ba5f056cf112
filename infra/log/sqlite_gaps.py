"""Which offsets the local log lacks though it should have them, and which it is known to lack."""

import sqlite3
from collections.abc import Iterator
from typing import Final

from infra.log.sqlite_file import OFFSET_BITS

COUNTED_WHOLE: Final = 1 << 30  # bytes up to which every record is counted when a log is opened
NEWEST: Final = 10_000  # records of each partition that are counted of a larger one
_COUNT: Final = "SELECT count(*) FROM records WHERE id >= ? AND id < ?"

# What a salvage could not read: `first` to `last` of a slot.
LAYOUT: Final = """
CREATE TABLE IF NOT EXISTS gaps (
    slot INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (slot, first)
) WITHOUT ROWID
"""


def known(conn: sqlite3.Connection, slot: int) -> list[tuple[int, int]]:
    """Give what a salvage noted as missing of a slot: the first and the last offset of each gap."""
    query = "SELECT first, last FROM gaps WHERE slot = ? ORDER BY first"
    return conn.execute(query, (slot,)).fetchall()


def uncounted(conn: sqlite3.Connection, size: int) -> Iterator[tuple[int, int, int]]:
    """Count records of a file of `size` bytes; give each slot's first gap: its first and last.

    Counting reads the pages' heads only; a gap is looked for where the count is wrong.
    """
    whole = size <= COUNTED_WHOLE
    for slot, first, end in conn.execute("SELECT slot, first, next FROM slots").fetchall():
        begin = first if whole else max(first, end - NEWEST)
        base = slot << OFFSET_BITS
        (count,) = conn.execute(_COUNT, (base + begin, base + end)).fetchone()
        lost = sum(
            max(0, min(last + 1, end) - max(start, begin)) for start, last in known(conn, slot)
        )
        if count != end - begin - lost:
            yield slot, *(missing(conn, slot, begin, end) or (begin, end - 1))


def missing(conn: sqlite3.Connection, slot: int, begin: int, end: int) -> tuple[int, int] | None:
    """Give the first gap in [begin, end) that is not known; what retention took is none."""
    (first,) = conn.execute("SELECT first FROM slots WHERE slot = ?", (slot,)).fetchone()
    base, expected = slot << OFFSET_BITS, max(begin, first)
    gaps = dict(known(conn, slot))
    query = "SELECT id FROM records WHERE id >= ? AND id < ? ORDER BY id"
    rows = conn.execute(query, (base + expected, base + end))
    for offset in (*(at - base for (at,) in rows), end):
        while expected < offset and (last := _last(gaps, expected)) is not None:
            expected = last + 1
        if expected < offset:
            return expected, offset - 1
        expected = max(expected, offset + 1)
    return None


def _last(gaps: dict[int, int], offset: int) -> int | None:
    """Give the end of the known gap that an offset lies in."""
    found = [last for first, last in gaps.items() if first <= offset <= last]
    return found[0] if found else None
