"""What reading the first turns again is worth on LoCoMo: for their order, and for answers."""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.lexicon import stems
from agents.quoting import best_sentence
from agents.rank import WEIGHTS
from benches.locomo import overlap
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
ANSWERED: Final = (1, 3, 5)  # first turns that words are looked for in
_STEPS: Final = 30

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asking:
    """A question that has evidence, its answer if there is one, and the turns that may answer."""

    question: str
    gold: str | None
    said: list[str]


@dataclass(frozen=True, slots=True)
class Reread:
    """What reading said of a question's turns: relevance of each, and of the first ones words."""

    relevance: Floats
    words: list[tuple[float, str]]


def asking_of(data: Sequence[Mapping[str, Any]]) -> list[Asking]:
    """Give each question that has evidence with the turns of its conversation."""
    found = []
    for sample in data:
        turns = turns_of(sample["conversation"])
        said = [f"{turn['speaker']}: {turn['text']}" for turn in turns]
        for entry in sample["qa"]:
            if len(evidence_of(entry, turns)):
                gold = str(entry["answer"]) if "answer" in entry else None
                found.append(Asking(entry["question"], gold, said))
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
    folder: Path, asking: Sequence[Asking], scores: Sequence[Floats], depth: int
) -> list[Reread]:
    """Read the first `depth` turns of each question; the relevance of all others is 0."""
    from infra.models.onnx_reader import OnnxReader  # noqa: PLC0415 - the rest needs no network

    reader = OnnxReader(folder)
    found = []
    for one, score in zip(asking, scores, strict=True):
        relevance, words = np.zeros(len(one.said)), list[tuple[float, str]]()
        for row in np.argsort(-score, kind="stable")[:depth]:
            seen = reader.read(one.question, one.said[row])
            odds = min(max(seen.relevance, 1e-4), 1 - 1e-4)
            relevance[row] = np.log(odds / (1 - odds))
            best = seen.words
            told = one.said[row][best.start : best.end] if best else ""
            words.append((best.score if best and best.score >= reader.least else 0.0, told))
        found.append(Reread(relevance, words))
    return found


def answers(
    asking: Sequence[Asking], scores: Sequence[Floats], read: Sequence[Reread]
) -> dict[str, Any]:
    """Compare words that were read with the best sentence of the first turn, by their F1."""
    told: dict[str, list[float]] = {"a sentence of the first": []}
    found = dict.fromkeys(ANSWERED, 0)
    for one, score, reread in zip(asking, scores, read, strict=True):
        if one.gold is None:
            continue
        first = one.said[int(np.argsort(-score, kind="stable")[0])].partition(": ")[2]
        sentence = best_sentence(set(stems(one.question)), first)
        told["a sentence of the first"].append(overlap(sentence, one.gold))
        for depth in ANSWERED:
            sure, words = max(reread.words[:depth])
            found[depth] += sure > 0
            mine = words if sure else sentence
            told.setdefault(f"words of the first {depth}", []).append(overlap(mine, one.gold))
    count = len(told["a sentence of the first"])
    return {
        "questions": count,
        "F1": {name: float(np.mean(values)) for name, values in told.items()},
        "answered by words": {depth: number / count for depth, number in found.items()},
    }


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
    asking = asking_of(data)
    reread = read(given.reader, asking, scores, max(READ))
    found = figures(asked, scores, [one.relevance for one in reread])
    found["answers"] = answers(asking, scores, reread)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
