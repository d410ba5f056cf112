"""Whether an observation costs as much at 100,000 memories in a space as at 1,000."""

import argparse
from itertools import islice
from typing import Final

from benches.figure import Figure, Goal
from benches.made_up import grow
from benches.texts import observations, texts
from benches.trial import Meter, Spent, feed, new, warm
from infra.memory import Memory

SMALL: Final = {"sizes": [200, 1000], "window": 200}
_SPACE: Final = "bench"
_FLAT: Final = Goal(most=1.3, ratio=True)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--window", type=int, default=1000, help="observations measured at each")


def run(options: argparse.Namespace) -> list[Figure]:
    """Grow one space; at each size measure so many observations, with and without inference."""
    cold: dict[int, Spent] = {}
    cached: dict[int, Spent] = {}
    size = 0
    with new() as memory:
        feed(memory, observations(100, "first", seed=1))
        for wanted in sorted(options.sizes):
            grow(memory, _SPACE, wanted - size, first=size)
            cold[wanted] = window(memory, wanted, options.window)
            begin = wanted + options.window
            warm(memory, texts(options.window, seed=begin))
            cached[wanted] = window(memory, begin, options.window)
            size = begin + options.window
    figures = []
    for name, spent in (("cost", cold), ("cost besides inference", cached)):
        for unit, part in (("ms CPU", "cpu"), ("ms", "wall")):
            costs = {at: 1000 * getattr(one, part) / options.window for at, one in spent.items()}
            figures += compared(name, unit, costs)
    return figures


def window(memory: Memory, first: int, count: int) -> Spent:
    """Ingest so many observations, perceived by the real encoder, and give what they cost."""
    lines = list(islice(observations(count, _SPACE, seed=first, first=first, name="w"), count))
    memory.projector.flush()
    meter = Meter(memory)
    feed(memory, lines)
    return meter.spent()


def compared(name: str, unit: str, costs: dict[int, float]) -> list[Figure]:
    """Compare each size with the smallest; only the CPU has a goal, for others use the machine."""
    least, *_ = costs
    goal = _FLAT if unit == "ms CPU" else None
    return [
        Figure(f"{name} an observation at {size:,}", cost, unit, costs[least],
               f"at {least:,}", goal if size != least else None)
        for size, cost in costs.items()
    ]  # fmt: skip
