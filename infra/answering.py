"""What is answered from the memories that a question brought back, where no fact was asked for."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from agents.answer import LEAST_CONFIDENCE, Answer, answer, concerns, names_somebody, stating
from agents.body import Body
from agents.lexicon import stems, tells_end
from agents.predicates import PLANS
from agents.question import form_of
from agents.validity import is_over
from infra.clock import now
from infra.recollection import Asked, Hit
from infra.renewing import Naming, nobody
from infra.rereading import RENEWING, Again, Rereading
from infra.views.sql_facts import KnownFact


class Known(NamedTuple):
    """What is known for a question: hits, facts, what memories tell and to whom, whom it names.

    `naming` finds what says words later. `others` are terms of what memories state of others.
    """

    hits: Sequence[Hit]
    facts: Sequence[KnownFact]
    memories: Sequence[tuple[str, Body]]
    people: Sequence[str]
    spoken_to: Mapping[str, str | None] = MappingProxyType({})
    naming: Naming = nobody
    others: Mapping[str, Sequence[AbstractSet[int]]] = MappingProxyType({})

    def fits(self, memory: str, words: str) -> bool:
        """Say whether words of a memory may answer, which what it states of others does not."""
        told = set(stems(words))
        others = self.others.get(memory, ())
        return not told or not any(told <= other or other <= told for other in others)

    @property
    def again(self) -> Again:
        """Give those of the first memories that name nobody, and so may be about whom is asked."""
        first = self.memories[:RENEWING]
        return Again([one for one in first if not names_somebody(one[1])], self.people)

    def later(self, words: str, since: datetime) -> Iterator[tuple[str, Body]]:
        """Find what says words later, of whom the question names."""
        return (one for one in self.naming(words, since) if concerns(self.people, one[1]))


def telling(hits: Sequence[Hit], left_out: AbstractSet[str]) -> list[tuple[str, Body]]:
    """Give what memories state, but for those that are left out, or were judged wrong."""
    said = [hit.memory for hit in hits if hit.memory.id not in left_out and hit.memory.believed]
    return list(stating((memory.id, memory.body) for memory in said))


def answered(
    asked: Asked, known: Known, confidence: float, rereading: Rereading
) -> tuple[Answer | None, float]:
    """Give an answer and how sure it is: a sentence that was read as sure as it is itself.

    All else is at least as sure as `confidence`. That falls with the confidence in the memory that
    it is cited from. Where nothing answers, that is not told as surer than the least that an answer
    must be.
    """
    found = answer(
        asked.question,
        known.memories,
        known.facts,
        confidence,
        partial(rereading.words, naming=known.later, fits=known.fits, again=known.again),
        sentence=partial(rereading.sentence, fits=known.fits),
        people=known.people,
        spoken_to=known.spoken_to,
    )
    if found is None:
        return None, min(confidence, LEAST_CONFIDENCE)
    trusted = [hit.memory.confidence for hit in known.hits if hit.memory.id == found.memory]
    itself = found.kind == "sentence" and found.sure > 0
    sure = found.sure if itself else max(confidence, found.sure)
    return _until(asked, found, known.hits), sure * min(trusted, default=1.0)


def _until(asked: Asked, found: Answer, hits: Sequence[Hit]) -> Answer:
    """Say until when it was so, where all that the memory states in these words has ended since.

    A plan was none any more once its time came, which says nothing of what was to be.
    """
    words = set(stems(found.text))
    stated = [fact for hit in hits if hit.memory.id == found.memory for fact in hit.facts]
    lasting = [fact for fact in stated if fact.predicate != PLANS]
    facts = [fact for fact in lasting if words & set(stems(fact.body.object))]
    at = asked.as_of or now()
    over = [fact.valid_to for fact in facts if is_over(fact, at)]
    if found.kind == "fact" or form_of(asked.question).past or not over or len(over) < len(facts):
        return found
    if tells_end(found.text):  # "I don't like sushi any more" says it itself
        return found
    return replace(found, text=f"{found.text} (until {max(filter(None, over)):%Y-%m-%d})")
