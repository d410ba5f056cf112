"""How well the ranker's confidence tells questions about things never said, on LoCoMo."""

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.rank import CONFIDENCE, rank
from benches.ranker import candidates_of, encoded, evidence_of, question_of, together, turns_of
from infra.models.onnx_encoder import OnnxEncoder

ANSWERED: Final = 10  # evidence among so many first memories counts as an answer
L2: Final = 0.1
_STEPS: Final = 30

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trial:
    """A question put to its own conversation or to another one, and what came of it."""

    conversation: int
    own: bool
    answered: bool
    signs: tuple[float, float]


def renamed(text: str, people: Sequence[str], others: Sequence[str]) -> str:
    """Ask the same of the people of another conversation."""
    for name, other in zip(people, others, strict=True):
        text = re.sub(rf"\b{re.escape(name)}\b", other, text)
    return text


def trials(data: Sequence[Mapping[str, Any]], folder: Path) -> list[Trial]:
    """Put every question to every conversation."""
    vectors, _ = encoded(data, folder)
    encoder = OnnxEncoder(folder, 1)
    people = [(one["conversation"]["speaker_a"], one["conversation"]["speaker_b"]) for one in data]
    result = []
    begin = 0
    for number, sample in enumerate(data):
        turns = turns_of(sample["conversation"])
        columns = candidates_of(turns, vectors.of(begin, begin + len(turns)))
        begin += len(turns)
        for other, source in enumerate(data):
            own = other == number
            for entry in source["qa"]:
                evidence = evidence_of(entry, turns) if own else np.zeros(0, np.int64)
                if own and not len(evidence):
                    continue
                text = renamed(entry["question"], people[other], people[number])
                seen = encoder.encode_one(text)
                question = question_of(text, together([seen], [seen.tokens]), columns)
                found = rank(question, columns)
                order = np.argsort(-found.scores, kind="stable")
                answered = bool(np.isin(evidence, order[:ANSWERED]).any())
                result.append(Trial(number, own, answered, tuple(found.signs[order[0]].tolist())))
    encoder.close()
    return result


def learn(tried: Sequence[Trial]) -> Numbers:
    """Fit a logistic function by Newton's method; both kinds of trials count as much in all."""
    signs = np.array([(1.0, *one.signs) for one in tried])
    answered = np.array([one.answered for one in tried], np.float64)
    own = np.array([one.own for one in tried])
    counts = np.where(own, 0.5 / own.sum(), 0.5 / (~own).sum()) * len(tried)
    weights = np.zeros(signs.shape[1])
    penalty = L2 * np.diag([0.0, *[1.0] * len(tried[0].signs)])
    for _ in range(_STEPS):
        odds = logistic(signs @ weights)
        slope = signs.T @ (counts * (odds - answered)) + penalty @ weights
        curve = (signs.T * (counts * odds * (1 - odds))) @ signs + penalty
        weights -= np.linalg.solve(curve, slope)
    return weights


def logistic(values: Numbers) -> Numbers:
    """Give probabilities of log odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-values)), np.float64)


def area(scores: Numbers, positive: NDArray[np.bool_]) -> float:
    """Give the area under the ROC curve: how often a positive scores above a negative."""
    above = scores[positive][:, None] - scores[~positive]
    return float((above > 0).mean() + 0.5 * (above == 0).mean())


def figures(tried: Sequence[Trial]) -> dict[str, Any]:
    """Measure with weights learned on the other conversations, and learn the ones to ship."""
    place = np.array([one.conversation for one in tried])
    own = np.array([one.own for one in tried])
    answered = np.array([one.answered for one in tried])
    signs = np.array([(1.0, *one.signs) for one in tried])
    odds = np.zeros(len(tried))
    for number in set(place.tolist()):
        weights = learn([one for one in tried if one.conversation != number])
        odds[place == number] = logistic(signs[place == number] @ weights)
    return {
        "own": int(own.sum()),
        "never said": int((~own).sum()),
        "AUROC own against never said": area(odds, own),
        "AUROC answered against not": area(odds, answered),
        "mean confidence, answered": float(odds[answered].mean()),
        "mean confidence, own but not answered": float(odds[own & ~answered].mean()),
        "mean confidence, never said": float(odds[~own].mean()),
        "shipped": list(CONFIDENCE),
        "learned": np.round(learn(tried), 1).tolist(),
    }


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(
        prog="python -m benches.ranker_confidence", description=__doc__
    )
    parser.add_argument("--locomo", type=Path, required=True, help="a file of conversations")
    parser.add_argument("--encoder", type=Path, default=Path("models/encoder"))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = figures(trials(json.loads(given.locomo.read_text()), given.encoder))
    if given.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:40}{value if not isinstance(value, float) else round(value, 3)}")


if __name__ == "__main__":
    main()
