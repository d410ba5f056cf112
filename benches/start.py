"""How long a new process takes until its first answer from an existing folder, and where it goes.

The folder is in the file cache, as after a restart of the process, not of the machine.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Final

from benches.figure import Figure, Goal
from benches.made_up import grow
from benches.trial import clock, folder, opened

SMALL: Final = {"memories": 300, "rounds": 3}
_SPACE: Final = "bench"
_QUESTION: Final = "Who brought the yellow lantern from Porto?"
_GOAL: Final = Goal(most=2)
# The parts of opening overlap: the encoder loads in a thread beside the others.
_PROBE: Final = """
import json, sys, time
from pathlib import Path
begun = time.perf_counter()
took = {}
def mark(name):
    global begun
    took[name] = time.perf_counter() - begun
    begun = time.perf_counter()
def timed(name, work):
    def run(*given, **named):
        began = time.perf_counter()
        try:
            return work(*given, **named)
        finally:
            took["  " + name] = time.perf_counter() - began
    return run
from infra.interpreter import keep_loaded, tune
tune()
import infra.cli.commands
keep_loaded()
mark("imports")
import infra.memory
from infra.recollection import Asked
from infra.settings import read_settings
for room, name in (
    (infra.memory, "open_encoder"), (infra.storing, "open_log"),
    (infra.storing, "open_views"), (infra.memory, "open_vectors"),
):
    setattr(room, name, timed(name, getattr(room, name)))
begun = time.perf_counter()
memory = infra.memory.Memory(read_settings(home=Path(sys.argv[1])))
mark("opening")
memory.recall.ask(Asked(sys.argv[2], sys.argv[3]))
mark("first answer")
memory.close()
mark("closing")
print(json.dumps(took))
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument("--memories", type=int, default=10_000, help="what the folder holds")
    parser.add_argument("--rounds", type=int, default=7, help="the median counts")


def run(options: argparse.Namespace) -> list[Figure]:
    """Ask one question in a new process, several times; then time the steps in another one."""
    with folder() as home:
        with opened(home) as memory:
            grow(memory, _SPACE, options.memories)
        asking = [_QUESTION, "--space", _SPACE, "--no-record", "--json", "--home", str(home)]
        answers = [timed(["-m", "infra.cli", "recall", *asking]) for _ in range(options.rounds)]
        bare = [timed(["-c", "pass"]) for _ in range(options.rounds)]
        steps = [probed(home) for _ in range(options.rounds)]
    note = f"{options.memories:,} memories; slowest {max(answers):.2f} s"
    whole = median(answers)
    figures = [
        Figure("start to first answer and exit", whole, "s", median(bare), "python -c pass",
               _GOAL, note),
    ]  # fmt: skip
    for name in steps[0]:
        share = median(step[name] for step in steps)
        figures.append(Figure(f"  {name}", 1000 * share, "ms", 1000 * whole, "the whole"))
    return figures


def timed(words: Sequence[str]) -> float:
    """Give the seconds of one process of its own."""
    began = clock()
    subprocess.run([sys.executable, *words], check=True, capture_output=True)
    return clock() - began


def probed(home: Path) -> dict[str, float]:
    """Give the seconds of each step of a start."""
    words = [sys.executable, "-c", _PROBE, str(home), _QUESTION, _SPACE]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    steps: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return steps
