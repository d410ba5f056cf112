"""How tests and benches drive memory on Kafka: publish, let workers work, look at the views."""

import asyncio
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benches.trouble import members
from infra.clock import monotonic, pause
from infra.host import remembering as host_remembering
from infra.host.fresh import Fresh
from infra.host.ingest import Ingested
from infra.host.perceiving import Perceiving
from infra.kafka.following import FollowingProjector
from infra.kafka.kafka_client import Access
from infra.kafka.kafka_keys import seal
from infra.kafka.kafka_log import KafkaLog
from infra.kafka.kafka_steps import PerceiveStep, RememberStep, StepLog
from infra.kafka.node import Node
from infra.kafka.producing import producing
from infra.kafka.worker import Worker
from infra.models.perceive import Perceiver
from infra.opening import policy_of
from infra.settings import Settings
from infra.views.refold import combined
from infra.views.shared_views import open_shared_views
from infra.views.sql_views import SqlViews
from streams.log import Record
from streams.topology import OBSERVATIONS, PERCEPTS
from streams.vectors import Vectors
from tests.driving import ENVIRONMENT, SOURCE, Line, written
from tests.hash_encoder import HashEncoder

PATIENCE = 240.0  # seconds; generous, for a machine with much else to do
_NONE: Mapping[str, str] = {}
HASHING = (sys.executable, "-m", "tests.kafka_worker")


def settings_for(node: Node, home: Path, keys: Path | None = None) -> Settings:
    """Give the settings of a folder whose log is on the broker."""
    return Settings(home=home, log=f"kafka://{node.address}", keys=keys)


def publish(node: Node, lines: Iterable[Line] | bytes) -> Ingested:
    """Publish lines as `anamnesis produce` does."""
    data = lines if isinstance(lines, bytes) else written(lines)
    result = Ingested()
    with producing(Access(node.address), SOURCE) as ingestor:
        deque(ingestor.lines(data.splitlines(keepends=True), result), maxlen=0)
    return result


def start_worker(
    node: Node,
    home: Path,
    role: str = "all",
    *idle: str,
    program: tuple[str, ...] = HASHING,
    more: Mapping[str, str] = _NONE,
) -> subprocess.Popen[bytes]:
    """Start a worker as a process, in an environment with `more`; its words go to `home-*.log`."""
    environment = {
        **ENVIRONMENT,
        "ANAMNESIS_HOME": str(home),
        "ANAMNESIS_LOG": f"kafka://{node.address}",
        "ANAMNESIS_BATCH": "16",
        **more,
    }
    with home.with_name(f"{home.name}-{os.urandom(4).hex()}.log").open("wb") as log:
        return subprocess.Popen([*program, role, *idle], env=environment, stdout=log, stderr=log)


@contextmanager
def working(
    node: Node, home: Path, *roles: str, more: Mapping[str, str] = _NONE
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run workers for a while; they are killed at the end, if they still run.

    What fails meanwhile is noted with their last words.
    """
    workers = [start_worker(node, home, role, more=more) for role in roles]
    try:
        yield workers
    except BaseException as failure:
        for words in sorted(home.parent.glob(f"{home.name}-*.log")):
            failure.add_note(f"{words.name}:\n{words.read_text(errors='replace')[-4000:]}")
        raise
    finally:
        for one in workers:
            one.kill()
            one.wait()


def work(node: Node, home: Path) -> None:
    """Let one worker, in this process, do everything that there is."""
    changed = {"batch": 16, "stall_seconds": 1e6}  # its watchdog would end the tests
    settings = settings_for(node, home).model_copy(update=changed)
    worker = Worker(settings, "all", encoders=HashEncoder)
    asyncio.run(worker.run(until_idle=0, signals=False))


def settled(node: Node) -> None:
    """Wait until every record of both input topics is done."""
    log = KafkaLog(Access(node.address))
    until = monotonic() + PATIENCE
    try:
        while (left := unfinished(log)) > 0:
            assert monotonic() < until, f"{left} records are not done"
            pause(0.2)
    finally:
        log.close()


def until_members(access: Access, count: int) -> None:
    """Wait until the agents' groups have so many members."""
    until = monotonic() + PATIENCE
    while (found := sum(map(len, members(access).values()))) != count:
        assert monotonic() < until, f"{found} members, not {count}"
        pause(0.1)


def unfinished(log: KafkaLog) -> int:
    """Count the records that no agent has committed yet."""
    lags = [
        end - at
        for consumer, stream in (("perceive", OBSERVATIONS), ("remember", PERCEPTS))
        for end, at in zip(log.ends(stream), log.positions(consumer, stream), strict=True)
    ]
    return sum(lags)


def perceive_here(node: Node, home: Path) -> None:
    """Let a worker's step perceive everything in this process, without Faust around it."""
    settings = settings_for(node, home)
    log = StepLog(Access.of(settings))
    codec = seal(log, settings)
    log.send = log.append
    perceiver = Perceiver(HashEncoder(), cache=0)
    work = Perceiving(log, perceiver, Fresh(), batch=64, attempts=3, codec=codec)
    step = PerceiveStep(work, codec.ring)
    for partition, end in enumerate(log.ends(OBSERVATIONS)):
        if end:
            step.run(partition, log.read(OBSERVATIONS, partition, 0, end))
    log.close()


@dataclass(frozen=True)
class Remembering:
    """What a worker does with percepts, in this process and without Faust around it."""

    step: RememberStep
    log: StepLog
    projector: FollowingProjector

    def run(self, size: int = 16, *, share: float = 1.0) -> None:
        """Take the percepts in batches of a size, from the beginning; a share of each partition."""
        for partition, end in enumerate(self.log.ends(PERCEPTS)):
            for offset in range(0, round(share * end), size):
                records = self.log.read(PERCEPTS, partition, offset, size)
                self.step.run(partition, records)


def remembering(node: Node, home: Path, vectors: Vectors | None = None) -> Remembering:
    """Give a worker's step that remembers, its log to be closed."""
    settings = settings_for(node, home)
    log = StepLog(Access.of(settings))
    codec = seal(log, settings)
    views = open_shared_views(settings, log, codec)
    projector = FollowingProjector(log, views, vectors, codec, flush_seconds=1e9)
    log.send, log.guard = log.append, projector.guard
    work = host_remembering.Remembering(log, projector, Fresh(), policy_of(settings), batch=64)
    return Remembering(RememberStep(work, projector), log, projector)


@contextmanager
def looking(
    node: Node, home: Path, keys: Path | None = None
) -> Iterator[tuple[KafkaLog, SqlViews]]:
    """Open log and views."""
    log = KafkaLog(Access(node.address))
    try:
        settings = settings_for(node, home, keys)
        views = open_shared_views(settings, log, seal(log, settings))
        try:
            yield log, views
        finally:
            views.close()
    finally:
        log.close()


def state_on_kafka(node: Node, home: Path, keys: Path | None = None) -> str:
    """Hash what memory is."""
    with looking(node, home, keys) as (_, views):
        return combined(views.state_hashes())


def once(records: Iterable[Record]) -> list[Record]:
    """Leave out what stands there again under the same id."""
    first: dict[str, Record] = {}
    for record in records:
        first.setdefault(record.headers["ce_id"], record)
    return list(first.values())
