"""What a reader says of a pair of texts, and how it is asked; nothing here knows a network."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Odds:
    """Probabilities that a text entails, leaves open or contradicts another; they sum to 1."""

    entails: float
    neutral: float
    contradicts: float


@dataclass(frozen=True, slots=True)
class Words:
    """Characters [start, end) of a text that answer a question, and the probability of that."""

    start: int
    end: int
    score: float


# Each takes the pairs (question, text), or (premise, claim), and gives one value a pair, in order.
# A pair's value never depends on the other pairs.
Pairs = Sequence[tuple[str, str]]
Relevance = Callable[[Pairs], Sequence[float]]  # probabilities that a text answers a question
# The likeliest words of it, be they an answer or not, and the probability that any of it answer.
Answerable = Callable[[Pairs], Sequence[Words]]
Answering = Callable[[Pairs], Sequence[Words | None]]
Says = Callable[[Pairs], Sequence[Odds]]
Ahead = Callable[[Pairs], None]  # reads them meanwhile, so that what is asked of them is known soon
# Takes a question and what is known, and answers in words of its own; empty where it has none.
Writing = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Reader:
    """What serves `reranker`, `answerer`, `nli` and `generator`; None where nothing does."""

    relevance: Relevance | None = None
    answering: Answering | None = None
    says: Says | None = None
    writing: Writing | None = None
    answerable: Answerable | None = None  # by what serves `answerer`
    ahead: Ahead | None = None
