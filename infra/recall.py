"""Which memories answer a question: candidates from every view, ranked, cited and explained."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from agents.answer import Answer
from agents.mood import congruence
from agents.predicates import INSTRUCTS, name_key
from agents.rank import Ranking, explain
from agents.validity import holds
from infra.answering import Known, answered, telling
from infra.asking import Asking
from infra.clock import monotonic, now
from infra.closing import Closing
from infra.conversing import naming, spoken_to
from infra.meant import Meant
from infra.models.perceive import Perceiver
from infra.recollection import Asked, Hit, Recollection
from infra.rereading import Rereading
from infra.retrieving import Placed, Ranked, Retrieving, Sought
from infra.views.sql_facts import FactPattern, KnownFact
from infra.views.sql_reads import SqlReads
from schemas.percepts import Passage
from streams.vectors import Vectors

_DROPPED: Final = "nothing lies in the time asked for: it is left out"
_TOLD: Final = 10  # facts of each predicate, about the entities that the question names
_STANDING: Final = 20  # latest instructions that go with every answer
_LIFTED: Final = 200  # latest among which they are looked for: some were lifted since
_CONGRUENT: Final = 0.3  # what agreeing with a mood adds at most, where one is given
_DEEPER: Final = 3  # times as many are looked at then


class Recall(Closing):
    """Answers questions from the views; records nothing.

    `mixed` says that memories were embedded by other models than questions are, where they were.
    """

    def __init__(
        self,
        reads: SqlReads,
        vectors: Vectors,
        perceiver: Perceiver,
        rereading: Rereading,
    ) -> None:
        self.reads = reads
        self.retrieving = Retrieving(reads, vectors)
        self.perceiver = perceiver
        self.rereading = rereading
        self.asking = Asking(reads)
        self.mixed: str | None = None

    def close(self) -> None:
        """End the thread that searches."""
        self.retrieving.close()

    def ask(self, asked: Asked) -> Recollection:
        """Find and rank; a time filter that nothing meets is dropped, and that is said."""
        began = monotonic()
        if not self.reads.knows(asked.space):  # asking must not make a key
            return Recollection(asked, [], None, 0.0, 1000 * (monotonic() - began))
        wanted = replace(asked, k=self.rereading.deep(_DEEPER * asked.k if asked.mood else asked.k))
        sought, meant, ranked = self._ranked(wanted)
        wanted, passage = sought.asked, sought.passage
        placed = self._hits(asked, ranked.placed, ranked.ranking)
        hits = _congruent(asked, self.rereading.ordered(asked.question, placed))[: asked.k]
        memories = telling(hits, meant.elsewhen)
        found, confidence = meant.answer, meant.sure
        if found is None:  # read while the rest is looked up
            self.rereading.begin(asked.question, memories)
        holding = self.asking.within(wanted, self._facts(asked, passage, hits))
        standing = self._standing(asked)
        told = {f.id: f for f in [*standing, *meant.facts, *holding] if f.believed}
        known = list(told.values())
        if found is None:
            people = meant.people or self.asking.people(asked, passage)
            later = partial(naming, self.reads, wanted, ranked.rows)
            to, others = spoken_to(hits, ranked.rows), meant.of_others(hits)
            seen = Known(hits, known, memories, people, to, later, others)
            found, confidence = answered(asked, seen, ranked.confidence(memories), self.rereading)
            hits = self._citing(asked, ranked, hits, found)
        took = 1000 * (monotonic() - began)
        degraded = "; ".join(filter(None, (ranked.away, self.mixed))) or None
        fallback = None if wanted.since == asked.since and wanted.until == asked.until else _DROPPED
        return Recollection(asked, hits, found, confidence, took, fallback, known, degraded)

    def _ranked(self, asked: Asked) -> tuple[Sought, Meant, Ranked]:
        """Rank what fits, in the time asked for, or, where nothing does, in any."""
        perceiver = self.perceiver  # a renewal gives another
        pending = perceiver.begin(asked.question)
        worded = self.retrieving.worded(asked)
        passage = perceiver.finish(pending, asked.as_of or now(), asked.speaker)[0]
        sought = self.retrieving.sought(asked, passage, worded)
        meant = self.asking.find(asked, passage)
        ranked = self.retrieving.ranked(sought, meant)
        if ranked.placed or not (asked.since or asked.until):
            return sought, meant, ranked
        return self._ranked(replace(asked, since=None, until=None))

    def _hits(self, asked: Asked, placed: Sequence[Placed], ranking: Ranking | None) -> list[Hit]:
        """Read what was ranked, as far as it was not forgotten meanwhile."""
        if ranking is None:
            return []
        ids = [place.memory for place in placed]
        memories = self.reads.memories(asked.space, ids)
        sources = self.reads.observations(asked.space, ids, asked.known_at)
        facts = self.reads.facts.of(asked.space, ids, asked.known_at)
        return [
            Hit(
                memories[place.memory],
                place.score,
                sources.get(place.memory, []),
                facts.get(place.memory, []),
                explain(ranking, place.row) | place.added,
            )
            for place in placed
            if place.memory in memories
        ]

    def _citing(
        self, asked: Asked, ranked: Ranked, hits: list[Hit], found: Answer | None
    ) -> list[Hit]:
        """Let what words of an answer are cited from be brought back too, instead of the last."""
        rows, ranking = ranked.rows, ranked.ranking
        known = {hit.memory.id for hit in hits}
        if rows is None or ranking is None or found is None:
            return hits
        if found.kind == "fact" or found.memory in known:
            return hits
        row = rows.memory.index(found.memory)
        place = Placed(found.memory, float(ranking.scores[row]), {}, row)
        more = [*hits[: asked.k - 1], *self._hits(asked, [place], ranking)]
        return sorted(more, key=lambda hit: -hit.score)

    def _facts(self, asked: Asked, passage: Passage, hits: Sequence[Hit]) -> list[KnownFact]:
        """Find what holds, at the time asked for, of whom the question names."""
        spoken = {hit.memory.body.speaker for hit in hits if hit.memory.body.speaker}
        question = name_key(asked.question)
        names = {e.text for e in passage.entities} | {n for n in spoken if name_key(n) in question}
        at = asked.as_of or now()
        found = {f.id: f for hit in hits for f in hit.facts if holds(f, at)}
        if asked.known_at is None:
            holding = self.reads.facts.holding(asked.space, sorted(names), at, _TOLD)
            found.update((fact.id, fact) for fact in holding)
            return list(found.values())
        for name in sorted(names):
            pattern = FactPattern(subject=name, as_of=at, known_at=asked.known_at)
            found.update((f.id, f) for f in self.reads.facts.find(asked.space, pattern))
        return list(found.values())

    def _standing(self, asked: Asked) -> list[KnownFact]:
        """Find what somebody wants done every time, the latest first, whatever is asked."""
        pattern = FactPattern(
            predicate=INSTRUCTS, as_of=asked.as_of or now(), known_at=asked.known_at
        )
        return self.reads.facts.find(asked.space, pattern, _STANDING, latest=_LIFTED)


def _congruent(asked: Asked, hits: list[Hit]) -> list[Hit]:
    """Let what agrees with the mood come a little earlier; without a mood, leave all as it is."""
    if not asked.mood:
        return hits
    added = [_CONGRUENT * congruence(asked.mood, hit.memory.body.emotion) for hit in hits]
    felt = [
        replace(hit, score=hit.score + more, why=hit.why | {"mood": more})
        for hit, more in zip(hits, added, strict=True)
    ]
    return sorted(felt, key=lambda hit: (-hit.score, hit.memory.id))
