"""How fast observations are taken in with every model on, beside the bare network's best rate.

A second space takes the same texts again with a warm percept cache: what is left is everything
besides inference.
"""

import argparse
from collections.abc import Sequence
from typing import Final

from benches.bare import Bare
from benches.figure import Figure, Goal
from benches.texts import observations, texts
from benches.trial import Meter, Spent, feed, new
from infra.memory import Memory

SMALL: Final = {"count": 600, "rounds": 2}
_RATIO: Final = Goal(least=0.75, ratio=True)
_WARM: Final = Goal(least=2000)
_CPU: Final = Goal(most=0.5)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument("--count", type=int, default=8000, help="observations")
    parser.add_argument("--rounds", type=int, default=8, help="turns of the ceiling and of ours")


def run(options: argparse.Namespace) -> list[Figure]:
    """Let the bare network and the pipeline take turns, so that a busy machine slows both."""
    share = options.count // options.rounds
    count = share * options.rounds
    said, lines = list(texts(count)), list(observations(count, "cold"))
    with new(percept_cache=2 * count) as memory:
        bare = Bare(memory.settings.models)
        bare.rates(said[:50])  # the first passes are slower: memory is being laid out
        feed(memory, observations(50, "first", seed=1))
        ceilings, spent = [], []
        for begin in range(0, count, share):
            ceilings.append(bare.rates(said[begin : begin + share]))
            spent.append(ingested(memory, lines[begin : begin + share]))
        hits = memory.perceiver.kept.cache.hits
        again = ingested(memory, list(observations(count, "warm")))
        warm = (memory.perceiver.kept.cache.hits - hits) / count
        length = sum(bare.tokens(text) for text in said) / count
        bare.close()
    return [*cold(count, share, ceilings, spent, length), *cached(count, again, warm)]


def ingested(memory: Memory, lines: Sequence[bytes]) -> Spent:
    """Ingest lines until they can be recalled and give what that took."""
    meter = Meter(memory)
    feed(memory, lines)
    return meter.spent()


def cold(
    count: int,
    share: int,
    ceilings: Sequence[dict[str, float]],
    spent: Sequence[Spent],
    length: float,
) -> list[Figure]:
    """Compare with the fastest way of running the bare network."""
    mean = {way: len(ceilings) / sum(1 / rates[way] for rates in ceilings) for way in ceilings[0]}
    best = max(mean, key=lambda way: mean[way])
    rate = count / sum(one.wall for one in spent)
    note = f"{share} at a time, {length:.1f} tokens each"
    return [
        Figure("ingest, every model on", rate, "/s", mean[best], f"bare, {best}", _RATIO, note),
        *(Figure(f"bare network, {way}", value, "/s") for way, value in mean.items()),
        Figure("CPU an observation", 1000 * sum(one.cpu for one in spent) / count, "ms"),
    ]


def cached(count: int, spent: Spent, hits: float) -> list[Figure]:
    """Tell what is left when the percepts are known."""
    note = f"{100 * hits:.0f} % of the texts from the cache"
    cpu = 1000 * spent.cpu / count
    return [
        Figure("ingest, warm percept cache", count / spent.wall, "/s", goal=_WARM, note=note),
        Figure("CPU an observation besides inference", cpu, "ms", goal=_CPU, note=note),
    ]
