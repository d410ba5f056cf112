"""What runs the agents on Kafka: Faust takes batches from the topics; the steps do the work.

The pattern is the one in which nothing is lost: batches without automatic acknowledgement, one at
a time, a handler that never raises, and acknowledgement only of what is durable.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from typing import Any, Final

import structlog
from aiokafka.errors import IllegalStateError
from faust.types import TP
from sqlalchemy.exc import DBAPIError

from infra.clock import monotonic
from infra.host.perceiving import rejection
from infra.kafka.faust_app import BareApp, NoTables, credentials
from infra.kafka.instance import Instance
from infra.kafka.kafka_client import LARGEST, Access, group_of
from infra.kafka.kafka_lag import note_rebalance
from infra.kafka.kafka_log import KafkaLog
from infra.kafka.kafka_steps import Step
from infra.kafka.kafka_wire import read, record_of
from infra.kafka.stuck import Stuck
from infra.kafka.unbroken import Unbroken
from infra.keys.sealing import SealedCodec
from schemas.errors import (
    ConflictError,
    ErasingError,
    KafkaError,
    StalePositionError,
    UnavailableError,
    VectorsAwayError,
    ViewsAwayError,
)
from streams.log import Record

_WITHIN: Final = 0.005  # seconds: how often Faust looks whether there is a batch
_SESSION: Final = 8.0  # seconds after which a worker that is not heard of has lost its partitions
_COMMIT: Final = 0.5  # seconds between commits of positions
_SLOWEST: Final = 5.0  # seconds between two attempts, at most
# What passes by itself, sooner or later; the watchdog ends the worker when it does not, but for a
# store that is away: a new worker would find it away as well.
_PASSING: Final = (UnavailableError, OSError, DBAPIError)
_AWAY: Final = (ViewsAwayError, VectorsAwayError, ErasingError)

log_ = structlog.get_logger("worker")


class Runner:
    """Carries batches to a step, again and again until each record is done or a dead letter."""

    def __init__(self, step: Step, codec: SealedCodec, *, attempts: int) -> None:
        self.step = step
        self._codec = codec
        self.attempts = attempts
        self.counts: Counter[str] = Counter()
        self.took: Callable[[float], object] = lambda _: None  # hears the seconds of each batch
        self.finish: Callable[[], None] = lambda: None  # an erasure that is under way
        self.partitions: frozenset[int] = frozenset()
        self.progress = monotonic()
        self.away = False  # whether it waits for a store, which comes back or does not
        self.busy = False  # whether it has been given records that are not done
        self.at: tuple[float, int, list[Record]] | None = None  # since when, and what is being done
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=step.name)

    async def handle(self, partition: int, records: list[Record]) -> None:
        """Return when every record, still sealed, is done for good; never raise."""
        failures, delay = 0, 0.05
        while True:
            began = monotonic()
            self.at = (began, partition, records) if records else None
            try:
                written = await self._run(self._step, partition, records)
            except StalePositionError as error:
                self.counts["stale"] += 1
                log_.warning("another worker was here", step=self.step.name, reason=str(error))
            except _PASSING as error:
                log_.warning("trying again", step=self.step.name, reason=str(error))
                self.away = isinstance(error, _AWAY)
            except Exception as error:
                failures += 1
                self.away = False
                log_.exception("failed", step=self.step.name, attempt=failures)
                if failures >= self.attempts:
                    await self._give_up(partition, records, error)
                    return
            else:
                self.away = False
                self.counts["records"] += len(records)
                self.counts["written"] += written
                self.progress = monotonic()
                self.took(self.progress - began)
                return
            finally:
                self.at = None
            self.counts["retries"] += 1
            await asyncio.sleep(delay)
            delay = min(2 * delay, _SLOWEST)

    async def _give_up(self, partition: int, records: list[Record], error: Exception) -> None:
        """Find the record that fails, one by one and in order, and make it a dead letter."""
        if len(records) > 1:
            for record in records:
                await self.handle(partition, [record])
            return
        await self.reject(partition, records, error)

    async def reject(self, partition: int, records: list[Record], error: Exception) -> None:
        """Make records dead letters."""
        await self.patiently(self._reject, partition, records, error)
        self.counts["rejected"] += len(records)
        self.progress = monotonic()

    async def patiently(self, work: Any, *arguments: Any) -> Any:  # noqa: ANN401 - of any function
        """Do something on the step's thread, again until it succeeds if its failures may pass."""
        delay = 0.05
        while True:
            try:
                return await self._run(work, *arguments)
            except (*_PASSING, StalePositionError) as passing:
                log_.warning("trying again", step=self.step.name, reason=str(passing))
                await asyncio.sleep(delay)
                delay = min(2 * delay, _SLOWEST)

    def _step(self, partition: int, records: list[Record]) -> int:
        self._codec.refresh()
        if self._codec.ring.intent is not None:  # perhaps who began it has died
            self.away = True  # it may take longer than the watchdog waits
            self.finish()
        with self._codec.at_work():
            opened = self._opened(records)
            return self.step.run(partition, opened) if opened or not records else 0

    def _reject(self, partition: int, records: list[Record], error: Exception) -> None:
        with self._codec.at_work():
            told = f"{self.step.name} failed"
            letters = [rejection(record, told, error) for record in self._opened(records)]
            self.step.commit(letters, partition)

    def _opened(self, records: list[Record]) -> list[Record]:
        """Open records; of erased ones nothing can come any more."""
        opened = [read(record, self._codec) for record in records]
        return [record for record in opened if not record.erased]

    async def _run(self, work: Any, *arguments: Any) -> Any:  # noqa: ANN401 - a method of ours
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, work, *arguments)


class FaustHost:
    """One agent on its topic, in its own consumer group; several processes share the partitions.

    `instance` names this worker for good, so that a restart takes its partitions back at once;
    `contested` hears that another worker has taken the name.
    """

    def __init__(  # noqa: PLR0913 - what it runs, where, and how
        self,
        access: Access,
        runner: Runner,
        log: KafkaLog,
        *,
        batch: int,
        partitions: int,
        instance: str | None,
        contested: Callable[[ConflictError], None],
    ) -> None:
        self.runner = runner
        self._contested = contested
        self._log = log
        self._instance = Instance(log, runner.step.name, instance) if instance else None
        self._batch = batch
        step = runner.step
        self._unbroken = Unbroken(log, step.name, step.reads, runner.patiently, batch=batch)
        self.stuck = Stuck(log, step.name, runner.patiently)
        self._done: Callable[[TP, int, int], Awaitable[None]]
        self._looking: asyncio.Future[list[None]] | None = None  # kept, or nobody would wait for it
        self.app = BareApp(
            group_of(step.name),
            broker=[f"kafka://{one}" for one in access.address.split(",")],
            broker_credentials=credentials(access),
            broker_commit_interval=_COMMIT,
            broker_session_timeout=_SESSION,
            broker_heartbeat_interval=_SESSION / 4,
            consumer_auto_offset_reset="earliest",
            consumer_group_instance_id=instance,
            consumer_max_fetch_size=LARGEST,
            stream_buffer_maxsize=4 * batch,
            stream_wait_empty=False,
            topic_disable_leader=True,
            topic_allow_declare=False,
            web_enabled=False,
            store="memory://",
            TableManager=NoTables,
        )
        topic = self.app.topic(
            step.reads, key_serializer="raw", value_serializer="raw", partitions=partitions
        )
        self.app.agent(topic, concurrency=1, name=step.name)(self._take)
        self.app.on_partitions_assigned.connect(self._assigned)

    async def start(self) -> None:
        """Join the group and begin."""
        if self._instance is not None:
            await self.runner.patiently(self._instance.claim)
        self.app.finalize()
        # Faust takes for done what it leaves out; it is told so when that is true.
        consumer: Any = self.app.consumer
        self._done, consumer._add_gap = consumer._add_gap, _not_yet  # noqa: SLF001
        await self.app.start()

    async def stop(self) -> None:
        """Commit what is acknowledged and leave the group."""
        await self.app.stop()

    async def fetch_again(self, positions: Mapping[int, int]) -> None:
        """Let Faust give partitions again from where they stand; what is done is not done twice."""
        consumer: Any = self.app.consumer
        for partition, position in positions.items():
            place = TP(self.runner.step.reads, partition)
            if partition not in self.runner.partitions:
                continue
            log_.warning("fetching again", step=self.runner.step.name, partition=partition)
            self.runner.counts["fetched_again"] += 1
            with suppress(IllegalStateError):  # another worker's meanwhile
                await consumer.seek(place, position)

    async def _take(self, stream: Any) -> None:  # noqa: ANN401 - Faust's
        async for events in stream.noack_take(self._batch, within=_WITHIN):
            self.runner.busy = True
            messages = [event.message for event in events]
            for partition, records in self._by_partition(messages):
                await self._handle(partition, records)
            for event in events:
                event.ack()
            self.runner.busy = False

    async def _handle(self, partition: int, records: list[Record]) -> None:
        """Handle records, and before them what Faust has left out."""
        async for batch, left_out in self._unbroken.whole(partition, records):
            if left_out:
                self.runner.counts["left_out"] += len(batch)
                log_.warning("read what Faust left out", partition=partition, records=len(batch))
            async for part, times in self.stuck.apart(partition, batch):
                if times >= self.runner.attempts:
                    error = TimeoutError(f"{times} workers were ended that were stuck at it")
                    await self.runner.reject(partition, part, error)
                else:
                    await self.runner.handle(partition, part)
        for first, last in self._unbroken.gaps(partition, records):
            await self._done(TP(self.runner.step.reads, partition), first, last)

    def _by_partition(self, messages: Sequence[Any]) -> Iterator[tuple[int, list[Record]]]:
        records = [self._record(message) for message in messages]
        records.sort(key=lambda record: record.partition)  # stable: each keeps its order
        for partition, ours in groupby(records, lambda record: record.partition):
            yield partition, list(ours)

    def _record(self, message: Any) -> Record:  # noqa: ANN401 - Faust's
        # Faust tells seconds; the log's milliseconds are whole numbers.
        return replace(record_of(message), timestamp=round(1000 * message.timestamp))

    async def _assigned(self, *told: Any, **_: Any) -> None:  # noqa: ANN401 - Faust's
        assigned = told[1]  # after the app
        partitions = [place.partition for place in assigned]
        self.runner.partitions = frozenset(partitions)
        self.runner.counts["rebalances"] += 1
        self.runner.step.assigned(partitions)
        self._unbroken.assigned(partitions)
        self.stuck.assigned(partitions)
        # Views that are new are made though nothing new comes.
        stale = sorted(self.runner.step.stale)
        self._looking = asyncio.gather(
            self._note(), *(self.runner.handle(one, []) for one in stale)
        )
        log_.info("assigned", step=self.runner.step.name, partitions=sorted(partitions))

    async def _note(self) -> None:
        """Note that there was a rebalance; see whether a worker of one's own name was behind it."""
        step, generation = self.runner.step.name, self.app.consumer_generation_id
        try:
            await asyncio.to_thread(note_rebalance, self._log, step, generation)
            if self._instance is not None:
                await asyncio.to_thread(self._instance.demand)
        except ConflictError as error:
            self._contested(error)
        except KafkaError as error:
            log_.warning("a rebalance is not noted", reason=str(error))


async def _not_yet(place: TP, first: int, last: int) -> None:
    """Stand where Faust would note that what it has left out is done."""
