"""What the reader adds to a recall: another order of the first memories, and an answer."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, NamedTuple

from agents.answer import Answer, first_sentence, latest, told
from agents.body import Body
from agents.listing import whole_list, whole_name
from agents.predicates import name_key
from agents.question import form_of, repeats
from agents.reading import Reader, Words
from infra.recollection import Hit
from infra.renewing import Fits, Naming, anything, nobody, renewed, said

# What the log odds of relevance count beside a memory's score: `python -m benches.ranker_reader`.
_RELEVANT: Final = 0.15
_ENOUGH: Final = 0.8  # how surely the first memory has to answer for no other to be heard
RENEWING: Final = 6  # first memories among which it is looked for what was said later
_LISTED_SURE: Final = 0.6  # how surely a memory has to answer, to be told among others
_VAGUE: Final = 0.2  # of `sure`, where no words are asked for: "Did Ana move?", "Ana, Lisbon"
_SURE: Final = 1e-4  # odds beyond this are taken for this


class Again(NamedTuple):
    """What may say anew whose it is, without naming any of the people whom a question names."""

    memories: Sequence[tuple[str, Body]]
    people: Sequence[str]


NO_MORE: Final = Again((), ())


@dataclass(frozen=True, slots=True)
class Rereading:
    """Reads the first `reranks` memories to order them anew, the first `answers` to answer.

    A sentence is told of the first `doubts`, if it answers as surely as `sure`. Each costs one pass
    a memory, so all are few; without a reader nothing is read.
    """

    reader: Reader
    reranks: int = 0
    answers: int = 0
    doubts: int = 0
    sure: float = 0.0

    def deep(self, k: int) -> int:
        """Say how many memories are looked at for k of them."""
        return max(k, self.reranks if self.reader.relevance else 0)

    def begin(self, question: str, memories: Sequence[tuple[str, Body]]) -> None:
        """Begin to read the first memories, so that they are known when words of them are asked."""
        if self.reader.ahead:
            self.reader.ahead([(question, said(body)) for _, body in memories[: self.answers]])

    def ordered(self, question: str, hits: list[Hit]) -> list[Hit]:
        """Add to the score of each of the first memories how relevant it is when read."""
        if not self.reader.relevance or not self.reranks:
            return hits
        first = hits[: self.reranks]
        pairs = [(question, said(hit.memory.body)) for hit in first]
        gains = [_RELEVANT * _log_odds(relevance) for relevance in self.reader.relevance(pairs)]
        read = [
            replace(hit, score=hit.score + gain, why=hit.why | {"read": gain})
            for hit, gain in zip(first, gains, strict=True)
        ]
        return sorted(read, key=lambda hit: (-hit.score, hit.memory.id)) + hits[self.reranks :]

    def words(
        self,
        question: str,
        memories: Iterable[tuple[str, Body]],
        naming: Naming = nobody,
        fits: Fits = anything,
        again: Again = NO_MORE,
    ) -> Answer | None:
        """Give the likeliest words that answer the question and fit it, None where none do.

        What says them later (`naming`) may take them back: "We've dumped Jira.", and so may what
        is about the same matter (`again`). Where a generator
        is bound, it writes the answer from what these memories say, or the first.
        """
        read = max(self.answers, bool(self.reader.writing))
        known = list(islice(memories, max(read, RENEWING) if self.answers else read))
        first = known[:read]
        if self.reader.writing and first:
            told = " ".join(said(body) for _, body in first)
            if text := self.reader.writing(question, told):
                return Answer(text, first[0][0], body=first[0][1])
        first = first[: self.answers]
        if not self.reader.answering or not first:
            return None
        if form_of(question).several and (every := self._every(question, known, fits)):
            return every
        surest = sorted(self._read(question, first, fits), key=lambda one: -one.sure)
        enough = [one for one in surest if one.memory == first[0][0] and one.sure >= _ENOUGH]
        best = next(iter([*enough, *surest]), None)
        if best is None:
            return None
        more = [*known, *again.memories]
        reads = self.reader.answering
        last = renewed(question, best, more, naming, reads, fits=fits, people=again.people)
        if last.body is None or not form_of(question).several:
            return last
        return replace(last, text=whole_list(last.body.text, last.text))

    def _every(self, question: str, known: Sequence[tuple[str, Body]], fits: Fits) -> Answer | None:
        """List what several memories answer, where more than one surely does."""
        sure = [one for one in self._read(question, known, fits) if one.sure >= _LISTED_SURE]
        found = {name_key(one.text): one for one in sorted(sure, key=lambda one: one.sure)}
        if len(found) < 2:  # noqa: PLR2004 - several
            return None
        listed = ", ".join(one.text for one in sure if found.get(name_key(one.text)) is one)
        return replace(max(sure, key=lambda one: one.sure), text=listed)

    def _read(
        self, question: str, memories: Sequence[tuple[str, Body]], fits: Fits
    ) -> list[Answer]:
        """Give the words of each memory that answer and fit, where any do."""
        texts = [said(body) for _, body in memories]
        reads = self.reader.answering
        found = reads([(question, text) for text in texts]) if reads and texts else []
        seen = [
            Answer(text[words.start : words.end], id_, sure=words.score, body=body)
            for (id_, body), text, words in zip(memories, texts, found, strict=True)
            if words
        ]
        return [
            replace(one, text=whole_name(one.text, one.body)) if one.body else one
            for one in seen
            if fits(one.memory, one.text) and not repeats(question, one.text)
        ]

    def sentence(
        self, question: str, memories: Iterable[tuple[str, Body]], fits: Fits = anything
    ) -> Answer | None:
        """Give the sentence of the memory that likeliest answers, None where none rather does.

        Of several that do, the one said last of the same answers. Whether something is so, or what
        bare words look for, is hardly read off a text: that the first may answer is enough.
        """
        form = form_of(question)
        if form.whether:  # all that a memory tells of the matter is what it tells of others
            memories = (one for one in memories if fits(one[0], one[1].text))
        known = list(islice(memories, max(self.doubts, RENEWING)))
        read = known[: self.doubts]
        if not self.reader.answerable or not read:
            return first_sentence(question, known)
        seen = self.reader.answerable([(question, said(body)) for _, body in read])
        if form.whether or form.bare:
            likely = max(one.score for one in seen) >= _VAGUE * self.sure
            return first_sentence(question, known) if likely else None
        sure = [
            (one, words)
            for one, words in zip(read, seen, strict=True)
            if words.score >= self.sure and fits(one[0], said(one[1])[words.start : words.end])
        ]
        if not sure:
            return None
        sure.sort(key=lambda one: -one[1].score)
        words = {id_: one for (id_, _), one in sure}
        best = sure[0][0] if form.past else latest(question, [one for one, _ in sure])
        return told(question, best, words[best[0]].score, _inside(best[1], words[best[0]]))


def _inside(body: Body, words: Words) -> tuple[int, int] | None:
    """Give where words of what was read stand in a memory's text, if they do."""
    before = len(said(body)) - len(body.text)
    return (words.start - before, words.end - before) if words.start >= before else None


def _log_odds(probability: float) -> float:
    sure = min(max(probability, _SURE), 1 - _SURE)
    return math.log(sure / (1 - sure))
