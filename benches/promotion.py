"""Whether the trained network knows better than rules which memories are asked for later.

The sessions are none that it was trained on: other made-up lives, other users of MemoryBank, other
dialogues of MADial-Bench, and a conversation of LoCoMo with its own questions (benches/needs.py,
models/training/worth.py). Both score the same looks of the same run: at each memory that was just
met, is it asked for in the 60 days that follow?
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.worth import FEATURES, Network
from benches import needs
from benches.figure import Figure, Goal
from benches.trial import new
from infra.memory import Memory
from infra.models.worth_model import read_worth

SMALL: Final = {"lives": 1, "count": 600}
_AT: Final = 0.7
_SEEDS: Final = 9000  # of lives to measure on; those to learn from begin at 100


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument("--data", type=Path, default=None, help="folder of the data sets")
    parser.add_argument("--lives", type=int, default=4, help="of each kind")
    parser.add_argument("--count", type=int, default=3000, help="memories of a made-up life")


def run(options: argparse.Namespace) -> list[Figure]:
    """Score every look of lives that were not trained on, by the network and by the rules."""
    with new() as memory:
        network = read_worth(memory.settings.models / "worth")
        found = dict(_pools(memory, options))
    figures: list[Figure] = []
    for name, pool in found.items():
        lives = [needs.looks(pool, _SEEDS + n) for n in range(options.lives)]
        figures += _figures(name, lives, network)
    return figures


def _pools(memory: Memory, options: argparse.Namespace) -> Iterator[tuple[str, needs.Pool]]:
    yield "made-up lives", needs.chatter(memory, seed=42, count=options.count)
    if options.data:
        bank, madial = options.data / "memorybank", options.data / "madial_bench_en"
        yield "MemoryBank, users 11 to 15", needs.memorybank(memory, bank, slice(10, None))
        yield "MADial-Bench, dialogues 108 to 160", needs.madial(memory, madial, slice(107, None))
        yield "LoCoMo, the first conversation", needs.locomo(memory, options.data)


def _figures(name: str, lives: list[needs.Looks], network: Network) -> Iterator[Figure]:
    features = np.concatenate([one.features[one.reviewed] for one in lives])
    later = np.concatenate([one.later[one.reviewed] for one in lives])
    rules = np.concatenate([one.rules[one.reviewed] for one in lives])
    ours = np.array(
        [network.score(dict(zip(FEATURES, row, strict=True))) for row in features.tolist()]
    )
    note = f"{len(later):,} looks, {100 * later.mean():.0f} % asked for later"
    yield Figure(f"{name}: AUROC", auroc(ours, later), "", auroc(rules, later), "rules", note=note)
    for of, scores, goal in (("model", ours, Goal(least=90)), ("rules", rules, None)):
        chosen = scores >= _AT
        missed = 100 * later[chosen].sum() / max(later.sum(), 1)
        yield Figure(
            f"{name}: precision of the {of} at {_AT}",
            100 * float(later[chosen].mean()) if chosen.any() else float("nan"), "%", goal=goal,
            note=f"{int(chosen.sum()):,} promoted, {missed:.0f} % of what is asked for later",
        )  # fmt: skip
    as_many = np.argsort(-rules, kind="stable")[: int((ours >= _AT).sum())]
    if len(as_many):
        best = 100 * float(later[as_many].mean())
        yield Figure(
            f"{name}: precision of the rules, as many promoted", best, "%",
            note=f"at the threshold {rules[as_many[-1]]:.2f}",
        )  # fmt: skip


def auroc(scores: NDArray[np.float64], later: NDArray[np.bool_]) -> float:
    """Give the probability that what is asked for scores above what is not; ties count half."""
    order = np.sort(scores)
    below = np.searchsorted(order, scores, "left")
    ranks = (below + np.searchsorted(order, scores, "right") + 1) / 2
    many, few = int(later.sum()), int((~later).sum())
    return float((ranks[later].sum() - many * (many + 1) / 2) / max(many * few, 1))
