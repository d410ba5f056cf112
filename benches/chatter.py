"""A made-up life to remember: what somebody says in a year, and what is asked about it later.

What is asked for follows the odds of need that Anderson & Schooler 1991 (Reflections of the
Environment in Memory) measured in mail, news and speech to children: they fall as a power of the
time since something was last needed, and grow with how often it was. A third of what was told is
of lasting interest; now and then anything that was told is asked for. The product sees words only.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from benches.texts import DAYS, KINDS, NOUNS, PEOPLE, PLACES

_TELLING: Final = 0.2  # of what is said tells something
_LASTING: Final = 0.3  # of what was told is asked for again and again
_STRAY: Final = 0.1  # of the questions are about anything that was told
_TOLD: Final = (
    ("{a} keeps the {n} in the {k} house in {p}", "Where does {a} keep the {n} of the {k} house?"),
    ("I bought a {k} {n} from {a} in {p} for my mother", "Who sold me the {k} {n} from {p}?"),
    ("My cousin {a} moved to {p} because of the {k} {n}", "Who moved because of the {k} {n}?"),
    ("I left my {k} {n} at {a}'s flat in {p}", "Where did I leave my {k} {n}?"),
    ("{a} is allergic to every {k} {n} since the trip to {p}", "Who is allergic to every {k} {n}?"),
    (
        "We agreed to meet {a} at the {k} {n} in {p} every {d}",
        "When do we meet {a} at the {k} {n}?",
    ),
    (
        "My daughter wants a {k} {n} like the one {a} has in {p}",
        "Who has a {k} {n} as my daughter wants it?",
    ),
    ("{a} works at the {n} with the {k} door in {p}", "Who works at the {n} with the {k} door?"),
)
_OPENED: Final = ("haha", "well", "hm", "yeah", "ok", "so", "oh", "right", "anyway", "honestly")
_SMALL: Final = (
    "the {d} was {k} enough, I guess",
    "it is raining again and I am still in bed",
    "let me get a coffee first, back in {c} minutes",
    "I am so tired today, slept {c} hours",
    "sounds good, talk to you in the {d}",
    "did you see that? so {k}",
    "nothing much, just a {k} {d}, and you?",
    "no idea, maybe {c}, maybe {e}",
    "thanks, that is nice of you, really",
    "wait, the bus is {c} minutes late",
    "lunch was {k}, the soup a bit too {j}",
    "what a {k} {d}, is it not?",
    "my phone has {c} percent left",
    "see you, have a {k} {d}",
)


@dataclass(frozen=True, slots=True)
class Line:
    """Something said: its text, and a question about it where it tells something."""

    text: str
    question: str | None = None


class Life:
    """Says one thing after another, never telling the same twice; the same seed says the same."""

    def __init__(self, seed: int) -> None:
        self._choose = random.Random(seed)
        told = [*product(_TOLD, NOUNS, KINDS, PEOPLE[:4])]
        self._choose.shuffle(told)
        self._told = iter(told)

    def says(self) -> Line:
        """Give the next thing that is said."""
        choose = self._choose
        gaps = {
            "a": choose.choice(PEOPLE), "p": choose.choice(PLACES), "d": choose.choice(DAYS),
            "k": choose.choice(KINDS), "j": choose.choice(KINDS),
            "c": choose.randint(2, 59), "e": choose.randint(60, 99),
        }  # fmt: skip
        if choose.random() < _TELLING and (told := next(self._told, None)):
            (said, asked), noun, kind, person = told
            gaps |= {"n": noun, "k": kind, "a": person}
            return Line(said.format(**gaps), asked.format(**gaps))
        opened = f"{choose.choice(_OPENED)}, {choose.choice(_OPENED)}, "
        return Line(opened + choose.choice(_SMALL).format(**gaps))


class Asking:
    """Chooses what is asked for, by how long ago and how often it was needed before."""

    def __init__(self, seed: int) -> None:
        self._choose = np.random.default_rng(seed)
        self._told: list[int] = []
        self._lasting: list[int] = []
        self._last: list[float] = []
        self._often: list[int] = []

    def told(self, number: int, day: float) -> None:
        """Note that number so-and-so was told."""
        self._told.append(number)
        if self._choose.random() < _LASTING:
            self._lasting.append(number)
            self._last.append(day)
            self._often.append(1)

    def asked(self, day: float, count: int) -> Iterator[int]:
        """Give the numbers of what is asked for on a day."""
        for _ in range(count if self._lasting else 0):
            if self._choose.random() < _STRAY:
                yield self._told[int(self._choose.integers(len(self._told)))]
                continue
            odds = np.array(self._often) * (day - np.array(self._last) + 1) ** -0.5
            place = int(self._choose.choice(len(odds), p=odds / odds.sum()))
            self._last[place] = day
            self._often[place] += 1
            yield self._lasting[place]
