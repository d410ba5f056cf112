"""What reading the first turns again is worth on LoCoMo, and how much it should count."""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.rank import WEIGHTS
from benches.ranker import (
    CATEGORIES,
    DEPTHS,
    Asked,
    asked_in,
    encoded,
    evidence_of,
    learn,
    turns_of,
)

READ: Final = (5, 10)  # first turns that are read
_STEPS: Final = 30

Floats = NDArray[np.float64]


def texts_of(data: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    """Give each question that has evidence with the turns of its conversation."""
    found = []
    for sample in data:
        turns = turns_of(sample["conversation"])
        said = [f"{turn['speaker']}: {turn['text']}" for turn in turns]
        found += [
            (entry["question"], said) for entry in sample["qa"] if len(evidence_of(entry, turns))
        ]
    return found


def left_out_scores(asked: Sequence[Asked], shipped: NDArray[np.float64] | None) -> list[Floats]:
    """Score every turn with weights learned on the other conversations, or with those given."""
    weights = {
        number: learn([one for one in asked if one.conversation != number])
        if shipped is None
        else shipped
        for number in {one.conversation for one in asked}
    }
    return [one.features @ weights[one.conversation] for one in asked]


def read(
    folder: Path, texts: Sequence[tuple[str, list[str]]], scores: Sequence[Floats], depth: int
) -> list[Floats]:
    """Give the relevance of the first `depth` turns of each question, 0 elsewhere."""
    from infra.models.onnx_reader import OnnxReader  # noqa: PLC0415 - the rest needs no network

    reader = OnnxReader(folder)
    found = []
    for (question, said), score in zip(texts, scores, strict=True):
        relevance = np.zeros(len(said))
        for row in np.argsort(-score, kind="stable")[:depth]:
            relevance[row] = reader.read(question, said[row]).relevance
        found.append(relevance)
    return found


def shares(one: Asked, score: Floats, gain: Floats, depth: int) -> Floats:
    """Give the share of the evidence among the first k when `depth` turns are ordered anew."""
    order = np.argsort(-score, kind="stable")
    first = order[:depth]
    anew = first[np.argsort(-(score[first] + gain[first]), kind="stable")]
    place = np.empty(len(order), np.int64)
    place[np.concatenate((anew, order[depth:]))] = np.arange(len(order))
    return np.array([(place[one.evidence] < k).mean() for k in DEPTHS])


def fitted(read: Sequence[tuple[Asked, Floats, Floats]], depth: int) -> float:
    """Choose what relevance counts, by a listwise softmax over the first turns (Cao et al. 2007).

    The scores themselves count as they are. A likelihood is smooth; R@5 over few questions is not.
    """
    lists = []
    for one, score, relevance in read:
        first = np.argsort(-score, kind="stable")[:depth]
        wanted = np.isin(first, one.evidence)
        if wanted.any():
            lists.append((score[first], relevance[first], wanted / wanted.sum()))
    score, relevance, target = (np.array(part) for part in zip(*lists, strict=True))
    weight = 0.0
    for _ in range(_STEPS):
        total = score + weight * relevance
        odds = np.exp(total - total.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        mean = (odds * relevance).sum(axis=1)
        slope = ((target * relevance).sum(axis=1) - mean).sum()
        curve = ((odds * relevance**2).sum(axis=1) - mean**2).sum()
        weight = max(0.0, weight + slope / max(curve, 1e-9))
    return float(weight)


def figures(
    asked: Sequence[Asked], scores: Sequence[Floats], relevance: Sequence[Floats]
) -> dict[str, Any]:
    """Measure each conversation with what relevance counts on the others."""
    conversations = np.array([one.conversation for one in asked])
    category = np.array([one.category for one in asked])
    read = list(zip(asked, scores, relevance, strict=True))
    plain = np.array([shares(one, score, 0 * score, 1) for one, score, _ in read])
    found: dict[str, Any] = {
        "questions": len(asked),
        "depths": DEPTHS,
        "not read": plain.mean(axis=0).tolist(),
    }
    for depth in READ:
        result = np.zeros((len(asked), len(DEPTHS)))
        weights = {}
        for number in sorted(set(conversations.tolist())):
            others = [one for one in read if one[0].conversation != number]
            weights[number] = fitted(others, depth)
            for i, (one, score, relevant) in enumerate(read):
                if one.conversation == number:
                    result[i] = shares(one, score, weights[number] * relevant, depth)
        gain = 100 * (result[:, 0] - plain[:, 0])
        found[f"read {depth}"] = {
            "left out": result.mean(axis=0).tolist(),
            "R@5 gain, points": float(gain.mean()),
            "its standard error": float(gain.std() / np.sqrt(len(gain))),
            "R@5 gain by category": {
                name: float(gain[category == number].mean())
                for number, name in CATEGORIES.items()
                if (category == number).any()
            },
            "weights left out": weights,
            "weight of all": fitted(read, depth),
        }
    return found


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benches.ranker_reader", description=__doc__)
    parser.add_argument("--locomo", type=Path, required=True, help="a file of conversations")
    parser.add_argument("--encoder", type=Path, default=Path("models/encoder"))
    parser.add_argument("--reader", type=Path, default=Path("models/reader"))
    parser.add_argument("--shipped", action="store_true", help="the weights shipped, not left out")
    given = parser.parse_args()
    data = json.loads(given.locomo.read_text())
    asked = asked_in(data, *encoded(data, given.encoder))
    shipped = np.array(list(WEIGHTS.values())) if given.shipped else None
    scores = left_out_scores(asked, shipped)
    relevance = read(given.reader, texts_of(data), scores, max(READ))
    print(json.dumps(figures(asked, scores, relevance), indent=1))


if __name__ == "__main__":
    main()
