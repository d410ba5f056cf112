"""What a question was understood to ask for: facts, and what they tell."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from agents.answer import Answer, listed
from agents.asking import of_others
from infra.recollection import Hit
from infra.views.sql_facts import KnownFact

_SURE: Final = 0.5  # how surely a fact must be what is asked for, to be told


class Meant(NamedTuple):
    """The facts that a question may ask for, in the order in which they began.

    `told` are those that explain all its words; `sure` is how surely the question is read so, times
    how surely these are believed. What is `over` is asked for by "used to", or nothing holds any
    more. `elsewhen` are memories that state what holds at other times only: they answer nothing.
    `predicate` is asked for of a person called by one of these `names`, where one is; or whether
    something is so of them, in these `words`. `people` are all names of whom it is
    asked about, where they were looked up.
    """

    facts: list[KnownFact]
    told: list[KnownFact]
    sure: float
    over: bool = False
    elsewhen: frozenset[str] = frozenset()
    predicate: str = ""
    names: frozenset[str] = frozenset()
    words: frozenset[int] = frozenset()
    people: Sequence[str] = ()

    @property
    def answer(self) -> Answer | None:
        """Tell these facts, if they are surely enough what is asked for."""
        return listed(self.told, over=self.over) if self.sure >= _SURE else None

    def of_others(self, hits: Iterable[Hit]) -> dict[str, list[frozenset[int]]]:
        """Give the terms of what each memory states of others only than whom is asked for."""
        if not self.names:
            return {}
        return {
            hit.memory.id: of_others(hit.facts, self.predicate, self.names, self.words)
            for hit in hits
        }
