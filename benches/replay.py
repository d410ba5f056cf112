"""How fast the log is folded again into SQL views alone, and into SQL views and vectors."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benches.figure import Figure, Goal
from benches.made_up import grow
from benches.trial import clock, folder, new
from infra.memory import Memory
from infra.vectors.edge_vectors import EdgeVectors
from infra.views.refold import pages, refold
from infra.views.sqlite_store import SqliteStore
from schemas.wire import decode
from streams.topology import MEMORIES

SMALL: Final = {"count": 1000, "rounds": 1}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument("--count", type=int, default=20_000, help="observations in the log")
    parser.add_argument("--rounds", type=int, default=3, help="the fastest counts")


def run(options: argparse.Namespace) -> list[Figure]:
    """Fill a log, then fold it into folders of its own, as `replay --to` does."""
    with new() as memory:
        grow(memory, "bench", options.count)
        events = sum(memory.log.ends(MEMORIES))
        works: dict[str, Callable[[Path], object]] = {
            "read": lambda _: read(memory),
            "sql": lambda to: refold(memory.log, memory.codec, SqliteStore(to)).close(),
            "both": lambda to: with_vectors(memory, to),
        }
        rates = {name: best(events, work, options.rounds) for name, work in works.items()}
    told = (("replay, SQL views", "sql", 10_000), ("replay, SQL views and vectors", "both", 5000))
    return [
        Figure(
            name, rates[which], "events/s", rates["read"], "reading and decoding alone",
            Goal(least=goal), f"{events:,} events",
        )
        for name, which, goal in told
    ]  # fmt: skip


def best(events: int, work: Callable[[Path], object], rounds: int) -> float:
    """Give the events a second of the fastest round, each into an empty folder."""
    took = []
    for _ in range(rounds):
        with folder() as to:
            began = clock()
            work(to)
            took.append(clock() - began)
    return events / min(took)


def read(memory: Memory) -> None:
    """Read and decode every event and do nothing with it."""
    for _, page in pages(memory.log):
        for record in page:
            decode(record.headers["ce_type"], record.value)


def with_vectors(memory: Memory, to: Path) -> None:
    """Fold into SQL views and a vector view, durable at the end."""
    with EdgeVectors(to / "vectors") as vectors:
        refold(memory.log, memory.codec, SqliteStore(to), vectors=vectors).close()
