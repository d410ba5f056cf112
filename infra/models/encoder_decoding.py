"""What the encoder's raw outputs mean for one text: spans, statements, labels and the tree."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final
from unicodedata import combining

import numpy as np
from numpy.typing import NDArray

from agents.sentences import END
from streams.encoded import ArcSpan, Encoded, EntitySpan, RelationSpan

# The training loss puts the border at zero; a little below it finds more at one false alarm in a
# hundred sentences that state nothing.
RELATION_LOGIT: Final = -1.0
# Chosen where friends and a team talk, and little is meant for every time: what is taken for an
# instruction goes with every answer. On what is held out it costs two points of F1.
INSTRUCTS_LOGIT: Final = 2.5
_INSTRUCTS_SURE: Final = 0.85  # logit at that border: what counts as a fact by default, 0.7
SPAN_LOGIT: Final = -0.75  # best for names on the dev splits of UNER EWT and WNUT-17 together
_INSTRUCTS: Final = "instructs"
_ARGUMENT: Final = "argument"  # the kind of span that is no entity, but what a fact is about
_HYPHENED: Final = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_SURE: Final = 0.9  # speakers who say "Ana and I" are as sure as what they say of Ana
_POINTING: Final = frozenset({"it", "that", "this", "these", "those", "them", "they", "me", "i"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A text as sub-tokens: ids, character offsets, and where words begin."""

    text: str
    ids: list[int]
    offsets: list[tuple[int, int]]
    firsts: list[int]  # the sub-token at which each word begins; [CLS] counts as word 0

    def feed(self) -> dict[str, NDArray[np.int64]]:
        """Give what the network takes."""
        rows = {"ids": self.ids, "cases": self.cases(), "words": self.firsts}
        return {name: np.array([row]) for name, row in rows.items()}

    def cases(self) -> list[int]:
        """Give the letter case of every sub-token as written: lower, initial, upper or mixed."""
        text = self.text
        if text.islower():
            return [0] * len(self.ids)
        return [_case(text[start:end]) for start, end in self.offsets]

    def sentence_of(self, word: int) -> int:
        """Give the first word behind the sentence that a word stands in."""
        starts = [self.offsets[first][0] for first in self.firsts]
        stop = END.search(self.text, starts[word])
        return bisect_left(starts, stop.end(), lo=word) if stop else len(starts)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Give the characters from one word to another, with the accents that stand apart."""
        following = self.firsts[last + 1] if last + 1 < len(self.firsts) else len(self.ids) - 1
        end = self.offsets[following - 1][1]
        while combining(self.text[end : end + 1] or " "):  # the tokenizer leaves them out
            end += 1
        return self.offsets[self.firsts[first]][0], end


def _case(piece: str) -> int:
    if piece.islower() or not piece[:1].isupper():
        return 3 if any(map(str.isupper, piece)) else 0
    return 2 if len(piece) > 1 and piece.isupper() else 1


class Decoder:
    """Turns outputs into values; holds the labels of every position."""

    def __init__(self, labels: dict[str, Any]) -> None:
        self._kinds: list[str] = labels["spans"]
        self._argument = self._kinds.index(_ARGUMENT)
        self._predicates: list[str] = labels["relations"]
        self._deprels: list[str] = labels["deprels"]
        self._intents: list[str] = labels["intent"]
        self._emotions: list[str] = labels["emotion"]

    def decode(self, piece: Piece, outputs: list[Any]) -> Encoded:
        """Decode the outputs of one run over one text."""
        embedding, tokens, spans, relations, heads, deprels, instructs, *sentence = outputs
        intent, emotion, importance = (part[0] for part in sentence)
        entities = self.entities(piece, spans[0])
        best = int(intent.argmax())
        return Encoded(
            vector=embedding[0].astype(np.float16),
            tokens=tokens[0, 1:-1],
            entities=entities,
            relations=self._relations(
                _Spans(
                    piece,
                    spans[0][:, self._argument],
                    {e.start: e.end for e in entities},
                ),
                relations[0],
            )
            + instructions(piece, instructs[0]),
            intent=(self._intents[best], float(intent[best])),
            emotion=dict(zip(self._emotions, emotion.tolist(), strict=True)),
            importance=float(importance[0]),
            tree=self._tree(piece, heads[0], deprels[0]),
        )

    def entities(self, piece: Piece, scores: NDArray[np.float32]) -> tuple[EntitySpan, ...]:
        """Give the names and times among the scores [first word, kind, last word].

        The surest comes first, and nothing that overlaps with it after.
        """
        high = np.argwhere(scores > SPAN_LOGIT)
        if not len(high):
            return ()
        ranked = sorted(
            (-float(scores[first, kind, last]), first, last, kind)
            for first, kind, last in high.tolist()
            if 0 < first <= last and kind != self._argument
        )
        found: list[tuple[int, int, EntitySpan]] = []
        for logit, first, last, kind in ranked:
            if all(last < a or b < first for a, b, _ in found):
                start, end = piece.span(first, last)
                if end - start > 1 or piece.text[start].isalnum():
                    entity = EntitySpan(start, end, self._kinds[kind], _sigmoid(-logit))
                    found.append((first, last, entity))
        return tuple(entity for _, _, entity in sorted(found, key=itemgetter(0)))

    def _relations(self, span: "_Spans", scores: NDArray[np.float32]) -> tuple[RelationSpan, ...]:
        pairs = scores[:, : len(self._predicates)]  # behind them: what is only compared
        high = np.flatnonzero(pairs > RELATION_LOGIT)
        if not high.size:
            return ()
        found = []
        for row, channel, column in zip(*np.unravel_index(high, pairs.shape), strict=True):
            if not column:
                continue
            subject = span.at(int(row)) if row else None
            predicate = self._predicates[channel]
            start, end = span.at(int(column))
            if _touch(subject, (start, end)):
                continue
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
        return tuple(
            one
            for one in found
            if not any(_heard_wrong(one, other) or _told_better(one, other) for other in found)
        )

    def _tree(
        self, piece: Piece, heads: NDArray[np.int64], deprels: NDArray[np.int64]
    ) -> tuple[ArcSpan, ...]:
        """Give every word with its head; the first word's index is 0, a root's head -1."""
        arcs = list(enumerate(zip(heads.tolist(), deprels.tolist(), strict=True)))
        return tuple(
            ArcSpan(*piece.span(i, i), -1 if above == i else above - 1, self._deprels[relation])
            for i, (above, relation) in arcs[1:]
        )


def instructions(piece: Piece, scores: NDArray[np.float32]) -> tuple[RelationSpan, ...]:
    """Give what somebody is to do every time, and whose wish it is, the surest of what overlaps.

    Scores are of (whose, first word), of (last word, first word), and of what no longer holds.
    """
    pairs = scores[:, 0, 1:]
    found: list[RelationSpan] = []
    for row, column in sorted(np.argwhere(pairs > INSTRUCTS_LOGIT), key=lambda at: -pairs[*at]):
        first = int(column) + 1
        until = piece.sentence_of(first)
        last = first + int(scores[first:until, 1, first].argmax())
        start, end = piece.span(first, last)
        whose = piece.span(int(row), int(row)) if row else None
        if _touch(whose, (start, end)) or any(_touch(one.object, (start, end)) for one in found):
            continue
        score = _sigmoid(float(scores[row, 0, first]) - INSTRUCTS_LOGIT + _INSTRUCTS_SURE)
        ended = bool(scores[row, 2, first] > 0)
        found.append(RelationSpan(_INSTRUCTS, whose, (start, end), score, ended))
    return tuple(found)


def _heard_wrong(one: RelationSpan, other: RelationSpan) -> bool:
    """Say whether what is said of the speaker is surer said of somebody else, or the other way.

    "My sister is two years older than me and lives in Braga."; "I like Le Guin, hate vampires."
    """
    return (
        (one.subject is None) != (other.subject is None)
        and one.score < min(_SURE, other.score)
        and (one.predicate, one.object) == (other.predicate, other.object)
    )


def _told_better(one: RelationSpan, other: RelationSpan) -> bool:
    """Say whether another tells the same, surer, of words that overlap: "the pottery class"."""
    return (
        one.predicate == other.predicate
        and _touch(one.subject, other.subject)
        and _touch(one.object, other.object)
        and (one.score, one.object, one.subject or ())
        < (other.score, other.object, other.subject or ())
    )


def _touch(one: tuple[int, int] | None, other: tuple[int, int] | None) -> bool:
    """Say whether two stretches of a text share words; the speaker's, none, are its own."""
    return one == other or bool(one and other and one[0] < other[1] and other[0] < one[1])


def _whole(text: str, end: int) -> int:
    """Give the end of a name that would otherwise end in a hyphen: "Sint-Lucas"."""
    found = _HYPHENED.match(text, end) if text[end - 1] == "-" else None
    return found.end() if found else end


@dataclass(frozen=True, slots=True)
class _Spans:
    """Where a thing ends that begins at a word: by its score, or by the name that begins there."""

    piece: Piece
    scores: NDArray[np.float32]  # of first and last word, as an argument
    names: dict[int, int]

    def at(self, first: int) -> tuple[int, int]:
        last = first + int(self.scores[first, first:].argmax())
        start, end = self.piece.span(first, last)
        return start, _whole(self.piece.text, max(end, self.names.get(start, 0)))


def _sigmoid(logit: float) -> float:
    return float(1.0 / (1.0 + np.exp(-logit)))
