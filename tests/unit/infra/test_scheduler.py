"""Which ticks a scheduler publishes, and when."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from agents.jobs import JOBS
from infra.host.ingest import Ingested
from infra.host.scheduler import last_due, tick_of
from infra.memory import Memory
from infra.views.sql_tables import JOBS as RAN
from infra.views.sql_tables import MEMORIES, SPACE_SETTINGS
from schemas.observations import SpaceConfigured
from streams.instants import from_micros, to_micros
from tests.driving import opened, said, state, take_in

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HUGE = pytest.param(10**400, id="huge")


def tick(at: datetime, job: str = "decay", space: str = "ana") -> dict[str, Any]:
    return tick_of(space, job, at).model_dump(mode="json")


def due(memory: Memory, at: datetime) -> list[tuple[str, str, datetime]]:
    """Give what is due because of a time; new episodes do not wait for one."""
    ticks = memory.scheduler.due(at)
    new = ("consolidate", "reconcile")
    return [(t.space, t.job, t.at) for t in ticks if t.job not in new]


def test_due_times_are_multiples_of_the_interval() -> None:
    assert last_due(NOON + 0.4 * HOUR, 1) == NOON
    assert last_due(NOON, 24) == NOON.replace(hour=0)
    assert last_due(NOON + 100 * HOUR, 6) == NOON + 96 * HOUR


def test_a_tick_is_the_same_whoever_makes_it() -> None:
    assert tick_of("ana", "decay", NOON) == tick_of("ana", "decay", NOON)
    others = [
        tick_of("ben", "decay", NOON),
        tick_of("ana", "compress", NOON),
        tick_of("ana", "decay", NOON + HOUR),
    ]
    assert len({tick_of("ana", "decay", NOON).id, *(t.id for t in others)}) == 4


def test_only_spaces_with_something_to_do_are_due(memory: Memory) -> None:
    take_in(memory, [tick(NOON), tick(NOON, space="ben"), said("a"), said("b", space="ben")])
    take_in(memory, [said("c", space="ben", at=(NOON - 400 * HOUR).isoformat())])
    assert due(memory, NOON + HOUR) == []
    week = (NOON + 200 * HOUR).replace(hour=0)
    assert due(memory, NOON + 200 * HOUR) == [("ana", "decay", week), ("ben", "decay", week)]


def test_missed_ticks_are_one_and_what_ran_is_not_due_again(memory: Memory) -> None:
    take_in(memory, [tick(NOON), said("a"), said("b", "A cat sat on the green boat")])
    later = NOON + 5000 * HOUR
    missed = memory.scheduler.due(later)
    assert [tick.job for tick in missed] == ["decay", "consolidate"]
    memory.tick(missed)
    assert [job for _, job, _ in due(memory, later)] == ["compress"]
    assert memory.scheduler.ran()["ana", "decay"] == {"changed": 2, "left": False}


def test_why_a_job_is_not_due_though_something_waits_is_told(memory: Memory) -> None:
    take_in(memory, [tick(NOON), said("a")])
    with memory.views.engine.connect() as on:
        fades = from_micros(on.execute(select(MEMORIES.c.due)).scalar_one())
    day = 24 * HOUR
    assert memory.scheduler.held(fades - day) == {}
    until = last_due(fades, 24) + day
    assert memory.scheduler.held(fades) == {("ana", "decay"): f"due at {until:%Y-%m-%d %H:%M}"}
    assert memory.scheduler.held(fades + day) == {}
    later = NOON + 9000 * HOUR
    take_in(memory, [tick(later, "consolidate"), said("b", "A cat sat on the green boat")])
    assert memory.scheduler.held(NOON + 8000 * HOUR)["ana", "consolidate"] == (
        f"ran for {later:%Y-%m-%d %H:%M}, and runs every 24 hours"
    )


def test_what_a_tick_has_left_is_taken_up_a_moment_later(home: Any) -> None:
    with opened(home, tick_budget=1) as memory:
        take_in(memory, [tick(NOON), said("a"), said("b", "A cat sat on the green boat")])
        later = NOON + 200 * HOUR
        for expected in (True, False):
            memory.tick(memory.scheduler.due(later))
            assert memory.scheduler.ran()["ana", "decay"]["left"] is expected
        assert due(memory, later) == []


def test_a_space_has_intervals_of_its_own(memory: Memory) -> None:
    configured = {"id": "c", "space": "ana", "kind": "space_configured", "at": NOON.isoformat()}
    take_in(memory, [tick(NOON), said("a"), configured | {"settings": {"decay_hours": 1}}])
    at = NOON + 200.5 * HOUR
    assert due(memory, at) == [("ana", "decay", NOON + 200 * HOUR)]


@pytest.mark.parametrize("hours", ["soon", True, 0, 1e-300, 1e300, HUGE])
def test_an_interval_that_is_none_is_refused(memory: Memory, hours: Any) -> None:
    configured = {"id": "c", "space": "ana", "kind": "space_configured", "at": NOON.isoformat()}
    told = take_in(memory, [said("a"), configured | {"settings": {"decay_hours": hours}}])
    assert "decay_hours" in told.faults[0][1]
    assert (told.published, told.rejected, memory.host.told["space_adjusted"]) == (1, 1, 0)


def test_an_interval_that_is_none_changes_nothing_whoever_publishes_it(memory: Memory) -> None:
    odd = SpaceConfigured(id="c", space="ana", at=NOON, settings={"decay_hours": "soon"})
    memory.ingestor("another").observations([odd], Ingested())
    memory.host.drain()
    assert memory.host.told["input_passed"] == 1
    assert memory.scheduler.own("ana") == {}


@pytest.mark.parametrize("hours", [1e-300, 1e300, HUGE, float("inf")])
def test_an_interval_from_before_there_were_bounds_stops_nobody(
    memory: Memory, hours: float
) -> None:
    take_in(memory, [tick(NOON), said("a")])
    with memory.views.engine.begin() as on:
        row = {"space": "ana", "name": "decay_hours", "value": json.dumps(hours)}
        on.execute(insert(SPACE_SETTINGS), row)
    at = NOON + 200 * HOUR
    assert due(memory, at) == ([("ana", "decay", at)] if hours < 1 else [])


def test_a_tick_of_the_last_second_of_all_years_stops_nobody(home: Any) -> None:
    with opened(home, tick_budget=1) as memory:
        take_in(memory, [tick(NOON), said("a"), said("b", "A cat sat on the green boat")])
        take_in(memory, [tick(NOON + 200 * HOUR)])
        assert memory.scheduler.ran()["ana", "decay"]["left"]
        last = to_micros(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
        with memory.views.engine.begin() as on:  # a log can hold one from before they were refused
            on.execute(update(RAN).values(ran_at=last))
        assert due(memory, NOON + 400 * HOUR) == []


def test_a_command_from_far_ahead_does_not_stop_time(memory: Memory) -> None:
    recalled = said("r", kind="recalled", question="?", memories=[], at="9999-12-31T00:00:00Z")
    for name in ("text", "session", "speaker"):
        del recalled[name]
    told = take_in(memory, [said("a"), recalled])
    assert "200 years or more after it was published" in told.faults[0][1]
    take_in(memory, [tick(NOON), said("b", "A cat sat on the green boat")])
    memory.tick(memory.scheduler.due(NOON + 200 * HOUR))
    assert {m.state for m in memory.reads.timeline("ana", None, None, 9)} == {"faded"}


def test_every_job_has_an_interval(memory: Memory) -> None:
    assert memory.scheduler.hours == dict.fromkeys(JOBS, 24)


def test_a_configured_space_has_a_state(memory: Memory) -> None:
    configured = {"id": "c", "space": "ana", "kind": "space_configured", "at": NOON.isoformat()}
    take_in(memory, [said("a"), configured | {"settings": {"decay_hours": 2}}])
    before = state(memory)
    take_in(memory, [configured | {"id": "d", "settings": {"decay_hours": 3}}])
    assert state(memory) != before


def steps_of_a_look(memory: Memory, at: datetime) -> int:
    """Count SQLite's steps of looking for what is due, in tens."""
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    with memory.views.engine.connect() as on:
        driver: Any = on.connection.driver_connection
    driver.set_progress_handler(count, 10)
    try:
        memory.scheduler.due(at)
    finally:
        driver.set_progress_handler(None, 10)
    assert steps, "the look went through another connection"
    return steps


def test_a_look_costs_what_is_due_not_the_spaces(home: Any) -> None:
    late = (NOON + 5000 * HOUR).isoformat()
    with opened(home) as memory:
        take_in(memory, [tick(NOON), said("a"), said("b", space="ben")])
        for job in ("consolidate", "reconcile"):
            memory.tick([tick_of(space, job, NOON) for space in ("ana", "ben")])
        week = NOON + 200 * HOUR
        assert len(memory.scheduler.due(week)) == 2
        few = steps_of_a_look(memory, week)
        others = [f"s{n}" for n in range(300)]
        take_in(memory, [said(f"o{space}", space=space, at=late) for space in others])
        for job in ("consolidate", "reconcile"):
            memory.tick([tick_of(space, job, NOON) for space in others])
        assert len(memory.scheduler.due(week)) == 2
        assert steps_of_a_look(memory, week) <= few + 10


def test_what_was_learned_late_is_not_promoted_before_it_was_known_for_a_day(home: Path) -> None:
    def layer(memory: Memory) -> str:
        return memory.reads.timeline("ana", None, None, 1)[0].layer

    with opened(home, promotion="rules", promote_at=0.5) as memory:
        old = said("old", at=(NOON - 90 * 24 * HOUR).isoformat())
        take_in(memory, [tick(NOON - 99 * 24 * HOUR), tick(NOON), old])
        ids = [memory.reads.timeline("ana", None, None, 1)[0].id]
        recalls = [
            {
                "id": f"r{n}", "space": "ana", "kind": "recalled", "question": "?",
                "at": (NOON + n * HOUR / 60).isoformat(), "memories": ids, "session": f"s{n % 2}",
            }
            for n in range(8)
        ]  # fmt: skip
        take_in(memory, [*recalls, tick(NOON + HOUR, "promote")])
        assert layer(memory) == "interact"
        take_in(memory, [tick(NOON + 24 * HOUR, "promote")])
        assert layer(memory) == "insights"
