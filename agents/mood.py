"""How a session feels: a decaying average of its memories' emotions, and what agrees with it."""

from collections.abc import Iterable, Mapping
from math import sqrt
from typing import Final, NamedTuple

from agents.retention import AROUSAL

_NEUTRAL: Final = "neutral"
_KEPT: Final = 0.8  # of a mood, from one memory to the next: half of it after three
# Pleasantness of an emotion in [-1, 1], its place on the circumplex of affect (Russell 1980).
VALENCE: Final = {
    "joy": 0.9, "surprise": 0.2, "neutral": 0.0, "disgust": -0.7, "anger": -0.7, "fear": -0.8,
    "sadness": -0.8,
}  # fmt: skip

Felt = Mapping[str, float]  # an emotion's share, by label


class Mood(NamedTuple):
    """Shares of emotions that sum up to one, and where they lie: valence, arousal."""

    shares: dict[str, float]
    valence: float
    arousal: float

    @property
    def most(self) -> str:
        """Name the strongest emotion; of equals the first by name."""
        return min(self.shares, key=lambda label: (-self.shares[label], label))


def mood_after(emotions: Iterable[Felt | None]) -> Mood | None:
    """Give the mood after memories felt like this, the latest last; those without are left out."""
    shares: dict[str, float] = {}
    for felt in emotions:
        total = sum(felt.values()) if felt else 0.0
        if not felt or total <= 0:
            continue
        kept = _KEPT if shares else 0.0
        shares = {
            label: kept * shares.get(label, 0.0) + (1 - kept) * felt.get(label, 0.0) / total
            for label in sorted({*shares, *felt})
        }
    if not shares:
        return None
    return Mood(shares, _mean(shares, VALENCE), _mean(shares, AROUSAL))


def congruence(mood: Felt, felt: Felt | None) -> float:
    """Say how well a memory fits a mood, from 0 to 1; what is neutral fits none.

    What agrees with the mood comes to mind more easily: Bower 1981, Mood and Memory.
    """
    length = sqrt(sum(share**2 for label, share in mood.items() if label != _NEUTRAL))
    if not felt or not length:
        return 0.0
    agrees = sum(mood.get(label, 0.0) * n for label, n in felt.items() if label != _NEUTRAL)
    return min(max(agrees / length, 0.0), 1.0)


def _mean(shares: Felt, places: Mapping[str, float]) -> float:
    return sum(share * places.get(label, 0.0) for label, share in shares.items())
