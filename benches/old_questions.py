"""Whether questions about old memories keep their answers over rounds of new material.

The first conversation of a LoCoMo file is what is old; each round brings turns of the others and
made-up messages, and so many days pass in which every job runs. A second space takes in the same
and has no job run, so that what new material costs stands beside what the jobs cost. Nothing that
is asked is recorded: no answer is kept by having been asked for before.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from benches.figure import Figure, Goal
from benches.locomo import Asking, Turn, asking_of, line_of, shares, turns_of
from benches.texts import PEOPLE, texts
from benches.trial import feed, new
from infra.host.simulation import let_pass, states
from infra.memory import Memory
from infra.recollection import Asked

SMALL: Final = {"rounds": 2, "questions": 20, "fresh": 50}
_DEPTH: Final = 10
_AT: Final = 1  # of DEPTHS: R@10
_WITH, _WITHOUT = "with-jobs", "without-jobs"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument("file", type=Path, help="conversations of the LoCoMo data set, two or more")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--days", type=int, default=7, help="that pass in a round")
    parser.add_argument("--fresh", type=int, default=200, help="made-up messages a round")
    parser.add_argument("--questions", type=int, default=150, help="about the old; 0: all")


def run(options: argparse.Namespace) -> list[Figure]:
    """Ask the same questions after every round, in both spaces."""
    data = json.loads(options.file.read_text(encoding="utf-8"))
    old, *others = [list(turns_of(one["conversation"], captions=True)) for one in data]
    asked = [one for entry in data[0]["qa"] if (one := asking_of(entry, old)).evidence]
    asked = asked[: options.questions or None]
    begun = max(turn.at for turn in old)
    found: dict[str, list[float]] = {_WITH: [], _WITHOUT: []}
    told = []
    with new() as memory:
        _feed(memory, old)
        for round_ in range(options.rounds + 1):
            at = begun + timedelta(days=options.days * round_)
            if round_:
                _feed(memory, list(_material(others, options, round_, at)))
            let_pass(memory, _WITH, at + timedelta(days=1))
            for space, recalls in found.items():
                recalls.append(_recall(memory, space, asked))
            told.append(", ".join(f"{n} {state}" for state, n in states(memory, _WITH).items()))
    return _figures(found, told, options)


def _feed(memory: Memory, turns: Sequence[Turn]) -> None:
    for space in (_WITH, _WITHOUT):
        feed(memory, (line_of(turn, space) for turn in turns))


def _material(
    others: Sequence[Sequence[Turn]], options: argparse.Namespace, round_: int, at: datetime
) -> Iterator[Turn]:
    """Give what a round brings: its share of the other conversations, then made-up messages."""
    minute, session = timedelta(minutes=1), f"R{round_}"
    turns = [turn for conversation in others for turn in conversation]
    share = -(-len(turns) // options.rounds)
    for turn in turns[share * (round_ - 1) : share * round_]:
        at += minute
        yield replace(turn, id=f"{session}:{turn.speaker}:{turn.id}", session=session, at=at)
    for n, text in enumerate(islice(texts(options.fresh, seed=round_), options.fresh)):
        at += minute
        yield Turn(f"{session}:m{n}", f"{session}m{n // 30}", at, PEOPLE[n % 2], text)


def _recall(memory: Memory, space: str, questions: Sequence[Asking]) -> float:
    """Give the mean share of the evidence among the ten best, R@10."""
    scores = []
    for asking in questions:
        hits = memory.recall.ask(Asked(asking.text, space, k=_DEPTH)).hits
        ids = list(dict.fromkeys(id_ for hit in hits for id_ in hit.observations))
        scores.append(shares(ids, asking.evidence)[_AT])
    return float(np.mean(scores))


def _figures(
    found: dict[str, list[float]], told: Sequence[str], options: argparse.Namespace
) -> list[Figure]:
    figures = [
        Figure(
            f"R@{_DEPTH} on the old after {round_} rounds, every job on", 100 * ours, "%",
            100 * theirs, "the same without jobs",
            note=f"day {options.days * round_}: {told[round_]}",
        )
        for round_, (ours, theirs) in enumerate(zip(found[_WITH], found[_WITHOUT], strict=True))
    ]  # fmt: skip
    lost = {space: 100 * (1 - recalls[-1] / recalls[0]) for space, recalls in found.items()}
    note = f"{options.rounds} rounds of {options.days} days"
    figures += [
        Figure("lost in all rounds, every job on", lost[_WITH], "%", goal=Goal(most=5), note=note),
        Figure("lost in all rounds, without jobs", lost[_WITHOUT], "%", note="new material alone"),
    ]  # fmt: skip
    return figures
