"""Which pairs the reader learns from: premises with claims, questions with what answers them or not.

Pure: everything is drawn from a given `Random`, so that a run can be repeated.
"""

import json
import math
import random
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from models.training.corpora import joined

NLI = ("entailment", "neutral", "contradiction")
_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'(])")
_NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][\w'-]+(?: (?:of |the )?[A-Z][\w'-]+)*|\d[\d,.]*\d|\d)")
_WITHIN = 120
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts and what is known of them; nothing is learned from what is unknown."""

    first: str
    second: str
    says: tuple[int, ...] = ()  # the labels of NLI that may be right; empty: unknown
    answered: bool | None = None
    answer: Span | None = None  # where in `second`
    relevant: bool | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the passage that answers it, and where the passage comes from."""

    question: str
    passage: str
    answer: Span
    source: str

    @property
    def wording(self) -> str:
        return self.passage[slice(*self.answer)]


@dataclass(frozen=True, slots=True)
class Unsure:
    """A question on a passage with what people answered; nothing where it has no answer."""

    question: str
    passage: str
    answers: tuple[str, ...]
    source: str

    def asked(self) -> Asked | None:
        """Give the question with the answer most people gave, and where it stands."""
        if not self.answers:
            return None
        answer = Counter(self.answers).most_common(1)[0][0]
        span = _occurrence(self.question, self.passage, answer)
        return span and Asked(self.question, self.passage, span, self.source)


def words(text: str) -> list[str]:
    """Give the lower-case words of a text."""
    return _WORD.findall(text.lower())


class Pool:
    """Passages to draw hard negatives from: those that share the rarest words with a question."""

    def __init__(self, passages: Iterable[str]) -> None:
        self.passages = list(dict.fromkeys(passages))
        self._holding: dict[str, list[int]] = {}
        for i, passage in enumerate(self.passages):
            for word in set(words(passage)):
                self._holding.setdefault(word, []).append(i)

    def near(self, question: str, count: int, *, without: str, but: str = "") -> list[str]:
        """Give the nearest passages that do not hold the answer `without` and are not `but`."""
        scores: Counter[int] = Counter()
        for word in set(words(question)):
            holding = self._holding.get(word, ())
            for i in holding:
                # longer passages share more words by chance
                length = 1 + len(self.passages[i]) / 400
                scores[i] += math.log(1 + len(self.passages) / len(holding)) / length
        found = []
        for i, _ in scores.most_common(count + 20):
            passage = self.passages[i]
            if passage != but and without.lower() not in passage.lower():
                found.append(passage)
        return found[:count]


def _rows(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]


def cad_nli(data: Path, split: str) -> list[Pair]:
    """Read the counterfactually revised pairs of SNLI (Kaushik et al. 2020)."""
    path = data / "cad_nli" / "all_combined" / f"{split}.tsv"
    return [Pair(a, b, (NLI.index(label),)) for a, b, label in _rows(path)]


def new_protocols(data: Path) -> list[Pair]:
    """Read the pairs on Wikipedia's sentences (Bowman et al. 2020), without repeats."""
    found = {}
    for part in ("base", "contrast", "edit_premise", "edit_other"):
        for row in _rows(data / "nli_new_protocols" / part / "train.tsv"):
            first, second = (text.strip().strip('"').replace('""', '"') for text in row[8:10])
            found[first, second] = Pair(first, second, (NLI.index(row[-1]),))
    return list(found.values())


def prosecco(data: Path) -> list[Pair]:
    """Read what speakers said and later contradicted, or did not (ProSeCCo)."""
    text = (data / "prosecco" / "ProSeCCo_final.json").read_text(encoding="utf-8")
    found = []
    for row in map(json.loads, filter(None, map(str.strip, text.splitlines()))):
        against = row["label"] == "self-contradiction"
        says = (2,) if against else (0, 1)
        found.append(Pair(row["proposition_1"], row["proposition_2"], says))
    return found


_CLAIMS = Path(__file__).with_name("wordings") / "claims.tsv"
_ASIDE = 8  # every so many statements, one is measured on and not trained on


def claims(*, held_out: bool) -> list[Pair]:
    """Read what people say of their lives, with a claim that follows, an open and a contrary one.

    A line is a statement and these three, parted by tabs; written for this. What contradicts does
    so either way round.
    """
    lines = _CLAIMS.read_text(encoding="utf-8").splitlines()
    found = []
    for said, *others in (
        line.split("\t") for i, line in enumerate(lines) if (i % _ASIDE == 0) == held_out
    ):
        found += [Pair(said, other, (i,)) for i, other in enumerate(others)]
        if not held_out:
            found.append(Pair(others[-1], said, (NLI.index("contradiction"),)))
    return found


_READS = Path(__file__).with_name("wordings") / "reads.txt"


def reads(*, held_out: bool) -> list[list[Pair]]:
    """Read what one turn of a chat, or two, answers and what it only seems to; written for this.

    A block is a line `Speaker: text` and questions `? question || words of it`, or `|| -` where
    nothing in it answers.
    """
    blocks = _READS.read_text(encoding="utf-8").strip().split("\n\n")
    found = []
    for block in (one for i, one in enumerate(blocks) if (i % _ASIDE == 0) == held_out):
        turn, *asked = block.splitlines()
        parts = (line.removeprefix("? ").split(" || ") for line in asked)
        found.append([_read_of(question, turn, answer) for question, answer in parts])
    return found


def _read_of(question: str, turn: str, answer: str) -> Pair:
    if answer == "-":
        return unanswered(question, turn)
    span = _occurrence(question, turn, answer)
    if span is None:
        raise ValueError(f"{answer!r} does not stand in {turn!r}")
    return Pair(question, turn, answered=True, answer=span)


def unseen(pairs: list[Pair], tests: list[Pair]) -> list[Pair]:
    """Leave out every pair one of whose texts stands in a test set as a premise."""
    known = {" ".join(words(pair.first)) for pair in tests}
    return [
        pair
        for pair in pairs
        if not {" ".join(words(pair.first)), " ".join(words(pair.second))} & known
    ]


def qamr(data: Path, split: str) -> list[Asked]:
    """Read questions on single sentences (Michael et al. 2018) that a validator agreed with."""
    found = []
    text = (data / "qamr" / f"{split}.jsonl").read_text(encoding="utf-8")
    for row in map(json.loads, filter(None, text.split("\n"))):
        places = row["answer_idx"]
        agreed = any(set(places) & set(other) for other in row["validators"])
        if not (row["contiguous"] and places and agreed):
            continue
        sentence, spans = joined(row["tokens"])
        answer = (spans[places[0]][0], spans[places[-1]][1])
        found.append(Asked(row["question"], sentence, answer, row["sid"]))
    return found


def held_out(asked: list[Asked], count: int, seed: int) -> tuple[list[Asked], list[Asked]]:
    """Part questions in two, whole sources at a time; the second part has at least `count`."""
    sources = sorted({one.source for one in asked})
    random.Random(seed).shuffle(sources)
    sizes, kept, away = Counter(one.source for one in asked), 0, set()
    for source in sources:
        if kept >= count:
            break
        kept += sizes[source]
        away.add(source)
    return (
        [one for one in asked if one.source not in away],
        [one for one in asked if one.source in away],
    )


def _occurrence(question: str, passage: str, answer: str) -> Span | None:
    """Find where an answer stands: among its repeats, where most words of the question are near."""
    wanted, best = set(words(question)), None
    for found in re.finditer(re.escape(answer), passage):
        around = passage[max(0, found.start() - _WITHIN) : found.end() + _WITHIN]
        score = len(wanted & set(words(around)))
        if best is None or score > best[0]:
            best = (score, found.span())
    return best and best[1]


def squad_articles(data: Path) -> dict[str, list[dict[str, object]]]:
    """Read the articles that only v1.1 has, as paragraphs with questions."""
    read = lambda version: json.loads(
        (data / "squad_dev" / f"dev-{version}.reconstructed.json").read_text(encoding="utf-8")
    )["data"]
    measured = {article["title"] for article in read("v2.0")}
    return {a["title"]: a["paragraphs"] for a in read("v1.1") if a["title"] not in measured}


def squad_v2(data: Path, split: str) -> list[Unsure]:
    """Give the questions of v2.0, with those that people wrote to have no answer.

    Of its 35 articles by title, the first two are the dev split that the least score is chosen on,
    three more are trained on, and the test split are the other thirty.
    """
    file = data / "squad_dev" / "dev-v2.0.reconstructed.json"
    articles = sorted(
        json.loads(file.read_text(encoding="utf-8"))["data"], key=lambda article: article["title"]
    )
    part = {"dev": slice(0, 2), "train": slice(2, 5), "test": slice(5, None)}[split]
    return [
        Unsure(
            qa["question"].strip(), paragraph["context"],
            tuple(answer["text"] for answer in qa["answers"]), article["title"],
        )
        for article in articles[part]
        for paragraph in article["paragraphs"]
        for qa in paragraph["qas"]
    ]  # fmt: skip


def likely_window(one: Unsure, size: int) -> str:
    """Give the run of sentences that shares most words with a question, as it is read in windows."""
    wanted = set(words(one.question))
    return max(pieces(one.passage, size), key=lambda part: len(wanted & set(words(part))))


def squad(data: Path) -> list[Asked]:
    """Give the questions of the articles that only v1.1 has, with the answer most people gave."""
    found = []
    for title, paragraphs in squad_articles(data).items():
        for paragraph in paragraphs:
            for qa in paragraph["qas"]:
                answer = Counter(a["text"] for a in qa["answers"]).most_common(1)[0][0]
                span = _occurrence(qa["question"], paragraph["context"], answer)
                if span:
                    question = qa["question"].strip()
                    found.append(Asked(question, paragraph["context"], span, title))
    return found


def window(asked: Asked, size: int, dice: random.Random) -> Asked:
    """Cut the passage to whole sentences around the answer, about `size` characters."""
    borders = [0, *(m.end() for m in _SENTENCE.finditer(asked.passage)), len(asked.passage)]
    start = max(b for b in borders if b <= asked.answer[0])
    end = min(b for b in borders if b >= asked.answer[1])
    while True:
        before = max((b for b in borders if b < start), default=start)
        after = min((b for b in borders if b > end), default=end)
        wider = [(a, b) for a, b in ((before, end), (start, after)) if end - start < b - a <= size]
        if not wider:
            break
        start, end = dice.choice(wider)
    passage = asked.passage[start:end].rstrip()
    return replace(
        asked, passage=passage, answer=(asked.answer[0] - start, asked.answer[1] - start)
    )


def pieces(text: str, size: int) -> list[str]:
    """Part a text into runs of whole sentences of about `size` characters."""
    found = [""]
    for sentence in _SENTENCE.split(text):
        if found[-1] and len(found[-1]) + len(sentence) > size:
            found.append("")
        found[-1] += (" " if found[-1] else "") + sentence
    return [part for part in found if part]


def names(text: str) -> list[str]:
    """Give the names and numbers inside a text."""
    return [found[0] for found in _NAME.finditer(text)]


def altered(asked: Asked, others: list[str], dice: random.Random) -> str | None:
    """Ask of another name or number, one that the passage does not know; nothing if none fits."""
    places = list(_NAME.finditer(asked.question))
    if not places:
        return None
    place = dice.choice(places)
    digit = place[0][0].isdigit()
    fits = [
        other
        for other in others
        if other[0].isdigit() == digit and other.lower() not in asked.passage.lower()
    ]
    if not fits:
        return None
    return asked.question[: place.start()] + dice.choice(fits) + asked.question[place.end() :]


def named(pair: Pair, speaker: str) -> Pair:
    """Put a speaker's name before the second text."""
    move = len(speaker) + 2
    answer = pair.answer and (pair.answer[0] + move, pair.answer[1] + move)
    return replace(pair, second=f"{speaker}: {pair.second}", answer=answer)


def group(asked: Asked, against: list[str]) -> list[Pair]:
    """Give a question with its passage first, and with passages that do not answer it."""
    right = Pair(asked.question, asked.passage, answered=True, answer=asked.answer, relevant=True)
    return [
        right,
        *(Pair(asked.question, other, answered=False, relevant=False) for other in against),
    ]


def unanswered(question: str, passage: str) -> Pair:
    """Give a question on the right passage that it does not answer."""
    return Pair(question, passage, answered=False)
