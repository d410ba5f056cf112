"""What a year of a chatty space leaves: what is kept, what is still found, and at what cost.

Every job runs. What is asked for later is chosen by published odds of need (benches/chatter.py);
each question is asked as anybody would and its recall recorded. What the memory has kept by then
stands beside as many memories kept at random, the newest ones, and those met last.
"""

import argparse
import json
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import numpy as np
from sqlalchemy import text

from benches.chatter import Asking, Life, Line
from benches.figure import Figure, Goal
from benches.following import Following
from benches.texts import BEGAN, PEOPLE
from benches.trial import clock, feed, new
from infra.host.simulation import STATES, let_pass, states
from infra.memory import Memory
from infra.recollection import Asked
from schemas.observations import Recalled
from schemas.wire import encode

SMALL: Final = {"count": 1000, "questions": 150, "step": 14}
_SPACE: Final = "bench"
_DAYS: Final = 365
_K: Final = 10
_RECORDED: Final = 3  # of what is found, taken for what was of use
_LEARNING: Final = 0.25  # of the year: what is asked for then was told a short while before


class Outcome(NamedTuple):
    """Whether what a question was about is kept, by policy, and found by recall."""

    ours: bool
    found: bool
    random: float
    newest: bool
    latest: bool


class Seen(NamedTuple):
    """What there is at a time."""

    day: int
    formed: int
    states: dict[str, int]
    size: int


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument("--count", type=int, default=50_000, help="observations in the year")
    parser.add_argument("--questions", type=int, default=3650, help="asked in the year")
    parser.add_argument("--step", type=int, default=1, help="days from one look at the clock on")
    parser.add_argument("--seed", type=int, default=1)


def run(options: argparse.Namespace) -> list[Figure]:
    """Let a year go by, step by step: things are said, asked, and every job runs."""
    life, asking = Life(options.seed), Asking(options.seed)
    said: list[Line] = []
    asked: list[Outcome] = []
    seen: list[Seen] = []
    began = clock()
    with new(sync="off") as memory:
        following = Following(memory)
        for day in range(0, _DAYS, options.step):
            at, until = BEGAN + timedelta(days=day), min(day + options.step, _DAYS) / _DAYS
            fresh = [life.says() for _ in range(round(options.count * until) - len(said))]
            feed(memory, [_line(len(said) + n, line, at) for n, line in enumerate(fresh)])
            for number, line in enumerate(fresh, len(said)):
                if line.question:
                    asking.told(number, day)
            said += fresh
            following.follow()
            evening = at + timedelta(days=options.step) - timedelta(hours=2)
            share = round(options.questions * until) - round(options.questions * day / _DAYS)
            for number in asking.asked(day, share):
                outcome = _asked(memory, following, said[number], f"m{number}", evening)
                if day >= _LEARNING * _DAYS:
                    asked.append(outcome)
            let_pass(memory, _SPACE, evening + timedelta(hours=1))
            following.follow()
            seen.append(Seen(day, len(following.order), states(memory, _SPACE), _size(memory)))
        wall = clock() - began
    return [*_kept(asked), *_sizes(seen), Figure("wall time of the year", wall, "s")]


def _line(number: int, line: Line, at: datetime) -> bytes:
    row = {
        "id": f"m{number}", "space": _SPACE, "kind": "message",
        "at": (at + timedelta(seconds=10 * number % 36_000)).isoformat(),
        "session": f"s{number // 30}", "speaker": PEOPLE[number // 30 % 7 + number % 2],
        "text": line.text,
    }  # fmt: skip
    return json.dumps(row).encode()


def _asked(
    memory: Memory, following: Following, line: Line, observation: str, at: datetime
) -> Outcome:
    """Ask for something, record what was found, and say who would have kept it."""
    hits = memory.recall.ask(Asked(line.question or line.text, _SPACE, k=_K, as_of=at)).hits
    best = tuple(hit.memory.id for hit in hits[:_RECORDED])
    recalled = Recalled(
        id=f"asked{following.moment}", space=_SPACE, at=at, question="?", memories=best
    )
    feed(memory, [encode(recalled)])
    wanted = following.memory_of[observation]
    kept = len(following.kept)
    outcome = Outcome(
        wanted in following.kept,
        any(observation in hit.observations for hit in hits),
        kept / len(following.order),
        following.order[wanted] >= len(following.order) - kept,
        following.met_after(wanted) < kept,
    )
    following.meet(wanted)
    return outcome


def _size(memory: Memory) -> int:
    """Give the bytes in use of the SQL views: pages that hold nothing any more are used again."""
    with memory.views.engine.connect() as on:
        pages, free, page = (
            int(on.scalar(text(f"PRAGMA {name}")) or 0)
            for name in ("page_count", "freelist_count", "page_size")
        )
    return (pages - free) * page


def _kept(asked: list[Outcome]) -> list[Figure]:
    shares = {name: 100 * float(np.mean([getattr(one, name) for one in asked])) for name in _PEERS}
    figures = [
        Figure(
            "asked for later and still kept", shares["ours"], "%", shares[name], told,
            Goal(least=1.1, ratio=True) if name != "latest" else None,
            f"{len(asked)} questions after the first quarter",
        )
        for name, told in _PEERS.items()
        if name not in ("ours", "found")
    ]  # fmt: skip
    return [*figures, Figure("asked for later and among the ten found", shares["found"], "%")]


_PEERS: Final = {
    "ours": "",
    "found": "",
    "random": "as many kept at random",
    "newest": "as many, the newest",
    "latest": "as many, those met last (it is told what was asked for, found or not)",
}


def _sizes(seen: list[Seen]) -> list[Figure]:
    last = seen[-1]
    figures = []
    for quarter in range(1, 5):
        one = seen[len(seen) * quarter // 4 - 1]
        counts = ", ".join(f"{one.states.get(s, 0):,} {s}" for s in STATES[:-1])
        figures.append(
            Figure(
                f"memories kept on day {one.day}", sum(one.states.values()), "", one.formed,
                "formed by then", note=f"{counts}; views of {one.size / 1e6:.0f} MB",
            )
        )  # fmt: skip
    first, half = seen[len(seen) // 4 - 1], seen[len(seen) // 2 - 1]
    before = (half.size - first.size) / max(half.formed - first.formed, 1)
    late = seen[len(seen) * 3 // 4 - 1]
    after = (last.size - late.size) / max(last.formed - late.formed, 1)
    return [
        *figures,
        Figure(
            "bytes that a new memory adds to the views, last quarter", after, "B", before,
            "in the second quarter", Goal(most=1.0, ratio=True),
        ),
        Figure("views at the end", last.size / 1e6, "MB"),
    ]  # fmt: skip
