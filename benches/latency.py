"""How long it takes from writing one observation, when idle, until it can be recalled."""

import argparse
import json
from collections import deque
from typing import Final

from benches.bare import Bare
from benches.figure import Figure, Goal
from benches.made_up import grow
from benches.texts import observations
from benches.trial import at, clock, new
from infra.clock import pause
from infra.host.ingest import Ingested
from infra.memory import Memory
from infra.recollection import Asked

SMALL: Final = {"count": 40, "memories": 300}
_SPACE: Final = "bench"
_GOALS: Final = ((50, Goal(most=4, ratio=True)), (99, Goal(most=10, ratio=True)))


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument("--count", type=int, default=500, help="observations, one at a time")
    parser.add_argument("--memories", type=int, default=10_000, help="what the space holds before")
    parser.add_argument("--idle", type=float, default=0.02, help="seconds between two")


def run(options: argparse.Namespace) -> list[Figure]:
    """Write one, wait for it, look whether it is found; one bare pass over its text beside it."""
    durable, recallable, passes = [], [], []
    missed = 0
    with new() as memory:
        grow(memory, _SPACE, options.memories)
        bare = Bare(memory.settings.models)
        lines = observations(options.count + 5, _SPACE, seed=2, first=options.memories, name="new")
        for number, line in enumerate(lines):
            pause(options.idle)
            one_pass = bare.pass_ms(json.loads(line)["text"])
            acknowledged, there = written(memory, line)
            if number >= 5:  # noqa: PLR2004 - the first ones warm up
                passes.append(one_pass)
                durable.append(acknowledged)
                recallable.append(there)
                missed += not found(memory, json.loads(line))
        bare.close()
    unit = at(passes, 50)
    told = [
        Figure(f"write to recallable, p{p}", at(recallable, p), "ms", unit, "encoder pass", goal)
        for p, goal in _GOALS
    ]
    told += [Figure(f"write to durable, p{p}", at(durable, p), "ms") for p in (50, 99)]
    told.append(Figure("encoder pass, p99", at(passes, 99), "ms", unit, "its p50"))
    told.append(Figure("written and not found", missed, "", goal=Goal(most=0)))
    return told


def written(memory: Memory, line: bytes) -> tuple[float, float]:
    """Publish a line; give the milliseconds until it was durable and until it was in the views."""
    result = Ingested()
    began = clock()
    deque(memory.ingestor("bench").lines([line], result), maxlen=0)
    durable = clock()
    memory.host.wait(result.positions)
    return 1000 * (durable - began), 1000 * (clock() - began)


def found(memory: Memory, row: dict[str, str]) -> bool:
    """Say whether asking with its own words finds an observation."""
    hits = memory.recall.ask(Asked(row["text"], row["space"], k=10)).hits
    return any(row["id"] in hit.observations for hit in hits)
