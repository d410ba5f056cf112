"""How strongly something is remembered: forgetting and strengthening after FSRS-6.

Free Spaced Repetition Scheduler, version 6: Ye, Su & Cao 2022, A Stochastic Shortest Path
Algorithm for Optimizing Spaced Repetition Scheduling (KDD), and the formulas and default
parameters published at github.com/open-spaced-repetition ("The Algorithm", FSRS-6). Times are
in days, fractions of days counted.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from functools import lru_cache
from math import exp, log
from typing import Final, NamedTuple

from schemas.memories import Strength, Whole
from schemas.values import Layer, State

W: Final = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796, 1.4835,
    0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip
DECAY: Final = W[20]
_LEAST_STABILITY: Final = 0.001
_DAY: Final = timedelta(days=1)
# Arousal of an emotion in [0, 1], its place on the circumplex of affect (Russell 1980).
AROUSAL: Final = {
    "anger": 0.8, "fear": 0.9, "surprise": 0.8, "joy": 0.6, "disgust": 0.6, "sadness": 0.3,
    "neutral": 0.0,
}  # fmt: skip
_AROUSED: Final = 0.5  # of what importance leaves open, the most that arousal adds
ORDINARY: Final = 0.5  # importance where no model said any


class Grade(IntEnum):
    """How well something came back, as FSRS grades a review."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


class Held(NamedTuple):
    """What is known of a memory's strength; `layer` says how it is protected."""

    space: str
    stability: float
    difficulty: float
    accessed: datetime
    state: State
    layer: Layer
    days: int = 1
    confidence: float = 1.0
    review: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fading:
    """The retrievability under which a memory fades, is compressed, and is forgotten.

    `decay` is the exponent of the curve by which it falls.
    """

    faded: float = 0.8
    compressed: float = 0.6
    forgotten: float = 0.5
    decay: float = DECAY

    def ends(self, state: State) -> float:
        """Give the retrievability at which a state ends."""
        return {"vivid": self.faded, "faded": self.compressed, "compressed": self.forgotten}[state]


FADING: Final = Fading()


def retrievability(days: float, stability: float, decay: float = DECAY) -> float:
    """Give the probability of recall so many days after the last access: a power law."""
    return float((1 + _factor(decay) * max(days, 0.0) / stability) ** -decay)


def days_until(retrievability_: float, stability: float, decay: float = DECAY) -> float:
    """Give the days after which retrievability has fallen so far; the inverse of the above."""
    return float(stability / _factor(decay) * (retrievability_ ** (1 / -decay) - 1))


@lru_cache(maxsize=16)
def _factor(decay: float) -> float:
    """Scale time so that retrievability is 0.9 after `stability` days, whatever the exponent."""
    return float(0.9 ** (1 / -decay) - 1)


def salience(importance: float | None, emotion: dict[str, float] | None) -> float:
    """Join importance and arousal into one number in [0, 1].

    What aroused is kept better (Cahill & McGaugh 1995): arousal adds to what importance leaves.
    """
    felt = 0.0
    for label, share in emotion.items() if emotion else ():
        felt += AROUSAL.get(label, 0.0) * share
    weight = ORDINARY if importance is None else min(max(importance, 0.0), 1.0)
    return 1 - (1 - weight) * (1 - _AROUSED * min(max(felt, 0.0), 1.0))


def initial(importance: float | None, emotion: dict[str, float] | None) -> tuple[float, float]:
    """Give stability and difficulty at the first encounter.

    FSRS knows four first grades; salience chooses a point between them, stability on a
    logarithmic scale: from 0.2 days for what says nothing to 8.3 days for what says most.
    """
    return _first(3 * salience(importance, emotion))


@lru_cache(maxsize=1024)  # asked for when a memory is decided, and again when it is folded
def _first(place: float) -> tuple[float, float]:
    below = min(int(place), 2)
    part = place - below
    stability = exp((1 - part) * log(W[below]) + part * log(W[below + 1]))
    return round(stability, 6), round(_first_difficulty(1 + place), 6)


def first(whole: Whole) -> Held:
    """Hold a memory as it is when it is formed."""
    stability, difficulty = initial(whole.importance, whole.emotion)
    return Held(
        whole.space,
        stability,
        difficulty,
        whole.at,
        "vivid",
        whole.layer,
        confidence=whole.source.confidence,
    )


def strengthened(
    stability: float, difficulty: float, days: float, grade: Grade, decay: float = DECAY
) -> tuple[float, float]:
    """Give stability and difficulty after an encounter, `days` after the one before.

    The longer ago and the nearer to forgetting, the more a success strengthens: the spacing
    effect. Within a day, FSRS-6 has a formula of its own.
    """
    if days < 1:
        growth = exp(W[17] * (grade - 3 + W[18])) * stability ** -W[19]
        after = stability * (max(growth, 1.0) if grade >= Grade.GOOD else growth)
    elif grade == Grade.AGAIN:
        after = _lapsed(stability, difficulty, retrievability(days, stability, decay))
    else:
        after = _recalled(stability, difficulty, retrievability(days, stability, decay), grade)
    return round(max(after, _LEAST_STABILITY), 6), round(_next_difficulty(difficulty, grade), 6)


def due(held: Held, since: datetime | None, fading: Fading = FADING) -> datetime | None:
    """Say when a memory's state ends, to the second; never for an asset, or beyond all years.

    Time passes only from `since` on, when the space's clock began to run.
    """
    if held.layer == "assets":
        return None
    begun = held.accessed if since is None else max(held.accessed, since)
    try:
        after = begun + _DAY * days_until(fading.ends(held.state), held.stability, fading.decay)
    except OverflowError:
        return None
    return after.replace(microsecond=0)


def met_again(
    held: Held, at: datetime, since: datetime | None, grade: Grade, decay: float = DECAY
) -> Held:
    """Give what a memory is held by after an encounter; a success never weakens it."""
    begun = held.accessed if since is None else max(held.accessed, since)
    stability, difficulty = strengthened(
        held.stability, held.difficulty, (at - begun) / _DAY, grade, decay
    )
    if grade != Grade.AGAIN:
        stability = max(stability, held.stability)
    accessed = max(held.accessed, at).astimezone(UTC)
    # Details that were dropped do not come back.
    state: State = "compressed" if held.state == "compressed" else "vivid"
    return held._replace(
        stability=stability,
        difficulty=difficulty,
        accessed=accessed,
        state=state,
        days=held.days + (_day(accessed) > _day(held.accessed)),
        review=accessed,
    )


def written(memory: str, held: Held, ends: datetime | None) -> Strength:
    """Write down a memory's strength as events tell it."""
    return Strength(
        memory=memory,
        stability=held.stability,
        difficulty=held.difficulty,
        accessed=held.accessed.astimezone(UTC),
        state=held.state,
        due=ends.astimezone(UTC) if ends else None,
        days=held.days,
        confidence=held.confidence,
        review=held.review,
    )


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def _first_difficulty(grade: float) -> float:
    return min(max(_unbounded_difficulty(grade), 1.0), 10.0)


def _unbounded_difficulty(grade: float) -> float:
    return W[4] - exp(W[5] * (grade - 1)) + 1


def _next_difficulty(difficulty: float, grade: Grade) -> float:
    """Move with the grade, damped near 10, and a little back to that of an easy first time."""
    moved = difficulty - W[6] * (grade - 3) * (10 - difficulty) / 9
    reverted = W[7] * _unbounded_difficulty(Grade.EASY) + (1 - W[7]) * moved
    return min(max(reverted, 1.0), 10.0)


def _recalled(stability: float, difficulty: float, recall: float, grade: Grade) -> float:
    bonus = {Grade.HARD: W[15], Grade.EASY: W[16]}.get(grade, 1.0)
    gain = exp(W[8]) * (11 - difficulty) * stability ** -W[9] * (exp((1 - recall) * W[10]) - 1)
    return float(stability * (1 + gain * bonus))


def _lapsed(stability: float, difficulty: float, recall: float) -> float:
    grown = (stability + 1) ** W[13] - 1
    after = W[11] * difficulty ** -W[12] * grown * exp((1 - recall) * W[14])
    return float(min(after, stability / exp(W[17] * W[18])))
