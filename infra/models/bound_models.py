"""What a user's checkpoint says of a text, by the kind of its network."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding

from agents.reading import Odds
from infra.models.onnx_generator import Generator
from infra.models.onnx_model import OnnxModel
from infra.models.role_bindings import KINDS, Binding, Kind
from streams.encoded import EntitySpan
from streams.vectors import WIDTHS

_PROBE: Final = "Ana moved to Lisbon."
_STEMS: Final = ("entail", "neutral", "contradict")  # of what checkpoints call their labels
_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "per": "person", "person": "person", "org": "organization", "loc": "place",
        "location": "place", "gpe": "place", "fac": "place", "date": "time", "time": "time",
    }
)  # fmt: skip


class Bound(Protocol):
    """A checkpoint that is ready to run."""

    model: OnnxModel


def _softmax(logits: NDArray[Any]) -> NDArray[np.float64]:
    odds = np.exp(logits.astype(np.float64) - logits.max(-1, keepdims=True))
    return np.asarray(odds / odds.sum(-1, keepdims=True), np.float64)


class Embedder:
    """Gives a text's unit vector, pooled from the last hidden states."""

    def __init__(self, model: OnnxModel) -> None:
        self.model = model
        self.width = len(self.vector(_PROBE))

    def vector(self, text: str) -> NDArray[np.float16]:
        """Embed one text."""
        found = self.model.tokenize(text)
        states = self.model.run(found)[0]
        shape = (1, len(found.ids))
        if (
            states.ndim != len(shape) + 1
            or states.shape[:2] != shape
            or len(states[0, 0]) not in WIDTHS
        ):
            expected = f"an output [1, {shape[1]}, {' or '.join(map(str, WIDTHS))}]"
            raise self.model.wrong(self.model.binding.network, expected, str(list(states.shape)))
        pooled = states[0, 0] if self.model.binding.pooling == "cls" else states[0].mean(0)
        return np.asarray(pooled / max(float(np.linalg.norm(pooled)), 1e-9), np.float16)


class TokenClassifier:
    """Finds names; the first sub-token of a word decides for the word."""

    def __init__(self, model: OnnxModel) -> None:
        self.model = model
        self._labels = model.label_names()
        self.names(_PROBE)

    def names(self, text: str) -> tuple[EntitySpan, ...]:
        """Find the names in one text; BIO and IO marks are both understood."""
        found = self.model.tokenize(text)
        logits = self.model.run(found)[0]
        if logits.shape != (1, len(found.ids), len(self._labels)):
            expected = f"an output [1, {len(found.ids)}, {len(self._labels)}]"
            raise self.model.wrong(self.model.binding.network, expected, str(list(logits.shape)))
        return tuple(EntitySpan(*span) for span in self._spans(found, _softmax(logits[0])))

    def _spans(self, found: Encoding, odds: NDArray[np.float64]) -> list[list[Any]]:
        spans: list[list[Any]] = []
        kind, open_ = "", False  # of the word before
        words = found.word_ids
        for i, word in enumerate(words):
            if word is None:
                continue
            if i and words[i - 1] == word:
                if open_:
                    spans[-1][1] = found.offsets[i][1]
                continue
            best = int(odds[i].argmax())
            name = self._labels[best]
            mark, name = (name[0], name[2:]) if name[1:2] == "-" else ("", name)
            if name == "O":
                kind, open_ = "", False
            elif open_ and kind == name and mark not in ("B", "S"):
                spans[-1][1] = found.offsets[i][1]
                spans[-1][3] = min(spans[-1][3], float(odds[i, best]))
            else:
                kind, open_ = name, True
                spans.append([*found.offsets[i], self._type(name), float(odds[i, best])])
        return spans

    def _type(self, name: str) -> str:
        return self.model.binding.labels.get(name, _TYPES.get(name.lower(), name.lower()))


class SequenceClassifier:
    """Gives the probability of every label of a text, or of a pair of texts."""

    def __init__(self, model: OnnxModel) -> None:
        self.model = model
        known = model.binding.labels
        self._labels = [known.get(name, name.lower()) for name in model.label_names()]
        self.scores(_PROBE)

    def scores(self, text: str, pair: str | None = None) -> dict[str, float]:
        """Classify; a network of one output gives that output's sigmoid."""
        logits = self.model.run(self.model.tokenize(text, pair))[0]
        if logits.shape != (1, len(self._labels)):
            expected = f"an output [1, {len(self._labels)}]"
            raise self.model.wrong(self.model.binding.network, expected, str(list(logits.shape)))
        odds = _softmax(logits[0]) if len(self._labels) > 1 else 1 / (1 + np.exp(-logits[0]))
        return dict(zip(self._labels, map(float, odds), strict=True))


class Entailment:
    """Says how surely a text follows from another, contradicts it, or does neither."""

    def __init__(self, model: OnnxModel) -> None:
        self.model = model
        self._classifier = SequenceClassifier(model)
        self.odds(_PROBE, _PROBE)

    def odds(self, first: str, second: str) -> Odds:
        """Read one pair; the three labels are known by what they begin with."""
        scores = self._classifier.scores(first, second)
        found = [[value for name, value in scores.items() if name.startswith(s)] for s in _STEMS]
        if len(scores) != len(_STEMS) or any(len(values) != 1 for values in found):
            expected = "labels that begin with entail, neutral and contradict (id2label, `labels`)"
            raise self.model.wrong(self.model.binding.network, expected, ", ".join(scores))
        return Odds(*(values[0] for values in found))


class CrossEncoder:
    """Scores how well a text answers a question, 0 to 1."""

    def __init__(self, model: OnnxModel) -> None:
        self.model = model
        self.score(_PROBE, _PROBE)

    def score(self, question: str, text: str) -> float:
        """Score one pair; outputs [1], [1, 1] and [1, 2] (the second is relevance) are common."""
        logits = self.model.run(self.model.tokenize(question, text))[0]
        if logits.shape not in {(1,), (1, 1), (1, 2)} or not np.isfinite(logits).all():
            expected = "an output [1], [1, 1] or [1, 2] of finite numbers"
            raise self.model.wrong(self.model.binding.network, expected, str(list(logits.shape)))
        if logits.size > 1:
            return float(_softmax(logits[0])[1])
        return float(1 / (1 + np.exp(-float(logits.reshape(())))))


class QuestionAnswerer:
    """Finds the words of a text that answer a question."""

    def __init__(self, model: OnnxModel) -> None:
        self.model = model
        self.span(_PROBE, _PROBE)

    def span(self, question: str, text: str, longest: int = 30) -> tuple[int, int, float] | None:
        """Give start, end and score of the best span; None where no answer scores higher."""
        found = self.model.tokenize(question, text)
        outputs = self.model.run(found)
        n = len(found.ids)
        if len(outputs) < 2 or any(part.shape != (1, n) for part in outputs[:2]):  # noqa: PLR2004 - start and end
            shapes = ", ".join(str(list(part.shape)) for part in outputs)
            expected = f"two outputs [1, {n}]"
            raise self.model.wrong(self.model.binding.network, expected, shapes)
        start, end = (part[0].astype(np.float64) for part in outputs[:2])
        inside = np.array([number == 1 for number in found.sequence_ids])
        both = np.where(np.outer(inside, inside), start[:, None] + end[None, :], -np.inf)
        both = np.where(np.tri(n, n, longest - 1) - np.tri(n, n, -1) > 0, both, -np.inf)
        first, last = np.unravel_index(int(both.argmax()), both.shape)
        gap = float(both[first, last] - start[0] - end[0])
        if not np.isfinite(gap) or gap <= 0:
            return None
        begin, finish = found.offsets[first][0], found.offsets[last][1]
        return begin, finish, float(1 / (1 + np.exp(-gap)))


_BUILDERS: Final[Mapping[Kind, Any]] = MappingProxyType(
    {
        "embedding": Embedder,
        "token_classification": TokenClassifier,
        "sequence_classification": SequenceClassifier,
        "cross_encoder": CrossEncoder,
        "question_answering": QuestionAnswerer,
        "generation": Generator,
    }
)


def load(role: str, binding: Binding) -> Bound:
    """Open a role's checkpoint and try it on a sentence. Raises ModelError."""
    builder = Entailment if role == "nli" else _BUILDERS[KINDS[role]]
    made: Bound = builder(OnnxModel(role, binding))
    return made
