"""What the encoder's raw outputs mean for one text: spans, statements, labels and the tree."""

import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from streams.encoded import ArcSpan, Encoded, EntitySpan, RelationSpan

# The training loss puts the border at zero; a little below it finds more at one false alarm in a
# hundred sentences that state nothing.
RELATION_LOGIT: Final = -1.0
_INSIDE: Final = 2  # the mark of a word that goes on with the one before
# What an adjective alone says; of everything else it only describes the word that is meant.
_QUALITIES: Final = frozenset({"nationality", "diet", "marital_status", "speaks", "hobby", "age"})
_HYPHENED: Final = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_SURE: Final = 0.9  # speakers who say "Ana and I" are as sure as what they say of Ana
_DANGLING: Final = frozenset({"and", "or", "of", "the", "a", "an", "my", "with", "to", ",", "&"})
_POINTING: Final = frozenset({"it", "that", "this", "these", "those", "them", "they", "me", "i"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A text as sub-tokens: ids, character offsets and the word that each belongs to."""

    text: str
    ids: list[int]
    offsets: list[tuple[int, int]]
    words: list[int | None]

    def cases(self) -> list[int]:
        """Give the letter case of every sub-token as written: lower, initial, upper or mixed."""
        text = self.text
        if text.islower():
            return [0] * len(self.ids)
        return [_case(text[start:end]) for start, end in self.offsets]

    def firsts(self) -> list[int]:
        """Give the positions at which words begin."""
        words = self.words
        return [i for i, word in enumerate(words) if word is not None and word != words[i - 1]]


def _case(piece: str) -> int:
    if piece.islower() or not piece[:1].isupper():
        return 3 if any(map(str.isupper, piece)) else 0
    return 2 if len(piece) > 1 and piece.isupper() else 1


class Decoder:
    """Turns outputs into values; holds the labels of every position."""

    def __init__(self, labels: dict[str, Any]) -> None:
        self._types: list[str] = [name.partition("-")[2] for name in labels["ner"]]
        self._predicates: list[str] = labels["relations"]
        self._deprels: list[str] = labels["deprels"]
        self._intents: list[str] = labels["intent"]
        self._emotions: list[str] = labels["emotion"]
        self._adjective = self._deprels.index("amod")

    def decode(self, piece: Piece, outputs: list[Any]) -> Encoded:
        """Decode the outputs of one run over one text."""
        embedding, tokens, ner, argument, relations, heads, deprels, *sentence = outputs
        firsts = piece.firsts()
        intent, emotion, importance = (part[0] for part in sentence)
        entities = self._entities(piece, firsts, ner[0])
        best = int(intent.argmax())
        return Encoded(
            vector=embedding[0].astype(np.float16),
            tokens=tokens[0, 1:-1],
            entities=entities,
            relations=self._relations(
                _Spans(
                    piece,
                    firsts,
                    argument[0].tolist(),
                    {e.start: e.end for e in entities},
                    self._described(heads[0], deprels[0]),
                ),
                relations[0],
            ),
            intent=(self._intents[best], float(intent[best])),
            emotion=dict(zip(self._emotions, emotion.tolist(), strict=True)),
            importance=float(importance[0]),
            tree=self._tree(piece, firsts, heads[0], deprels[0]),
        )

    def _entities(
        self, piece: Piece, firsts: list[int], ner: NDArray[np.float32]
    ) -> tuple[EntitySpan, ...]:
        tags = ner.argmax(-1).tolist()
        if not any(tags):
            return ()
        found: list[list[Any]] = []
        kind, previous = "", -1
        for number, i in enumerate(firsts):
            tag = tags[i]
            if not tag:
                continue
            end = _word_end(piece, firsts, number)
            # neighbours of one type are one name: a "B" inside a name is the commoner mistake
            if kind != self._types[tag] or previous != number - 1:
                kind = self._types[tag]
                found.append([piece.offsets[i][0], end, kind, float(ner[i, tag])])
            else:
                found[-1][1] = end
                found[-1][3] = min(found[-1][3], float(ner[i, tag]))
            previous = number
        text = piece.text
        return tuple(
            EntitySpan(*span) for span in found if span[1] - span[0] > 1 or text[span[0]].isalnum()
        )

    def _described(self, heads: NDArray[np.int64], deprels: NDArray[np.int64]) -> dict[int, int]:
        """Give for every adjective the word that it describes, by the tree."""
        found = np.flatnonzero(deprels == self._adjective).tolist()
        return {i: int(heads[i]) for i in found}

    def _relations(self, span: "_Spans", scores: NDArray[np.float32]) -> tuple[RelationSpan, ...]:
        pairs = scores[:, :-1]
        high = np.flatnonzero(pairs > RELATION_LOGIT)
        if not high.size:
            return ()
        order = {i: number for number, i in enumerate(span.firsts)}
        found = []
        for row, channel, column in zip(*np.unravel_index(high, pairs.shape), strict=True):
            number = order.get(int(column))
            if number is None or (row and int(row) not in order) or row == column:
                continue
            subject = span.at(order[int(row)]) if row else None
            predicate = self._predicates[channel]
            start, end = span.at(number, whole=predicate not in _QUALITIES)
            if subject is None and span.piece.text[start:end].lower() in _POINTING:
                continue
            found.append(
                RelationSpan(
                    predicate,
                    subject,
                    (start, end),
                    _sigmoid(float(scores[row, channel, column]) - RELATION_LOGIT),
                    bool(scores[row, -1, column] > 0),
                )
            )
        return tuple(one for one in found if not any(_heard_wrong(one, other) for other in found))

    def _tree(
        self,
        piece: Piece,
        firsts: list[int],
        heads: NDArray[np.int64],
        deprels: NDArray[np.int64],
    ) -> tuple[ArcSpan, ...]:
        if not firsts:
            return ()
        above, names, offsets, words = heads.tolist(), self._deprels, piece.offsets, piece.words
        base = words[firsts[0]] or 0
        relations = deprels.tolist()
        ends = [offsets[i - 1][1] for i in firsts[1:]]
        ends.append(offsets[-2][1])
        arcs = []
        for i, end in zip(firsts, ends, strict=True):
            word = words[above[i]]
            head = -1 if word is None or above[i] == i else word - base
            arcs.append(ArcSpan(offsets[i][0], end, head, names[relations[i]]))
        return tuple(arcs)


def _heard_wrong(one: RelationSpan, other: RelationSpan) -> bool:
    """Say whether what one relation says of the speaker is surer said of somebody else.

    "My sister is two years older than me and lives in Braga."
    """
    return (
        one.subject is None
        and other.subject is not None
        and one.score < min(_SURE, other.score)
        and (one.predicate, one.object) == (other.predicate, other.object)
    )


def _word_end(piece: Piece, firsts: list[int], number: int) -> int:
    following = firsts[number + 1] if number + 1 < len(firsts) else len(piece.offsets) - 1
    return piece.offsets[following - 1][1]


def _whole(text: str, end: int) -> int:
    """Give the end of a name that would otherwise end in a hyphen: "Sint-Lucas"."""
    found = _HYPHENED.match(text, end) if text[end - 1] == "-" else None
    return found.end() if found else end


@dataclass(frozen=True, slots=True)
class _Spans:
    """Where the thing ends that begins at a word: by marks, or by the name that begins there.

    What ends in an adjective goes on with the word that it describes.
    """

    piece: Piece
    firsts: list[int]
    marks: list[int]
    names: dict[int, int]
    described: dict[int, int]

    def at(self, number: int, *, whole: bool = True) -> tuple[int, int]:
        firsts, marks = self.firsts, self.marks
        last = number
        while last + 1 < len(firsts) and (
            marks[firsts[last + 1]] == _INSIDE
            or (whole and self.described.get(firsts[last]) == firsts[last + 1])
        ):
            last += 1
        start = self.piece.offsets[firsts[number]][0]
        end = _word_end(self.piece, firsts, last)
        while last > number:
            if self.piece.text[self.piece.offsets[firsts[last]][0] : end].lower() not in _DANGLING:
                break
            last -= 1
            end = _word_end(self.piece, firsts, last)
        return start, _whole(self.piece.text, max(end, self.names.get(start, 0)))


def _sigmoid(logit: float) -> float:
    return float(1.0 / (1.0 + np.exp(-logit)))
