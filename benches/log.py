"""Measure how fast the local log appends and reads, beside bare sqlite3 on the same disk.

Where fsync is in the way, rows a second measure the disk of the moment: compare CPU a row, and
see the range and `fsync_ms` (a 4 KiB write, probed in every round) before trusting a median.
"""

import json
import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from infra.log.sqlite_log import SqliteLog, Sync
from schemas.envelope import Envelope, derive_id
from streams.log import Outgoing

SYNCS: Final[tuple[Sync, ...]] = ("full", "normal", "off")
ROWS: Final = {1: 1_000, 64: 12_800, 512: 51_200}  # how many to append, by batch size
ROUNDS: Final = 5  # the median counts: the disk is shared with whatever else runs
READ: Final = 512
SPACES: Final = 20
STREAM: Final = "bench"


def cpu() -> str:
    """Name the processor and its cores."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.processor()}, {len(names)} cores"


def messages(count: int) -> list[Outgoing]:
    """Make messages of 500 bytes with the headers that observations carry."""
    made = []
    for n in range(count):
        space = f"acme.user{n % SPACES}"
        named = Envelope(
            id=derive_id(space, n),
            tag="message_observed.v1",
            source="anamnesis/bench",
            space=space,
            at="2025-01-01T10:00:00Z",
        )
        made.append(Outgoing(STREAM, space, bytes(500), named.headers(), 1_700_000_000_000 + n))
    return made


def rate(rows: int, work: Callable[[], object]) -> tuple[float, float]:
    """Give the rows a second that some work handles, and the CPU microseconds a row."""
    start, used = time.perf_counter(), time.process_time()
    work()
    took, used = time.perf_counter() - start, time.process_time() - used
    return rows / took, 1e6 * used / rows


def fsync_ms(folder: Path) -> float:
    """Give the median milliseconds that a small write takes to become durable now."""
    took = []
    with (folder / "probe").open("wb", buffering=0) as file:
        for _ in range(11):
            start = time.perf_counter()
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            took.append(1e3 * (time.perf_counter() - start))
    return statistics.median(took)


def bare(file: Path, sync: Sync) -> sqlite3.Connection:
    """Open a table of the same columns with nothing of ours around it."""
    conn = sqlite3.connect(file, isolation_level=None)
    conn.execute("PRAGMA journal_mode = WAL").fetchall()
    conn.execute(f"PRAGMA synchronous = {sync}")
    conn.execute("CREATE TABLE records (id INTEGER PRIMARY KEY, key, timestamp, headers, value)")
    return conn


def write_bare(conn: sqlite3.Connection, batch: list[tuple[object, ...]], count: int) -> None:
    """Insert the batch `count` times, a transaction each."""
    for _ in range(count):
        conn.execute("BEGIN IMMEDIATE")
        conn.executemany("INSERT INTO records VALUES (NULL, ?, ?, ?, ?)", batch)
        conn.execute("COMMIT")


def read_bare(conn: sqlite3.Connection) -> int:
    """Read everything in pages; give the number of rows."""
    at = seen = 0
    query = "SELECT * FROM records WHERE id > ? ORDER BY id LIMIT ?"
    while page := conn.execute(query, (at, READ)).fetchall():
        seen, at = seen + len(page), page[-1][0]
    return seen


def read_ours(log: SqliteLog) -> int:
    """Read everything in pages, partition by partition; give the number of records."""
    seen = 0
    for partition in range(log.partitions):
        offset = 0
        while page := log.read(STREAM, partition, offset, READ):
            seen, offset = seen + len(page), page[-1].offset + 1
    return seen


def appends(
    log: SqliteLog, conn: sqlite3.Connection, folder: Path, sync: Sync, size: int
) -> dict[str, Any]:
    """Append batches of one size, ours and bare taking turns."""
    batch = messages(size)
    rows: list[tuple[object, ...]] = [
        (r.key, r.timestamp, json.dumps(r.headers).encode(), r.value) for r in batch
    ]
    count = ROWS[size] // size
    ours, theirs, probes = [], [], []
    for _ in range(ROUNDS):
        probes.append(fsync_ms(folder))
        theirs.append(rate(count * size, lambda: write_bare(conn, rows, count)))
        ours.append(rate(count * size, lambda: [log.append(batch) for _ in range(count)]))
    spread = {"fsync_ms": [round(min(probes), 2), round(max(probes), 2)]}
    return row(f"append {size} {sync}", ours, theirs) | spread


def reads(log: SqliteLog, conn: sqlite3.Connection, sync: Sync) -> dict[str, Any]:
    """Read everything back, ours and bare taking turns."""
    total, bare_total = read_ours(log), read_bare(conn)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(rate(bare_total, lambda: read_bare(conn)))
        ours.append(rate(total, lambda: read_ours(log)))
    return row(f"read {READ} {sync}", ours, theirs)


def row(
    what: str, ours: list[tuple[float, float]], theirs: list[tuple[float, float]]
) -> dict[str, Any]:
    """Give one line of the table: medians, the range, and the ratio of rounds side by side."""
    rates = [rows for rows, _ in ours]
    pairs = [mine / bare for (mine, _), (bare, _) in zip(ours, theirs, strict=True)]
    return {
        "name": f"log {what}",
        "rows_per_s": round(statistics.median(rates)),
        "range": [round(min(rates)), round(max(rates))],
        "ceiling_rows_per_s": round(statistics.median(rows for rows, _ in theirs)),
        "ratio": round(statistics.median(pairs), 2),
        "cpu_us_per_row": round(statistics.median(used for _, used in ours), 2),
        "ceiling_cpu_us_per_row": round(statistics.median(used for _, used in theirs), 2),
        "cpu": cpu(),
    }


def run() -> list[dict[str, Any]]:
    """Measure every batch size with every sync mode, and reading."""
    found = []
    for sync in SYNCS:
        with (
            tempfile.TemporaryDirectory() as folder,
            closing(SqliteLog(Path(folder), sync=sync)) as log,
            closing(bare(Path(folder) / "bare.db", sync)) as conn,
        ):
            found += [appends(log, conn, Path(folder), sync, size) for size in ROWS]
            found.append(reads(log, conn, sync))
    return found


def main() -> None:
    """Print the figures as a table, or with --json as lines."""
    found = run()
    if "--json" in sys.argv:
        print("\n".join(json.dumps(line) for line in found))
        return
    print(f"{cpu()}; messages of 500 bytes with headers; ceiling: bare sqlite3 executemany")
    print(
        f"{'':22}{'rows/s':>9}{'lowest':>9}{'highest':>9}{'ceiling':>11}{'ratio':>7}"
        f"{'CPU us/row':>12}{'ceiling':>9}  fsync ms"
    )
    for line in found:
        low, high = line["range"]
        print(
            f"{line['name']:22}{line['rows_per_s']:>9,}{low:>9,}{high:>9,}"
            f"{line['ceiling_rows_per_s']:>11,}{line['ratio']:>7}{line['cpu_us_per_row']:>12}"
            f"{line['ceiling_cpu_us_per_row']:>9}  {line.get('fsync_ms', '')}"
        )


if __name__ == "__main__":
    main()
