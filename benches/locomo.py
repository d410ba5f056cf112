"""How many of the turns that answer LoCoMo's questions recall finds, through the whole pipeline.

The metric is the data set's own (Maharana et al. 2024, Evaluating Very Long-Term Conversational
Memory of LLM Agents): the share of a question's evidence turns among the first k turns, averaged
over the questions that have evidence. Each conversation is a space and is ingested as any
producer would; captions of shared images belong to a turn's text, as in the data set's own code.
The ranker's weights are fixed, so that leaving a conversation out has no meaning here; on
conversations that the weights were chosen with, the figures flatter (benches/ranker.py leaves
out). The data set is CC BY-NC 4.0 and stays where it is.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.answer import Answer
from agents.lexicon import idf, stems, terms
from benches.figure import Figure, Goal
from benches.trial import at, clock, feed, new
from infra.memory import Memory
from infra.recollection import Asked

DEPTHS: Final = (5, 10, 25, 50)
GOALS: Final = (72, 80, 88, 92)
CATEGORIES: Final = {
    1: "multi-hop", 2: "temporal", 3: "open-domain", 4: "single-hop", 5: "adversarial",
}  # fmt: skip
_TRAP: Final = 5
SMALL: Final = {"conversations": 1, "questions": 40}

Shares = NDArray[np.float64]  # of the evidence that was found, by depth


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that was said."""

    id: str
    session: str
    at: datetime
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Asking:
    """A question, its answer, and the ids of the turns that it is from."""

    text: str
    category: int
    evidence: frozenset[str]
    gold: str | None  # the answer; none, where the question only pretends that there is one


@dataclass(frozen=True, slots=True)
class Answered:
    """What was found for a question, by recall and by the peer, and in how many milliseconds."""

    category: int
    found: Shares
    peer: Shares
    took_ms: float
    answer: Answer | None
    f1: float  # of the answer's stems; 0 where none is known
    sentence_f1: float  # of the first turn's


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument("file", type=Path, help="the data set, or some of its conversations")
    parser.add_argument("--conversations", type=int, default=0, help="only the first; 0: all")
    parser.add_argument("--questions", type=int, default=0, help="only the first of each; 0: all")
    parser.add_argument("--no-captions", action="store_true", help="leave captions of images out")


def run(options: argparse.Namespace) -> list[Figure]:
    """Ingest each conversation, ask its questions, and look for the evidence."""
    data = json.loads(options.file.read_text(encoding="utf-8"))
    answered: list[Answered] = []
    merged = said = 0
    with new() as memory:
        for number, sample in enumerate(data[: options.conversations or None]):
            turns = list(turns_of(sample["conversation"], captions=not options.no_captions))
            feed(memory, (line_of(turn, space_of(number)) for turn in turns))
            said += len(turns)
            asked = [one for entry in sample["qa"] if (one := asking_of(entry, turns)).evidence]
            answered += ask(memory, space_of(number), turns, asked[: options.questions or None])
        merged = said - memory.views.size()
    figures = [*overall(answered), *by_category(answered), *answers(answered)]
    figures.append(Figure("recall, k 50, p50", at([one.took_ms for one in answered], 50), "ms"))
    note = f"of {said} turns; what is merged or split makes the difference"
    figures.append(Figure("turns less memories", merged, "", note=note))
    return figures


def space_of(number: int) -> str:
    """Name the space of a conversation."""
    return f"conversation-{number}"


def turns_of(conversation: Mapping[str, Any], *, captions: bool) -> Iterator[Turn]:
    """List what was said, a minute apart from the beginning of its session on."""
    session = 1
    while f"session_{session}_date_time" in conversation:
        when = conversation[f"session_{session}_date_time"]
        began = datetime.strptime(when, "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)
        for index, turn in enumerate(conversation.get(f"session_{session}", [])):
            shown = f" and shared {turn['blip_caption']}." if turn.get("blip_caption") else ""
            yield Turn(
                turn["dia_id"],
                f"D{session}",
                began + timedelta(minutes=index),
                turn["speaker"],
                turn["text"] + (shown if captions else ""),
            )
        session += 1


def asking_of(entry: Mapping[str, Any], turns: Sequence[Turn]) -> Asking:
    """Read a question; several ids may share a string, and some name no turn."""
    pairs = re.findall(r"D(\d+):(\d+)", " ".join(entry.get("evidence") or []))
    wanted = {f"D{int(session)}:{int(turn)}" for session, turn in pairs}
    known = {turn.id for turn in turns}
    gold = str(entry["answer"]) if "answer" in entry and entry["category"] != _TRAP else None
    return Asking(entry["question"], entry["category"], frozenset(wanted & known), gold)


def line_of(turn: Turn, space: str) -> bytes:
    """Write a turn as an observation."""
    row = {
        "id": turn.id,
        "space": space,
        "kind": "message",
        "at": turn.at.isoformat(),
        "session": turn.session,
        "speaker": turn.speaker,
        "text": turn.text,
    }
    return json.dumps(row).encode()


def ask(
    memory: Memory, space: str, turns: Sequence[Turn], questions: Sequence[Asking]
) -> Iterator[Answered]:
    """Ask each question for the best 50 and compare with plain stemmed BM25."""
    peer = PlainBm25(turns)
    for asking in questions:
        began = clock()
        found = memory.recall.ask(Asked(asking.text, space, k=DEPTHS[-1]))
        took = 1000 * (clock() - began)
        ids = list(dict.fromkeys(id_ for hit in found.hits for id_ in hit.observations))
        yield Answered(
            asking.category,
            shares(ids, asking.evidence),
            shares(peer.best(asking.text), asking.evidence),
            took,
            found.answer,
            overlap(found.answer.text if found.answer else "", asking.gold or ""),
            overlap(found.hits[0].memory.body.text if found.hits else "", asking.gold or ""),
        )


def overlap(mine: str, gold: str) -> float:
    """F1 of the stems of two answers."""
    a, b = Counter(stems(mine)), Counter(stems(gold))
    same = (a & b).total()
    return 2 * same / (a.total() + b.total()) if same else 0.0


def shares(ids: Sequence[str], evidence: frozenset[str]) -> Shares:
    """Give the share of the evidence among the first ids, by depth."""
    return np.array([len(evidence.intersection(ids[:k])) / len(evidence) for k in DEPTHS])


class PlainBm25:
    """Stemmed BM25 over all turns of a conversation, speaker and date in the text."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self._ids = [turn.id for turn in turns]
        self._found = [
            dict(zip(*terms(f"{t.speaker} {t.at.day} {t.at:%B} {t.at.year} {t.text}"), strict=True))
            for t in turns
        ]

    def best(self, question: str) -> list[str]:
        """Give all turns, best first."""
        asked = terms(question)[0]
        often = np.array([sum(term in found for found in self._found) for term in asked], np.int64)
        rarity = dict(zip(asked, idf(often, len(self._ids)), strict=True))
        scores = [
            sum(float(weight * rarity[term]) for term, weight in found.items() if term in rarity)
            for found in self._found
        ]
        return [self._ids[i] for i in np.argsort(-np.array(scores), kind="stable")]


def overall(answered: Sequence[Answered]) -> list[Figure]:
    """Average over all questions."""
    return [
        Figure(
            f"R@{depth}, {len(answered)} questions",
            100 * float(np.mean([one.found[i] for one in answered])),
            "%",
            100 * float(np.mean([one.peer[i] for one in answered])),
            "plain stemmed BM25",
            Goal(least=goal),
        )
        for i, (depth, goal) in enumerate(zip(DEPTHS, GOALS, strict=True))
    ]


def by_category(answered: Sequence[Answered]) -> list[Figure]:
    """Average over the questions of each kind."""
    figures = []
    for number, name in CATEGORIES.items():
        kind = [one for one in answered if one.category == number]
        for i, depth in enumerate(DEPTHS if kind else ()):
            ours = 100 * float(np.mean([one.found[i] for one in kind]))
            peer = 100 * float(np.mean([one.peer[i] for one in kind]))
            figures.append(Figure(f"{name} ({len(kind)}), R@{depth}", ours, "%", peer, "BM25"))
    return figures


def _share(values: Iterable[float]) -> float:
    return 100 * float(np.mean(list(values)))


def answers(answered: Sequence[Answered]) -> Iterator[Figure]:
    """Compare answers with the data set's own, and count those to questions that have none."""
    asked = [one for one in answered if one.category != _TRAP]
    yield Figure(
        f"answers ({len(asked)}), F1 of their stems",
        _share(one.f1 for one in asked),
        "%",
        _share(one.sentence_f1 for one in asked),
        "the whole first turn",
    )
    share = _share(one.answer is not None for one in asked)
    yield Figure("  of these questions, answered at all", share, "%")
    for kind in ("fact", "words", "sentence"):
        told = [one for one in asked if one.answer and one.answer.kind == kind]
        if told:
            name = f"  of these, {kind} ({len(told)}), F1"
            sentences = _share(one.sentence_f1 for one in told)
            yield Figure(name, _share(one.f1 for one in told), "%", sentences, "the first turn")
    if traps := [one for one in answered if one.category == _TRAP]:
        name = f"questions without an answer ({len(traps)}), answered all the same"
        yield Figure(name, _share(one.answer is not None for one in traps), "%")
        facts = _share(one.answer is not None and one.answer.kind == "fact" for one in traps)
        yield Figure("  of these, by a fact", facts, "%")
