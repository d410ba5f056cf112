"""What the reader adds to a recall: another order of the first memories, and an answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from agents.answer import Answer
from agents.body import Body
from agents.reading import Reader
from infra.recollection import Hit

_RELEVANT: Final = 1.0  # what a memory that surely answers the question gains


@dataclass(frozen=True, slots=True)
class Rereading:
    """Reads the first `reranks` memories to order them anew, the first `answers` to answer.

    Both cost one pass a memory, so both are few; without a reader nothing is read.
    """

    reader: Reader
    reranks: int = 0
    answers: int = 0

    def deep(self, k: int) -> int:
        """Say how many memories are looked at for k of them."""
        return max(k, self.reranks if self.reader.relevance else 0)

    def ordered(self, question: str, hits: list[Hit]) -> list[Hit]:
        """Add to the score of each of the first memories how relevant it is when read."""
        if not self.reader.relevance or not self.reranks:
            return hits
        first = hits[: self.reranks]
        pairs = [(question, said(hit.memory.body)) for hit in first]
        gains = [_RELEVANT * relevance for relevance in self.reader.relevance(pairs)]
        read = [
            replace(hit, score=hit.score + gain, why=hit.why | {"read": gain})
            for hit, gain in zip(first, gains, strict=True)
        ]
        return sorted(read, key=lambda hit: (-hit.score, hit.memory.id)) + hits[self.reranks :]

    def words(self, question: str, memories: Sequence[tuple[str, Body]]) -> Answer | None:
        """Give the likeliest words that answer the question, None where none do.

        Where a generator is, it writes the answer from what these memories say.
        """
        first = memories[: self.answers]
        texts = [said(body) for _, body in first]
        if (
            self.reader.writing
            and first
            and (text := self.reader.writing(question, " ".join(texts)))
        ):
            return Answer(text, first[0][0])
        if not self.reader.answering or not first:
            return None
        found = self.reader.answering([(question, text) for text in texts])
        answers = [
            (words.score, Answer(text[words.start : words.end], id_))
            for (id_, _), text, words in zip(first, texts, found, strict=True)
            if words
        ]
        return max(answers, key=lambda one: one[0])[1] if answers else None


def said(body: Body) -> str:
    """Give a memory's text as the reader knows it: after its speaker's name."""
    return f"{body.speaker}: {body.text}" if body.speaker else body.text
