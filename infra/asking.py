"""Which facts a question asks for, where it can be read as a pattern of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from agents.asking import Pattern, asked_for, at_the_time, left_over, narrowed
from agents.lexicon import stems
from infra.clock import now
from infra.recollection import Asked
from infra.views.sql_facts import FactPattern, KnownFact
from infra.views.sql_reads import SqlReads
from schemas.percepts import Passage

_READ: Final = 200  # facts of one pattern: one who likes a thousand things is asked for the latest


class Meant(NamedTuple):
    """The facts that a question asks for, in the order in which they began.

    `sure` is how surely the question is read so, times how surely they are believed.
    """

    facts: list[KnownFact]
    sure: float


class Asking:
    """Looks facts up by what a question asks for."""

    def __init__(self, reads: SqlReads, least: float) -> None:
        self._reads = reads
        self._least = least

    def find(self, asked: Asked, passage: Passage) -> Meant:
        """Give what answers the question; no facts, where it cannot be read or none is known."""
        pattern = asked_for(passage, asked.speaker, self._least)
        if pattern is None:
            return Meant([], 0.0)
        sure, found = pattern.read, self._matching(asked, pattern)
        if not found and pattern.via is not None and pattern.subject is not None:
            sure *= pattern.via.read
            words = set(stems(pattern.subject))
            people = self._narrowed(asked, self._matching(asked, pattern.via), words)
            names = {fact.body.object for fact in people}
            if len(names) == 1:  # of several brothers it is not said which is meant
                found = self._matching(asked, pattern, names.pop())
        times = [
            (datetime.fromisoformat(time.since), datetime.fromisoformat(time.until))
            for time in passage.times
        ]
        if not pattern.single:  # who has one husband is asked for him by any word
            words = left_over(asked.question, pattern, *(time.text for time in passage.times))
            found = self._narrowed(asked, found, words)
        named = times[0] if len(times) == 1 else None
        facts = at_the_time(pattern, found, asked.as_of or now(), named)
        return Meant(facts, sure * max((fact.belief for fact in facts), default=0.0))

    def _matching(
        self, asked: Asked, pattern: Pattern, subject: str | None = None
    ) -> list[KnownFact]:
        """Find facts; one whose object is a word of the question ("sister") tells nothing."""
        wanted = FactPattern(
            subject=subject or pattern.subject,
            predicate=pattern.predicate,
            object=pattern.object,
            known_at=asked.known_at,
        )
        found = self._reads.facts.find(asked.space, wanted, latest=_READ)
        words = set(stems(asked.question))
        return [
            fact
            for fact in found
            if pattern.object is not None or set(stems(fact.body.object)) - words
        ]

    def _narrowed(
        self, asked: Asked, facts: Sequence[KnownFact], words: set[int]
    ) -> list[KnownFact]:
        if not words or not facts:
            return list(facts)
        memories = self._reads.memories(asked.space, [fact.memory for fact in facts])
        bodies = [memories.get(fact.memory) for fact in facts]
        return narrowed(facts, [one.body.text if one else "" for one in bodies], words)
