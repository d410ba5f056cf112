"""How many texts that contradict each other in other words than facts are noted, and how rightly.

Each story of `contradictory.txt` has a space of its own and goes through the real models and the
jobs that lead to it. Half of the stories may be tuned on, the other half is only measured.
"""

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from pydantic_core import to_json

from benches.figure import Figure, Goal
from benches.locomo import line_of, turns_of
from benches.trial import feed, new
from infra.host.scheduler import tick_of
from infra.memory import Memory
from schemas.observations import Compared
from schemas.wire import decode
from streams.topology import OBSERVATIONS

SMALL: Final = {"stories": 4}
STORIES: Final = Path(__file__).with_name("contradictory.txt")
_NOW: Final = datetime(2026, 12, 31, tzinfo=UTC)
_HALVES: Final = ("tuning", "held out")
_OTHERS: Final = (0.5, 0.7)  # scores at which it is shown what would be noted
Pair = frozenset[int]  # of the numbers of two lines


@dataclass(frozen=True, slots=True)
class Story:
    """What is told, as a producer's lines, and which of them contradict each other."""

    space: str
    lines: tuple[bytes, ...]
    texts: tuple[str, ...]
    expected: frozenset[Pair]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument("--stories", type=int, default=1000, help="the first so many, two at least")
    parser.add_argument("--locomo", type=Path, help="conversations of LoCoMo, to see what is noted")
    parser.add_argument("--show", action="store_true", help="print every pair of the tuning half")


def run(options: argparse.Namespace) -> list[Figure]:
    """Tell the stories, let them be consolidated and reconciled, and look at what was read."""
    stories = read_stories(STORIES.read_text(encoding="utf-8"))[: max(options.stories, 2)]
    with new() as memory:
        feed(memory, (line for story in stories for line in story.lines))
        for job in ("consolidate", "reconcile"):
            memory.tick([tick_of(story.space, job, _NOW) for story in stories])
        read = _read(memory)
        least = memory.settings.contradiction_score
    figures: list[Figure] = []
    for number, half in enumerate(_HALVES):
        mine = stories[number::2]
        if options.show and not number:
            _show(mine, read)
        figures += _figures(half, mine, read, least)
    return figures + (_chats(options.locomo) if options.locomo else [])


def _chats(file: Path) -> list[Figure]:
    """Say how much is noted of conversations in which people hardly contradict themselves."""
    data = json.loads(file.read_text(encoding="utf-8"))
    told = [list(turns_of(one["conversation"], captions=True)) for one in data]
    spaces = [f"chat-{number}" for number in range(len(told))]
    turns = sum(map(len, told))
    with new(contradiction_pairs=turns) as memory:
        for space, conversation in zip(spaces, told, strict=True):
            feed(memory, [line_of(turn, space) for turn in conversation])
        for second in range(turns // memory.settings.tick_budget + 2):
            at = _NOW + timedelta(seconds=second)
            memory.tick([tick_of(space, "consolidate", at) for space in spaces])
            memory.tick([tick_of(space, "reconcile", at) for space in spaces])
        scores = [pair.contradicts for event in _compared(memory) for pair in event.pairs]
        least = memory.settings.contradiction_score
    noted = sum(score >= least for score in scores)
    note = f"of {turns:,} turns, {len(scores)} pairs of which are read"
    return [Figure("pairs noted in conversations of LoCoMo", noted, "", note=note)]


def _compared(memory: Memory) -> Iterator[Compared]:
    for record in memory.log.scan(OBSERVATIONS):
        event = decode(record.headers["ce_type"], record.value)
        if isinstance(event, Compared):
            yield event


def read_stories(text: str) -> list[Story]:
    """Read stories, parted by empty lines."""
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    parts = [part.splitlines() for part in re.split(r"\n{2,}", plain.strip())]
    return [_story(f"told-{number}", lines) for number, lines in enumerate(parts, 1)]


def _story(space: str, lines: list[str]) -> Story:
    told, texts, expected = [], [], set()
    for number, line in enumerate(lines, 1):
        if line.startswith("x "):
            expected.add(frozenset(map(int, line.split()[1:])))
            continue
        day, speaker, words = re.split(r" |: ", line, maxsplit=2)
        texts.append(words)
        row: dict[str, Any] = {
            "id": f"{number}", "space": space, "kind": "message", "session": day,
            "at": f"{day}T09:{number:02}:00+00:00", "speaker": speaker, "text": words,
        }  # fmt: skip
        told.append(to_json(row))
    return Story(space, tuple(told), tuple(texts), frozenset(expected))


def _read(memory: Memory) -> dict[str, dict[Pair, float]]:
    """Give for each space the pairs that the model read, and what it made of them."""
    found: dict[str, dict[Pair, float]] = {}
    for event in _compared(memory):
        ids = [memory_ for pair in event.pairs for memory_ in (pair.one, pair.other)]
        seen = memory.reads.observations(event.space, ids)
        lines = {id_: int(observations[0]) for id_, observations in seen.items()}
        pairs = found.setdefault(event.space, {})
        for pair in event.pairs:
            pairs[frozenset((lines[pair.one], lines[pair.other]))] = pair.contradicts
    return found


def _figures(
    half: str, stories: list[Story], read: dict[str, dict[Pair, float]], least: float
) -> Iterator[Figure]:
    contradicting = sum(len(story.expected) for story in stories)
    asked = [
        (score, pair in story.expected)
        for story in stories
        for pair, score in read.get(story.space, {}).items()
    ]
    met = sum(right for _, right in asked)
    yield Figure(
        f"contradictions that are read at all, {half}", 100 * met / contradicting, "%",
        note=f"{met} of {contradicting}; {len(asked)} pairs are read",
    )  # fmt: skip
    for bound in (least, *_OTHERS):
        noted = [right for score, right in asked if score >= bound]
        rightly, goal = sum(noted), Goal(least=90) if bound == least else None
        at = "" if bound == least else f" at {bound:g}"
        yield Figure(
            f"noted rightly{at}, {half}", 100 * rightly / len(noted) if noted else 0.0, "%",
            100 * met / len(asked), "of all pairs read", goal, f"{rightly} of {len(noted)} noted",
        )  # fmt: skip
        yield Figure(
            f"contradictions noted{at}, {half}", 100 * rightly / contradicting, "%",
            note=f"{rightly} of {contradicting}",
        )  # fmt: skip


def _show(stories: list[Story], read: dict[str, dict[Pair, float]]) -> None:
    rows = [
        (score, pair in story.expected, [story.texts[number - 1] for number in sorted(pair)])
        for story in stories
        for pair, score in read.get(story.space, {}).items()
    ]
    for score, right, (one, other) in sorted(rows, reverse=True):
        print(f"{score:.3f} {'x' if right else '-'} {one} | {other}")
