"""What every job costs beside taking in: days of messages with the jobs of each night, and without.

Two spaces of one memory take turns, day by day, so that a busy machine slows both. What is due is
published before a day's messages, as a scheduler does it, and is decided while these are perceived.
"""

import argparse
import json
from datetime import datetime, timedelta
from typing import Final

from benches.chatter import Life
from benches.figure import Figure, Goal
from benches.texts import BEGAN, PEOPLE
from benches.trial import Meter, Spent, feed, new
from infra.memory import Memory

SMALL: Final = {"count": 100, "days": 3}
_SPACES: Final = {"with": True, "without": False}
_NIGHT: Final = timedelta(hours=1)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument("--count", type=int, default=1000, help="messages a day")
    parser.add_argument("--days", type=int, default=10)


def run(options: argparse.Namespace) -> list[Figure]:
    """Take in every day twice; what the first day costs is not counted: everything is cold."""
    spent: dict[str, list[Spent]] = {space: [] for space in _SPACES}
    lives = {space: Life(seed) for seed, space in enumerate(_SPACES)}
    with new() as memory:
        for day in range(options.days + 1):
            at = BEGAN + timedelta(days=day)
            for space in sorted(_SPACES, reverse=bool(day % 2)):
                lines = _lines(lives[space], space, at, options.count)
                spent[space].append(_taken_in(memory, space, lines, at))
        touched = {
            job: ran["changed"]
            for (space, job), ran in sorted(memory.scheduler.ran().items())
            if space == "with"
        }
    wall, cpu = (
        {s: sum(getattr(d, of) for d in spent[s][1:]) for s in _SPACES} for of in _MEASURES
    )
    count = options.count * options.days
    told = ", ".join(f"{job} {changed:,}" for job, changed in touched.items())
    return [
        Figure(
            "time to take in a message, every job on", 1000 * wall["with"] / count, "ms",
            1000 * wall["without"] / count, "no job", Goal(most=1.1, ratio=True),
            f"{options.days} days of {options.count:,} messages; in the last night: {told}",
        ),
        Figure(
            "CPU to take in a message, every job on", 1000 * cpu["with"] / count, "ms",
            1000 * cpu["without"] / count, "no job",
        ),
    ]  # fmt: skip


_MEASURES: Final = ("wall", "cpu")


def _lines(life: Life, space: str, at: datetime, count: int) -> list[bytes]:
    return [
        json.dumps(
            {
                "id": f"{at:%j}-{n}", "space": space, "kind": "message",
                "at": (at + timedelta(hours=8, seconds=n)).isoformat(),
                "session": f"{at:%j}-{n // 30}", "speaker": PEOPLE[n // 30 % 7 + n % 2],
                "text": life.says().text,
            }
        ).encode()
        for n in range(count)
    ]  # fmt: skip


def _taken_in(memory: Memory, space: str, lines: list[bytes], at: datetime) -> Spent:
    meter = Meter(memory)
    _tick(memory, space, at)
    feed(memory, lines)
    _tick(memory, space, at)  # what waits for others, such as a model's look at what is new
    memory.host.drain()
    return meter.spent()


def _tick(memory: Memory, space: str, at: datetime) -> None:
    if _SPACES[space]:
        ticks = [tick for tick in memory.scheduler.due(at + _NIGHT) if tick.space == space]
        memory.publish(ticks)
