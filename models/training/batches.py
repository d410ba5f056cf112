"""How examples become tensors: sub-tokens, letter cases, and labels on words' first sub-tokens."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor

from models.training import labels
from models.training.example import Example

LIMIT = 128
_TYPE = {name: i for i, name in enumerate(labels.NER)}
_RELATION = {name: i for i, name in enumerate(labels.RELATIONS)}
_DEPREL = {name: i for i, name in enumerate(labels.DEPRELS)}


@dataclass(slots=True)
class Row:
    """One example as arrays; token 0 is [CLS], which stands for the speaker."""

    ids: np.ndarray
    cases: np.ndarray
    first: np.ndarray  # bool: the first sub-token of a word
    ner: np.ndarray | None  # int8, -1 where no word begins
    ner_masked: tuple[int, ...]  # labels that "O" may hide
    hides: np.ndarray  # bool: where it may
    argument: np.ndarray | None
    facts: list[tuple[int, int, int, bool]] | None  # channel, row, column, ended
    channels: np.ndarray | None  # bool: which predicates were annotated
    speaker_only: bool
    heads: np.ndarray | None  # -1 where no word begins
    deprels: np.ndarray | None
    example: Example
    teacher: int = -1
    spoken: bool = False  # a speaker's name stands in front


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
    """Align an example's character spans to its sub-tokens; nothing if it is too long."""
    found = tokenizer.encode(example.text)
    n = len(found.ids)
    if n > LIMIT or n < 3:
        return None
    offsets, words = found.offsets, found.word_ids
    cases = [case_of(example.text[a:b]) if a < b else 0 for a, b in offsets]
    first = np.array([words[i] is not None and words[i] != words[i - 1] for i in range(n)])
    starts = {offsets[i][0]: i for i in range(n - 1, 0, -1) if first[i]}
    row = Row(
        np.array(found.ids, np.int32), np.array(cases, np.int8), first,
        None, (), _hides(example.text, offsets), None, None, None, example.speaker_only,
        None, None, example,
    )  # fmt: skip
    if example.entities is not None:
        row.ner = _tags(example.entities, offsets, first, typed=True)
        unseen = [kind for kind in labels.ENTITY_TYPES if kind not in example.entity_types]
        row.ner_masked = tuple(_TYPE[f"{mark}-{kind}"] for kind in unseen for mark in "BI")
    if example.facts is not None:
        row.facts = _facts(example, offsets, first, starts)
        known = example.predicates or labels.RELATIONS
        row.channels = np.array([name in known for name in labels.RELATIONS])
        if example.arguments:
            spans = {(a, b, "") for _, s, o, _ in example.facts for a, b in filter(None, (s, o))}
            row.argument = _tags(sorted(spans), offsets, first, typed=False)
    if example.words is not None:
        _tree(row, offsets, first)
    return row


_DATED = re.compile(
    r"(to|yester)?day|tonight|tomorrow|(last|next|ago|this|every)|(week|month|year|hour|minute|decade)s?"
    r"|\w+day|spring|summer|autumn|winter|morning|night|weekend|evening|noon",
    re.IGNORECASE,
)


def _hides(text: str, offsets: list[tuple[int, int]]) -> np.ndarray:
    """Say where a name or a time could stand that nobody annotated."""
    pieces = [text[start:end] for start, end in offsets]
    return np.array([
        (piece[:1].isupper() and piece != "I") or any(map(str.isdigit, piece))
        or _DATED.fullmatch(piece) is not None
        for piece in pieces
    ])  # fmt: skip


def _token_at(start: int, offsets: list[tuple[int, int]], first: np.ndarray) -> int | None:
    """Find the word that holds the character, as its first sub-token."""
    last = None
    for i in range(1, len(offsets) - 1):
        if offsets[i][0] > start:
            break
        last = i if first[i] else last
    return last


def _tags(
    spans: list[tuple[int, int, str]],
    offsets: list[tuple[int, int]],
    first: np.ndarray,
    *,
    typed: bool,
) -> np.ndarray:
    tags = np.where(first, 0, -1).astype(np.int8)
    for start, end, kind in sorted(spans, key=lambda s: s[1] - s[0], reverse=True):
        began = False
        for i in range(1, len(offsets) - 1):
            if first[i] and start <= offsets[i][0] < end:
                mark = "I" if began else "B"
                tags[i] = _TYPE[f"{mark}-{kind}"] if typed else labels.ARGUMENT.index(mark)
                began = True
    return tags


def _facts(
    example: Example, offsets: list[tuple[int, int]], first: np.ndarray, starts: dict[int, int]
) -> list[tuple[int, int, int, bool]]:
    found = []
    for predicate, subject, object_, ended in example.facts or ():
        row = (
            0
            if subject is None
            else starts.get(subject[0]) or _token_at(subject[0], offsets, first)
        )
        column = starts.get(object_[0]) or _token_at(object_[0], offsets, first)
        if row is not None and column is not None:
            found.append((_RELATION[predicate], row, column, ended))
    return found


def _tree(row: Row, offsets: list[tuple[int, int]], first: np.ndarray) -> None:
    """Give each tree word the first free word token that begins at or inside it."""
    words = row.example.words or []
    taken: dict[int, int] = {}
    place: list[int | None] = []
    for start, end, _, _ in words:
        here = [i for i in range(1, len(offsets) - 1) if first[i] and start <= offsets[i][0] < end]
        free = next((i for i in here if i not in taken), None)
        place.append(free)
        if free is not None:
            taken[free] = len(place) - 1
    row.heads = np.full(len(offsets), -1, np.int16)
    row.deprels = np.full(len(offsets), -1, np.int8)
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


def spoken(row: Row, text: str, prefix: Encoding) -> Row:
    """Put a speaker's name before what is said; it is no entity, no subject and no part of a tree.

    "I" stays token 0: a name in front must not change who speaks.
    """
    ids, offsets = prefix.ids[1:-1], prefix.offsets[1:-1]
    k = len(ids)
    put = lambda array, values: np.concatenate(
        (array[:1], np.asarray(values, array.dtype), array[1:])
    )
    blank = lambda array: None if array is None else put(array, [-1] * k)
    moved = lambda i: i + k if i else 0
    heads = row.heads if row.heads is None else np.where(row.heads > 0, row.heads + k, row.heads)
    return replace(
        row,
        ids=put(row.ids, ids),
        cases=put(row.cases, [case_of(text[a:b]) for a, b in offsets]),
        first=put(row.first, [i == 0 for i in range(k)]),
        ner=blank(row.ner),
        hides=put(row.hides, [False] * k),
        argument=blank(row.argument),
        facts=row.facts and [(c, moved(s), moved(o), e) for c, s, o, e in row.facts],
        heads=blank(heads),
        deprels=blank(row.deprels),
        teacher=-1,
        spoken=True,
    )


def eligible(row: Row) -> tuple[np.ndarray, np.ndarray]:
    """Give the tokens that may be subjects and objects, as far as annotators looked."""
    objects = row.first.copy()
    if row.example.source == "redocred" and row.ner is not None:
        objects &= np.array([tag > 0 and labels.NER[tag][0] == "B" for tag in row.ner])
        return objects, objects
    subjects = objects & (not row.speaker_only)
    subjects[0] = True
    return subjects, objects


def collate(rows: list[Row], dice: random.Random | None = None) -> dict[str, Tensor]:
    """Pad rows to one rectangle; with `dice`, hide the letter case of some."""
    b, n = len(rows), max(len(row.ids) for row in rows)
    full = lambda value, kind: torch.full((b, n), value, dtype=kind)
    out = {
        "ids": full(0, torch.long), "cases": full(0, torch.long), "mask": full(0, torch.long),
        "first": full(False, torch.bool), "ner": full(-1, torch.long),
        "ner_allowed": torch.zeros((b, len(labels.NER)), dtype=torch.bool),
        "hides": full(False, torch.bool),
        "argument": full(-1, torch.long), "heads": full(-1, torch.long),
        "deprels": full(-1, torch.long),
        "pairs": torch.zeros((b, n, labels.ENDED + 1, n), dtype=torch.bool),
        "known": torch.zeros((b, labels.ENDED + 1), dtype=torch.bool),
        # which tokens may be subject and object: what was not annotated is no negative
        "subjects": full(False, torch.bool), "objects": full(False, torch.bool),
        "intent": torch.tensor([row.example.intent for row in rows]),
        "topic": torch.tensor([row.example.topic for row in rows]),
        "importance": torch.tensor([row.example.importance for row in rows]),
        "emotion": torch.tensor([row.example.emotion or [-1] * 7 for row in rows], dtype=torch.float),
    }  # fmt: skip
    for i, row in enumerate(rows):
        m = len(row.ids)
        fill = lambda name, array: out[name][i, :m].copy_(torch.from_numpy(array.astype(np.int64)))
        fill("ids", row.ids)
        if dice is None or dice.random() > 0.15:
            fill("cases", row.cases)
        out["mask"][i, :m] = 1
        out["first"][i, :m] = torch.from_numpy(row.first)
        if row.ner is not None:
            fill("ner", row.ner)
            out["ner_allowed"][i, [0, *row.ner_masked]] = True
            out["hides"][i, :m] = torch.from_numpy(row.hides)
        if row.argument is not None:
            fill("argument", row.argument)
        if row.heads is not None:
            fill("heads", row.heads)
            fill("deprels", row.deprels)
        subjects, objects = eligible(row)
        out["subjects"][i, :m] = torch.from_numpy(subjects)
        out["objects"][i, :m] = torch.from_numpy(objects)
        if row.facts is not None:
            out["known"][i, :-1] = torch.from_numpy(row.channels)
            out["known"][i, -1] = row.example.source == "first_person"
            for channel, subject, object_, ended in row.facts:
                out["pairs"][i, subject, channel, object_] = True
                if ended:
                    out["pairs"][i, subject, labels.ENDED, object_] = True
    return out
