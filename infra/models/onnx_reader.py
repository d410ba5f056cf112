"""What the bundled reader sees in a pair of texts: one pass gives every head's output."""

import json
import re
from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from agents.reading import Odds, Words
from agents.sentences import END
from infra.models.bundled_files import open_graph, read_files
from schemas.errors import ModelError

ROLE: Final = "reader"
FOLDER: Final = "reader"
MAXIMUM: Final = 512  # positions that the network knows
_KEPT: Final = 64  # pairs
LONGEST: Final = 30  # sub-tokens of an answer
WINDOW: Final = 400  # characters that words are looked for in at once: what it was trained on
LABELS: Final = ("entailment", "neutral", "contradiction")
_NETWORK, _TOKENIZER, _LABELS = "reader.onnx", "tokenizer.json", "labels.json"
# A number in groups ("01275 555 018"), what is written without blanks around a digit, or joined by
# signs inside.
_CODE: Final = re.compile(
    r"\+?\d{2,}(?: \d{3,})+\b"
    r"|[$\u20ac\u00a3#]?\w*\d\w*(?:[@.:_+-]\w+)*%?|\w+(?:(?:[@:_+-]+|\.(?=[a-z\d]))\w+)+"
)
_OUTPUTS: Final = ("relevance", "answered", "span", "says")


@dataclass(frozen=True, slots=True)
class Read:
    """Everything that one pass over a pair says; `words` are the best, be they an answer or not."""

    relevance: float
    answered: float  # the probability that the second text answers the first
    words: Words | None
    odds: Odds


class OnnxReader:
    """Runs each pair alone, so that what it says never depends on other pairs."""

    def __init__(self, folder: Path) -> None:
        files = read_files(ROLE, folder, (_NETWORK, _TOKENIZER, _LABELS))
        self.digest = files.digest
        self.bytes = len(files.content[_NETWORK])
        labels = json.loads(files.content[_LABELS])
        if tuple(labels.get("says", ())) != LABELS or not isinstance(labels.get("least"), float):
            raise ModelError(
                role=ROLE,
                file=str(folder / _LABELS),
                expected=f"says {', '.join(LABELS)} and a number `least`",
                found=str(labels)[:200],
            )
        self.least: float = labels["least"]  # probability below which words are no answer
        self._kept: OrderedDict[tuple[str, str], Future[Read]] = OrderedDict()
        self._guard = Lock()
        self._tokenizer = Tokenizer.from_buffer(files.content[_TOKENIZER])
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAXIMUM, strategy="longest_first")
        self._session = open_graph(
            ROLE, folder / _NETWORK, files.content[_NETWORK], {"ids", "sides"}, _OUTPUTS
        )

    def read(self, first: str, second: str) -> Read:
        """Read one pair; of what is too long together, the end of the longer text is left out.

        The last pairs are kept: a question asks for words of a memory, and whether it answers.
        Who asks for one that is being read waits for that.
        """
        mine: Future[Read] = Future()
        with self._guard:
            kept = self._kept.setdefault((first, second), mine)
            if kept is mine and len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        if kept is not mine:
            return kept.result()
        try:
            mine.set_result(self._read(first, second))
        except BaseException as error:
            with self._guard:  # who asks next tries again
                self._kept.pop((first, second), None)
            mine.set_exception(error)
            raise
        return mine.result()

    def _read(self, first: str, second: str) -> Read:
        found: Encoding = self._tokenizer.encode(first, second)
        feed = {"ids": np.array([found.ids]), "sides": np.array([found.type_ids])}
        relevance, answered, span, says = self._session.run(_OUTPUTS, feed)
        odds = Odds(*map(float, says[0]))
        answers = float(answered[0])
        return Read(float(relevance[0]), answers, _words(found, span[0], answers), odds)

    def words(self, question: str, text: str) -> Words | None:
        """Find the likeliest words that answer; a long text is read in windows of sentences."""
        best: Words | None = None
        for start, end in windows(text, WINDOW):
            found = self.read(question, text[start:end]).words
            if found and (best is None or found.score > best.score):
                best = Words(*whole(text, start + found.start, start + found.end), found.score)
        return best if best and best.score >= self.least else None


def whole(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen words so that no address, number or code is told in part: "ana@post.example"."""
    for token in _CODE.finditer(text):
        if token.start() < end and start < token.end():
            start, end = min(start, token.start()), max(end, token.end())
    return start, end


def windows(text: str, size: int) -> list[tuple[int, int]]:
    """Cut a text into runs of whole sentences of at most `size` characters where that is possible.

    Each begins with the last sentence of the one before, so that what belongs together is together
    somewhere.
    """
    starts = [0, *(found.end() for found in END.finditer(text))]
    ends = [*starts[1:], len(text)]
    spans: list[tuple[int, int]] = []
    first = 0
    for i, end in enumerate(ends):
        if i > first and end - starts[first] > size:
            spans.append((starts[first], ends[i - 1]))
            first = i - 1 if end - starts[i - 1] <= size else i
    return [*spans, (starts[first], len(text))]


def _words(found: Encoding, span: NDArray[Any], answered: float) -> Words | None:
    """Choose the likeliest span of the second text; None when there is no word in it."""
    inside = np.array([number == 1 for number in found.sequence_ids])
    if not inside.any():
        return None
    odds = np.where(inside[:, None], span.astype(np.float64), -np.inf)
    odds = np.exp(odds - odds.max(axis=0))
    odds /= odds.sum(axis=0)
    n = len(inside)
    both = np.outer(odds[:, 0], odds[:, 1]) * (np.tri(n, n, LONGEST - 1) - np.tri(n, n, -1))
    first, last = np.unravel_index(int(both.argmax()), both.shape)
    score = answered * float(np.sqrt(both[first, last]))
    return Words(found.offsets[first][0], found.offsets[last][1], score)
