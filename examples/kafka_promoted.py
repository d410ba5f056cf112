"""A consumer of the topic of promotions that keeps a table of its own, exactly once.

Each record goes into the table together with its id and its position, in one transaction, and
reading goes on from the table's positions: a crash changes nothing. Memory publishes at least
once, so a record may stand in the topic again: its id is then known, and it is passed over. How a
cluster is reached that asks for passwords or certificates is said in `kafka_access.py`.
"""

import argparse
import json
import sqlite3
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from examples.kafka_access import access, ended

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of kafka-python's own imports
    from kafka import KafkaConsumer, TopicPartition

_TOPIC: Final = "anamnesis.promotions"
_TABLES: Final = """
    CREATE TABLE IF NOT EXISTS promoted (
        memory TEXT PRIMARY KEY, space TEXT, layer TEXT, score REAL, reason TEXT, text TEXT);
    CREATE TABLE IF NOT EXISTS taken (id TEXT PRIMARY KEY);
    CREATE TABLE IF NOT EXISTS positions (partition INTEGER PRIMARY KEY, next INTEGER);
"""


def consume(records: Iterator[Any], connection: sqlite3.Connection) -> tuple[int, int]:
    """Take records into the table; give how many were new and how many were known."""
    new = known = 0
    for record in records:
        with connection:
            if not record.value:
                pass  # a tombstone: what stood before it was erased
            elif _first(connection, dict(record.headers)["ce_id"].decode()):
                new += 1
                _take(connection, json.loads(record.value))
            else:
                known += 1
            connection.execute(
                "INSERT OR REPLACE INTO positions VALUES (?, ?)",
                (record.partition, record.offset + 1),
            )
    return new, known


def opened(table: Path) -> sqlite3.Connection:
    """Open the table, made where there is none."""
    connection = sqlite3.connect(table)
    connection.executescript(_TABLES)
    return connection


def unread(broker: str, connection: sqlite3.Connection) -> Iterator[Any]:
    """Give what the topic holds beyond the table's positions, to its present end."""
    consumer = KafkaConsumer(
        **access(broker), enable_auto_commit=False, auto_offset_reset="earliest"
    )
    try:
        partitions = consumer.partitions_for_topic(_TOPIC)
        if not partitions:
            raise ValueError(f"Kafka at {broker} has no topic {_TOPIC}")
        places = [TopicPartition(_TOPIC, partition) for partition in partitions]
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        for partition, following in connection.execute("SELECT partition, next FROM positions"):
            consumer.seek(TopicPartition(_TOPIC, partition), following)
        ends = consumer.end_offsets(places)
        while any(consumer.position(place) < ends[place] for place in places):
            for records in consumer.poll(500).values():
                yield from records
    finally:
        consumer.close()


def _first(connection: sqlite3.Connection, id_: str) -> bool:
    return connection.execute("INSERT OR IGNORE INTO taken VALUES (?)", (id_,)).rowcount > 0


def _take(connection: sqlite3.Connection, row: dict[str, Any]) -> None:
    whole = row["whole"]
    if whole["layer"] == "interact":  # it was moved down again
        connection.execute("DELETE FROM promoted WHERE memory = ?", (whole["memory"],))
        return
    kept = (whole["memory"], whole["space"], whole["layer"])
    connection.execute(
        "INSERT OR REPLACE INTO promoted VALUES (?, ?, ?, ?, ?, ?)",
        (*kept, row["score"], row["reason"], whole["text"]),
    )


def main() -> None:
    """Consume what there is; run it again, from cron say, for what comes later."""
    parser = argparse.ArgumentParser(prog="python -m examples.kafka_promoted", description=__doc__)
    parser.add_argument("--broker", default="127.0.0.1:9092", help="host:port")
    parser.add_argument("--table", type=Path, required=True, help="SQLite file of the table")
    options = parser.parse_args()

    def consumed() -> str:
        try:
            connection = opened(options.table)
        except sqlite3.Error as error:
            raise ValueError(f"{options.table}: {error}") from error
        try:
            new, known = consume(unread(options.broker, connection), connection)
        finally:
            connection.close()
        return f"{new} new, {known} known"

    ended(consumed, options.broker)


if __name__ == "__main__":
    main()
