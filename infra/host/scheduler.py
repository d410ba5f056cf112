"""Which jobs are due in which spaces: what a scheduler publishes as ticks, and when."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, select

from agents.jobs import JOBS
from infra.settings import Settings
from infra.views.sql_tables import JOBS as RAN
from infra.views.sql_tables import MEMORIES, SIZES, SPACE_SETTINGS
from infra.views.sql_views import SqlViews
from schemas.envelope import derive_id
from schemas.observations import Ticked
from schemas.values import State
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
        """Give the ticks of every space in which a job is due and has something to do."""
        with self.engine.connect() as on:
            return list(self._due(on, now))

    def ran(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Say what the latest tick of each space and job came to."""
        with self.engine.connect() as on:
            return {
                (row.space, row.job): {"changed": row.changed, "left": bool(row.left)}
                for row in on.execute(select(RAN))
            }

    def _due(self, on: Connection, now: datetime) -> Iterator[Ticked]:
        ran = {
            (row.space, row.job): (from_micros(row.ran_at), bool(row.left))
            for row in on.execute(select(RAN))
        }
        own = _own(on)
        for space in on.scalars(select(SIZES.c.space).order_by(SIZES.c.space)).all():
            for job, states in JOBS.items():
                hours = own.get((space, job), self.hours[job])
                last, left = ran.get((space, job), (None, False))
                at = _next(now, hours, last, left=left)
                if at is not None and _work(on, space, states, at):
                    yield tick_of(space, job, at)


def _next(now: datetime, hours: float, last: datetime | None, *, left: bool) -> datetime | None:
    at = last_due(now, hours)
    if last is None or last < at:
        return at
    following = last + _MOMENT
    return following if left and following <= now else None


def _work(on: Connection, space: str, states: Sequence[State], at: datetime) -> bool:
    m = MEMORIES.c
    if not states:
        reviewed = m.review <= to_micros(at)
        return bool(on.execute(select(m.memory).where(m.space == space, reviewed).limit(1)).first())
    return any(
        on.execute(
            select(m.memory)
            .where(m.space == space, m.state == state, m.due <= to_micros(at))
            .limit(1)
        ).first()
        for state in states
    )


def _own(on: Connection) -> Mapping[tuple[str, str], float]:
    """Read the intervals that spaces have of their own; the decider has checked them."""
    s = SPACE_SETTINGS.c
    names = {f"{job}_hours": job for job in JOBS}
    rows = on.execute(select(SPACE_SETTINGS).where(s.name.in_(sorted(names))))
    return {(row.space, names[row.name]): float(json.loads(row.value)) for row in rows}
