"""How likely a memory is to be asked for again: a small trained network over twelve features.

It is computed in plain floats, one after another in a fixed order, so that every machine decides
the same; `models/training/worth.py` says on what it was trained.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, log1p
from typing import Final

from agents.due import Due
from agents.retention import AROUSAL, DECAY, ORDINARY, retrievability

# What it looks at, in the order of its inputs.
FEATURES: Final = (
    "age_days",  # since it was learned, or since time began to pass in the space
    "idle_days",  # since it was met last
    "recalled",  # how often it was found for a question
    "repeated",  # how often it was said again
    "days",  # on which it was met
    "importance",
    "arousal",
    "retrievability",
    "stability",  # days
    "facts",  # that it stated
    "names",  # entities that it mentions
    "difficulty",  # from 1 to 10
)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Network:
    """One hidden layer of rectified units over log(1 + feature), then one logistic unit.

    Each unit has its weights in the order of FEATURES (or of the hidden units), its bias last. What
    is more than `most`, the largest of each feature in the training, counts as that. `digest` names
    the file that the weights come from.
    """

    hidden: tuple[tuple[float, ...], ...]
    out: tuple[float, ...]
    most: tuple[float, ...]
    digest: str

    def score(self, features: Mapping[str, float]) -> float:
        """Say in [0, 1] how likely it is that the memory is asked for again."""
        inputs = [
            log1p(min(features[name], most)) for name, most in zip(FEATURES, self.most, strict=True)
        ]
        units = [max(_weighed(unit, inputs), 0.0) for unit in self.hidden]
        return 1 / (1 + exp(-min(max(_weighed(self.out, units), -60.0), 60.0)))


def _weighed(weights: tuple[float, ...], values: list[float]) -> float:
    total = weights[-1]
    for weight, value in zip(weights[:-1], values, strict=True):
        total += weight * value
    return total


def features_of(
    item: Due, at: datetime, since: datetime | None, decay: float = DECAY
) -> dict[str, float]:
    """Tell what is known of a memory at a time; `since` is when its space's time began to pass."""
    whole, held = item.whole, item.held
    idle = max((at - max(held.accessed, since or held.accessed)) / _DAY, 0.0)
    felt = sum(AROUSAL.get(label, 0.0) * share for label, share in (whole.emotion or {}).items())
    told = {
        "age_days": max(item.age(at, since), 0.0),
        "idle_days": idle,
        "recalled": item.recalled,
        "repeated": item.repeated,
        "days": held.days,
        "importance": ORDINARY
        if whole.importance is None
        else min(max(whole.importance, 0.0), 1.0),
        "arousal": min(max(felt, 0.0), 1.0),
        "retrievability": retrievability(idle, held.stability, decay),
        "stability": held.stability,
        "facts": len(item.names) // 2,
        "names": len({entity.text for entity in whole.entities}),
        "difficulty": held.difficulty,
    }
    return {name: round(float(value), 6) for name, value in told.items()}
