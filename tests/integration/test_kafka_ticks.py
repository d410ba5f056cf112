"""Do workers on Kafka publish what the scheduler finds due, and does the same come of it?"""

from datetime import UTC, datetime
from pathlib import Path

from infra.clock import monotonic, pause
from infra.host.scheduler import Scheduler
from infra.kafka.node import Node
from infra.views.refold import combined
from streams.topology import MEMORIES, OBSERVATIONS
from tests.driving import Line, opened, run, said, state, take_in
from tests.kafka_driving import (
    PATIENCE,
    looking,
    publish,
    settings_for,
    settled,
    state_on_kafka,
    work,
    working,
)

LATER = datetime(2027, 1, 1, 0, 30, tzinfo=UTC)
SPACES = ("ana", "ben", "cleo")


def lines() -> list[Line]:
    """Give spaces whose time has begun, one of which has an interval of its own."""
    spring = "2026-03-01T12:00:00+00:00"
    begun: list[Line] = [
        {"id": "t", "space": space, "kind": "ticked", "at": spring, "job": "decay"}
        for space in SPACES
    ]
    own: Line = {
        "id": "c", "space": "ben", "at": spring, "kind": "space_configured",
        "settings": {"decay_hours": 1000},
    }  # fmt: skip
    told: list[Line] = [
        said(f"o{n}", f"Sentence number {n} about {n % 7} boats", space=SPACES[n % 3])
        for n in range(60)
    ]
    return [*begun, own, *told]


def ticked_until_nothing_is_due(node: Node, home: Path) -> None:
    """Wait until no worker has anything left to publish or to decide."""
    until = monotonic() + PATIENCE
    with looking(node, home) as (_, views):
        scheduler = Scheduler(views, settings_for(node, home))
        while scheduler.due(LATER):
            assert monotonic() < until, scheduler.due(LATER)
            pause(0.2)
    settled(node)


def test_ticks_of_two_workers_come_to_what_the_local_host_comes_to(node: Node, home: Path) -> None:
    publish(node, lines())
    work(node, home)
    with opened(home.with_name("local")) as memory:
        take_in(memory, lines())
        before = state(memory)
        while due := memory.scheduler.due(LATER):
            memory.tick(due)
        expected, ran = state(memory), memory.scheduler.ran()
    assert state_on_kafka(node, home) == before != expected
    clock = {"ANAMNESIS_TICK_SECONDS": "0.05", "TESTS_NOW": LATER.isoformat()}
    with working(node, home, "all", "remember", more=clock):
        ticked_until_nothing_is_due(node, home)
    with looking(node, home) as (log, views):
        assert combined(views.state_hashes()) == expected
        assert Scheduler(views, settings_for(node, home)).ran() == ran
        ticks = [r for r in log.scan(OBSERVATIONS) if r.headers["ce_source"].endswith("scheduler")]
        assert {r.headers["ce_type"] for r in ticks} == {"ticked.v1", "compared.v1"}
        ids = [r.headers["ce_id"] for r in log.scan(MEMORIES)]
        assert len(ids) == len(set(ids))


def test_the_tick_command_is_done_by_workers(node: Node, home: Path) -> None:
    publish(node, lines())
    given = ("tick", "--at", LATER.isoformat())
    with working(node, home, "all"):
        settled(node)
        on_kafka = run(home, *given, ANAMNESIS_LOG=f"kafka://{node.address}")
    with opened(home.with_name("local")) as memory:
        take_in(memory, lines())
        expected = state(memory)
    here = run(home.with_name("local"), *given)
    assert on_kafka.out == here.out
    assert state_on_kafka(node, home) != expected
