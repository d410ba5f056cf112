"""Does the Kafka host come to what the local host comes to, whatever happens on the way?"""

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import pytest
from faust.types import TP

from infra.clock import monotonic, pause
from infra.kafka.faust_host import FaustHost, Runner
from infra.kafka.node import Node
from infra.kafka.watchdog import STUCK
from infra.kafka.worker import Worker
from infra.views.refold import refold
from infra.views.sqlite_store import SqliteStore
from schemas.errors import StalePositionError
from streams.log import Outgoing
from streams.topology import MEMORIES, PERCEPTS, REJECTIONS
from tests.bad_day import mixed
from tests.driving import COMMAND, Line, grown, said, written
from tests.hash_encoder import HashEncoder
from tests.kafka_driving import (
    PATIENCE,
    looking,
    once,
    perceive_here,
    publish,
    remembering,
    settings_for,
    settled,
    start_worker,
    state_on_kafka,
    work,
)


def perceived(node: Node, home: Path, lines: list[Line]) -> str:
    """Publish lines and perceive them; give the state to which the local host comes."""
    publish(node, lines)
    perceive_here(node, home)
    return grown(home.with_name("local"), lines)


def test_a_worker_that_lost_its_partition_is_refused(node: Node, home: Path) -> None:
    perceived(node, home, [said(f"o{n}", f"Sentence {n} of Ana") for n in range(10)])
    late, owner = remembering(node, home), remembering(node, home)
    partition = owner.log.partition_of("ana")
    records = owner.log.read(PERCEPTS, partition, 0, 10)
    late.step.run(partition, records[:2])
    owner.step.run(partition, records[:6])
    with pytest.raises(StalePositionError):
        late.step.run(partition, records[2:8])
    assert late.log.ends(MEMORIES) == owner.log.ends(MEMORIES)
    late.step.run(partition, records[2:8])  # it has looked again where the views stand
    assert late.projector.at[partition] == owner.log.ends(MEMORIES)[partition]
    with looking(node, home) as (_, views):
        assert views.size() == 8
    for worker in (late, owner):
        worker.log.close()


def test_what_a_late_worker_appends_once_more_is_folded_once(
    node: Node, home: Path, examples: Path
) -> None:
    lines = mixed(examples)
    perceived(node, home, lines)
    worker = remembering(node, home)
    worker.run(7)
    log = worker.log
    # A worker that was put to sleep between its look and its append wakes up.
    log.append(
        [Outgoing(MEMORIES, r.key, r.value, r.headers, r.timestamp) for r in log.scan(MEMORIES)]
    )
    more: list[Line] = [said(f"m{n}", f"Later, number {n}") for n in range(5)]
    publish(node, more)
    work(node, home)
    log.close()
    assert state_on_kafka(node, home) == grown(home.with_name("both"), [*lines, *more])
    with looking(node, home) as (stored, views):
        assert len(once(stored.scan(MEMORIES))) < sum(stored.ends(MEMORIES))
        beside = home.with_name("beside")
        beside.mkdir()
        again = refold(stored, stored.codec, SqliteStore(beside), aside=True)
        assert again.state_hashes() == views.state_hashes()
        again.close()


def test_the_worker_command_comes_to_the_real_models_state(
    node: Node, home: Path, examples: Path, filled_state: str
) -> None:
    publish(node, examples.read_bytes())
    words = (COMMAND, "worker", "--until-idle", "0", "--role")
    with start_worker(node, home, "all", program=words) as worker:
        assert worker.wait(PATIENCE) == 0
    assert state_on_kafka(node, home) == filled_state


class Losing(Worker):
    """A worker in which Faust takes for given what comes second."""

    first: bytes
    second: bytes
    node: Node
    hosts: list[FaustHost]

    def _host(self, runner: Runner) -> FaustHost:
        self.hosts = [*getattr(self, "hosts", ()), super()._host(runner)]
        return self.hosts[-1]

    async def _work(self, _stopping: asyncio.Event) -> None:
        await asyncio.to_thread(self._publish, self.first)
        for host in self.hosts:
            consumer: Any = host.app.consumer
            read = consumer._read_offset
            for partition in range(self.log.partitions):
                read[TP(host.runner.step.reads, partition)] = 1 << 40
        await asyncio.to_thread(self._publish, self.second)

    def _publish(self, data: bytes) -> None:
        publish(self.node, data)
        settled(self.node)


def test_what_faust_takes_for_given_is_fetched_again(node: Node, home: Path) -> None:
    lines = [said(f"o{n}", f"Sentence {n}", space=f"s{n % 9}") for n in range(60)]
    settings = settings_for(node, home).model_copy(update={"batch": 16, "stall_seconds": 1e6})
    worker = Losing(settings, "all", encoders=HashEncoder)
    worker.node, worker.first, worker.second = node, written(lines[:40]), written(lines[40:])
    asyncio.run(worker.run(signals=False))
    assert all(runner.counts["fetched_again"] for runner in worker.runners)
    assert state_on_kafka(node, home) == grown(home.with_name("calm"), [*lines])


def test_of_two_workers_of_one_name_the_first_ends_and_says_why(node: Node, home: Path) -> None:
    words = (COMMAND, "worker", "--instance", "only", "--role")
    first = start_worker(node, home, "remember", program=words)
    second = None
    try:
        await_work(home)
        second = start_worker(node, home, "remember", program=words)
        assert first.wait(PATIENCE) == 3
        assert "--instance only: another worker has begun under this name" in said_by(home)
        publish(node, [said("a"), said("b", space="ben")])
        perceive_here(node, home)
        until = monotonic() + PATIENCE
        with looking(node, home) as (_, views):
            while views.size() < 2:
                assert monotonic() < until, said_by(home)
                pause(0.1)
        assert second.poll() is None
    finally:
        for one in filter(None, (first, second)):
            one.kill()
            one.wait()


def test_what_halts_every_worker_becomes_a_dead_letter(node: Node, home: Path) -> None:
    publish(node, [said("a"), said("b", "Everything comes to a standstill"), said("c")])
    more = {"ANAMNESIS_STALL_SECONDS": "8", "ANAMNESIS_ATTEMPTS": "1"}
    codes: list[int] = []
    while 0 not in codes:
        assert len(codes) < 4
        with start_worker(node, home, "all", "0", more=more) as worker:
            codes.append(worker.wait(PATIENCE))
    assert set(codes[:-1]) == {STUCK}
    with looking(node, home) as (log, views):
        (letter,) = [json.loads(record.value) for record in once(log.scan(REJECTIONS))]
        assert views.size() == 2
    assert "stuck at it" in letter["detail"]
    assert b"standstill" in base64.b64decode(letter["raw"])


def test_a_killed_worker_leaves_no_folders_behind(node: Node, home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    words = (COMMAND, "worker", "--role")
    worker = start_worker(node, home, "remember", program=words, more={"TMPDIR": str(elsewhere)})
    try:
        await_work(home)
    finally:
        worker.kill()
        worker.wait()
    assert [path for path in elsewhere.iterdir() if path.is_dir()] == []


def await_work(home: Path) -> None:
    """Wait until a worker of a folder has its partitions."""
    until = monotonic() + PATIENCE
    while "assigned" not in said_by(home):
        assert monotonic() < until, said_by(home)
        pause(0.1)


def said_by(home: Path) -> str:
    """Give what the workers of a folder have said."""
    return "".join(path.read_text() for path in home.parent.glob(f"{home.name}-*.log"))
