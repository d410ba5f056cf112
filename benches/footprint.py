"""How much memory 100,000 memories take at the most, and how many bytes on disk, and for what."""

import argparse
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from benches.figure import Figure, Goal
from benches.made_up import grow
from benches.texts import observations, questions
from benches.trial import feed, folder, occupied, opened, peak_rss, shared, vector_worker
from infra.log.sqlite_file import FILE as LOG_FILE
from infra.log.sqlite_log import SqliteLog
from infra.memory import Memory
from infra.opening import VECTORS_FOLDER
from infra.recollection import Asked
from infra.views.sqlite_store import VIEWS_FILE

SMALL: Final = {"memories": 2000, "real": 100}
_SPACE: Final = "bench"
_GOAL: Final = Goal(most=700)
_MB: Final = 1_000_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument("--memories", type=int, default=100_000)
    parser.add_argument("--real", type=int, default=2000, help="of them perceived by the encoder")
    parser.add_argument("--questions", type=int, default=50, help="asked at the end")


def run(options: argparse.Namespace) -> list[Figure]:
    """Fill a folder, ask, and look at both processes; then open it anew and look at its files."""
    with folder() as home:
        with opened(home) as memory:
            bare = peak_rss(os.getpid())
            grow(memory, _SPACE, options.memories - options.real)
            feed(memory, observations(options.real, _SPACE, seed=5, first=options.memories))
            ask(memory, options.questions)
            count = memory.views.size()
            figures = peaks(memory, count, bare)
            streams = memory.log.size() if isinstance(memory.log, SqliteLog) else {}
        figures += list(disk(home, count, streams))
    return figures


def ask(memory: Memory, count: int) -> None:
    """Ask some questions: what recall reads belongs to the peak."""
    for question in questions(count):
        memory.recall.ask(Asked(question, _SPACE))


def peaks(memory: Memory, count: int, bare: int) -> list[Figure]:
    """Give the most that this process and the vector worker have had in memory."""
    here, worker = peak_rss(os.getpid()), peak_rss(vector_worker(memory))
    twice = shared(os.getpid(), vector_worker(memory))
    note = f"{count:,} memories; {twice / _MB:.0f} MB that both share count once"
    both = (here + worker - twice) / _MB
    return [
        Figure("peak memory, both processes", both, "MB", goal=_GOAL, note=note),
        Figure("  this process", here / _MB, "MB", bare / _MB, "empty, models loaded"),
        Figure("  vector worker", worker / _MB, "MB"),
    ]


def disk(home: Path, count: int, streams: dict[str, int]) -> Iterator[Figure]:
    """Give the bytes on disk a memory, in all and for what."""
    whole = occupied(home)
    yield Figure("on disk a memory", whole / count, "bytes", note=f"{whole / _MB:,.0f} MB in all")

    def part(name: str, size: float) -> Figure:
        return Figure(f"  {name}", size / count, "bytes", whole / count, "the whole")

    yield part("log", occupied(home / LOG_FILE))
    for stream, size in sorted(streams.items(), key=lambda pair: -pair[1]):
        if size:
            yield part(f"  {stream.removeprefix('anamnesis.')}, values and headers", size)
    yield part("SQL views", occupied(home / VIEWS_FILE))
    for table, size in by_table(home / VIEWS_FILE).items():
        if size * 200 > whole:
            yield part(f"  {table}", size)
    yield part("vectors", occupied(home / VECTORS_FOLDER))


def by_table(file: Path) -> dict[str, int]:
    """Give the bytes of each table and index, where this SQLite can count them."""
    query = "SELECT name, SUM(pgsize) AS size FROM dbstat GROUP BY name ORDER BY size DESC"
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        try:
            return dict(connection.execute(query).fetchall())
        except sqlite3.OperationalError:  # built without the dbstat table
            return {}
