"""Which facts a question asks for, where it can be read as a pattern of them."""

from datetime import datetime

from agents.asking import Pattern, asked_for, at_the_time
from infra.clock import now
from infra.recollection import Asked
from infra.views.sql_facts import FactPattern, KnownFact, SqlFacts
from schemas.percepts import Passage


class Asking:
    """Looks facts up by what a question asks for."""

    def __init__(self, facts: SqlFacts, least: float) -> None:
        self._facts = facts
        self._least = least

    def find(self, asked: Asked, passage: Passage) -> list[KnownFact]:
        """Give what answers the question, in the order in which it began."""
        pattern = asked_for(passage, asked.speaker, self._least)
        if pattern is None:
            return []
        found = self._matching(asked, pattern)
        if not found and pattern.via is not None:
            people = {fact.body.object for fact in self._matching(asked, pattern.via)}
            if len(people) == 1:  # of several brothers it is not said which is meant
                found = self._matching(asked, pattern, people.pop())
        times = [
            (datetime.fromisoformat(time.since), datetime.fromisoformat(time.until))
            for time in passage.times
        ]
        named = times[0] if len(times) == 1 else None
        return at_the_time(found, asked.as_of or now(), named, ended=pattern.ended)

    def _matching(
        self, asked: Asked, pattern: Pattern, subject: str | None = None
    ) -> list[KnownFact]:
        wanted = FactPattern(
            subject=subject or pattern.subject,
            predicate=pattern.predicate,
            object=pattern.object,
            known_at=asked.known_at,
        )
        return self._facts.find(asked.space, wanted)
