"""Which memories answer a question: candidates from every view, ranked, cited and explained."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.answer import Answer
from agents.lexicon import idf, terms
from agents.mood import congruence
from agents.predicates import INSTRUCTS, name_key
from agents.question import form_of
from agents.rank import Candidates, Question, Ranking, best_segments, echoes, explain, rank
from agents.validity import holds
from infra.answering import Known, answered, telling
from infra.asking import Asking, Meant
from infra.clock import monotonic, now
from infra.conversing import naming, spoken_to
from infra.fitting import among, fitting, held_back, in_time
from infra.models.perceive import Perceiver
from infra.recollection import Asked, Hit, Recollection
from infra.rereading import Rereading
from infra.views.sql_facts import FactPattern, KnownFact
from infra.views.sql_reads import SqlReads
from infra.views.sql_segments import Rows, SqlSegments, joined
from schemas.errors import VectorsAwayError
from schemas.percepts import Passage
from streams.instants import to_micros
from streams.vectors import Search, Vectors

_HITS: Final = 150  # of each search
_ABOUT: Final = 50  # newest memories about the entities that the question names
_TOLD: Final = 10  # facts of each predicate, about the entities that the question names
_STANDING: Final = 20  # latest instructions that go with every answer
_LIFTED: Final = 200  # latest among which they are looked for: some were lifted since
_SEGMENTS: Final = 32  # of up to 32 memories each
_SPOKEN: Final = "episodic"  # the kind of memory that turns of a conversation form
_STATING: Final = 1.0  # what stating a fact that the question asks for adds to a score
_ECHO: Final = 10.0  # what a memory loses that only asks the same: it answers nothing
_WIDTH: Final = 48  # of a token vector
_IN_TIME: Final = 1.0  # what lying in the time that the question names adds to a score
_CONGRUENT: Final = 0.3  # what agreeing with a mood adds at most, where one is given
_DEEPER: Final = 3  # times as many are looked at then


class Placed(NamedTuple):
    """A memory with its score, what was added to its rank's, and its row in the ranking."""

    memory: str
    score: float
    added: dict[str, float]
    row: int


class Ranked(NamedTuple):
    """What fits a question, best first, the rows that were looked at, and what did not answer."""

    placed: list[Placed]
    ranking: Ranking | None
    rows: Rows | None
    away: str | None


class Worded(NamedTuple):
    """What a question's words alone find, so that it can be sought while the encoder reads it."""

    terms: NDArray[np.uint32]
    idf: NDArray[np.float32]
    hits: dict[str, float]
    away: str | None = None  # why the vectors did not answer


class Recall:
    """Answers questions from the views; records nothing.

    A relation that a question asks for counts when it is seen as surely as `least`. `mixed` says
    that memories were embedded by other models than questions are, where they were.
    """

    def __init__(
        self,
        reads: SqlReads,
        vectors: Vectors,
        perceiver: Perceiver,
        rereading: Rereading,
        *,
        least: float,
    ) -> None:
        self.reads = reads
        self.vectors = vectors
        self.perceiver = perceiver
        self.segments = SqlSegments(reads.engine, reads.codec)
        self.rereading = rereading
        self.asking = Asking(reads, least)
        self.mixed: str | None = None

    def ask(self, asked: Asked) -> Recollection:
        """Find and rank; a time filter that nothing meets is dropped, and that is said."""
        began = monotonic()
        if not self.reads.knows(asked.space):  # asking must not make a key
            return Recollection(asked, [], None, 0.0, 1000 * (monotonic() - began))
        perceiver = self.perceiver  # a renewal gives another
        pending = perceiver.begin(asked.question)
        deep = self.rereading.deep(_DEEPER * asked.k if asked.mood else asked.k)
        wanted = replace(asked, k=deep)
        worded = self._worded(wanted)
        passage = perceiver.finish(pending, asked.as_of or now(), asked.speaker)[0]
        meant = self.asking.find(asked, passage)
        ranked = self._ranked(wanted, passage, worded, meant)
        fallback = None
        if not ranked.placed and (asked.since or asked.until):
            fallback = "nothing lies in the time asked for: it is left out"
            wanted = replace(wanted, since=None, until=None)
            meant = self.asking.find(wanted, passage)
            ranked = self._ranked(wanted, passage, self._worded(wanted), meant)
        ranking = ranked.ranking
        hits = self.rereading.ordered(asked.question, self._hits(asked, ranked.placed, ranking))
        hits = _congruent(asked, hits)[: asked.k]
        holding = self.asking.within(wanted, self._facts(asked, passage, hits))
        standing = self._standing(asked)
        told = {f.id: f for f in [*standing, *meant.facts, *holding] if f.believed}
        known = list(told.values())
        found, confidence = meant.answer, meant.sure
        if found is None:
            memories = telling(hits, meant.elsewhen)
            ids = {id_ for id_, _ in memories}
            first = next((place.row for place in ranked.placed if place.memory in ids), None)
            confidence = ranking.confidence(first) if ranking and first is not None else 0.0
            named = [one.text for one in passage.entities if one.type == "person"]
            if asked.speaker and form_of(asked.question).own:
                named.append(asked.speaker)
            people = [name for one in named for name in (one, *self.asking.also_called(asked, one))]
            later = partial(naming, self.reads, wanted, ranked.rows)
            seen = Known(hits, known, memories, people, spoken_to(hits, ranked.rows), later)
            found, confidence = answered(asked, seen, confidence, self.rereading)
            hits = self._citing(asked, ranked, hits, found)
        took = 1000 * (monotonic() - began)
        degraded = "; ".join(filter(None, (ranked.away, self.mixed))) or None
        return Recollection(asked, hits, found, confidence, took, fallback, known, degraded)

    def _worded(self, asked: Asked) -> Worded:
        """Search by the question's terms, and say how rare each is in the space."""
        ids, _ = terms(asked.question)
        counts, size = self.reads.frequencies(asked.space, ids.tolist())
        rare = idf(np.array([counts.get(term, 0) for term in ids.tolist()], np.int64), size)
        try:
            said = _search(asked, term_ids=ids.tobytes(), term_weights=rare.tobytes())
            found = self.vectors.search([said])[0]
        except VectorsAwayError as error:
            return Worded(ids, rare, {}, str(error))
        return Worded(ids, rare, dict(found.terms))

    def _ranked(self, asked: Asked, passage: Passage, worded: Worded, meant: Meant) -> Ranked:
        """Give what fits, best first; before all else what the answer will be cited from.

        Without the vectors, what is ranked is the newest, and what the entities named lead to;
        that is said.
        """
        stating = {fact.memory for fact in meant.facts if fact.believed}
        about, near, away = [*stating, *self._about(asked, passage)], {}, worded.away
        if away is None:
            dense = base64.b64decode(passage.vector)
            try:
                near = dict(self.vectors.search([_search(asked, dense=dense)])[0].dense)
            except VectorsAwayError as error:
                away = str(error)
        if away is not None:
            about += self.reads.newest(asked.space, _HITS)
            away = f"only the newest and what is about the names asked for: {away}"
        rows = self._rows(asked.space, near, worded.hits, about)
        if rows is None:
            return Ranked([], None, None, away)
        question, candidates = _question(asked, passage, worded), _candidates(rows)
        ranking = rank(question, candidates)
        added = {
            "asks_the_same": -_ECHO * echoes(question, candidates),
            "held": held_back(rows),
            "in_time": _IN_TIME * in_time(rows, passage),
            "stating": _STATING * among(rows, stating),
        }
        scores = ranking.scores + sum(added.values())
        fits = fitting(asked, rows)
        cited = among(rows, {meant.answer.memory} if meant.answer else set()) * fits
        if cited.any():  # what the answer is cited from comes first
            first = np.where(cited > 0, scores[fits].max(), scores)
            scores, added["cited"] = first, first - scores
        order = np.lexsort((np.array(rows.memory), -cited, -scores))
        best = order[fits[order]][: asked.k].tolist()
        placed = [
            Placed(rows.memory[i], float(scores[i]), {k: float(v[i]) for k, v in added.items()}, i)
            for i in best
        ]
        return Ranked(placed, ranking, rows, away)

    def _about(self, asked: Asked, passage: Passage) -> list[str]:
        """Go one hop from the entities that the question names."""
        names = [entity.text for entity in passage.entities if entity.type != "time"]
        return self.reads.about(asked.space, names, _ABOUT) if names else []

    def _rows(
        self,
        space: str,
        dense: Mapping[str, float],
        lexical: Mapping[str, float],
        about: Sequence[str],
    ) -> Rows | None:
        """Read the best segments of what was found, whole."""
        places = self.segments.places(space, list(dict.fromkeys([*dense, *lexical, *about])))
        keys = sorted(set(places.values()))
        number = {key: i for i, key in enumerate(keys)}
        numbers = np.array([number[key] for key in places.values()], np.int64)
        scores = [
            np.array([side.get(memory, np.nan) for memory in places], np.float32)
            for side in (dense, lexical)
        ]
        best = best_segments(numbers, scores[0], scores[1], _SEGMENTS)
        read = self.segments.read(space, [keys[i] for i in best])
        # Turns of a conversation speak for one another, so whole segments of them are ranked; of
        # everything else only what was found.
        parts = []
        for _, rows in sorted(read.items()):
            hit = [
                kind
                for memory, kind in zip(rows.memory, rows.kind, strict=True)
                if memory in places
            ]
            parts.append(rows if _SPOKEN in hit else rows.only(places))
        return joined(parts) if any(part.memory for part in parts) else None

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


def _search(
    asked: Asked, *, dense: bytes = b"", term_ids: bytes = b"", term_weights: bytes = b""
) -> Search:
    until = min((t for t in (asked.until, asked.as_of) if t), default=None)
    return Search(
        space=asked.space,
        dense=dense,
        term_ids=term_ids,
        term_weights=term_weights,
        limit=_HITS,
        kinds=asked.kinds,
        layers=asked.layers,
        since=to_micros(asked.since) if asked.since else None,
        until=to_micros(until) + (until == asked.as_of) if until else None,
    )


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


def _question(asked: Asked, passage: Passage, worded: Worded) -> Question:
    vector = np.frombuffer(base64.b64decode(passage.vector), np.float16)
    tokens = np.frombuffer(base64.b64decode(passage.tokens), np.int8).reshape(-1, _WIDTH)
    return Question(vector, tokens, worded.terms, worded.idf, form_of(asked.question).when)


def _candidates(rows: Rows) -> Candidates:
    sessions = {session: i for i, session in enumerate(dict.fromkeys(rows.session))}
    return Candidates(
        memories=rows.memory,
        sessions=np.array([sessions[session] for session in rows.session], np.int64),
        ordinals=rows.ordinal,
        speakers=rows.speaker,
        spoken=np.array([kind == _SPOKEN for kind in rows.kind], np.bool_),
        stated=rows.stated,
        asked=rows.asked,
        tells_time=rows.tells_time,
        importance=rows.importance,
        vectors=rows.vectors,
        term_ids=rows.terms,
        term_starts=_starts(rows.term_counts),
        tokens=rows.tokens,
        token_starts=_starts(rows.token_counts),
    )


def _starts(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
