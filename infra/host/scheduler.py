"""Which jobs are due in which spaces: what a scheduler publishes as ticks, and when."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, Select, bindparam, func, select

from agents.jobs import JOBS
from infra.settings import Settings
from infra.views.sql_tables import JOBS as RAN
from infra.views.sql_tables import MEMORIES, SPACE_SETTINGS
from infra.views.sql_views import SqlViews
from schemas.envelope import derive_id
from schemas.observations import Ticked
from streams.instants import from_micros, to_micros

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT: Final = timedelta(seconds=1)  # after a tick that left something, the next one


def tick_of(space: str, job: str, at: datetime) -> Ticked:
    """Make a tick whose id follows from space, job and time, so that a repeat changes nothing."""
    return Ticked(id=derive_id(f"{space}/{job}", at.isoformat()), space=space, at=at, job=job)


def last_due(now: datetime, hours: float) -> datetime:
    """Give the latest multiple of an interval since 1970: however many were missed, one is due."""
    every = timedelta(hours=hours)
    return _EPOCH + (now - _EPOCH) // every * every


class Scheduler:
    """Says which ticks are due; any number of them may publish the same ones."""

    def __init__(self, views: SqlViews, settings: Settings) -> None:
        self.engine = views.engine
        self.hours: dict[str, float] = {job: getattr(settings, f"{job}_hours") for job in JOBS}

    def due(self, now: datetime) -> list[Ticked]:
        """Give the ticks of every space in which a job is due and has something to do.

        Costs what is due by then, however many spaces there are.
        """
        with self.engine.connect() as on:
            found = [tick for job in JOBS for tick in self._due(on, job, now)]
        return sorted(found, key=lambda tick: tick.space)  # stable: each space's in JOBS' order

    def ran(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Say what the latest tick of each space and job came to."""
        with self.engine.connect() as on:
            return {
                (row.space, row.job): {"changed": row.changed, "left": bool(row.left)}
                for row in on.execute(select(RAN))
            }

    def _due(self, on: Connection, job: str, now: datetime) -> Iterator[Ticked]:
        for row in on.execute(_waiting(job), {"now": to_micros(now)}):
            hours = self.hours[job] if row.value is None else float(json.loads(row.value))
            last = None if row.ran_at is None else from_micros(row.ran_at)
            at = _next(now, hours, last, left=bool(row.left))
            if at is not None and row.since <= to_micros(at):
                yield tick_of(row.space, job, at)


def _next(now: datetime, hours: float, last: datetime | None, *, left: bool) -> datetime | None:
    at = last_due(now, hours)
    if last is None or last < at:
        return at
    following = last + _MOMENT
    return following if left and following <= now else None


@cache
def _waiting(job: str) -> Select[Any]:
    """Give the spaces in which something waits for a job, since when, and when it last ran.

    `value` is the interval that a space has of its own; the decider has checked it.
    """
    m, ran, own = MEMORIES.c, RAN.c, SPACE_SETTINGS.c
    since = m.due if JOBS[job] else m.review
    waits = since <= bindparam("now", type_=BigInteger)
    if states := JOBS[job]:
        waits &= m.state.in_(states)
    found = select(m.space, func.min(since).label("since")).where(waits).group_by(m.space)
    of = found.subquery()
    ran_here = (ran.space == of.c.space) & (ran.job == job)
    set_here = (own.space == of.c.space) & (own.name == f"{job}_hours")
    return select(of, ran.ran_at, ran.left, own.value).select_from(
        of.outerjoin(RAN, ran_here).outerjoin(SPACE_SETTINGS, set_here)
    )
