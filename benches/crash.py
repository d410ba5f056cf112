"""Whether anything is lost or doubled when ingest is killed 200 times at random moments."""

import argparse
import json
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from benches.figure import Figure, Goal
from benches.texts import observations
from benches.trial import clock, folder

SMALL: Final = {"kills": 5}
_NONE: Final = Goal(most=0)
_TOO_MANY: Final = 20  # attempts that fail by themselves
_SPACES: Final = 3  # so that several partitions are under way


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--lines", type=int, default=600, help="lines of a file; then the next")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")


class Trial:
    """One folder that grows file by file, whatever is done to the processes that fill it."""

    def __init__(self, folder: Path, lines: int) -> None:
        self.home = folder / "killed"
        self.whole = folder / "whole.jsonl"
        self.each = lines // _SPACES * _SPACES
        self.killed = 0
        self.took: list[float] = []
        self.faults: list[str] = []
        self._folder = folder
        self._written = 0

    def next_file(self) -> Path:
        """Write the next observations into a file of their own, and into the whole one."""
        each = self.each // _SPACES
        lines = [
            line
            for space in range(_SPACES)
            for line in observations(
                each, f"space-{space}", seed=self._written + space, first=self._written
            )
        ]
        # As producers of several spaces would say them: in turns.
        mixed = b"\n".join(lines[i + each * s] for i in range(each) for s in range(_SPACES)) + b"\n"
        self._written += each
        with self.whole.open("ab") as whole:
            whole.write(mixed)
        file = self._folder / f"{self._written}.jsonl"
        file.write_bytes(mixed)
        return file

    @property
    def lines(self) -> int:
        """Give how many observations were written down so far."""
        return self._written * _SPACES

    def attempt(self, file: Path, seconds: float | None) -> bool:
        """Ingest a file, killed after so many seconds; say whether it came to its end."""
        began = clock()
        with subprocess.Popen(
            command("ingest", str(file), "--json", home=self.home),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ) as process:
            try:
                _, told = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                self.killed += 1
                return False
        if process.returncode:
            self.faults.append(told.decode(errors="replace")[-500:])
            return False
        self.took.append(clock() - began)
        return True


def run(options: argparse.Namespace) -> list[Figure]:
    """Kill and go on until enough kills, finish, verify, and compare with one quiet run."""
    choose = random.Random(options.seed)
    with folder() as place:
        trial = Trial(place, options.lines)
        trial.attempt(trial.next_file(), None)  # how long it takes when nobody disturbs it
        file = trial.next_file()
        while trial.killed < options.kills and len(trial.faults) < _TOO_MANY:
            if trial.attempt(file, choose.uniform(0.2, 0.9) * trial.took[0]):
                file = trial.next_file()
        trial.attempt(file, None)
        begun = clock()
        killed = verified(trial.home)
        took = clock() - begun
        quiet = place / "quiet"
        subprocess.run(
            command("ingest", str(trial.whole), "--json", home=quiet),
            check=True, capture_output=True,
        )  # fmt: skip
        return judged(trial, killed, verified(quiet), took)


def judged(
    trial: Trial, killed: dict[str, Any], quiet: dict[str, Any], took: float
) -> list[Figure]:
    """Compare what is there with what was said, and with the folder that nobody disturbed."""
    ids = observed(trial.home)
    doubled = len(killed["repeats"]) + max(0, killed["memories"] - quiet["memories"])
    note = f"{trial.killed} kills, {trial.lines:,} observations, verified in {took:.1f} s"
    faults = trial.faults[-1] if trial.faults else ""
    return [
        Figure("lost observations", trial.lines - len(set(ids)), "", goal=_NONE, note=note),
        Figure("perceived again, decided once", len(ids) - len(set(ids)), "",
               note="published again because they were not decided yet"),
        Figure("doubled events or memories", doubled, "", goal=_NONE),
        Figure("gaps", len(killed["gaps"]), "", goal=_NONE),
        Figure("state differs from a quiet run's", killed["state_hash"] != quiet["state_hash"], "",
               goal=_NONE, note=killed["state_hash"][:16]),
        Figure("verify not ok", not killed["ok"], "", goal=_NONE),
        Figure("attempts that failed by themselves", len(trial.faults), "", goal=_NONE,
               note=faults),
        Figure("an undisturbed attempt", trial.took[0], "s", note=f"{trial.each} observations"),
    ]  # fmt: skip


def verified(home: Path) -> dict[str, Any]:
    """Run `verify`; it ends with 1 when something does not agree, and that is a figure here."""
    done = subprocess.run(command("verify", "--json", home=home), check=False, capture_output=True)
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise RuntimeError(f"verify ended with {done.returncode}: {done.stderr!r}") from error
    return found


def observed(home: Path) -> list[str]:
    """List the ids of the observations that memory was decided from, in the percepts' order."""
    words = command("log", "--stream", "percepts", "--json", home=home)
    done = subprocess.run(words, check=True, capture_output=True)
    rows = (json.loads(line) for line in done.stdout.splitlines())
    return [f"{row['key']}/{row['value']['observation']['id']}" for row in rows]


def command(*words: str, home: Path) -> list[str]:
    """Give the command line of the product."""
    return [sys.executable, "-m", "infra.cli", *words, "--home", str(home)]
