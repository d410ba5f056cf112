"""Workers on Kafka, as the suite of the hosts drives them."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from benches.trouble import throw_out
from infra.clock import monotonic, pause
from infra.host.perceiving import CONSUMER as PERCEIVE
from infra.host.remembering import CONSUMER as REMEMBER
from infra.host.scheduler import Scheduler
from infra.kafka.faust_host import FaustHost, Runner
from infra.kafka.kafka_client import Access, admin, group_of
from infra.kafka.kafka_log import KafkaLog
from infra.kafka.node import Node
from infra.kafka.worker import Worker
from infra.memory import Memory
from streams.log import Outgoing
from streams.topology import MEMORIES
from tests.contract.hosts import BATCH, Slow, asked_to_tick, in_turns
from tests.crashing import CrashError, Crashing
from tests.driving import Line
from tests.hash_encoder import HashEncoder
from tests.kafka_driving import (
    PATIENCE,
    looking,
    perceive_here,
    publish,
    remembering,
    settings_for,
    settled,
    start_worker,
    until_members,
    work,
    working,
)
from tests.kafka_topics import apply_topics, clear_topics


class OnKafka:
    """Topics on a broker, and whatever workers there are."""

    # What waits in Faust's queue (four batches), is being done, and is next.
    most_ahead = 6 * BATCH

    def __init__(self, node: Node, home: Path) -> None:
        self.home = home
        self._node = node
        self._access = Access(node.address)
        clear_topics(node)
        apply_topics(node)

    def opened(self) -> Memory:
        return Memory(settings_for(self._node, self.home), encoder=HashEncoder())

    def take(self, lines: Iterable[Line], foreign: Sequence[Outgoing] = ()) -> None:
        log = KafkaLog(self._access)
        log.append(foreign)
        log.close()
        publish(self._node, lines)
        self.work()

    def work(self) -> None:
        work(self._node, self.home)

    def begin_again(self) -> None:
        client = admin(self._access)
        client.delete_groups([group_of(PERCEIVE), group_of(REMEMBER)])
        client.close()

    def crash(self, lines: Sequence[Line]) -> None:
        publish(self._node, lines)
        perceive_here(self._node, self.home)
        worker = remembering(self._node, self.home)
        Crashing(worker.projector.views, "apply", 1, after=False)
        with pytest.raises(CrashError):
            worker.run()
        assert sum(worker.log.ends(MEMORIES))
        worker.log.close()

    def be_killed(self, lines: Sequence[Line]) -> None:
        with working(self._node, self.home, "all", "all") as workers:
            done = 0
            for turn, some in enumerate(in_turns(lines, 2)):
                publish(self._node, some)
                with looking(self._node, self.home) as (log, views):
                    # In mid-work: something of this turn is decided, and hardly all of it.
                    while views.size() <= done:
                        assert log.wait(MEMORIES, log.ends(MEMORIES), 1) in (True, False)
                done += len(some)
                workers[turn].kill()
                workers[turn].wait()
                workers[turn] = start_worker(self._node, self.home)
            settled(self._node)

    def be_shared(self, lines: Sequence[Line]) -> None:
        with working(self._node, self.home, "all", "all"):
            for some in in_turns(lines, 3):
                until_members(self._access, 4)
                publish(self._node, some)
                assert throw_out(self._access)
            settled(self._node)

    def be_slow(self, lines: Sequence[Line]) -> list[int]:
        slow = Slow()
        publish(self._node, lines)
        changed = {"batch": BATCH, "stall_seconds": 1e6}
        settings = settings_for(self._node, self.home).model_copy(update=changed)
        worker = Watched(settings, "all", encoders=lambda: slow)
        slow.ahead = worker.ahead
        asyncio.run(worker.run(until_idle=0, signals=False))
        return slow.noted

    def tick(self, lines: Sequence[Line], asked: datetime, at: datetime) -> list[Any]:
        clock, set_ = self.home.with_name("clock"), self.home.with_name("set")
        more = {"ANAMNESIS_TICK_SECONDS": "0.05", "TESTS_CLOCK": str(clock)}
        with working(self._node, self.home, "all", "remember", more=more):
            publish(self._node, lines)
            settled(self._node)
            log = settings_for(self._node, self.home).log
            said = asked_to_tick(self.home, asked, log)
            set_.write_text(at.isoformat())
            set_.replace(clock)
            until = monotonic() + PATIENCE
            with looking(self._node, self.home) as (_, views):
                scheduler = Scheduler(views, settings_for(self._node, self.home))
                while scheduler.due(at):
                    assert monotonic() < until, scheduler.due(at)
                    pause(0.2)
            settled(self._node)
        return said


class Watched(Worker):
    """A worker that tells how much of what it was given is not done."""

    perceives: FaustHost

    def _host(self, runner: Runner) -> FaustHost:
        host = super()._host(runner)
        if runner.step.name == PERCEIVE:
            self.perceives = host
        return host

    def ahead(self) -> int:
        """Count the observations that Faust has put into its queue and that are not done."""
        consumer: Any = self.perceives.app.consumer
        fetched = [offset + 1 for offset in consumer._read_offset.values() if offset is not None]
        return int(sum(fetched)) - self.perceives.runner.counts["records"]
