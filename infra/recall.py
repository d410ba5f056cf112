"""Which memories answer a question: candidates from every view, ranked, cited and explained."""

import base64
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.answer import Told, answer
from agents.lexicon import asks_when, idf, terms
from agents.mood import congruence
from agents.predicates import name_key
from agents.rank import Candidates, Question, Ranking, best_segments, explain, rank
from infra.clock import monotonic, now
from infra.models.perceive import Perceiver
from infra.recollection import Asked, Hit, Recollection
from infra.views.sql_facts import FactPattern, KnownFact
from infra.views.sql_reads import RankRow, SqlReads
from schemas.errors import VectorsAwayError
from schemas.percepts import Passage
from streams.codec import Codec
from streams.instants import to_micros
from streams.sealed import read_features
from streams.vectors import Found, Search, Vectors

_HITS: Final = 150  # of each search
_ABOUT: Final = 50  # newest memories about the entities that the question names
_SEGMENTS: Final = 32  # of up to 32 memories each
_SPOKEN: Final = "episodic"  # the kind of memory that turns of a conversation form
_WIDTH: Final = 48  # of a token vector
_IN_TIME: Final = 1.0  # what lying in the time that the question names adds to a score
# What a memory's state adds: bounded, so that what fits much better is found all the same.
_DOUBTED: Final = 1.0  # what a memory without any confidence loses
_CONGRUENT: Final = 0.3  # what agreeing with a mood adds at most, where one is given
_DEEPER: Final = 3  # times as many are looked at then
_STATES: Final = {"vivid": 0.0, "faded": -0.25, "compressed": -0.25}


class Recall:
    """Answers questions from the views; records nothing."""

    def __init__(
        self, reads: SqlReads, vectors: Vectors, perceiver: Perceiver, codec: Codec
    ) -> None:
        self.reads = reads
        self.vectors = vectors
        self.perceiver = perceiver
        self.codec = codec

    def ask(self, asked: Asked) -> Recollection:
        """Find and rank; a time filter that nothing meets is dropped, and that is said."""
        began = monotonic()
        pending = self.perceiver.begin(asked.question)
        passage = self.perceiver.finish(pending, asked.as_of or now(), asked.speaker)[0]
        dense = base64.b64decode(passage.vector)
        wanted = replace(asked, k=_DEEPER * asked.k) if asked.mood else asked
        rows, ranking, degraded = self._ranked(wanted, passage, dense)
        fallback = None
        if not rows and (asked.since or asked.until):
            fallback = "nothing lies in the time asked for: it is left out"
            wider = replace(wanted, since=None, until=None)
            rows, ranking, degraded = self._ranked(wider, passage, dense)
        hits = _congruent(asked, self._hits(asked, rows, ranking))
        known = self._facts(asked, passage, hits)
        confidence = ranking.confidence if ranking else 0.0
        found = answer(
            asked.question,
            [(hit.memory.id, hit.memory.body) for hit in hits],
            [
                Told(f.body, f.predicate, f.memory, 1 - (1 - f.confidence) ** f.evidence)
                for f in known
            ],
            confidence,
        )
        took = 1000 * (monotonic() - began)
        return Recollection(asked, hits, found, confidence, took, fallback, known, degraded)

    def _ranked(
        self, asked: Asked, passage: Passage, dense: bytes
    ) -> tuple[list[tuple[RankRow, float, int]], Ranking | None, str | None]:
        """Give the rows that fit, best first, each with its score and its place in the ranking.

        Without the vectors, what is ranked is the newest, and what the entities named lead to;
        that is said.
        """
        ids, _ = terms(asked.question)
        about, degraded = self._about(asked, passage), None
        try:
            found = self.vectors.search([self._search(asked, dense, ids.tobytes())])[0]
        except VectorsAwayError as error:
            found = Found((), ())
            about += self.reads.newest(asked.space, _HITS)
            degraded = f"only the newest and what is about the names asked for: {error}"
        rows = self._rows(asked.space, found, about)
        if not rows:
            return [], None, degraded
        counts, size = self.reads.frequencies(asked.space, ids.tolist())
        frequencies = np.array([counts.get(term, 0) for term in ids.tolist()], np.int64)
        tokens = np.frombuffer(base64.b64decode(passage.tokens), np.int8).reshape(-1, _WIDTH)
        vector = np.frombuffer(dense, np.float16)
        question = Question(vector, tokens, ids, idf(frequencies, size), asks_when(asked.question))
        ranking = rank(question, self._candidates(asked.space, rows))
        scores = ranking.scores + _IN_TIME * _in_time(rows, passage)
        scores += np.array([_held(row) for row in rows], np.float32)
        order = np.lexsort((np.array([row.memory for row in rows]), -scores))
        fitting = (i for i in order.tolist() if _fits(asked, rows[i]))
        return [(rows[i], float(scores[i]), i) for i in islice(fitting, asked.k)], ranking, degraded

    def _search(self, asked: Asked, dense: bytes, term_ids: bytes) -> Search:
        until = min((t for t in (asked.until, asked.as_of) if t), default=None)
        return Search(
            space=asked.space,
            dense=dense,
            term_ids=term_ids,
            limit=_HITS,
            kinds=asked.kinds,
            layers=asked.layers,
            since=to_micros(asked.since) if asked.since else None,
            until=to_micros(until) + (until == asked.as_of) if until else None,
        )

    def _about(self, asked: Asked, passage: Passage) -> list[str]:
        """Go one hop from the entities that the question names."""
        names = [entity.text for entity in passage.entities if entity.type != "time"]
        return self.reads.about(asked.space, names, _ABOUT) if names else []

    def _rows(self, space: str, found: Found, about: Sequence[str]) -> list[RankRow]:
        """Read the best segments of what was found, whole."""
        dense, lexical = dict(found.dense), dict(found.terms)
        ids = list(dict.fromkeys([*dense, *lexical, *about]))
        if not ids:
            return []
        places = self.reads.places(space, ids)
        keys = sorted({(place.session, place.segment) for place in places})
        number = {key: i for i, key in enumerate(keys)}
        numbers = np.array([number[p.session, p.segment] for p in places], np.int64)
        scores = [
            np.array([side.get(place.memory, np.nan) for place in places], np.float32)
            for side in (dense, lexical)
        ]
        chosen = {keys[i] for i in best_segments(numbers, scores[0], scores[1], _SEGMENTS)}
        # Turns of a conversation speak for one another, so whole segments of them are read; of
        # everything else only what was found.
        kept = [place for place in places if (place.session, place.segment) in chosen]
        spoken = {(p.session, p.segment) for p in kept if p.kind == _SPOKEN}
        single = [p.memory for p in kept if (p.session, p.segment) not in spoken]
        return self.reads.rows(space, sorted(spoken), single)

    def _candidates(self, space: str, rows: Sequence[RankRow]) -> Candidates:
        column = dict(zip(RankRow._fields, zip(*rows, strict=True), strict=True))
        features = [read_features(self.codec, space, sealed) for sealed in column["features"]]
        vectors, tokens, terms, speakers = zip(*features, strict=True)
        sessions = {session: i for i, session in enumerate(dict.fromkeys(column["session"]))}
        return Candidates(
            memories=column["memory"],
            sessions=np.array([sessions[session] for session in column["session"]], np.int64),
            ordinals=np.array(column["ordinal"], np.int64),
            speakers=[speaker or None for speaker in speakers],
            spoken=np.array([kind == _SPOKEN for kind in column["kind"]], np.bool_),
            stated=np.array(column["stated"], np.float32),
            asked=np.array(column["asked"], np.float32),
            tells_time=np.array(column["tells_time"], np.bool_),
            vectors=np.frombuffer(b"".join(vectors), np.float16).reshape(len(rows), -1),
            term_ids=np.frombuffer(b"".join(terms), np.uint32),
            term_starts=_starts(terms, 4),
            tokens=np.frombuffer(b"".join(tokens), np.int8).reshape(-1, _WIDTH),
            token_starts=_starts(tokens, _WIDTH),
        )

    def _hits(
        self, asked: Asked, rows: list[tuple[RankRow, float, int]], ranking: Ranking | None
    ) -> list[Hit]:
        if ranking is None:
            return []
        ids = [row.memory for row, _, _ in rows]
        memories = self.reads.memories(asked.space, ids)
        sources = self.reads.observations(asked.space, ids, asked.known_at)
        facts = self.reads.facts.of(asked.space, ids, asked.known_at)
        return [
            Hit(
                memories[row.memory],
                score,
                sources.get(row.memory, []),
                facts.get(row.memory, []),
                explain(ranking, place) | {"held": _held(row)},
            )
            for row, score, place in rows
        ]

    def _facts(self, asked: Asked, passage: Passage, hits: Sequence[Hit]) -> list[KnownFact]:
        """Find what holds, at the time asked for, of whom the question names."""
        spoken = {hit.memory.body.speaker for hit in hits if hit.memory.body.speaker}
        question = name_key(asked.question)
        names = {e.text for e in passage.entities} | {n for n in spoken if name_key(n) in question}
        at = asked.as_of or now()
        found = {f.id: f for hit in hits for f in hit.facts if f.holds(at)}
        for name in sorted(names):
            pattern = FactPattern(subject=name, as_of=at, known_at=asked.known_at)
            found.update((f.id, f) for f in self.reads.facts.find(asked.space, pattern, 50))
        return list(found.values())


def _congruent(asked: Asked, hits: list[Hit]) -> list[Hit]:
    """Let what agrees with the mood come a little earlier; without a mood, leave all as it is."""
    if not asked.mood:
        return hits
    added = [_CONGRUENT * congruence(asked.mood, hit.memory.body.emotion) for hit in hits]
    felt = [
        replace(hit, score=hit.score + more, why=hit.why | {"mood": more})
        for hit, more in zip(hits, added, strict=True)
    ]
    return sorted(felt, key=lambda hit: (-hit.score, hit.memory.id))[: asked.k]


def _held(row: RankRow) -> float:
    """Say what fading, and doubts that somebody had, add to a score."""
    return _STATES[row.state] - _DOUBTED * (1 - row.confidence)


def _starts(parts: Sequence[bytes], size: int) -> NDArray[np.int64]:
    lengths = np.fromiter(map(len, parts), np.int64, len(parts))
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths // size)])


def _fits(asked: Asked, row: RankRow) -> bool:
    """Whole segments are read, so what was found beside a hit is checked here."""
    return (
        (not asked.kinds or row.kind in asked.kinds)
        and (not asked.layers or row.layer in asked.layers)
        and (asked.known_at is None or row.position <= asked.known_at)
        and (asked.as_of is None or row.at <= to_micros(asked.as_of))
        and (asked.since is None or row.at >= to_micros(asked.since))
        and (asked.until is None or row.at < to_micros(asked.until))
    )


def _in_time(rows: Sequence[RankRow], passage: Passage) -> NDArray[np.float32]:
    at = np.array([row.at for row in rows], np.int64)
    inside = np.zeros(len(rows), np.float32)
    for time in passage.times:
        since = to_micros(datetime.fromisoformat(time.since))
        until = to_micros(datetime.fromisoformat(time.until))
        inside[(at >= since) & (at < until)] = 1.0
    return inside
