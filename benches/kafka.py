"""How fast the agents are on a real Kafka, beside the local host.

Everything runs on one machine: broker, workers, producer and reader share its cores.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final, Self

from sqlalchemy import func, select

from benches.figure import Figure, Goal
from benches.texts import observations
from benches.trial import at, clock, feed, folder, new
from benches.trouble import members
from infra.clock import pause
from infra.host.ingest import Ingested
from infra.kafka.kafka_client import Access
from infra.kafka.kafka_keys import seal
from infra.kafka.kafka_log import KafkaLog
from infra.kafka.kafka_topics import Topics, wanted
from infra.kafka.node import Node, start, stop
from infra.kafka.producing import producing
from infra.settings import Settings, read_settings
from infra.views.refold import combined, refold
from infra.views.shared_views import open_shared_views
from infra.views.sql_tables import DECIDED
from infra.views.sql_views import SqlViews
from infra.views.sqlite_store import SqliteStore
from schemas.envelope import input_id
from streams.topology import MEMORIES, OBSERVATIONS, PERCEPTS

SMALL: Final = {"count": 300, "latencies": 40}
Worker = subprocess.Popen[bytes]
_PATIENCE: Final = 1800.0  # seconds after which a bench that waits gives up
_LOOK: Final = 0.002


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument("--count", type=int, default=3000, help="observations of the ingest")
    parser.add_argument("--latencies", type=int, default=400, help="observations one by one")


def run(options: argparse.Namespace) -> list[Figure]:
    """Measure speed with one worker."""
    return list(speed(options))


def speed(options: argparse.Namespace) -> Iterator[Figure]:
    """Let the local host and one worker take the same observations, then look at single ones."""
    lines = list(observations(options.count, "rate"))
    with new() as memory:
        feed(memory, observations(50, "first", seed=1))
        began = clock()
        feed(memory, lines)
        local = options.count / (clock() - began)
    with Trial() as trial:
        began = clock()
        with trial.worker():
            trial.publish(list(observations(1, "first", seed=1)))
            trial.decided(1)
            cold = clock() - began
            trial.publish(list(observations(49, "first", seed=2, first=1)))
            trial.decided(50)
            began = clock()
            trial.publish(lines)
            trial.decided(50 + options.count)
            rate = options.count / (clock() - began)
            took = trial.one_by_one(options.latencies, 4 / rate)
        events = sum(trial.log.ends(MEMORIES))
        with folder() as to:
            began = clock()
            refold(trial.log, trial.log.codec, SqliteStore(to)).close()
            replayed = events / (clock() - began)
    yield Figure("ingest through Kafka", rate, "/s", local, "local host", Goal(0.6, ratio=True))
    note = "from published to in the SQL views, at a quarter of that rate"
    yield Figure("latency, p50", at(took, 50), "ms", goal=Goal(most=60), note=note)
    yield Figure("latency, p99", at(took, 99), "ms", goal=Goal(most=200), note=note)
    yield Figure("cold start of a worker to its first event", cold, "s", goal=Goal(most=5))
    note = f"{events:,} events"
    yield Figure("replay into SQL views", replayed, "events/s", goal=Goal(10_000), note=note)


class Trial:
    """A broker of its own with the topics, and one memory on it, with these settings."""

    def __init__(self, **settings: object) -> None:
        self._given = settings
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        place = self._closing.enter_context(folder())
        self.node: Node = start(place / "node")
        self._closing.callback(stop, self.node.folder)
        self.settings: Settings = read_settings(
            home=place / "memory", log=f"kafka://{self.node.address}", **self._given
        )
        self.access = Access.of(self.settings)
        topics = Topics(self.access, wanted(self.settings))
        topics.apply()
        topics.close()
        self.log = KafkaLog(self.access)
        self._closing.callback(self.log.close)
        codec = seal(self.log, self.settings)
        self.views: SqlViews = open_shared_views(self.settings, self.log, codec)
        self._closing.callback(self.views.close)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def start(self) -> Worker:
        """Start a worker of the product."""
        words = [sys.executable, "-m", "infra.cli", "worker", "--home", str(self.settings.home)]
        given = {"log": self.settings.log, **self._given}
        told = {f"ANAMNESIS_{name.upper()}": str(value) for name, value in given.items()}
        environment = {**os.environ, **told}
        with self.settings.home.with_name("workers.log").open("ab") as log:
            return subprocess.Popen(words, env=environment, stdout=log, stderr=log)

    @contextmanager
    def worker(self) -> Iterator[None]:
        """Run one worker for a while."""
        one = self.start()
        try:
            yield
        finally:
            end(one, signal.SIGTERM)

    def publish(self, lines: Sequence[bytes]) -> None:
        """Publish observations as `anamnesis produce` does."""
        with producing(self.access, "bench") as ingestor:
            for _ in ingestor.lines(lines, Ingested()):
                pass

    def decided(self, count: int) -> None:
        """Wait until so many observations are decided and in the views."""
        until = clock() + _PATIENCE
        while self.count() < count:
            self._patiently(until)

    def count(self) -> int:
        """Count the observations that are decided and in the views."""
        with self.views.engine.connect() as on:
            return int(on.scalar(select(func.count()).select_from(DECIDED)) or 0)

    def joined(self, workers: int) -> None:
        """Wait until so many workers take part in both groups."""
        until = clock() + _PATIENCE
        while sum(map(len, members(self.access).values())) < 2 * workers:
            self._patiently(until)

    def settled(self, workers: list[Worker]) -> int:
        """Wait until the workers have committed everything; start again those that gave up.

        A worker that finds no broker when it starts says so and ends, as a supervisor expects.
        """
        ended = 0
        until = clock() + _PATIENCE
        pairs = (("perceive", OBSERVATIONS), ("remember", PERCEPTS))
        while any(self.log.positions(who, what) != self.log.ends(what) for who, what in pairs):
            for place, worker in enumerate(workers):
                if worker.poll() is not None:
                    workers[place] = self.start()
                    ended += 1
            self._patiently(until)
        return ended

    def _patiently(self, until: float) -> None:
        if clock() > until:
            log = self.settings.home.with_name("workers.log").read_text(errors="replace")
            raise TimeoutError(f"the workers do not come to an end: {log[-2000:]}")
        pause(0.01)

    def one_by_one(self, count: int, every: float) -> list[float]:
        """Give the milliseconds from handing an observation over to its being in the views."""
        took = []
        with producing(self.access, "bench") as ingestor:
            for line in observations(count, "single", seed=7):
                began = clock()
                key = input_id("single", json.loads(line)["id"])
                for _ in ingestor.lines([line], Ingested()):
                    pass
                while not self.views.decided([key]):
                    pause(_LOOK)
                took.append(1000 * (clock() - began))
                pause(max(0.0, every - (clock() - began)))
        return took

    def state(self) -> tuple[str, int]:
        """Hash what memory is, and count the memories."""
        return combined(self.views.state_hashes()), self.views.size()


def end(worker: Worker, how: signal.Signals) -> None:
    """End a worker."""
    worker.send_signal(how)
    worker.wait()
