"""A consumer of promotions that keeps a table of its own, exactly once.

Reads what `anamnesis promotions --json` prints; each row goes into the table together with its
position, in one transaction, so that a crash or the same input again changes nothing.
"""

import argparse
import json
import sqlite3
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_TABLES: Final = """
    CREATE TABLE IF NOT EXISTS promoted (
        memory TEXT PRIMARY KEY, space TEXT, layer TEXT, score REAL, reason TEXT, text TEXT);
    CREATE TABLE IF NOT EXISTS positions (partition INTEGER PRIMARY KEY, next INTEGER);
"""


def consume(lines: Iterable[str], table: Path) -> tuple[int, int]:
    """Take promotions into a table; give how many were new and how many were known."""
    new = known = 0
    connection = sqlite3.connect(table)
    try:
        connection.executescript(_TABLES)
        for line in lines:
            row = json.loads(line)
            partition, offset = map(int, row["position"].split(":"))
            with connection:
                if _moved(connection, partition, offset):
                    new += 1
                    _take(connection, row)
                else:
                    known += 1
    finally:
        connection.close()
    return new, known


def _moved(connection: sqlite3.Connection, partition: int, offset: int) -> bool:
    """Move the position beyond a row; say whether it was not there yet."""
    found = connection.execute("SELECT next FROM positions WHERE partition = ?", (partition,))
    following = found.fetchone()
    if following and offset < following[0]:
        return False
    connection.execute("INSERT OR REPLACE INTO positions VALUES (?, ?)", (partition, offset + 1))
    return True


def _take(connection: sqlite3.Connection, row: dict[str, object]) -> None:
    whole = row["whole"]
    assert isinstance(whole, dict)  # noqa: S101 - it is by the schema
    if whole["layer"] == "interact":
        connection.execute("DELETE FROM promoted WHERE memory = ?", (whole["memory"],))
        return
    connection.execute(
        "INSERT OR REPLACE INTO promoted VALUES (?, ?, ?, ?, ?, ?)",
        (
            whole["memory"],
            whole["space"],
            whole["layer"],
            row["score"],
            row["reason"],
            whole["text"],
        ),
    )


def main() -> None:
    """Consume standard input."""
    parser = argparse.ArgumentParser(prog="python -m examples.promoted", description=__doc__)
    parser.add_argument("--table", type=Path, required=True, help="SQLite file of the table")
    options = parser.parse_args()
    new, known = consume(sys.stdin, options.table)
    sys.stdout.write(f"{new} new, {known} known\n")


if __name__ == "__main__":
    main()
