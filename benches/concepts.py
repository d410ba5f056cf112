"""How fast episodes become concepts beside inference, and how fast what is in mind is found."""

import argparse
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import numpy as np

from benches.figure import Figure, Goal
from benches.made_up import grow
from benches.texts import BEGAN, PLACES, texts
from benches.trial import at, clock, new
from infra.associating import Associating
from infra.host.scheduler import tick_of
from infra.memory import Memory
from infra.views.sql_concepts import SqlConcepts
from infra.views.sql_working import SqlWorking

SMALL: Final = {"memories": 300, "rounds": 20}
_SPACE: Final = "bench"
_LATER: Final = BEGAN + timedelta(days=400)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument(
        "--memories", type=int, default=10_000, help="half of them beside inference"
    )
    parser.add_argument("--rounds", type=int, default=200, help="look-ups of each kind")


def run(options: argparse.Namespace) -> list[Figure]:
    """Consolidate half of a space alone, the other half beside an encoder that never waits."""
    half = options.memories // 2
    with new() as memory:
        grow(memory, _SPACE, half)
        alone = _consolidated(memory, 0)
        grow(memory, _SPACE, half, first=half)
        with _inferring(memory):
            beside = _consolidated(memory, 1)
        return [
            Figure(
                "consolidation beside inference", beside, "memories/s", alone, "without it",
                Goal(least=2000), f"{half:,} memories each time",
            ),
            *_looked_up(memory, options.rounds, half),
        ]  # fmt: skip


def _consolidated(memory: Memory, round_: int) -> float:
    """Tick until nothing is left; give memories a second."""
    began, done = clock(), 0
    for second in range(10_000):
        moment = _LATER + timedelta(days=round_, seconds=second)
        memory.tick([tick_of(_SPACE, "consolidate", moment)])
        ran = memory.scheduler.ran()[_SPACE, "consolidate"]
        done += ran["changed"]
        if not ran["left"]:
            break
    return done / (clock() - began)


@contextmanager
def _inferring(memory: Memory) -> Iterator[None]:
    """Keep the encoder at work meanwhile."""
    stopping = threading.Event()

    def work() -> None:
        for text in texts(1_000_000, seed=5):
            if stopping.is_set():
                return
            memory.perceiver.encoder.submit(text).result()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def _looked_up(memory: Memory, rounds: int, half: int) -> Iterator[Figure]:
    concepts = SqlConcepts(memory.reads)
    places, size = concepts.map(_SPACE), len(concepts.largest(_SPACE, 4096))
    vectors = np.random.default_rng(1).normal(size=(rounds, 384)).astype(np.float32)
    took = _timed(rounds, lambda n: places.nearest(vectors[n], 3))
    yield Figure(
        "concepts nearest to a vector, in memory (p50)", 1000 * at(took, 50), "us",
        goal=Goal(most=100), note=f"{size:,} concepts",
    )  # fmt: skip
    working, latest = SqlWorking(memory.reads), (2 * half - 1) // 30
    took = _timed(rounds, lambda n: working.active(_SPACE, f"s{latest - n % 5}", _LATER))
    yield Figure(
        "working memory of a session (p50)", at(took, 50), "ms", goal=Goal(most=1),
        note="ids with activation, their texts not opened",
    )  # fmt: skip
    associating = Associating(memory.reads, memory.vectors, memory.perceiver)
    took = _timed(rounds, lambda n: associating.ask(_SPACE, [PLACES[n % len(PLACES)]], 12))
    yield Figure("association from a name (p50)", at(took, 50), "ms")


def _timed(rounds: int, work: Callable[[int], object]) -> list[float]:
    """Do it once to be warm, then so often; give milliseconds."""
    work(0)
    took = []
    for n in range(rounds):
        began = clock()
        work(n)
        took.append(1000 * (clock() - began))
    return took
