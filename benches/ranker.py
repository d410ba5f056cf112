"""How well recall's linear ranker orders the turns of LoCoMo, and what its weights should be."""

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.lexicon import idf, terms, traits
from agents.neighbours import Floats, Ints
from agents.question import form_of
from agents.rank import WEIGHTS, Candidates, Question, rank
from streams.encoded import Encoded

DEPTHS: Final = (5, 10, 25, 50)
CATEGORIES: Final = {
    1: "multi-hop", 2: "temporal", 3: "open-domain", 4: "single-hop", 5: "adversarial",
}  # fmt: skip
GROUPS: Final = {
    "terms near by": ("terms_near",),
    "terms of the session": ("terms_session",),
    "all terms": ("terms_near", "terms_session"),
    "tokens of the turn": ("tokens",),
    "tokens near by": ("tokens_near", "answers_before"),
    "all tokens": ("tokens", "tokens_near", "answers_before"),
    "the vector": ("vector",),
    "the speaker": ("speaker_named",),
    "form": ("stated", "asked", "after_question"),
    "importance": ("importance",),
    "time": ("tells_time",),
}  # fmt: skip
# Not learned here: turns that share words with their questions make it look useless, while it
# is what finds a memory for a remark that is no question.
FIXED: Final = ("vector",)
L2: Final = 1.0
_STEPS: Final = 40
_SETTLED: Final = 1e-4  # a step below this changes no order


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the features of every turn of its conversation and its evidence's rows."""

    conversation: int
    category: int
    features: Floats
    evidence: Ints


@dataclass(frozen=True, slots=True)
class Vectors:
    """Vectors of texts in a row, and their tokens; text i owns tokens[starts[i]:starts[i + 1]]."""

    pooled: NDArray[np.float16]
    tokens: NDArray[np.int8]
    starts: Ints
    importance: Floats

    def of(self, first: int, last: int) -> "Vectors":
        """Give those of texts [first, last)."""
        begin, end = self.starts[first], self.starts[last]
        starts = self.starts[first : last + 1] - begin
        return Vectors(
            self.pooled[first:last], self.tokens[begin:end], starts, self.importance[first:last]
        )


def turns_of(conversation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List a conversation's turns with session number and date, in order."""
    found = []
    for session in range(1, 100):
        said = conversation.get(f"session_{session}")
        if not isinstance(said, list):
            continue
        when = re.search(r"on (\d+) (\w+),? (\d+)", conversation[f"session_{session}_date_time"])
        date = " ".join(when.groups()) if when else ""
        found += [
            {**turn, "session": session, "at": i, "date": date} for i, turn in enumerate(said)
        ]
    return found


def evidence_of(question: Mapping[str, Any], turns: Sequence[Mapping[str, Any]]) -> Ints:
    """Find the rows of a question's evidence; some ids share a string, some name no turn."""
    ids = re.findall(r"D(\d+):(\d+)", " ".join(question.get("evidence", [])))
    wanted = {f"D{int(session)}:{int(turn)}" for session, turn in ids}
    return np.array([i for i, turn in enumerate(turns) if turn["dia_id"] in wanted], np.int64)


def candidates_of(turns: Sequence[Mapping[str, Any]], vectors: Vectors) -> Candidates:
    """Lay out all turns of a conversation as the ranker's columns."""
    found = [terms(f"{turn['speaker']} {turn['date']} {turn['text']}")[0] for turn in turns]
    form = [traits(turn["text"]) for turn in turns]
    return Candidates(
        sessions=np.array([turn["session"] for turn in turns]),
        ordinals=np.array([turn["at"] for turn in turns]),
        speakers=[turn["speaker"] for turn in turns],
        spoken=np.ones(len(turns), np.bool_),
        stated=np.array([one.stated for one in form], np.float32),
        asked=np.array([one.asked for one in form], np.float32),
        tells_time=np.array([one.tells_time for one in form]),
        importance=vectors.importance,
        vectors=vectors.pooled,
        term_ids=np.concatenate(found),
        term_starts=np.cumsum([0, *map(len, found)]),
        tokens=vectors.tokens,
        token_starts=vectors.starts,
    )


def question_of(text: str, vectors: Vectors, candidates: Candidates) -> Question:
    """Give a question its terms with their idf among the candidates."""
    ids = terms(text)[0]
    often = (candidates.term_ids[:, None] == ids).sum(axis=0)
    rarity = idf(often, len(candidates.sessions))
    return Question(vectors.pooled[0], vectors.tokens, ids, rarity, form_of(text).when)


def asked_in(
    data: Sequence[Mapping[str, Any]], turn_vectors: Vectors, asked: Vectors
) -> list[Asked]:
    """Compute the features of every question that has evidence."""
    result = []
    turn_at = question_at = 0
    for number, sample in enumerate(data):
        turns = turns_of(sample["conversation"])
        columns = candidates_of(turns, turn_vectors.of(turn_at, turn_at + len(turns)))
        turn_at += len(turns)
        for entry in sample["qa"]:
            vectors = asked.of(question_at, question_at + 1)
            question_at += 1
            evidence = evidence_of(entry, turns)
            if len(evidence):
                question = question_of(entry["question"], vectors, columns)
                features = rank(question, columns).features
                result.append(Asked(number, entry["category"], features, evidence))
    return result


def learn(questions: Sequence[Asked]) -> NDArray[np.float64]:
    """Fit weights to a listwise softmax over each question's turns, by Newton's method.

    Top-one listwise loss: Cao et al. 2007, Learning to Rank: From Pairwise to Listwise Approach.
    """
    rows = np.concatenate([one.features for one in questions]).astype(np.float64)
    sizes = np.array([len(one.features) for one in questions])
    starts = np.cumsum([0, *sizes[:-1]])
    wanted = np.zeros(len(rows))
    for start, one in zip(starts, questions, strict=True):
        wanted[start + one.evidence] = 1 / len(one.evidence)
    target = wanted @ rows
    weights = np.array([WEIGHTS[name] if name in FIXED else 0.0 for name in WEIGHTS])
    free = np.array([name not in FIXED for name in WEIGHTS])
    for _ in range(_STEPS):
        scores = rows @ weights
        odds = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
        share = odds / np.repeat(np.add.reduceat(odds, starts), sizes)
        expected = np.add.reduceat(rows * share[:, None], starts, axis=0)
        slope = (expected.sum(axis=0) - target + L2 * weights) * free
        curve = (rows * share[:, None]).T @ rows - expected.T @ expected
        curve = curve * np.outer(free, free) + L2 * np.eye(len(weights))
        step = np.linalg.solve(curve, slope)
        largest = float(np.abs(step).max())
        weights -= step * min(1.0, 1.0 / max(largest, _SETTLED))
        if largest < _SETTLED:
            break
    return weights


def recall_of(one: Asked, weights: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Give the share of a question's evidence among the top k, for each depth."""
    order = np.argsort(-(one.features @ weights), kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return np.array([(place[one.evidence] < depth).mean() for depth in DEPTHS])


def left_out(questions: Sequence[Asked]) -> NDArray[np.float64]:
    """Measure each conversation with weights learned on the others, [questions, depths]."""
    result = np.zeros((len(questions), len(DEPTHS)))
    for number in {one.conversation for one in questions}:
        weights = learn([one for one in questions if one.conversation != number])
        for i, one in enumerate(questions):
            if one.conversation == number:
                result[i] = recall_of(one, weights)
    return result


def without(questions: Sequence[Asked], names: Sequence[str]) -> list[Asked]:
    """Take features away by setting them to zero."""
    keep = np.array([name not in names for name in WEIGHTS], np.float32)
    return [replace(one, features=one.features * keep) for one in questions]


def figures(questions: Sequence[Asked]) -> dict[str, Any]:
    """Measure the shipped weights, weights left out by conversation, categories and ablations."""
    whole = left_out(questions)
    category = np.array([one.category for one in questions])
    shipped = np.array(list(WEIGHTS.values()))
    learned = learn(questions)
    return {
        "questions": len(questions),
        "depths": DEPTHS,
        "left out": whole.mean(axis=0).tolist(),
        "by category": {
            name: whole[category == number].mean(axis=0).tolist()
            for number, name in CATEGORIES.items()
            if (category == number).any()
        },
        "without": {
            name: left_out(without(questions, group)).mean(axis=0).tolist()
            for name, group in GROUPS.items()
        },
        "shipped, not left out": np.mean(
            [recall_of(one, shipped) for one in questions], axis=0
        ).tolist(),
        "learned": dict(zip(WEIGHTS, np.round(learned, 2).tolist(), strict=True)),
    }


def encoded(data: Sequence[Mapping[str, Any]], folder: Path) -> tuple[Vectors, Vectors]:
    """Encode all turns, with the tokens of their speakers' names, and all questions."""
    from infra.models.onnx_encoder import OnnxEncoder  # noqa: PLC0415 - learning from vectors needs none

    encoder = OnnxEncoder(folder, 1)
    turns = [turn for sample in data for turn in turns_of(sample["conversation"])]
    names = {turn["speaker"]: encoder.encode_one(turn["speaker"]).tokens for turn in turns}
    said = [encoder.encode_one(turn["text"]) for turn in turns]
    tokens = [
        np.concatenate((one.tokens, names[turn["speaker"]]))
        for one, turn in zip(said, turns, strict=True)
    ]
    asked = [encoder.encode_one(entry["question"]) for sample in data for entry in sample["qa"]]
    encoder.close()
    return (
        together(said, tokens),
        together(asked, [one.tokens for one in asked]),
    )


def together(texts: Sequence[Encoded], tokens: Sequence[NDArray[np.int8]]) -> Vectors:
    """Lay out what is read of texts, with these tokens for their own."""
    return Vectors(
        np.stack([one.vector for one in texts]),
        np.concatenate(tokens),
        np.cumsum([0, *map(len, tokens)]),
        np.array([one.importance for one in texts], np.float32),
    )


def read_vectors(file: Path) -> tuple[Vectors, Vectors]:
    """Read vectors made elsewhere: `turns_` and `questions_` pooled, tokens, starts, importance."""
    arrays = np.load(file)
    turns, questions = (
        Vectors(*(arrays[f"{of}_{part}"] for part in ("pooled", "tokens", "starts", "importance")))
        for of in ("turns", "questions")
    )
    return turns, questions


def show(found: Mapping[str, Any]) -> None:
    """Print the figures as a table."""

    def line(name: str, values: Sequence[float]) -> None:
        print(f"{name:34}" + "".join(f"{100 * value:8.1f}" for value in values))

    print(f"{found['questions']} questions".ljust(34) + "".join(f"{f'R@{k}':>8}" for k in DEPTHS))
    line("left out by conversation", found["left out"])
    for name, values in found["by category"].items():
        line(f"  {name}", values)
    for name, values in found["without"].items():
        line(f"  without {name}", values)
    line("shipped weights (seen)", found["shipped, not left out"])
    for name, value in found["learned"].items():
        print(f'        "{name}": {value},')


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benches.ranker", description=__doc__)
    parser.add_argument("--locomo", type=Path, required=True, help="a file of conversations")
    parser.add_argument("--encoder", type=Path, default=Path("models/encoder"))
    parser.add_argument("--vectors", type=Path, help="vectors (.npz) instead of an encoder")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    data = json.loads(given.locomo.read_text())
    made = read_vectors(given.vectors) if given.vectors else encoded(data, given.encoder)
    found = figures(asked_in(data, *made))
    print(json.dumps(found)) if given.json else show(found)


if __name__ == "__main__":
    main()
