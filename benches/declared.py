"""How surely open relations tell what a space declares, by likeness to its examples' words.

Sentences by hand in `declared.txt` state one of eight declared relations, or none. A measure of
likeness and its threshold are chosen on the half for tuning; the other half is only measured.
"""

import argparse
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import process_time
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benches.figure import Figure, Goal
from infra.models.onnx_encoder import OnnxEncoder
from infra.models.relating import open_of, open_words
from infra.settings import read_settings
from streams.encoded import Encoded

SMALL: Final = {"rounds": 2}
SENTENCES: Final = Path(__file__).with_name("declared.txt")
_BRACKETED: Final = re.compile(r"\[([^\[\]]*)\]")
_LEAST: Final = 0.8  # precision from which messages could be believed
_STEPS: Final = 120  # thresholds that are tried
_HALVES: Final = ("tuning", "held out")
# Weights of the cosines of predicate, object, subject and sentence, and of who is a person.
MEASURES: Final = {
    "predicate": (1.0, 0.0, 0.0, 0.0, 0.0),
    "object": (0.0, 1.0, 0.0, 0.0, 0.0),
    "sentence": (0.0, 0.0, 0.0, 1.0, 0.0),
    "predicate, object": (0.5, 0.5, 0.0, 0.0, 0.0),
    "predicate, persons": (0.6, 0.0, 0.0, 0.0, 0.4),
    "predicate, object, persons": (0.4, 0.2, 0.0, 0.0, 0.4),
    "predicate, object, sentence, persons": (0.4, 0.1, 0.0, 0.1, 0.4),
    "all": (0.4, 0.15, 0.1, 0.1, 0.25),
}
_LEADS: Final = (0.0, 0.03)

Vector = NDArray[np.float32]
Statement = tuple[str, str, str]  # predicate, subject, object


class Line(NamedTuple):
    """A sentence, and what it states, if it states a declared relation."""

    text: str
    stated: Statement | None


class Declared(NamedTuple):
    """A declared relation with its sentences: examples, those that state it, and near ones."""

    name: str
    examples: list[Line]
    positive: list[Line]
    negative: list[Line]


class Argument(NamedTuple):
    """A subject or object: its words' vector, its text, its shape, and whether it is a person."""

    vector: Vector
    text: str
    shape: str
    person: bool


class Triple(NamedTuple):
    """An open relation as the encoder sees it."""

    subject: Argument
    predicate: Vector
    object: Argument
    sentence: Vector

    def turned(self) -> "Triple":
        """Give it with what it says the other way round."""
        return self._replace(subject=self.object, object=self.subject)


class Likeness(NamedTuple):
    """How a triple is like an example, and what it would then state."""

    line: int
    triple: int
    stated: Statement
    features: tuple[float, ...]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument("--rounds", type=int, default=20, help="how often reading a tree is timed")
    parser.add_argument("--all", action="store_true", help="every measure, on the tuning half")


def run(options: argparse.Namespace) -> list[Figure]:
    """Choose a measure on one half, and say what it is worth on the other."""
    encoder = OnnxEncoder(read_settings().models / "encoder", threads=1)
    relations = read_relations(SENTENCES.read_text(encoding="utf-8"))
    kinds = [kind for one in relations for kind in (one.positive, one.negative)]
    halves = [[line for kind in kinds for line in kind[half::2]] for half in range(len(_HALVES))]
    seen = [[_see(encoder, line.text) for line in lines] for lines in halves]
    examples = [
        (relation.name, example)
        for relation in relations
        for line in relation.examples
        if (example := _example(line, _see(encoder, line.text))) is not None
    ]
    like = [list(_likenesses(found, examples)) for found in seen]
    tuned = {
        (name, lead): list(_curve(halves[0], like[0], weights, lead))
        for name, weights in MEASURES.items()
        for lead in _LEADS
    }
    figures = [_time(encoder, halves, options.rounds)]
    figures += [
        _read_at_all(half, *one)
        for half, one in zip(_HALVES, zip(halves, seen, strict=True), strict=True)
    ]
    if options.all:
        for (name, lead), points in tuned.items():
            figures += _told(f"{name}, lead {lead:g}, tuning", max(points, key=_f1))
    chosen = max(tuned, key=lambda key: max(map(_f1, tuned[key])))
    name, lead = chosen
    best = max(tuned[chosen], key=_f1)
    sure = max((p for p in tuned[chosen] if p[0] >= _LEAST), key=lambda p: p[1], default=best)
    for where, point in (("most of both", best), (f"precision {_LEAST:g}", sure)):
        for number, half in enumerate(_HALVES):
            found = _score(halves[number], like[number], MEASURES[name], lead, point[2])
            goal = Goal(least=100 * _LEAST) if number else None
            figures += _told(f"{name} at {where}, {half}", found, goal)
    return figures


def read_relations(text: str) -> list[Declared]:
    """Read the relations and their sentences."""
    relations: list[Declared] = []
    for row in text.splitlines():
        kind, rest = row[:1], row[2:]
        if kind == "=":
            relations.append(Declared(rest, [], [], []))
        elif kind in ("e", "+", "-"):
            mine = relations[-1]
            line = _line(mine.name, rest)
            {"e": mine.examples, "+": mine.positive, "-": mine.negative}[kind].append(line)
    return relations


def _line(predicate: str, written: str) -> Line:
    """Read a sentence; ">" in front of the second bracket says that it is the subject."""
    found = _BRACKETED.findall(written)
    if not found:
        return Line(written, None)
    one, other = reversed(found) if ">[" in written else found
    return Line(_BRACKETED.sub(r"\1", written.replace(">[", "[")), (predicate, one, other))


def _see(encoder: OnnxEncoder, text: str) -> list[Triple]:
    """Give the open relations of a text with the vectors of their words."""
    seen = encoder.encode_one(text)
    firsts = [first - 1 for first in encoder.piece(text).firsts[1:]] + [len(seen.tokens)]
    tokens = seen.tokens.astype(np.float32)

    def vector(words: Sequence[int]) -> Vector:
        rows = [row for word in words for row in range(firsts[word], firsts[word + 1])]
        total: Vector = tokens[rows].sum(axis=0)
        return total / np.linalg.norm(total)

    def argument(words: Sequence[int] | None, part: str) -> Argument:
        if words is None:
            return Argument(np.zeros(tokens.shape[1], np.float32), part, "name", person=True)
        start, end = seen.tree[words[0]].start, seen.tree[words[-1]].end
        types = {e.type for e in seen.entities if e.start < end and start < e.end}
        name = "name" if part.rsplit(maxsplit=1)[-1][:1].isupper() else "thing"
        return Argument(vector(words), part, "time" if "time" in types else name, "person" in types)

    return [
        Triple(
            argument(span.subject, relation.subject),
            vector(span.predicate),
            argument(span.object, relation.object),
            seen.vector.astype(np.float32),
        )
        for span, relation in zip(open_words(text, seen), open_of(text, seen, "I"), strict=True)
    ]


def _example(line: Line, seen: Sequence[Triple]) -> tuple[Triple, bool] | None:
    """Give the triple of an example's brackets, and whether it says it the other way round."""
    _, one, other = line.stated or ("", "", "")
    for triple in seen:
        for turned, found in ((False, triple), (True, triple.turned())):
            if one in found.subject.text and other in found.object.text:
                return found, turned
    return None


def _likenesses(
    seen: Sequence[Sequence[Triple]], examples: Sequence[tuple[str, tuple[Triple, bool]]]
) -> Iterator[Likeness]:
    """Compare triples with examples whose subject and object have the same shapes."""
    for line, triples in enumerate(seen):
        for number, triple in enumerate(triples):
            for name, (example, turned) in examples:
                one = triple.turned() if turned else triple
                pairs = ((one.subject, example.subject), (one.object, example.object))
                if any(a.shape != b.shape for a, b in pairs):
                    continue
                features = (
                    float(one.predicate @ example.predicate),
                    float(one.object.vector @ example.object.vector),
                    float(one.subject.vector @ example.subject.vector),
                    float(one.sentence @ example.sentence),
                    sum(a.person == b.person for a, b in pairs) / 2,
                )
                stated = (name, one.subject.text, one.object.text)
                yield Likeness(line, number, stated, features)


def _f1(point: tuple[float, float, float]) -> float:
    precision, recall, _ = point
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _curve(
    lines: Sequence[Line], like: Sequence[Likeness], weights: Sequence[float], lead: float
) -> Iterator[tuple[float, float, float]]:
    scores = [float(np.dot(weights, one.features)) for one in like]
    for least in np.quantile(scores, np.linspace(0.8, 0.9995, _STEPS)).tolist():
        yield _score(lines, like, weights, lead, least)


def _score(
    lines: Sequence[Line],
    like: Sequence[Likeness],
    weights: Sequence[float],
    lead: float,
    least: float,
) -> tuple[float, float, float]:
    """Give precision, recall and the threshold of what would be believed."""
    best: dict[tuple[int, int], dict[str, tuple[float, Statement]]] = {}
    for one in like:
        score = float(np.dot(weights, one.features))
        of = best.setdefault((one.line, one.triple), {})
        if score > of.get(one.stated[0], (-1.0, None))[0]:
            of[one.stated[0]] = (score, one.stated)
    believed = []
    for (line, _), of in best.items():
        first, *others = sorted(of.values(), reverse=True)
        if first[0] >= least and (not others or first[0] - others[0][0] >= lead):
            believed.append((line, first[1]))
    right = {line for line, stated in believed if stated == lines[line].stated}
    wrong = sum(stated != lines[line].stated for line, stated in believed)
    positive = sum(line.stated is not None for line in lines)
    told = len(right) + wrong
    return (len(right) / told if told else 0.0), len(right) / positive, least


def _told(
    name: str, point: tuple[float, float, float], goal: Goal | None = None
) -> Iterator[Figure]:
    yield Figure(f"stated rightly, {name}", 100 * point[0], "%", goal=goal)
    yield Figure(f"found, {name}", 100 * point[1], "%")


def _read_at_all(half: str, lines: Sequence[Line], seen: Sequence[Sequence[Triple]]) -> Figure:
    """Say of how many statements an open relation has the subject and the object."""
    wanted = [
        (line.stated[1:], triples) for line, triples in zip(lines, seen, strict=True) if line.stated
    ]
    met = sum(
        any(set(pair) == {t.subject.text, t.object.text} for t in triples)
        for pair, triples in wanted
    )
    note = f"{met} of {len(wanted)}; the most that could be found"
    return Figure(f"read as an open relation, {half}", 100 * met / len(wanted), "%", note=note)


def _time(encoder: OnnxEncoder, halves: Sequence[Sequence[Line]], rounds: int) -> Figure:
    """Time reading the trees, beside encoding the texts."""
    texts = [line.text for lines in halves for line in lines]
    seen: list[Encoded] = []
    began = process_time()
    seen.extend(map(encoder.encode_one, texts))
    encoded = process_time() - began
    took = []
    for _ in range(rounds):
        began = process_time()
        for text, one in zip(texts, seen, strict=True):
            open_of(text, one, "I")
        took.append(process_time() - began)
    each = 1000 / len(texts)
    words = sum(len(one.tree) for one in seen) / len(seen)
    return Figure(
        "reading open relations", each * min(took), "ms a text", each * encoded,
        "encoding it", Goal(most=0.05), f"{words:.1f} words a text",
    )  # fmt: skip
