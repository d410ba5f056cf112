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
GRID: Final = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)  # what a sure relevance may add

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


def shares(one: Asked, score: Floats, relevance: Floats, depth: int, weight: float) -> Floats:
    """Give the share of the evidence among the first k when `depth` turns are ordered anew."""
    order = np.argsort(-score, kind="stable")
    first = order[:depth]
    anew = first[np.argsort(-(score[first] + weight * relevance[first]), kind="stable")]
    place = np.empty(len(order), np.int64)
    place[np.concatenate((anew, order[depth:]))] = np.arange(len(order))
    return np.array([(place[one.evidence] < k).mean() for k in DEPTHS])


def figures(
    asked: Sequence[Asked], scores: Sequence[Floats], relevance: Sequence[Floats]
) -> dict[str, Any]:
    """Measure each conversation with the weight that is best at R@5 on the others."""
    conversations = np.array([one.conversation for one in asked])
    category = np.array([one.category for one in asked])
    found: dict[str, Any] = {"questions": len(asked), "depths": DEPTHS}
    for depth in READ:
        by_weight = np.array([
            [shares(*one, depth, weight) for one in zip(asked, scores, relevance, strict=True)]
            for weight in GRID
        ])  # fmt: skip
        result = np.zeros((len(asked), len(DEPTHS)))
        chosen = {}
        for number in sorted(set(conversations.tolist())):
            best = int(by_weight[:, conversations != number, 0].mean(axis=1).argmax())
            mine = conversations == number
            result[mine] = by_weight[best, mine]
            chosen[number] = GRID[best]
        found[f"read {depth}"] = {
            "left out": result.mean(axis=0).tolist(),
            "by category": {
                name: result[category == number].mean(axis=0).tolist()
                for number, name in CATEGORIES.items()
                if (category == number).any()
            },
            "chosen": chosen,
            "R@5 by weight, seen": dict(
                zip(map(str, GRID), by_weight[:, :, 0].mean(axis=1).round(4).tolist(), strict=True)
            ),
        }
        found["not read"] = by_weight[0].mean(axis=0).tolist()
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
