"""How lists of words would be recalled, going by the base level and a session's slots.

Each second, one word that is in mind is said over again, as Rundus 1971 heard people do; the odds
of recalling a word grow with its activation, as ACT-R has it (Anderson et al. 1998, An Integrated
Theory of List Memory).
"""

import random
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.activation import Candidate, base_level, slots

Floats = NDArray[np.float64]
List = tuple[int, int]  # words, seconds a word

_LISTS: Final = 100  # each with other words said over


def activations(of: List, later: float = 0.0) -> Floats:
    """Give [lists, words] activations at the end of lists, `later` seconds after it."""
    words, seconds = of
    choose = random.Random(words)
    return np.array([_shown(words, seconds, later, choose) for _ in range(_LISTS)])


def _shown(words: int, seconds: int, later: float, choose: random.Random) -> list[float]:
    met = [[at * seconds] for at in range(words)]
    for now in range(1, words * seconds + 1):
        shown = [_candidate(place, times, now) for place, times in enumerate(met) if times[0] < now]
        said = choose.choice(slots(shown, {}))[0]
        met[int(said)].append(now)
    end = words * seconds + later + 1
    return [base_level(len(times), end - times[-1], end - times[0]) for times in met]


def _candidate(place: int, times: list[int], now: int) -> Candidate:
    return Candidate(str(place), place, len(times), now - times[-1], now - times[0])


def recalled(active: Floats, threshold: float, noise: float) -> Floats:
    """Give the probability of recall by position."""
    odds = np.exp(np.clip((active - threshold) / noise, -50, 50))
    return np.asarray((odds / (1 + odds)).mean(axis=0), np.float64)


def fitted(measured: Mapping[List, float]) -> tuple[float, float, float]:
    """Fit ACT-R's threshold and noise to how many words were recalled; give them and R2."""
    active = {of: activations(of) for of in measured}
    goal = np.array(list(measured.values()))
    best = (np.inf, 0.0, 1.0)
    for threshold in np.linspace(-2, 1, 61):
        for noise in np.geomspace(0.05, 2, 30):
            found = [recalled(each, threshold, noise).sum() for each in active.values()]
            best = min(best, (float(np.sum((goal - found) ** 2)), float(threshold), float(noise)))
    error, threshold, noise = best
    return threshold, noise, 1 - error / float(np.sum((goal - goal.mean()) ** 2))
