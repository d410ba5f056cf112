"""Whether a tick costs the same among a million memories as among a thousand, with 100 due."""

import argparse
from datetime import timedelta
from typing import Final

import numpy as np
from sqlalchemy import select

from agents.jobs import JOBS
from benches.bulk import enlarge
from benches.figure import Figure, Goal
from benches.texts import BEGAN
from benches.trial import Meter, clock, feed, new
from infra.host.scheduler import tick_of
from infra.memory import Memory
from infra.views.sql_tables import MEMORIES
from schemas.observations import Recalled
from schemas.wire import encode
from streams.instants import from_micros

SMALL: Final = {"sizes": [300, 900], "due": 20, "rounds": 2}
_FLAT: Final = Goal(most=1.5, ratio=True)
_SECOND: Final = timedelta(seconds=1)
_LATER: Final = BEGAN + timedelta(days=1000)
_TICKED: Final = ("decay", "compress")  # what looks by the times at which states end

Cost = tuple[float, float, float, int]  # CPU, time, time to see what is due, how many were


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    sizes = [1_000, 10_000, 100_000, 1_000_000]
    parser.add_argument("--sizes", type=int, nargs="+", default=sizes)
    parser.add_argument("--due", type=int, default=100, help="memories due at each tick")
    parser.add_argument("--rounds", type=int, default=5, help="ticks of each job at each size")
    parser.add_argument(
        "--no-points", action="store_true", help="keep copies out of the vector view: quicker"
    )


def run(options: argparse.Namespace) -> list[Figure]:
    """Enlarge a space to each size; let ticks of each job come in it when so many are due.

    Sizes take turns, so that a busy machine slows all of them.
    """
    costs: dict[tuple[str, int], list[Cost]] = {}
    sizes = sorted(options.sizes)
    with new() as memory:
        for size in sizes:
            space = f"bench{size}"
            begin = Recalled(id="begin", space=space, at=BEGAN, question="?", memories=())
            feed(memory, [encode(begin)])
            enlarge(memory, space, size, _LATER, points=not options.no_points)
        for _ in range(options.rounds + 1):  # the first is not counted: everything is cold
            for job in _TICKED:
                for size in sizes:
                    cost = _ticked(memory, f"bench{size}", job, options.due)
                    costs.setdefault((job, size), []).append(cost)
    figures = []
    for job in _TICKED:
        for name, place in (("CPU", 0), ("time", 1), ("time to see what is due", 2)):
            least = _median(costs[job, sizes[0]], place)
            for size in sizes:
                touched = [cost[3] for cost in costs[job, size][1:]]
                figures.append(
                    Figure(
                        f"{job}: {name} at {size:,}", _median(costs[job, size], place), "ms",
                        least, f"at {sizes[0]:,}",
                        _FLAT if size != sizes[0] and place == 0 else None,
                        f"{min(touched)} to {max(touched)} memories due",
                    )
                )  # fmt: skip
    return figures


def _median(costs: list[Cost], place: int) -> float:
    return 1000 * float(np.median([cost[place] for cost in costs[1:]]))


def _ticked(memory: Memory, space: str, job: str, due: int) -> Cost:
    """Tick at the time at which so many memories are due."""
    m = MEMORIES.c
    query = select(m.due).where(m.space == space, m.state.in_(JOBS[job] or ()), m.due.is_not(None))
    with memory.views.engine.connect() as on:
        ends = on.scalars(query.order_by(m.due).offset(due - 1).limit(1)).one()
    at = from_micros(ends)
    memory.projector.flush()
    began = clock()
    memory.scheduler.due(at)
    seen = clock() - began
    meter = Meter(memory)
    memory.tick([tick_of(space, job, at)])
    spent = meter.spent()
    return spent.cpu, spent.wall, seen, int(memory.scheduler.ran()[space, job]["changed"])
