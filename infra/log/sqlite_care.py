"""What the local log needs now and then: old records deleted, bytes counted, all of it checked."""

import sqlite3
from typing import Final

from infra.log.sqlite_file import OFFSET_BITS, SPAN, intact
from infra.log.sqlite_gaps import known

_STEP: Final = 5000  # records deleted in one transaction


def trim(
    conn: sqlite3.Connection, slot: int, partitions: int, before_ms: int, reader: str | None
) -> tuple[int, bool]:
    """Delete some of a slot's oldest records; give how many, and whether more may go."""
    query = "SELECT first, next FROM slots WHERE slot = ?"
    first, end = conn.execute(query, (slot,)).fetchone()
    stop = min(_slowest(conn, slot, partitions, end, reader), first + _STEP)
    if stop <= first:
        return 0, False
    base = slot << OFFSET_BITS
    young = conn.execute(
        "SELECT id FROM records WHERE id >= ? AND id < ? AND timestamp >= ? ORDER BY id LIMIT 1",
        (base + first, base + stop, before_ms),
    ).fetchone()
    if young is not None:
        stop = young[0] - base
    span = (base + first, base + stop)
    weigh = "SELECT total(length(headers) + length(value)) FROM records WHERE id >= ? AND id < ?"
    (weight,) = conn.execute(weigh, span).fetchone()
    removed = conn.execute("DELETE FROM records WHERE id >= ? AND id < ?", span).rowcount
    conn.execute(
        "UPDATE slots SET first = ?, bytes = bytes - ? WHERE slot = ?", (stop, int(weight), slot)
    )
    return removed, young is None


def rewind(conn: sqlite3.Connection, slot: int, end: int) -> None:
    """Cut a slot off, so that it goes on at `end`."""
    base = slot << OFFSET_BITS
    conn.execute("DELETE FROM records WHERE id >= ? AND id < ?", (base + end, base + SPAN))
    conn.execute("DELETE FROM gaps WHERE slot = ? AND first >= ?", (slot, end))
    conn.execute("UPDATE gaps SET last = min(last, ?) WHERE slot = ?", (end - 1, slot))
    weigh = "SELECT total(length(headers) + length(value)) FROM records WHERE id >= ? AND id < ?"
    (weight,) = conn.execute(weigh, (base, base + SPAN)).fetchone()
    conn.execute(
        "UPDATE slots SET next = ?, bytes = ?, first = min(first, ?) WHERE slot = ?",
        (end, int(weight), end, slot),
    )


def _slowest(
    conn: sqlite3.Connection, slot: int, partitions: int, end: int, reader: str | None
) -> int:
    # Whoever has moved in any partition of the stream is its consumer, and stands at 0 in those
    # where it has not moved yet; so does a reader that has not moved anywhere.
    first = slot - slot % partitions
    slowest = conn.execute(
        "SELECT min(coalesce(here.position, 0)) FROM"
        " (SELECT consumer FROM positions WHERE slot >= ? AND slot < ? UNION SELECT ?) AS anyone"
        " LEFT JOIN positions AS here ON here.consumer = anyone.consumer AND here.slot = ?"
        " WHERE anyone.consumer IS NOT NULL",
        (first, first + partitions, reader, slot),
    ).fetchone()[0]
    return end if slowest is None else min(int(slowest), end)


def shrink(conn: sqlite3.Connection, pages: int) -> bool:
    """Give up to `pages` free pages back to the file system; say whether there are more."""
    conn.execute(f"PRAGMA incremental_vacuum({pages})").fetchall()
    (free,) = conn.execute("PRAGMA freelist_count").fetchone()
    return int(free) > 0


def size(conn: sqlite3.Connection, partitions: int) -> dict[str, int]:
    """Give the bytes of headers and values by stream."""
    return dict(
        conn.execute(
            "SELECT name, sum(bytes) FROM streams JOIN slots ON slot / ? = streams.id GROUP BY 1",
            (partitions,),
        ).fetchall()
    )


def check(conn: sqlite3.Connection, partitions: int) -> list[str]:
    """Read the whole file; give a sentence for every problem."""
    found = [row[0] for row in conn.execute("PRAGMA integrity_check")]
    problems = [] if found == ["ok"] else found
    names = dict(conn.execute("SELECT id, name FROM streams").fetchall())
    slots = conn.execute("SELECT slot, first, next FROM slots ORDER BY slot").fetchall()
    ends = {}
    for slot, first, end in slots:
        name = f"{names.get(slot // partitions, '?')}/{slot % partitions}"
        ends[slot] = (name, end)
        try:
            problems += [f"{name}: {problem}" for problem in _check_slot(conn, slot, first, end)]
        except sqlite3.Error as error:
            problems.append(f"{name}: cannot be read to its end: {error}")
    for consumer, slot, position in conn.execute("SELECT * FROM positions"):
        name, end = ends.get(slot, (f"slot {slot}", 0))
        if position > end:
            problems.append(f"{consumer} stands at {position} of {name}, which ends at {end}")
    return problems


def _check_slot(conn: sqlite3.Connection, slot: int, first: int, end: int) -> list[str]:
    problems = []
    base = slot << OFFSET_BITS
    expected = first
    gaps = [(max(start, first), last) for start, last in known(conn, slot)]
    query = "SELECT * FROM records WHERE id >= ? AND id < ? ORDER BY id"
    for at, key, timestamp, headers, value, check in conn.execute(query, (base, base + SPAN)):
        offset = at - base
        problems += _gap(gaps, expected, offset)
        if not first <= offset < end:
            problems.append(f"offset {offset} lies outside {first} to {end - 1}")
        if not intact(key, timestamp, headers, value, check):
            problems.append(f"offset {offset} has changed since it was written")
        expected = offset + 1
    return problems + _gap(gaps, expected, end)


def _gap(gaps: list[tuple[int, int]], first: int, end: int) -> list[str]:
    return [missing(first, end)] if first < end and (first, end - 1) not in gaps else []


def missing(first: int, end: int) -> str:
    """Say which offsets are missing."""
    return f"offsets {first} to {end - 1} are missing"
