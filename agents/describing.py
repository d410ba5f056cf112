"""Who somebody is, as far as facts tell it: whose sister or friend, and what they do."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol, TypeVar

from agents.asking import Believed, Pattern, Told, at_the_time
from agents.lexicon import stems
from agents.predicates import PEOPLE, name_key
from agents.validity import is_over

_WHO: Final = re.compile(r"who(?:['\u2019]?s| is| are| was)\b|.*\babout\b", re.IGNORECASE)
_ASKED: Final = "tell know say said told remember"  # "What do you know about Ana?"
_WHAT: Final = ("spouse", "partner", "job_title", "works_for", "studies", "lives_in")


class Fact(Believed, Told, Protocol):
    """What is believed of somebody, for a time."""


One = TypeVar("One", bound=Fact)


def asks_who(question: str, name: str) -> bool:
    """Say whether a question asks who somebody is, or for what is known of them, and no more."""
    left = set(stems(question)) - set(stems(_ASKED))
    return bool(_WHO.match(question.strip())) and left == set(stems(name))


def describing(facts: Sequence[One], name: str, now: datetime) -> list[One]:
    """Choose what tells who somebody is: by whom they are kin or friends of, then what they do.

    Of each relation what holds now is told, or, where nothing else is known, what ended last.
    """
    chosen: dict[str, list[One]] = {}
    for side, predicates in ((1, sorted(PEOPLE)), (0, _WHAT)):
        for predicate in predicates:
            mine = [
                one
                for one in facts
                if one.predicate == predicate
                and name_key((one.body.subject, one.body.object)[side]) == name_key(name)
            ]
            whom = (None, name) if side else (name, None)
            if mine and predicate not in chosen:
                chosen[predicate] = at_the_time(Pattern(predicate, *whom), mine, now)
    told = [one for some in chosen.values() for one in some]
    return [one for one in told if not is_over(one, now)] or told
