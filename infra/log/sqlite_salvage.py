"""What of a damaged local log can be saved, and what is missing."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from infra.log.sqlite_file import (
    FILE,
    OFFSET_BITS,
    checksum,
    damaged,
    explained,
    open_file,
    rollback,
)
from infra.log.sqlite_gaps import LAYOUT
from infra.log.sqlite_notes import EMBEDDER
from infra.log.sqlite_pages import Pages, Value
from schemas.errors import DuplicateIdError

_KEEP: Final = "INSERT OR IGNORE INTO records VALUES (?, ?, ?, ?, ?, ?)"


@dataclass(slots=True)
class _Found:
    """What stood in the damaged file beside the records; wherever copies differ, the safer one."""

    names: dict[int, str] = field(default_factory=dict)
    slots: dict[int, tuple[int, int]] = field(default_factory=dict)
    positions: dict[tuple[str, int], int] = field(default_factory=dict)
    once: set[str] = field(default_factory=set)
    settings: dict[str, int] = field(default_factory=dict)
    partitions: int = 0


def salvage(folder: Path, to: Path) -> dict[str, Any]:
    """Copy every record that can still be read, at its old offset, to a new log in `to`.

    What is missing is noted in the new log, which is sound without it. Gives `partitions`,
    `positions` and `once` (how many of each), and by stream how many records were `saved` and
    which are `missing` (partition, first and last offset). Values stay sealed.
    Raises LogDamagedError when nothing of a log can be found.
    """
    if (to / FILE).exists():
        raise DuplicateIdError(f"{to} already holds a log", folder=str(to))
    conn = open_file(to, 1)
    try:
        with explained(to / FILE):
            conn.execute(LAYOUT)
            conn.execute("BEGIN IMMEDIATE")
            with closing(Pages(folder / FILE)) as pages:
                found = _gather(conn, pages)
            report = _settle(conn, found, folder / FILE)
            conn.execute("COMMIT")
    except BaseException:
        rollback(conn)
        conn.close()
        (to / FILE).unlink()
        raise
    conn.close()
    return report


def _gather(conn: sqlite3.Connection, pages: Pages) -> _Found:
    found = _Found()
    for rowid, columns in pages.rows():
        match rowid, columns:
            case int(), [None, key, int(stamp), bytes(headers), bytes(value), int(check)]:
                if checksum(_text(key), stamp, headers, value) == check:
                    conn.execute(_KEEP, (rowid, key, stamp, headers, value, check))
            case int(), [None, int(first), int(end), int()]:
                known = found.slots.get(rowid, (0, 0))
                found.slots[rowid] = (max(first, known[0]), max(end, known[1]))
            case int(), [None, str(name)]:
                found.names[rowid] = name
            case None, [str(setting), int(number)] if _is_setting(setting):
                found.settings[setting] = max(found.settings.get(setting, 0), number)
            case None, [str(name), int(number)]:
                found.names.setdefault(number, name)  # the index over the streams' names
            case None, [str(consumer), int(slot), int(position)]:
                at = (consumer, slot)
                found.positions[at] = min(position, found.positions.get(at, position))
            case None, [str(known_id)]:
                found.once.add(known_id)
    # The first stream's number is 1, so that its first slot is the number of partitions.
    found.partitions = min(found.slots, default=found.settings.get("partitions", 0))
    return found


def _is_setting(name: str) -> bool:
    return name in ("partitions", "keys") or name.startswith(EMBEDDER)


def _text(key: Value) -> str | None:
    return key if isinstance(key, str) else None


def _settle(conn: sqlite3.Connection, found: _Found, file: Path) -> dict[str, Any]:
    count = found.partitions
    if not count:
        raise damaged(file, "holds nothing that shows how it was partitioned")
    settings = [*(found.settings | {"partitions": count}).items()]
    conn.executemany("INSERT OR REPLACE INTO settings VALUES (?, ?)", settings)
    query = "SELECT DISTINCT id >> ? FROM records"
    saved_slots = {slot for (slot,) in conn.execute(query, (OFFSET_BITS,)).fetchall()}
    numbers = set(found.names) | {slot // count for slot in saved_slots | set(found.slots)}
    streams: dict[str, Any] = {}
    for number in sorted(numbers):
        name = found.names.get(number, f"salvaged-{number}")
        conn.execute("INSERT INTO streams VALUES (?, ?)", (number, name))
        saved, missing = 0, []
        for partition in range(count):
            slot = number * count + partition
            kept, gaps = _settle_slot(conn, slot, *found.slots.get(slot, (0, 0)))
            saved += kept
            missing += [{"partition": partition, "first": a, "last": b} for a, b in gaps]
        streams[name] = {"saved": saved, "missing": missing}
    moves = [(consumer, slot, at) for (consumer, slot), at in found.positions.items()]
    conn.executemany("INSERT INTO positions VALUES (?, ?, ?)", moves)
    conn.executemany("INSERT INTO once VALUES (?)", [(known,) for known in found.once])
    return {
        "partitions": count,
        "positions": len(moves),
        "once": len(found.once),
        "streams": streams,
    }


def _settle_slot(
    conn: sqlite3.Connection, slot: int, first: int, end: int
) -> tuple[int, list[tuple[int, int]]]:
    base = slot << OFFSET_BITS
    # A page that retention had freed may still have shown what was deleted.
    conn.execute("DELETE FROM records WHERE id >= ? AND id < ?", (base, base + first))
    span = (base, base + (1 << OFFSET_BITS))
    query = "SELECT id, length(headers) + length(value) FROM records WHERE id >= ? AND id < ?"
    saved, weight, expected, gaps = 0, 0, first, []
    for at, size in conn.execute(query + " ORDER BY id", span):
        offset = at - base
        if offset > expected:
            gaps.append((expected, offset - 1))
        saved, weight, expected = saved + 1, weight + size, offset + 1
    if expected < end:
        gaps.append((expected, end - 1))
    row = (slot, first, max(expected, end), weight)
    conn.execute("INSERT INTO slots VALUES (?, ?, ?, ?)", row)
    conn.executemany("INSERT INTO gaps VALUES (?, ?, ?)", [(slot, *gap) for gap in gaps])
    return saved, gaps
