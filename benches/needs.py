"""Sessions in which memories are asked for: what promotion is learned from, and measured on.

Memories come day by day with what the encoder saw in real or made-up texts. Which are asked for
follows published odds of need (benches/chatter.py) or the links of a data set; what a recall
strengthens is what the decider would strengthen. Each memory that was met is looked at when it is
reviewed, and now and then later; then it is told whether it was asked for in the days after.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.due import Due
from agents.promote import by_rules
from agents.retention import Grade, Held, first, met_again
from agents.worth import FEATURES, features_of
from benches.chatter import Life
from benches.locomo import asking_of, turns_of
from benches.texts import BEGAN
from benches.trial import feed
from infra.memory import Memory
from schemas.facts import FactAsserted
from schemas.memories import MemoryFormed
from schemas.wire import decode
from streams.topology import MEMORIES

LATER: Final = 60  # days in which a memory is asked for, or not
_DAYS: Final = (180, 720)  # that a life may last
_LOOKS: Final = 0.02  # of the memories met before are looked at each day, besides the reviewed
_DAY: Final = timedelta(days=1)


class Pool(NamedTuple):
    """Memories with what was seen in them; `asked` has the members that each question needs.

    Without questions, those that `telling` marks may come to be needed.
    """

    memories: list[Due]
    telling: NDArray[np.bool_]
    asked: list[list[int]]


class Looks(NamedTuple):
    """Features [looks, 12], the rules' scores, whether asked for later, whether just reviewed."""

    features: NDArray[np.float64]
    rules: NDArray[np.float64]
    later: NDArray[np.bool_]
    reviewed: NDArray[np.bool_]


def chatter(memory: Memory, seed: int, count: int) -> Pool:
    """Make up memories; those that tell something may be needed."""
    life = Life(seed)
    said = [life.says() for _ in range(count)]
    told = {f"m{n}": line.text for n, line in enumerate(said)}
    telling = {f"m{n}" for n, line in enumerate(said) if line.question}
    return _pool(memory, f"chatter{seed}", told, telling, [])


def memorybank(memory: Memory, folder: Path, users: slice) -> Pool:
    """Take what users of MemoryBank said; whatever is longer than a few words may be needed."""
    data = json.loads((folder / "memory_bank_en.json").read_text(encoding="utf-8"))
    told = {
        f"{name}/{day}/{n}": turn["query"]
        for name in sorted(data)[users]
        for day, turns in data[name]["history"].items()
        for n, turn in enumerate(turns)
    }
    telling = {id_ for id_, text in told.items() if len(text.split()) >= _WORDS}
    return _pool(memory, f"memorybank{users.start or 0}", told, telling, [])


def madial(memory: Memory, folder: Path, part: slice) -> Pool:
    """Take the events of MADial-Bench; its dialogues say which of them each needs."""
    events: dict[str, str] = {}
    for line in (folder / "MADial-Bench-en-memory.json").read_text(encoding="utf-8").splitlines():
        if line.strip():
            [(id_, event)] = json.loads(line).items()
            events[id_] = event["event"]
    lines = (folder / "MADial-Bench-en-dialogue.json").read_text(encoding="utf-8").splitlines()
    asked = [
        [str(id_) for id_ in json.loads(line)["relevant-id"]] for line in lines if line.strip()
    ]
    return _pool(memory, f"madial{part.start or 0}", events, set(), asked[part])


def locomo(memory: Memory, data: Path) -> Pool:
    """Take the first conversation of LoCoMo's tuning part; its questions need their evidence."""
    file = data / "locomo_tuning" / "locomo3.json"
    sample = json.loads(file.read_text(encoding="utf-8"))[0]
    turns = list(turns_of(sample["conversation"], captions=True))
    asked = [sorted(asking_of(entry, turns).evidence) for entry in sample["qa"]]
    told = {turn.id: turn.text for turn in turns}
    return _pool(memory, "locomo", told, set(), [ids for ids in asked if ids])


_WORDS: Final = 8


def _pool(
    memory: Memory,
    space: str,
    told: Mapping[str, str],
    telling: set[str],
    asked: Sequence[Sequence[str]],
) -> Pool:
    """Let the memory perceive texts, and read back what deciding knows of each."""
    lines = [
        json.dumps(
            {"id": id_, "space": space, "kind": "message", "at": BEGAN.isoformat(),
             "session": f"s{n // 30}", "speaker": "Maya", "text": text}
        ).encode()
        for n, (id_, text) in enumerate(told.items())
    ]  # fmt: skip
    feed(memory, lines)
    found = _formed(memory, space)
    place = {item.whole.source.observation: n for n, item in enumerate(found)}
    return Pool(
        found,
        np.array([item.whole.source.observation in telling for item in found], np.bool_),
        [[place[id_] for id_ in ids if id_ in place] for ids in asked],
    )


def _formed(memory: Memory, space: str) -> list[Due]:
    """Read what was formed in a space, each with the names in the facts that it stated."""
    formed: dict[str, MemoryFormed] = {}
    names: dict[str, list[str]] = {}
    for record in memory.log.scan(MEMORIES):
        if record.key == space and record.headers["ce_type"] in _TAGS:
            match decode(record.headers["ce_type"], record.value):
                case MemoryFormed() as event:
                    formed[event.memory] = event
                case FactAsserted() as event:
                    names.setdefault(event.memory, []).extend((event.subject, event.object))
    return [Due(whole, first(whole), tuple(names.get(id_, ()))) for id_, whole in formed.items()]


_TAGS: Final = frozenset({"memory_formed.v1", "fact_asserted.v1"})


@dataclass(slots=True)
class _Life:
    """One life with the memories of a pool, by chance; `asks` has the days of each memory."""

    pool: Pool
    chance: np.random.Generator
    held: dict[int, Held] = field(default_factory=dict)
    due: dict[int, Due] = field(default_factory=dict)
    recalled: dict[int, int] = field(default_factory=dict)
    repeated: dict[int, int] = field(default_factory=dict)
    asks: dict[int, list[int]] = field(default_factory=dict)
    looks: list[tuple[int, int, list[float], float, bool]] = field(default_factory=list)

    def come(self, place: int, day: int) -> None:
        at = BEGAN + _DAY * day
        item = self.pool.memories[place]
        whole = item.whole.model_copy(update={"at": at})
        self.due[place], self.held[place] = Due(whole, first(whole), item.names), first(whole)

    def meet(self, place: int, day: int, grade: Grade) -> None:
        at = BEGAN + _DAY * (day + 0.5)
        self.held[place] = met_again(self.held[place], at, BEGAN, grade)

    def look(self, place: int, day: int, *, reviewed: bool) -> None:
        at = BEGAN + _DAY * (day + 1)
        item = Due(
            self.due[place].whole, self.held[place], self.due[place].names,
            self.recalled.get(place, 0), self.repeated.get(place, 0),
        )  # fmt: skip
        found = features_of(item, at, BEGAN)
        rules = by_rules(item, "insights", at, BEGAN)
        if found["age_days"] >= 1:
            self.looks.append((place, day, [found[n] for n in FEATURES], rules, reviewed))


def looks(pool: Pool, seed: int) -> Looks:
    """Live one life, with habits of its own, and tell what was seen at every look."""
    chance = np.random.default_rng(seed)
    life = _Life(pool, chance)
    lasts = int(chance.integers(*_DAYS))
    days = [int(day) for day in np.sort(chance.integers(0, lasts * 3 // 4, len(pool.memories)))]
    order = [int(place) for place in chance.permutation(len(pool.memories))]
    arrivals = iter(zip(days, order, strict=True))
    coming = next(arrivals, None)
    needs = _needs(pool, chance)
    strayed, extra = chance.uniform(0.02, 0.2), int(chance.integers(0, 5))
    again = chance.uniform(0, 0.1)
    for day in range(lasts):
        while coming and coming[0] <= day:
            life.come(coming[1], day)
            coming = next(arrivals, None)
        met: set[int] = set()
        there = list(life.held)
        for wanted in needs.of(day, there) if there else ():
            life.asks.setdefault(wanted, []).append(day)
            others = [int(n) for n in chance.choice(there, extra)]
            found = others if chance.random() < strayed else [wanted, *others]
            for n, place in enumerate(dict.fromkeys(found)):
                life.meet(place, day, Grade.HARD if n else Grade.GOOD)
                life.recalled[place] = life.recalled.get(place, 0) + 1
                met.add(place)
            if chance.random() < again:
                life.meet(wanted, day, Grade.GOOD)
                life.repeated[wanted] = life.repeated.get(wanted, 0) + 1
        for place in sorted(met):
            life.look(place, day, reviewed=True)
        for place in life.recalled:
            if place not in met and chance.random() < _LOOKS:
                life.look(place, day, reviewed=False)
    return _told(life, lasts)


def _told(life: _Life, lasts: int) -> Looks:
    seen = [look for look in life.looks if look[1] < lasts - LATER]
    later = [
        any(day < asked <= day + LATER for asked in life.asks.get(place, ()))
        for place, day, *_ in seen
    ]
    return Looks(
        np.array([look[2] for look in seen], np.float64).reshape(-1, len(FEATURES)),
        np.array([look[3] for look in seen], np.float64),
        np.array(later, np.bool_),
        np.array([look[4] for look in seen], np.bool_),
    )


class _Odds:
    """Odds of need: a power of the time since the last one, and in proportion to their number.

    In every second life they are steady instead: each memory has its own, whatever was asked for.
    """

    def __init__(self, pool: Pool, chance: np.random.Generator) -> None:
        self._chance = chance
        lasting = pool.telling & (chance.random(len(pool.memories)) < chance.uniform(0.1, 0.5))
        self._often = lasting.astype(np.float64)
        self._last = np.zeros(len(pool.memories))
        self._begun = np.zeros(len(pool.memories), np.bool_)
        self._fading = chance.uniform(0.3, 0.8)
        self._steady = bool(chance.integers(2))
        if self._steady:
            self._often *= chance.gamma(chance.uniform(0.3, 3), size=len(pool.memories))
            self._fading = 0.0
        self._a_day = chance.uniform(0.005, 0.05) * len(pool.memories) / 10
        self._stray = chance.uniform(0.05, 0.2)

    def of(self, day: int, there: Sequence[int]) -> Iterator[int]:
        """Give what is asked for on a day, of what is there."""
        fresh = [place for place in there if not self._begun[place]]
        self._begun[fresh], self._last[fresh] = True, day
        for _ in range(int(self._chance.poisson(self._a_day))):
            odds = self._begun * self._often * (day - self._last + 1) ** -self._fading
            if self._chance.random() < self._stray or not odds.sum():
                yield int(self._chance.choice(there))
                continue
            place = int(self._chance.choice(len(odds), p=odds / odds.sum()))
            self._often[place] += not self._steady
            self._last[place] = day
            yield place


class _Links:
    """The questions of a data set, in some order, one every so often."""

    def __init__(self, pool: Pool, chance: np.random.Generator) -> None:
        self._chance, self._asked = chance, pool.asked
        self._a_day = chance.uniform(0.5, 3)

    def of(self, day: int, there: Sequence[int]) -> Iterator[int]:
        """Give what a day's questions need, of what is there."""
        known = set(there)
        for _ in range(int(self._chance.poisson(self._a_day)) if day else 0):
            needed = self._asked[int(self._chance.integers(len(self._asked)))]
            yield from (place for place in needed if place in known)


def _needs(pool: Pool, chance: np.random.Generator) -> _Odds | _Links:
    return _Links(pool, chance) if pool.asked else _Odds(pool, chance)
