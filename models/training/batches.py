"""How examples become tensors: sub-tokens, letter cases, and labels of words."""

import random
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor

from models.training import labels
from models.training.example import Example
from models.training.talks import Talk

LIMIT = 128
_KIND = {name: i for i, name in enumerate(labels.SPANS)}
_RELATION = {name: i for i, name in enumerate(labels.CHANNELS)}
_DEPREL = {name: i for i, name in enumerate(labels.DEPRELS)}


@dataclass(slots=True)
class Row:
    """One example as arrays over sub-tokens or words; word 0 is [CLS], which stands for the speaker."""

    ids: np.ndarray
    cases: np.ndarray
    firsts: np.ndarray  # the sub-token at which each word begins
    spans: list[tuple[int, int, int]]  # kind, first word, last word
    kinds: np.ndarray  # bool: which kinds of span were annotated
    facts: list[tuple[int, int, int, bool]] | None  # channel, row, column, ended
    channels: np.ndarray | None  # bool: which predicates were annotated
    speaker_only: bool
    heads: np.ndarray | None  # of each word; -1 where nobody knows
    deprels: np.ndarray | None
    example: Example
    teacher: int = -1
    prefix: int = 0  # words of a speaker's name that stands in front
    pair: list[int] = field(default_factory=list)  # the only words whose relation was annotated
    # standing instructions: whose, the first and the last word of what is to be done, ended
    instructs: list[tuple[int, int, int, bool]] = field(default_factory=list)


def load_tokenizer(folder: Path) -> Tokenizer:
    """Load the word pieces of all-MiniLM-L6-v2, without padding and truncation."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def case_of(piece: str) -> int:
    """Give the letter case of one sub-token as it is written."""
    if not piece or not piece[0].isupper():
        return 3 if any(map(str.isupper, piece)) else 0
    return 2 if len(piece) > 1 and piece.isupper() else 1


def encode(example: Example, tokenizer: Tokenizer) -> Row | None:
    """Align an example's character spans to its words; nothing if it is too long."""
    found = tokenizer.encode(example.text)
    n = len(found.ids)
    if n > LIMIT or n < 3:
        return None
    firsts = word_starts(found.word_ids)
    starts = [found.offsets[i][0] for i in firsts]
    cases = [case_of(example.text[a:b]) if a < b else 0 for a, b in found.offsets]
    row = Row(
        np.array(found.ids, np.int32), np.array(cases, np.int8), np.array(firsts),
        [], np.zeros(len(labels.SPANS), bool), None, None, example.speaker_only, None, None, example,
    )  # fmt: skip
    spans: list[tuple[int, int, str]] = list(example.entities or ())
    row.kinds[[_KIND[kind] for kind in example.entity_types]] = example.entities is not None
    if example.facts is not None:
        row.facts = _facts(example, starts)
        row.instructs = _instructions(example, starts)
        known = example.predicates or labels.RELATIONS
        row.channels = np.array([name in known for name in labels.CHANNELS])
        row.pair = [word for span in example.pair or () if (word := _word_at(span[0], starts))]
        if example.arguments:
            row.kinds[_KIND[labels.ARGUMENT]] = True
            spans += {
                (*span, labels.ARGUMENT)
                for _, s, o, _ in example.facts
                for span in (s, o)
                if span is not None
            }
    row.spans = _spans(spans, starts)
    if example.words is not None:
        _tree(row, starts)
    return row


def word_starts(words: list[int | None]) -> list[int]:
    """Give the sub-tokens at which words begin, after [CLS], which counts as word 0."""
    return [0, *(i for i, word in enumerate(words) if word is not None and word != words[i - 1])]


def _spans(spans: list[tuple[int, int, str]], starts: list[int]) -> list[tuple[int, int, int]]:
    found = []
    for start, end, kind in spans:
        inside = [i for i in range(1, len(starts)) if start <= starts[i] < end]
        if inside:
            found.append((_KIND[kind], inside[0], inside[-1]))
    return found


def _word_at(start: int, starts: list[int]) -> int | None:
    """Find the word that holds the character."""
    return max(bisect_right(starts, start, lo=1) - 1, 0) or None


def _facts(example: Example, starts: list[int]) -> list[tuple[int, int, int, bool]]:
    found = []
    for predicate, subject, object_, ended in example.facts or ():
        row = 0 if subject is None else _word_at(subject[0], starts)
        column = _word_at(object_[0], starts)
        if row is not None and column is not None and predicate != labels.INSTRUCTS:
            found.append((_RELATION[predicate], row, column, ended))
    return found


def _instructions(example: Example, starts: list[int]) -> list[tuple[int, int, int, bool]]:
    found = []
    for predicate, subject, (start, end), ended in example.facts or ():
        if predicate == labels.INSTRUCTS:
            whose = 0 if subject is None else _word_at(subject[0], starts)
            first, last = _word_at(start, starts), _word_at(end - 1, starts)
            if whose is not None and first and last:
                found.append((whose, first, last, ended))
    return found


def _tree(row: Row, starts: list[int]) -> None:
    """Give each tree word the first free word that begins at or inside it."""
    words = row.example.words or []
    taken: set[int] = set()
    place: list[int | None] = []
    for start, end, _, _ in words:
        here = (i for i in range(1, len(starts)) if start <= starts[i] < end and i not in taken)
        free = next(here, None)
        place.append(free)
        if free is not None:
            taken.add(free)
    row.heads = np.full(len(starts), -1, np.int16)
    row.deprels = np.full(len(starts), -1, np.int8)
    for (_, _, head, relation), i in zip(words, place, strict=True):
        above = 0 if head < 0 else place[head]
        if i is not None and above is not None:
            row.heads[i] = above
            row.deprels[i] = _DEPREL.get(relation, _DEPREL["dep"])


def batches(rows: list[Row], size: int, dice: random.Random) -> Iterator[list[Row]]:
    """Give shuffled batches of rows of similar length, once through all rows."""
    order = sorted(dice.sample(range(len(rows)), len(rows)), key=lambda i: len(rows[i].ids) // 8)
    groups = [order[i : i + size] for i in range(0, len(order), size)]
    dice.shuffle(groups)
    for group in groups:
        yield [rows[i] for i in group]


@dataclass(slots=True)
class Heard:
    """A talk as rows, with what its questions are to find."""

    rows: list[Row]  # of the two names, of the turns, of the questions
    speakers: list[int]  # which name each turn's is
    near: list[Tensor]  # how much the turns one and two places away count, [turns, turns] each
    gold: Tensor  # bool [questions, turns]


def heard(talk: Talk, tokenizer: Tokenizer) -> Heard:
    """Encode a talk and those of its questions that a turn answers."""
    names = list(dict.fromkeys(turn.speaker for turn in talk.turns))
    asks = [ask for ask in talk.asks if ask.turns]
    texts = [*names, *(turn.text for turn in talk.turns), *(ask.question for ask in asks)]
    rows = [encode(Example(text, "talk"), tokenizer) for text in texts]
    if any(row is None for row in rows):
        raise ValueError(f"too long or too short: {texts[rows.index(None)]}")
    session = torch.tensor([turn.session for turn in talk.turns])
    place = torch.arange(len(session))
    within = session[:, None] == session[None, :]
    near = [
        share * ((place[None, :] - place[:, None] == step) & within).float()
        for step, share in ((-1, 0.95), (1, 0.95), (-2, 0.9), (2, 0.9))
    ]
    gold = torch.zeros(len(asks), len(session), dtype=torch.bool)
    for i, ask in enumerate(asks):
        gold[i, list(ask.turns)] = True
    return Heard(rows, [names.index(turn.speaker) for turn in talk.turns], near, gold)


def spoken(row: Row, text: str, prefix: Encoding) -> Row:
    """Put a speaker's name before what is said; it is no entity, no subject and no part of a tree.

    "I" stays word 0: a name in front must not change who speaks.
    """
    ids, offsets = prefix.ids[1:-1], prefix.offsets[1:-1]
    before = word_starts(prefix.word_ids)[1:]
    k = len(before)
    put = lambda array, values: np.concatenate(
        (array[:1], np.asarray(values, array.dtype), array[1:])
    )
    blank = lambda array: None if array is None else put(array, [-1] * k)
    moved = lambda i: i + k if i else 0
    heads = row.heads if row.heads is None else np.where(row.heads > 0, row.heads + k, row.heads)
    firsts = np.where(row.firsts > 0, row.firsts + len(ids), 0)
    return replace(
        row,
        ids=put(row.ids, ids),
        cases=put(row.cases, [case_of(text[a:b]) for a, b in offsets]),
        firsts=put(firsts, before),
        spans=[(kind, a + k, b + k) for kind, a, b in row.spans],
        facts=row.facts and [(c, moved(s), moved(o), e) for c, s, o, e in row.facts],
        heads=blank(heads),
        deprels=blank(row.deprels),
        teacher=-1,
        prefix=k,
        pair=[moved(i) for i in row.pair],
        instructs=[(moved(s), a + k, b + k, e) for s, a, b, e in row.instructs],
    )


def eligible(row: Row) -> tuple[np.ndarray, np.ndarray]:
    """Give the words that may be subjects and objects, as far as annotators looked."""
    objects = np.arange(len(row.firsts)) > 0
    if row.example.source == "redocred" and row.example.entities is not None:
        objects &= np.isin(np.arange(len(row.firsts)), [a for _, a, _ in row.spans])
        return objects, objects
    if row.pair:
        both = np.isin(np.arange(len(row.firsts)), row.pair)
        return both, both
    subjects = objects & (not row.speaker_only)
    subjects[0] = True
    return subjects, objects


def collate(rows: list[Row], dice: random.Random | None = None) -> dict[str, Tensor]:
    """Pad rows to one rectangle; with `dice`, hide the letter case of some."""
    b, n = len(rows), max(len(row.ids) for row in rows)
    w = max(len(row.firsts) for row in rows)
    full = lambda width, value, kind: torch.full((b, width), value, dtype=kind)
    out = {
        "ids": full(n, 0, torch.long), "cases": full(n, 0, torch.long),
        "mask": full(n, 0, torch.long), "words": full(w, 0, torch.long),
        "there": full(w, False, torch.bool),
        "heads": full(w, -1, torch.long), "deprels": full(w, -1, torch.long),
        "spans": torch.zeros((b, w, len(labels.SPANS), w), dtype=torch.bool),
        "kinds": torch.zeros((b, len(labels.SPANS)), dtype=torch.bool),
        "said": full(w, False, torch.bool),  # words that are no part of a speaker's name in front
        "pairs": torch.zeros((b, w, labels.ENDED + 1, w), dtype=torch.bool),
        "known": torch.zeros((b, labels.ENDED + 1), dtype=torch.bool),
        # of (whose, first word), (last word, first word), and (whose, first word) where it ended
        "instructs": torch.zeros((b, w, 3, w), dtype=torch.bool),
        # which words may be subject and object: what was not annotated is no negative
        "subjects": full(w, False, torch.bool), "objects": full(w, False, torch.bool),
        "intent": torch.tensor([row.example.intent for row in rows]),
        "topic": torch.tensor([row.example.topic for row in rows]),
        "importance": torch.tensor([row.example.importance for row in rows]),
        "emotion": torch.tensor([row.example.emotion or [-1] * 7 for row in rows], dtype=torch.float),
    }  # fmt: skip
    for i, row in enumerate(rows):
        m, count = len(row.ids), len(row.firsts)
        fill = lambda name, array: out[name][i, : len(array)].copy_(
            torch.from_numpy(array.astype(np.int64))
        )
        fill("ids", row.ids)
        if dice is None or dice.random() > 0.15:
            fill("cases", row.cases)
        out["mask"][i, :m] = 1
        fill("words", row.firsts)
        out["there"][i, :count] = True
        out["said"][i, row.prefix + 1 : count] = True
        out["kinds"][i] = torch.from_numpy(row.kinds)
        for kind, first, last in row.spans:
            out["spans"][i, first, kind, last] = True
        if row.heads is not None:
            fill("heads", row.heads)
            fill("deprels", row.deprels)
        for whose, first, last, ended in row.instructs:
            out["instructs"][i, whose, 0, first] = True
            out["instructs"][i, last, 1, first] = True
            out["instructs"][i, whose, 2, first] = ended
        subjects, objects = eligible(row)
        out["subjects"][i, :count] = torch.from_numpy(subjects)
        out["objects"][i, :count] = torch.from_numpy(objects)
        if row.facts is not None:
            out["known"][i, :-1] = torch.from_numpy(row.channels)
            out["known"][i, -1] = row.example.source == "first_person"
            for channel, subject, object_, ended in row.facts:
                out["pairs"][i, subject, channel, object_] = True
                if ended:
                    out["pairs"][i, subject, labels.ENDED, object_] = True
    return out
