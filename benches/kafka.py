"""How the agents do on a real Kafka: beside the local host, and when workers and broker die.

Everything runs on one machine: broker, workers, producer and reader share its cores.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final, Self

from sqlalchemy import Select, func, select

from benches.figure import Figure, Goal
from benches.texts import observations
from benches.trial import at, clock, feed, folder, new
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

SMALL: Final = {"count": 300, "latencies": 40, "kills": 2, "each": 120}
_NONE: Final = Goal(most=0)
_PATIENCE: Final = 900.0  # seconds after which a bench that waits gives up
_LOOK: Final = 0.002


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument("--count", type=int, default=3000, help="observations of the ingest")
    parser.add_argument("--latencies", type=int, default=400, help="observations one by one")
    parser.add_argument("--kills", type=int, default=50, help="kill -9 of one of two workers")
    parser.add_argument("--each", type=int, default=300, help="observations between two kills")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")


def run(options: argparse.Namespace) -> list[Figure]:
    """Measure speed with one worker, then kill workers and broker."""
    return [*speed(options), *faults(options)]


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


def faults(options: argparse.Namespace) -> Iterator[Figure]:
    """Kill one of two workers again and again, then the broker, and compare with a calm run."""
    choose = random.Random(options.seed)
    said: list[bytes] = []
    with Trial() as trial:
        workers = [trial.start(), trial.start()]
        for kill in range(options.kills + 1):
            lines = [
                line
                for space in range(6)
                for line in observations(
                    options.each // 6, f"s{space}", seed=100 * kill + space, first=1000 * kill
                )
            ]
            said += lines
            trial.publish(lines)
            pause(choose.uniform(0, 2))
            if kill < options.kills:
                victim = choose.randrange(2)
                end(workers[victim], signal.SIGKILL)
                workers[victim] = trial.start()
            else:
                stop(trial.node.folder, kill=True)
                start(trial.node.folder)
        began = clock()
        ended = trial.settled(workers)
        healed = clock() - began
        for worker in workers:
            end(worker, signal.SIGTERM)
        state, size = trial.state()
        ids = [r.headers["ce_id"] for r in trial.log.scan(PERCEPTS)]
        again = [r.headers["ce_id"] for r in trial.log.scan(MEMORIES)]
    with new() as memory:
        feed(memory, said)
        calm, expected = combined(memory.views.state_hashes()), memory.views.size()
    note = f"{options.kills} kill -9 of workers, 1 of the broker, {len(said):,} observations"
    yield Figure("lost observations", len(said) - len(set(ids)), "", goal=_NONE, note=note)
    yield Figure("missing or doubled memories", abs(size - expected), "", goal=_NONE)
    yield Figure("state differs from a calm local run's", state != calm, "", goal=_NONE)
    yield Figure("percepts appended again, decided once", len(ids) - len(set(ids)), "")
    yield Figure("events appended again, folded once", len(again) - len(set(again)), "")
    yield Figure("workers that gave up without a broker", ended, "", note="and were started again")
    yield Figure("all done after the broker's death", healed, "s")


class Trial:
    """A broker of its own with the topics, and one memory on it."""

    def __init__(self) -> None:
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        place = self._closing.enter_context(folder())
        self.node: Node = start(place / "node")
        self._closing.callback(stop, self.node.folder)
        self.settings: Settings = read_settings(
            home=place / "memory", log=f"kafka://{self.node.address}"
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

    def start(self) -> subprocess.Popen[bytes]:
        """Start a worker of the product."""
        words = [sys.executable, "-m", "infra.cli", "worker", "--home", str(self.settings.home)]
        environment = {**os.environ, "ANAMNESIS_LOG": self.settings.log}
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
        query = select(func.count()).select_from(DECIDED)
        while self._scalar(query) < count:
            self._patiently(until)

    def _scalar(self, query: Select[int]) -> int:
        with self.views.engine.connect() as on:
            return int(on.scalar(query) or 0)

    def settled(self, workers: list[subprocess.Popen[bytes]]) -> int:
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


def end(worker: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """End a worker."""
    worker.send_signal(how)
    worker.wait()
