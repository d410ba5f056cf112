"""How long recall takes at 1,000, 10,000 and 100,000 memories in a space, less one encoder pass."""

import argparse
from typing import Final

from benches.bare import Bare
from benches.figure import Figure, Goal
from benches.made_up import grow
from benches.texts import questions
from benches.trial import at, new
from infra.memory import Memory
from infra.recollection import Asked

SMALL: Final = {"sizes": [300, 1000], "count": 40}
_SPACE: Final = "bench"
_GOALS: Final = {10_000: Goal(most=25), 100_000: Goal(most=50)}  # ms beyond one pass, p99


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--count", type=int, default=500, help="questions at each size")
    parser.add_argument("--k", type=int, default=10, help="results")


def run(options: argparse.Namespace) -> list[Figure]:
    """Grow one space and ask different questions at each size; all texts are new to the cache."""
    figures: list[Figure] = []
    size = 0
    with new() as memory:
        bare = Bare(memory.settings.models)
        for number, wanted in enumerate(sorted(options.sizes)):
            grow(memory, _SPACE, wanted - size, first=size)
            size = wanted
            memory.projector.flush()
            asked = list(dict.fromkeys(questions(options.count + 20, seed=11 + number)))
            figures += measured(memory, bare, asked, size, options.k)
        bare.close()
    return figures


def measured(memory: Memory, bare: Bare, asked: list[str], size: int, k: int) -> list[Figure]:
    """Ask each question once, with one bare pass over it beside; the first ones warm up."""
    took, passes = [], []
    for number, question in enumerate(asked):
        one_pass = bare.pass_ms(question)
        ms = memory.recall.ask(Asked(question, _SPACE, k=k)).took_ms
        if number >= 20:  # noqa: PLR2004 - warm
            passes.append(one_pass)
            took.append(ms)
    unit = at(passes, 50)
    goals = {50: None, 99: _GOALS.get(size)}
    note = f"encoder pass {unit:.2f} ms; {memory.views.size()} memories in all"
    return [
        Figure(
            f"recall at {size:,} less one pass, p{p}", at(took, p) - unit, "ms",
            goal=goal, note=note,
        )
        for p, goal in goals.items()
    ]  # fmt: skip
