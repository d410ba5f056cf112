"""Which jobs are due in which spaces: what a scheduler publishes as ticks, and when."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    TextClause,
    bindparam,
    func,
    literal,
    select,
)

from agents.jobs import JOBS, LEAST_HOURS, MOST_HOURS
from infra.settings import Settings
from infra.views.sql_tables import (
    CONTRADICTIONS,
    MEMBERS,
    MEMORIES,
    SEQUENCES,
    SPACE_SETTINGS,
    UNREAD,
)
from infra.views.sql_tables import JOBS as RAN
from infra.views.sql_views import SqlViews
from schemas.envelope import derive_id
from schemas.observations import Ticked
from schemas.values import State
from streams.instants import from_micros, to_micros

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ALWAYS: Final = to_micros(datetime.min.replace(tzinfo=UTC))  # what is new does not wait for a time
_MOMENT: Final = timedelta(seconds=1)  # after a tick that left something, the next one


def tick_of(space: str, job: str, at: datetime) -> Ticked:
    """Make a tick whose id follows from space, job and time, so that a repeat changes nothing."""
    return Ticked(id=derive_id(f"{space}/{job}", at.isoformat()), space=space, at=at, job=job)


def last_due(now: datetime, hours: float) -> datetime:
    """Give the latest multiple of an interval since 1970: however many were missed, one is due."""
    every = timedelta(hours=hours)
    return _EPOCH + (now - _EPOCH) // every * every


class _Waits(NamedTuple):
    """Something that waits for a job in a space, since when, and when the job last ran there."""

    space: str
    since: int
    hours: float
    last: datetime | None
    left: bool

    def due(self, now: datetime) -> datetime | None:
        """Give the time of the tick that is due by now, if one is."""
        at = last_due(now, self.hours)
        if self.last is not None and self.last >= at:
            # Not `last + _MOMENT <= now`: a producer's tick may be of the last second of all years.
            if not self.left or now - self.last < _MOMENT:
                return None
            at = self.last + _MOMENT
        return at if self.since <= to_micros(at) else None

    def held(self, now: datetime) -> str:
        """Say why no tick is due by now."""
        at = last_due(now, self.hours)
        if self.last is not None and self.last >= at:
            return f"ran for {self.last:%Y-%m-%d %H:%M}, and runs every {self.hours:g} hours"
        return f"due at {at + timedelta(hours=self.hours):%Y-%m-%d %H:%M}"


class Scheduler:
    """Says which ticks are due; any number of them may publish the same ones.

    Where a model `compares` memories, reconciling is due for those that it has not read, too, and
    not before what is new was consolidated.
    """

    def __init__(self, views: SqlViews, settings: Settings, *, compares: bool = False) -> None:
        self.engine = views.engine
        self.compares = compares
        self.hours: dict[str, float] = {job: getattr(settings, f"{job}_hours") for job in JOBS}

    def due(self, now: datetime) -> list[Ticked]:
        """Give the ticks of every space in which a job is due and has something to do.

        Costs what is due by then, however many spaces there are.
        """
        with self.engine.connect() as on:
            found = [tick for job in JOBS for tick in self._due(on, job, now)]
        if self.compares:  # what a model is to read is found by its concepts
            first = {tick.space for tick in found if JOBS[tick.job] == "episodes"}
            found = [
                tick
                for tick in found
                if JOBS[tick.job] != "contradictions" or tick.space not in first
            ]
        return sorted(found, key=lambda tick: tick.space)  # stable: each space's in JOBS' order

    def held(self, now: datetime) -> dict[tuple[str, str], str]:
        """Say why a job is not due in a space, though something waits for it there by now."""
        with self.engine.connect() as on:
            return {
                (one.space, job): one.held(now)
                for job in JOBS
                for one in self._waiting(on, job, now)
                if one.due(now) is None
            }

    def ran(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Say what the latest tick of each space and job came to."""
        with self.engine.connect() as on:
            return {
                (row.space, row.job): {"changed": row.changed, "left": bool(row.left)}
                for row in on.execute(select(RAN))
            }

    def own(self, space: str) -> dict[str, float]:
        """Give the intervals that a space has of its own, in hours."""
        own = SPACE_SETTINGS.c
        query = select(own.name, own.value).where(own.space == space).order_by(own.name)
        with self.engine.connect() as on:
            return {row.name: _bounded(json.loads(row.value)) for row in on.execute(query)}

    def _due(self, on: Connection, job: str, now: datetime) -> Iterator[Ticked]:
        for one in self._waiting(on, job, now):
            at = one.due(now)
            if at is not None:
                yield tick_of(one.space, job, at)

    def _waiting(self, on: Connection, job: str, now: datetime) -> Iterator[_Waits]:
        for row in on.execute(_waiting(job, self.compares), {"now": to_micros(now)}):
            hours = self.hours[job] if row.value is None else _bounded(json.loads(row.value))
            last = None if row.ran_at is None else from_micros(row.ran_at)
            yield _Waits(row.space, row.since, hours, last, bool(row.left))


def _bounded(hours: float) -> float:
    """Keep to what a space may set now: a log can hold more from before there were bounds."""
    return float(min(max(hours, LEAST_HOURS), MOST_HOURS))


@cache
def _waiting(job: str, compares: bool) -> Select[Any]:  # noqa: FBT001 - a cache's key
    """Give the spaces in which something waits for a job, since when, and when it last ran.

    `value` is the interval that a space has of its own: a number above 0, the decider has checked.
    """
    ran, own = RAN.c, SPACE_SETTINGS.c
    states = JOBS[job]
    if isinstance(states, tuple):
        of: FromClause = _with_due(states).subquery()
    elif states == "episodes":
        episodes = _with_new(MEMBERS, MEMBERS.c.concept.is_(None))
        of = episodes.union(_with_new(SEQUENCES, SEQUENCES.c.compared_at.is_(None))).subquery()
    else:
        found = _with_new(CONTRADICTIONS, CONTRADICTIONS.c.verdict.is_(None))
        of = found.union(_with_new(MEMBERS, UNREAD)).subquery() if compares else found.subquery()
    ran_here = (ran.space == of.c.space) & (ran.job == job)
    set_here = (own.space == of.c.space) & (own.name == f"{job}_hours")
    return select(of, ran.ran_at, ran.left, own.value).select_from(
        of.outerjoin(RAN, ran_here).outerjoin(SPACE_SETTINGS, set_here)
    )


def _with_due(states: Sequence[State]) -> Select[Any]:
    m = MEMORIES.c
    since = m.due if states else m.review
    waits = since <= bindparam("now", type_=BigInteger)
    if states:
        waits &= m.state.in_(states)
    return select(m.space, func.min(since).label("since")).where(waits).group_by(m.space)


def _with_new(table: Table, new: ColumnElement[bool] | TextClause) -> Select[Any]:
    """Go from space to space in the index of what has no mark yet, however many each has."""
    space = table.c.space
    first = select(func.min(space).label("space")).where(new)
    spaces = first.cte(f"spaces_of_{table.name}", recursive=True)
    further = select(func.min(space)).where(new, space > spaces.c.space)
    following = select(further.scalar_subquery()).where(spaces.c.space.is_not(None))
    spaces = spaces.union_all(following)
    since = literal(_ALWAYS, BigInteger).label("since")
    return select(spaces.c.space, since).where(spaces.c.space.is_not(None))
