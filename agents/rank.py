"""How well memories answer a question, and why: a linear ranker over scale-free features."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.lexicon import terms
from agents.neighbours import Floats, Ints, Neighbours

# Learned by `python -m benches.ranker`, which also says what each is worth: listwise softmax
# (Cao et al. 2007) on three public conversations, rounded; `vector` is set by hand.
WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "terms_near": 0.25,
        "terms_session": 0.55,
        "tokens": 0.6,
        "tokens_near": 0.9,
        "answers_before": 0.4,
        "vector": 0.3,
        "speaker_named": 1.15,
        "after_question": 0.4,
        "stated": 0.15,
        "asked": -0.25,
        "tells_time": 1.1,
        "importance": 0.2,
    }
)
# Intercept, share of the terms' idf found around the first memory, mean likeness of its tokens;
# logistic, learned by `python -m benches.ranker_confidence`.
CONFIDENCE: Final = (-7.5, 5.7, 8.1)

_LONG: Final = 40.0  # words; what is longer tells no more for it
_TOLD: Final = 25.0  # words that what was not spoken counts as: it was written to be kept
_KEPT: Final = 1.0  # log odds of importance that what was not spoken counts as
_ODDS: Final = 3.0  # log odds of importance beyond these tell no more
_BLOCK: Final = 1024  # tokens multiplied at once
_FLAT: Final = 1e-6  # a spread below this is rounding


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: its vector, its tokens int8[m, width] x 127, its terms' idf in the space."""

    vector: NDArray[np.float16]
    tokens: NDArray[np.int8]
    terms: NDArray[np.uint32]
    idf: Floats
    asks_when: bool = False


@dataclass(frozen=True, slots=True)
class Candidates:
    """Memories as columns, ascending by (session, ordinal).

    Row i owns `term_ids[term_starts[i]:term_starts[i + 1]]`, and tokens likewise; a row may
    have none. `sessions` are numbers of this question's own making, equal within a session.
    `spoken` rows are turns of a conversation, which speak for the turns around them; passages
    of a document do not. `importance` is a probability.
    """

    sessions: Ints
    ordinals: Ints
    speakers: Sequence[str | None]
    spoken: NDArray[np.bool_]
    stated: Floats
    asked: Floats
    tells_time: NDArray[np.bool_]
    importance: Floats
    vectors: NDArray[np.float16]
    term_ids: NDArray[np.uint32]
    term_starts: Ints
    tokens: NDArray[np.int8]
    token_starts: Ints


@dataclass(frozen=True, slots=True)
class Ranking:
    """Scores of rows, and the features [n, len(WEIGHTS)] that gave these.

    `signs` [n, 2] are the share of the question's idf found in a memory and around it, and the mean
    likeness of its tokens.
    """

    scores: Floats
    features: Floats
    signs: Floats

    def confidence(self, first: int) -> float:
        """Give the probability that an answer is among ten memories of which a row is the best."""
        intercept, of_covered, of_like = CONFIDENCE
        covered, like = self.signs[first].tolist()
        return float(1.0 / (1.0 + np.exp(-(intercept + of_covered * covered + of_like * like))))


def rank(question: Question, candidates: Candidates) -> Ranking:
    """Score the candidates."""
    if not len(candidates.sessions):
        scores, features = np.zeros(0, np.float32), np.zeros((0, len(WEIGHTS)), np.float32)
        return Ranking(scores, features, np.zeros((0, 2), np.float32))
    matched = _Matched.of(question, candidates)
    features = _features(question, candidates, matched)
    weight = np.array([*WEIGHTS.values()], np.float32)
    return Ranking(features @ weight, features, _signs(matched))


def echoes(question: Question, candidates: Candidates) -> Floats:
    """Say, as 1 or 0, which rows only ask what is asked: all of its terms, and state nothing."""
    if not len(question.terms):
        return np.zeros(len(candidates.sessions), np.float32)
    same = _hits(question.terms, candidates).all(axis=0)
    return np.asarray(same & (candidates.stated == 0), np.float32)


def explain(ranking: Ranking, row: int) -> dict[str, float]:
    """Say how much each feature adds to a row's score."""
    values = ranking.features[row].tolist()
    return {name: weight * x for (name, weight), x in zip(WEIGHTS.items(), values, strict=True)}


def best_segments(segments: Ints, dense: Floats, lexical: Floats, limit: int) -> Ints:
    """Choose the segments to rank, best first, from the hits of both searches.

    One entry a hit: its segment and its two scores, nan where only the other search found it.
    """
    if not len(segments):
        return segments
    fused = _standard(_filled(dense)) + _standard(_filled(lexical))
    unique, inverse = np.unique(segments, return_inverse=True)
    best = np.full(len(unique), -np.inf, np.float32)
    np.maximum.at(best, inverse, fused)
    return unique[np.lexsort((unique, -best))[:limit]]


@dataclass(frozen=True, slots=True)
class _Matched:
    """What of the question each row has: rows of `hits` are terms, of `likeness` tokens."""

    idf: Floats  # of the terms that do not name a speaker
    hits: Floats
    near_hits: Floats
    likeness: Floats
    near_likeness: Floats
    named: Floats
    around: Neighbours

    @classmethod
    def of(cls, question: Question, candidates: Candidates) -> "_Matched":
        around = Neighbours.of(candidates.sessions, candidates.ordinals, candidates.spoken)
        named, is_name = _names(question, candidates.speakers)
        hits = _hits(question.terms, candidates)[~is_name]
        likeness = _max_sim(question.tokens, candidates)
        return cls(
            question.idf[~is_name],
            hits,
            around.best(hits, 0.7, 0.4),
            likeness,
            around.best(likeness, 0.95, 0.9),
            named,
            around,
        )


def _features(question: Question, candidates: Candidates, matched: _Matched) -> Floats:
    around = matched.around
    # A token that some memories match much better than most tells more than one that all match.
    telling = matched.likeness.max(1) - matched.likeness.mean(1)
    before = around.at(matched.likeness, -1, -1.0)
    asks = (candidates.asked > candidates.stated).astype(np.float32)
    vector, spoken = question.vector.astype(np.float32), candidates.spoken
    important = np.clip(candidates.importance, 1e-6, 1 - 1e-6)
    odds = np.clip(np.log(important / (1 - important)), -_ODDS, _ODDS)
    columns = {
        "terms_near": _standard(matched.idf @ matched.near_hits),
        "terms_session": _standard(around.spread(_session_bm25(matched, candidates))),
        "tokens": _standard(telling @ matched.likeness),
        "tokens_near": _standard(telling @ matched.near_likeness),
        "answers_before": _standard(telling @ np.maximum(before - matched.likeness, 0)),
        "vector": _standard(candidates.vectors.astype(np.float32) @ vector),
        "speaker_named": matched.named,
        "after_question": around.at(asks, -1),
        "stated": np.log1p(np.where(spoken, np.minimum(candidates.stated, _LONG), _TOLD)),
        "asked": np.log1p(np.where(spoken, np.minimum(candidates.asked, _LONG), 0.0)),
        "tells_time": candidates.tells_time * np.float32(question.asks_when),
        "importance": np.where(spoken, odds, _KEPT),
    }
    return np.stack([columns[name] for name in WEIGHTS], axis=1).astype(np.float32)


def _hits(asked: NDArray[np.uint32], candidates: Candidates) -> Floats:
    """Say which rows have each question term, 1 or 0, [terms, rows]."""
    hits = np.zeros((len(asked), len(candidates.sessions)), np.float32)
    if not len(asked):
        return hits
    order = np.argsort(asked)
    place = np.searchsorted(asked[order], candidates.term_ids)
    term = order[np.minimum(place, len(asked) - 1)]
    found = asked[term] == candidates.term_ids
    row = np.repeat(np.arange(hits.shape[1]), np.diff(candidates.term_starts))
    hits[term[found], row[found]] = 1.0
    return hits


def _max_sim(asked: NDArray[np.int8], candidates: Candidates) -> Floats:
    """Give each question token's cosine with the token of each row that is most like it.

    Late interaction, [tokens, rows]: Khattab & Zaharia 2020, ColBERT. A row without tokens is
    as unlike as the least like one.
    """
    rows = len(candidates.sessions)
    filled = np.diff(candidates.token_starts) > 0
    if not len(asked) or not filled.any():
        return np.zeros((1, rows), np.float32)
    cosines = _products(asked, candidates.tokens)
    best = np.maximum.reduceat(cosines, candidates.token_starts[:-1][filled]).T / 127**2
    likeness = np.repeat(best.min(axis=1, keepdims=True), rows, axis=1)
    likeness[:, filled] = best
    return np.asarray(likeness, np.float32)


def _products(asked: NDArray[np.int8], tokens: NDArray[np.int8]) -> Floats:
    """Multiply each token with each question token, [tokens, asked], in blocks that stay cached."""
    few = np.ascontiguousarray(asked.T, np.float32)
    products = np.empty((len(tokens), len(asked)), np.float32)
    block = np.empty((_BLOCK, tokens.shape[1]), np.float32)
    for start in range(0, len(tokens), _BLOCK):
        part = block[: len(tokens) - start]
        np.copyto(part, tokens[start : start + _BLOCK])
        np.matmul(part, few, out=products[start : start + _BLOCK])
    return products


def _names(question: Question, speakers: Sequence[str | None]) -> tuple[Floats, NDArray[np.bool_]]:
    """Say which rows' speakers the question names, and which of its terms do so."""
    of = {speaker: terms(speaker)[0] for speaker in set(speakers) if speaker}
    asked = set(question.terms.tolist())
    named = {speaker for speaker, ids in of.items() if not asked.isdisjoint(ids.tolist())}
    every = np.concatenate([np.zeros(0, np.uint32), *of.values()])
    flags = np.zeros(len(speakers), np.float32)
    if named:
        flags[[speaker in named for speaker in speakers]] = 1.0
    return flags, np.isin(question.terms, every)


def _session_bm25(matched: _Matched, candidates: Candidates) -> Floats:
    """Score each session as one text among those at hand (BM25, k1 1.2, b 0.75)."""
    around = matched.around
    often = around.sums(matched.hits)
    length = around.sums(np.diff(candidates.term_starts).astype(np.float32))
    with_term = (often > 0).sum(axis=1)
    rarity = np.log1p((len(length) - with_term + 0.5) / (with_term + 0.5))
    norm = 1.2 * (0.25 + 0.75 * length / max(float(length.mean()), 1.0))
    return np.asarray(rarity @ (often * 2.2 / (often + norm)), np.float32)


def _signs(matched: _Matched) -> Floats:
    mass, like = float(matched.idf.sum()), matched.likeness.mean(axis=0)
    covered = matched.idf @ matched.near_hits / mass if mass else np.zeros_like(like)
    return np.stack([covered, like], axis=1).astype(np.float32)


def _standard(values: Floats) -> Floats:
    """Give z-scores over the rows; zeros where all are equal."""
    spread = values.std()
    return (values - values.mean()) / spread if spread > _FLAT else np.zeros_like(values)


def _filled(scores: Floats) -> Floats:
    known = scores[~np.isnan(scores)]
    return np.nan_to_num(scores, nan=float(known.min()) if len(known) else 0.0)
