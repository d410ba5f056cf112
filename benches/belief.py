"""Of what was told in short stories, how much is believed rightly when they are over.

Each story has a space of its own and goes through the real encoder and every job that settles
contradictions. Half of the stories may be tuned on, the other half is only measured.
"""

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pydantic_core import to_json

from agents.predicates import is_functional, name_key, predicate_key
from agents.validity import holds
from benches.figure import Figure, Goal
from benches.trial import feed, new
from infra.host.scheduler import tick_of
from infra.memory import Memory
from infra.views.sql_facts import FactPattern
from schemas.facts import FactAsserted, FactConfirmed, FactSuperseded
from schemas.wire import decode
from streams.topology import MEMORIES

SMALL: Final = {"stories": 4}
STORIES: Final = Path(__file__).with_name("stories.txt")
_NOW: Final = datetime(2026, 12, 31, tzinfo=UTC)
_STATED: Final = re.compile(
    r"(\S+) (\w+) (\S+)(?: (\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)?)?(?: (0\.\d+))?"
)
_HALVES: Final = ("tuning", "held out")
_EITHER, _HOLDS, _NOT = (True, False), (True,), (False,)
_AMONG: Final = {
    "right": _EITHER, "wrongly retired": _HOLDS, "wrongly kept": _NOT, "not seen": _HOLDS,
}  # fmt: skip
_SAID: Final = {_EITHER: "statements", _HOLDS: "that hold", _NOT: "that do not hold"}
_GOALS: Final = {"wrongly retired": Goal(most=5)}
Named = tuple[str, str, str]  # subject, predicate, object
Outcomes = list[tuple[bool, str]]  # whether a statement holds, and what became of it


@dataclass(frozen=True, slots=True)
class Story:
    """What is told, as a producer's lines, and what must hold in the end, or must not."""

    space: str
    lines: tuple[bytes, ...]
    expected: dict[Named, bool]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument("--stories", type=int, default=1000, help="the first so many, two at least")
    parser.add_argument("--wrong", action="store_true", help="print what is believed wrongly")


def run(options: argparse.Namespace) -> list[Figure]:
    """Tell the stories, let a month of jobs pass, and count what holds."""
    stories = read_stories(STORIES.read_text(encoding="utf-8"))[: max(options.stories, 2)]
    with new() as memory:
        feed(memory, (line for story in stories for line in story.lines))
        memory.tick([tick_of(story.space, "reconcile", _NOW) for story in stories])
        memory.host.drain()
        naive = _last_told(memory)
        outcomes: dict[str, Outcomes] = {half: [] for half in _HALVES}
        simply: dict[str, Outcomes] = {half: [] for half in _HALVES}
        for number, story in enumerate(stories):
            half = _HALVES[number % 2]
            holding, told = _facts(memory, story.space)
            for wanted, holds in story.expected.items():
                outcome = _outcome(wanted, holding, told, holds=holds)
                outcomes[half].append((holds, outcome))
                simple = _outcome(wanted, naive[story.space], told, holds=holds)
                simply[half].append((holds, simple))
                if options.wrong and outcome != "right":
                    print(f"{half} {number + 1}: {outcome}: {' '.join(wanted)}")
    return [figure for half in _HALVES for figure in _figures(half, outcomes[half], simply[half])]


def read_stories(text: str) -> list[Story]:
    """Read stories, parted by empty lines."""
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    parts = [part.splitlines() for part in re.split(r"\n{2,}", plain.strip())]
    return [_story(f"story-{number}", lines) for number, lines in enumerate(parts, 1)]


def _story(space: str, lines: list[str]) -> Story:
    told, expected = [], {}
    for number, line in enumerate(lines):
        if line[0] in "+-":
            subject, predicate, object_ = line[2:].split(" ", 2)
            who = name_key(subject.replace("_", " "))  # "Ravi's_mother"
            expected[who, predicate, object_.casefold()] = line[0] == "+"
        else:
            told.append(to_json(_observation(space, number, line)))
    return Story(space, tuple(told), expected)


def _observation(space: str, number: int, line: str) -> dict[str, Any]:
    day, who, words = re.split(r" |: ", line, maxsplit=2)
    # Lines of one day follow one another.
    common = {"id": f"{number}", "space": space, "at": f"{day}T09:{number:02}:00+00:00"}
    if who != "fact":
        return common | {"kind": "message", "session": day, "speaker": who, "text": words}
    match = _STATED.fullmatch(words)
    if match is None:
        raise ValueError(f"this is no fact: {line}")
    names = ("subject", "predicate", "object", "valid_from", "valid_to", "confidence")
    stated: dict[str, Any] = {
        name: value for name, value in zip(names, match.groups(), strict=True) if value
    }
    for name in {"valid_from", "valid_to"} & stated.keys():
        stated[name] += "T00:00:00+00:00"
    if "confidence" in stated:
        stated["confidence"] = float(stated["confidence"])
    return common | {"kind": "fact"} | stated


def _facts(memory: Memory, space: str) -> tuple[set[Named], set[Named]]:
    """Give what holds in the end, and all that was ever told."""
    found = memory.reads.facts.find(space, FactPattern())
    named = [(name_key(f.body.subject), f.predicate, name_key(f.body.object)) for f in found]
    return {n for n, f in zip(named, found, strict=True) if holds(f, _NOW)}, set(named)


def _last_told(memory: Memory) -> dict[str, set[Named]]:
    """Give what would hold if what arrives last did, and no time were looked at."""
    holding: dict[str, set[Named]] = {}
    names: dict[str, Named] = {}
    for record in memory.log.scan(MEMORIES):
        event = decode(record.headers["ce_type"], record.value)
        held = holding.setdefault(record.key or "", set())
        if isinstance(event, FactAsserted):
            predicate = predicate_key(event.predicate)
            names[event.fact] = (name_key(event.subject), predicate, name_key(event.object))
        if isinstance(event, FactAsserted | FactConfirmed):
            told = names[event.fact]
            if is_functional(told[1]):
                held -= {other for other in held if other[:2] == told[:2]}
            held.add(told)
        elif isinstance(event, FactSuperseded) and event.by is None:
            held.discard(names[event.fact])
    return holding


def _outcome(wanted: Named, holding: set[Named], told: set[Named], *, holds: bool) -> str:
    does = any(_same(wanted, fact) for fact in holding)
    if does == holds:
        return "right"
    if does:
        return "wrongly kept"
    return "wrongly retired" if any(_same(wanted, fact) for fact in told) else "not seen"


def _same(wanted: Named, fact: Named) -> bool:
    """Compare with what the encoder named: `a teacher` is a teacher."""
    return wanted[:2] == fact[:2] and wanted[2] in fact[2]


def _figures(half: str, outcomes: Outcomes, simply: Outcomes) -> Iterator[Figure]:
    """Give each rate among the statements that may have that outcome."""
    for name, of in _AMONG.items():
        mine, peer = ([o for holds, o in found if holds in of] for found in (outcomes, simply))
        yield Figure(
            f"{name}, {half}",
            100 * mine.count(name) / len(mine),
            "%",
            100 * peer.count(name) / len(peer),
            "what arrives last holds",
            _GOALS.get(name),
            f"{mine.count(name)} of {len(mine)} {_SAID[of]}",
        )
