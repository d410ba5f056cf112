"""How much recall prefers what agrees with a mood, among things that fit a question alike."""

import json
from datetime import timedelta
from typing import Final

import numpy as np

from benches.texts import BEGAN, PEOPLE, PLACES
from benches.trial import feed
from infra.memory import Memory
from infra.recollection import Asked

_SPACE: Final = "moods"
_GLAD: Final = "I was so happy when {a} and I went to {p}, it was wonderful and we laughed a lot"
_SAD: Final = "I was so sad when {a} and I went to {p}, it was terrible and we cried a lot"
_K: Final = 12


def glad_shares(memory: Memory) -> dict[str, float]:
    """Give the share of glad memories among those recalled in a glad, a sad and no mood.

    For every person there are as many glad as sad ones, about the same places.
    """
    lines, glad = [], set()
    for at, (person, place) in enumerate((a, p) for a in PEOPLE[:6] for p in PLACES):
        for kind, words in (("glad", _GLAD), ("sad", _SAD)):
            row = {
                "id": f"{kind}{at}", "space": _SPACE, "kind": "message", "speaker": "Maya",
                "at": (BEGAN + timedelta(days=at)).isoformat(),
                "session": f"{kind}{at}", "text": words.format(a=person, p=place),
            }  # fmt: skip
            lines.append(json.dumps(row).encode())
        glad.add(f"glad{at}")
    feed(memory, lines)
    moods = {"glad": {"joy": 1.0}, "sad": {"sadness": 1.0}, "no": None}
    return {
        name: float(
            np.mean(
                [
                    len(glad.intersection(hit.observations)) > 0
                    for person in PEOPLE[:6]
                    for hit in memory.recall.ask(
                        Asked(f"Where did you go with {person}?", _SPACE, k=_K, mood=mood)
                    ).hits
                ]
            )
        )
        for name, mood in moods.items()
    }


def difference(share: float, other: float) -> float:
    """Give Cohen's h: the difference of two proportions on the arcsine scale."""
    return float(2 * np.arcsin(np.sqrt(share)) - 2 * np.arcsin(np.sqrt(other)))
