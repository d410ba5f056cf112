"""Until when a fact holds without what is taken back: others may have said, or follow, an end."""

from collections.abc import Collection, Iterator
from datetime import datetime

from agents.claims import ALWAYS
from agents.decision import Decision
from agents.exclude import outlived, over_before
from agents.known import Known
from agents.predicates import is_functional
from agents.traced import Stated
from agents.validity import ever_held, holds
from schemas.facts import FactReopened, FactSuperseded, Source


def unsay(decision: Decision, stated: Stated, by: str) -> None:
    """Let a fact never have held, as a command says."""
    decision.events.append(
        FactSuperseded(
            fact=stated.fact,
            space=decision.space,
            valid_to=stated.valid_from,
            source=Source(observation=by),
        )
    )


def reopen(
    decision: Decision, stated: Stated, gone: Collection[str], by: str, *, without: str = ""
) -> None:
    """Let a fact hold without the facts that are gone, and without what an observation said.

    `by` is the command that takes these back, and the observation is `without`.
    """
    valid_to, ended_by = _until(decision.known, stated, gone, without)
    if (valid_to, ended_by) != (stated.valid_to, stated.ended_by):
        decision.events.append(
            FactReopened(
                fact=stated.fact,
                space=decision.space,
                valid_to=valid_to,
                by=ended_by,
                source=Source(observation=by),
            )
        )


def _until(
    known: Known, stated: Stated, gone: Collection[str], observation: str
) -> tuple[datetime | None, str | None]:
    """Say when a fact ends without the facts that are gone, and without what an observation said.

    By which other fact, if by one.
    """
    standing = {
        other.fact
        for other in known.traced.facts
        if other.key == stated.key
        and other.fact not in gone
        # Of what was told to have ended only, the end counts, also once its beginning is known.
        and (ever_held(other) or (other.told and other.valid_from == ALWAYS))
    }
    ends: list[tuple[datetime, str | None]] = [
        (max(end.at, stated.valid_from), end.by)
        for end in stated.ends
        if end.observation != observation and (end.by is None or end.by in standing)
    ]
    if stated.asserted_to:
        ends.append((stated.asserted_to, None))
    ends += _following(known, stated, standing)
    return min(ends, key=lambda end: (end[0], end[1] or ""), default=(None, None))


def _following(
    known: Known, stated: Stated, standing: Collection[str]
) -> Iterator[tuple[datetime, str]]:
    """Give when later facts begin that go on with a fact, or end it, or one is heard of again."""
    later = {
        other.fact: other
        for other in known.traced.facts
        if other.fact in standing and other.valid_from > stated.valid_from
    }
    same = [other for other in later.values() if other.object == stated.object]
    begun = {other.valid_from for other in same}
    for other in same:
        ends = other.asserted_to, stated.asserted_to
        if not (all(ends) and over_before(*ends)) or other.asserted_to in begun:
            yield other.valid_from, other.fact
    space, _, predicate = stated.key
    one = is_functional(predicate, known.functional(space))
    beliefs = known.facts.get(stated.key, []) if one else []
    for mine in (belief for belief in beliefs if belief.fact == stated.fact):
        for rival in (b for b in beliefs if b.fact in standing and b.object != mine.object):
            again = holds(rival, mine.valid_from) and rival.last > mine.held_at
            since = rival.last if again else rival.valid_from
            if (again or rival.fact in later) and outlived(stated.key, mine, rival, known.facts):
                yield max(since, mine.held_at), rival.fact
