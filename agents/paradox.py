"""Whether stated times can be: nothing ends before it begins, no effect comes before its cause.

Times are those that were stated as facts, such as `happened_on 2026-03-01`; a day that is not
told, or a month, is not held against anything.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from agents.beliefs import Belief, FactKey
from agents.predicates import BEGINS, CAUSE, EFFECT, ENDS, HAPPENED
from schemas.facts import Contradicting

_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?!\d)")

# Of how many facts, all of them lasting, each kind is.
TIMED: Final[Mapping[Contradicting, int]] = {"ends_before_begins": 2, "effect_before_cause": 3}

Facts = Mapping[FactKey, Sequence[Belief]]
Paradox = tuple[Contradicting, tuple[str, ...]]


def timed_keys(space: str, subject: str, predicate: str, object_: str) -> Iterator[FactKey]:
    """Name the facts that a statement's time may be at odds with."""
    if partner := ENDS.get(predicate) or BEGINS.get(predicate):
        yield space, subject, partner
    elif predicate == CAUSE:
        yield from ((space, subject, HAPPENED), (space, object_, HAPPENED))
    elif predicate == HAPPENED:
        yield from ((space, subject, CAUSE), (space, subject, EFFECT))


def paradoxes(facts: Facts, key: FactKey, belief: Belief) -> Iterator[Paradox]:
    """Give what cannot be together with a belief, each time with the facts that say so."""
    space, subject, predicate = key
    if predicate in ENDS:
        yield from _ends([belief], _held(facts, space, subject, ENDS[predicate]))
    elif predicate in BEGINS:
        yield from _ends(_held(facts, space, subject, BEGINS[predicate]), [belief])
    elif predicate == CAUSE:
        yield from _causes(facts, (space, subject, belief.object), belief)
    elif predicate == HAPPENED:
        facts = {**facts, key: [*_held(facts, *key), belief]}
        for cause in _held(facts, space, subject, CAUSE):
            yield from _causes(facts, (space, subject, cause.object), cause)
        for effect in _held(facts, space, subject, EFFECT):
            yield from _causes(facts, (space, effect.object, subject), effect)


def _held(facts: Facts, space: str, subject: str, predicate: str) -> list[Belief]:
    return [b for b in facts.get((space, subject, predicate), ()) if b.valid_to is None]


def _ends(begins: Sequence[Belief], ends: Sequence[Belief]) -> Iterator[Paradox]:
    for begin in begins:
        for end in ends:
            if _before(end.object, begin.object):
                yield "ends_before_begins", (begin.fact, end.fact)


def _causes(facts: Facts, linked: tuple[str, str, str], link: Belief) -> Iterator[Paradox]:
    space, effect, cause = linked
    for one in _held(facts, space, effect, HAPPENED):
        for other in _held(facts, space, cause, HAPPENED):
            if _before(one.object, other.object):
                yield "effect_before_cause", (link.fact, one.fact, other.fact)


def _before(one: str, other: str) -> bool:
    """Say whether a date lies before another, as far as both are told."""
    a, b = _DATE.match(one), _DATE.match(other)
    if not (a and b):
        return False
    told = [pair for pair in zip(a.groups(), b.groups(), strict=True) if all(pair)]
    return [x for x, _ in told] < [y for _, y in told]
