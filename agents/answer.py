"""What is answered in words: a fact that fits the question, words, or a sentence."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from agents.body import Body, FactBody
from agents.lexicon import terms
from agents.predicates import said

LEAST_CONFIDENCE: Final = 0.2
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Answer:
    """A text and the memory that it is cited from."""

    text: str
    memory: str


@dataclass(frozen=True, slots=True)
class Told:
    """A fact that may be the answer; `belief` grows with its confidence and evidence."""

    fact: FactBody
    predicate: str
    memory: str
    belief: float


Finding = Callable[[str, Sequence[tuple[str, Body]]], Answer | None]


def nothing(_question: str, _memories: Sequence[tuple[str, Body]]) -> Answer | None:
    """Find no words, as where no reader is."""
    return None


def listed(facts: Sequence[Told]) -> Answer | None:
    """Name every subject and object of facts that share the others, cited from the surest."""
    if not facts:
        return None
    subjects = dict.fromkeys(told.fact.subject for told in facts)
    objects = dict.fromkeys(told.fact.object for told in facts)
    surest = max(facts, key=lambda told: (told.belief, told.memory))
    return Answer(
        f"{', '.join(subjects)} {said(facts[0].predicate)} {', '.join(objects)}", surest.memory
    )


def answer(
    question: str,
    memories: Sequence[tuple[str, Body]],
    facts: Sequence[Told],
    confidence: float,
    words: Finding = nothing,
) -> Answer | None:
    """Answer by a fact that the question asks for, else by words in memories, else by a sentence.

    A fact is asked for when the question names its subject and predicate, and nothing else; of
    several, the one believed most. `words` looks for words that answer; where it finds none, the
    best memory's best sentence is the answer. None stands for "I do not know": nothing found, or
    too little confidence.
    """
    if not memories or confidence < LEAST_CONFIDENCE:
        return None
    asked = set(terms(question)[0].tolist())
    fitting = [told for told in facts if _asked_for(told, asked)]
    if fitting:
        best = max(fitting, key=lambda told: (told.belief, told.memory))
        return Answer(f"{best.fact.subject} {said(best.predicate)} {best.fact.object}", best.memory)
    if found := words(question, memories):
        return found
    id_, body = memories[0]
    return Answer(best_sentence(asked, body.text), id_)


def _asked_for(told: Told, asked: set[int]) -> bool:
    subject, predicate, object_ = (
        set(terms(words)[0].tolist())
        for words in (told.fact.subject, told.predicate.replace("_", " "), told.fact.object)
    )
    named = bool(subject & asked and predicate and predicate <= asked)
    return named and asked <= subject | predicate and bool(object_ - asked)


def best_sentence(asked: set[int], text: str) -> str:
    """Choose the sentence that shares most terms with the question; of equals, the longest."""
    sentences = [s for s in _SENTENCE.split(text.strip()) if s] or [text]
    return max(sentences, key=lambda s: (len(asked & set(terms(s)[0].tolist())), len(s)))
