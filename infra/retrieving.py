"""Which memories fit a question: candidates from every view, in the order of the ranker."""

import base64
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.lexicon import idf, terms
from agents.question import form_of
from agents.rank import Candidates, Question, Ranking, best_segments, echoes, rank
from infra.closing import Closing
from infra.fitting import among, fitting, held_back, in_time
from infra.meant import Meant
from infra.recollection import Asked
from infra.views.sql_reads import SqlReads
from infra.views.sql_segments import Rows, SqlSegments, joined
from schemas.errors import VectorsAwayError
from schemas.percepts import TOKEN_WIDTH, Passage
from streams.instants import to_micros
from streams.vectors import Found, Search, Vectors

_HITS: Final = 150  # of each search
_ABOUT: Final = 50  # newest memories about the entities that the question names
_SEGMENTS: Final = 32  # of sessions, that are ranked whole
_SPOKEN: Final = "episodic"  # the kind of memory that turns of a conversation form
_STATING: Final = 1.0  # what stating a fact that the question asks for adds to a score
_ECHO: Final = 10.0  # what a memory loses that only asks the same: it answers nothing
_IN_TIME: Final = 1.0  # what lying in the time that the question names adds to a score


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

    def confidence(self, memories: Sequence[tuple[str, object]]) -> float:
        """Say how surely an answer is among these memories, by the first of them that is here."""
        ids = {id_ for id_, _ in memories}
        first = next((place.row for place in self.placed if place.memory in ids), None)
        return self.ranking.confidence(first) if self.ranking and first is not None else 0.0


class Worded(NamedTuple):
    """What a question's words alone find, so that it can be sought while the encoder reads it."""

    terms: NDArray[np.uint32]
    idf: NDArray[np.float32]
    hits: dict[str, float]
    away: str | None = None  # why the vectors did not answer


class Sought(NamedTuple):
    """What is asked, and what was found so far; `near` is None where the vectors are away."""

    asked: Asked
    passage: Passage
    worded: Worded
    near: Future[list[Found]] | None


class Retrieving(Closing):
    """Looks for candidates in the vectors and the views, and ranks them."""

    def __init__(self, reads: SqlReads, vectors: Vectors) -> None:
        self.reads = reads
        self.vectors = vectors
        self.segments = SqlSegments(reads.engine, reads.codec)
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="search")

    def close(self) -> None:
        """End the thread that searches."""
        self._aside.shutdown(cancel_futures=True)

    def worded(self, asked: Asked) -> Worded:
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

    def sought(self, asked: Asked, passage: Passage, worded: Worded) -> Sought:
        """Begin to search by the question's vector, beside whatever is looked up meanwhile."""
        search = _search(asked, dense=base64.b64decode(passage.vector))
        near = None if worded.away else self._aside.submit(self.vectors.search, [search])
        return Sought(asked, passage, worded, near)

    def ranked(self, sought: Sought, meant: Meant) -> Ranked:
        """Give what fits, best first; before all else what the answer will be cited from.

        Without the vectors, what is ranked is the newest, and what the entities named lead to;
        that is said.
        """
        asked, passage, worded, searched = sought
        stating = {fact.memory for fact in meant.facts if fact.believed}
        about, near, away = [*stating, *self._about(asked, passage)], {}, worded.away
        if searched is not None:
            try:
                near = dict(searched.result()[0].dense)
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


def _question(asked: Asked, passage: Passage, worded: Worded) -> Question:
    vector = np.frombuffer(base64.b64decode(passage.vector), np.float16)
    tokens = np.frombuffer(base64.b64decode(passage.tokens), np.int8).reshape(-1, TOKEN_WIDTH)
    return Question(vector, tokens, worded.terms, worded.idf, form_of(asked.question).when)


def _candidates(rows: Rows) -> Candidates:
    sessions = {session: i for i, session in enumerate(dict.fromkeys(rows.session))}
    return Candidates(
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
