"""Whether a tick costs as much among 100,000 memories as among 1,000 when as many are due."""

import argparse
from datetime import timedelta
from typing import Final

import numpy as np
from sqlalchemy import select

from benches.figure import Figure, Goal
from benches.made_up import grow
from benches.texts import BEGAN
from benches.trial import Meter, feed, new
from infra.host.scheduler import tick_of
from infra.memory import Memory
from infra.views.sql_tables import MEMORIES
from schemas.observations import Recalled
from schemas.wire import encode
from streams.instants import from_micros

SMALL: Final = {"sizes": [300, 900], "due": 20, "rounds": 2}
_FLAT: Final = Goal(most=1.5, ratio=True)
_SECOND: Final = timedelta(seconds=1)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--due", type=int, default=100, help="memories due at each tick")
    parser.add_argument("--rounds", type=int, default=5, help="ticks measured at each size")


def run(options: argparse.Namespace) -> list[Figure]:
    """Grow a space of each size; let a few ticks come in it when so many memories are due."""
    costs: dict[int, list[tuple[float, float, int]]] = {}
    with new() as memory:
        for size in sorted(options.sizes):
            space = f"bench{size}"
            begin = Recalled(id="begin", space=space, at=BEGAN, question="?", memories=())
            feed(memory, [encode(begin)])
            grow(memory, space, size)
            costs[size] = [_ticked(memory, space, options.due) for _ in range(options.rounds)]
    least, *_ = costs
    figures = []
    for name, place in (("CPU of a tick", 0), ("time of a tick", 1)):
        medians = {at: float(np.median([c[place] for c in found])) for at, found in costs.items()}
        for at, median in medians.items():
            touched = sum(c[2] for c in costs[at]) // len(costs[at])
            figures.append(
                Figure(
                    f"{name} at {at:,}", 1000 * median, "ms", 1000 * medians[least],
                    f"at {least:,}", _FLAT if at != least and place == 0 else None,
                    f"{touched} memories due",
                )
            )  # fmt: skip
    return figures


def _ticked(memory: Memory, space: str, due: int) -> tuple[float, float, int]:
    """Tick at the time at which so many memories are due; give CPU, time, and how many were."""
    m = MEMORIES.c
    query = select(m.due).where(m.space == space, m.state == "vivid", m.due.is_not(None))
    with memory.views.engine.connect() as on:
        ends = on.scalars(query.order_by(m.due).offset(due - 1).limit(1)).one()
    memory.projector.flush()
    meter = Meter(memory)
    memory.tick([tick_of(space, "decay", from_micros(ends) + _SECOND)])
    spent = meter.spent()
    return spent.cpu, spent.wall, int(memory.scheduler.ran()[space, "decay"]["changed"])
