"""A process that runs agents on Kafka: put together, watched, ended when it is idle or stuck."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, suppress
from datetime import datetime
from functools import partial
from typing import Final

import structlog

from infra.clock import monotonic, now
from infra.embedders import demand_width
from infra.host.comparing import Comparing
from infra.host.fresh import Fresh
from infra.host.perceiving import Perceiving
from infra.host.remembering import Remembering
from infra.host.scheduler import Scheduler
from infra.kafka.faust_host import FaustHost, Runner
from infra.kafka.following import FollowingProjector
from infra.kafka.kafka_client import Access
from infra.kafka.kafka_erasing import finish_on_kafka
from infra.kafka.kafka_keys import demand_own, seal
from infra.kafka.kafka_sending import Sender
from infra.kafka.kafka_steps import PerceiveStep, RememberStep, Step, StepLog
from infra.kafka.ticking import Ticking
from infra.kafka.watchdog import STUCK, Watchdog
from infra.models.heard_encoder import HeardEncoder
from infra.models.perceive import Encoder, Perceiver
from infra.models.reading import Reading
from infra.opening import (
    open_encoder,
    open_reading,
    open_registry,
    open_vectors,
    policy_of,
)
from infra.settings import Settings
from infra.views.shared_views import open_shared_views
from infra.views.sql_views import SqlViews
from schemas.errors import AnamnesisError, ConflictError, KafkaError, VectorsError
from streams.log import Outgoing
from streams.vectors import Vectors

_PERCEIVES: Final = ("perceive", "all")
_REMEMBERS: Final = ("remember", "all")
_STOPS: Final = 15.0  # seconds in which who is told to stop has stopped, or is ended

log_ = structlog.get_logger("worker")


class Worker:
    """Runs the agents of a role until told to stop. `encoders` gives others than the bundled one.

    Whoever remembers publishes ticks too, by `clock`, where `tick_seconds` says how often.
    Raises KafkaError, ModelError, ViewDamagedError, and ConflictError where memories were embedded
    in another width, at the start; and ConflictError when another worker takes its `instance`.
    """

    def __init__(
        self,
        settings: Settings,
        role: str,
        *,
        instance: str | None = None,
        encoders: Callable[[], Encoder] | None = None,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self.settings = settings
        self._clock = clock
        self._encoders = encoders or partial(open_encoder, settings)
        self._perceiving: PerceiveStep | None = None
        self._ticking: Ticking | None = None
        self._reading: Reading | None = None
        self._views: SqlViews | None = None
        self.access = Access.of(settings)
        self._closing = ExitStack()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._instance = instance
        self._stopping: asyncio.Event | None = None
        self._contested: ConflictError | None = None
        self._fresh = Fresh()
        self._heard = monotonic()
        try:
            # The models load beside everything else.
            pool = self._closing.enter_context(ThreadPoolExecutor(1))
            loading = pool.submit(self._perceiver) if role in _PERCEIVES else None
            self.log = StepLog(self.access)
            self._closing.callback(self.log.close)
            self.codec = seal(self.log, settings)
            self.log.send = self._send
            steps: list[Step] = [self._remember()] if role in _REMEMBERS else []
            if self.codec.ring.intent is not None:
                self._finish()
            if loading is not None:
                perceiver = loading.result()
                demand_width(self.log, perceiver.encoder.dimensions)
                self._perceiving = self._perceive(perceiver)
                self._closing.callback(self._perceiving.close)
                steps = [self._perceiving, *steps]
        except BaseException:
            self._closing.close()
            raise
        self.sender: Sender | None = None
        self.runners = [Runner(step, self.codec, attempts=settings.attempts) for step in steps]
        for runner in self.runners:
            runner.finish = self._finish

    def _perceiver(self) -> Perceiver:
        # One long text takes minutes: that its passages are encoded is progress.
        encoder = HeardEncoder(self._encoders(), self._hear)
        return Perceiver(encoder, cache=self.settings.percept_cache)

    def _perceive(self, perceiver: Perceiver) -> PerceiveStep:
        work = Perceiving(
            self.log,
            perceiver,
            self._fresh,
            batch=self.settings.batch,
            attempts=self.settings.attempts,
            codec=self.codec,
        )
        return PerceiveStep(work, self.codec.ring)

    def renew_models(self) -> None:
        """Load the models again, beside those at work until the next batch begins.

        What cannot be loaded is said, and nothing changes.
        """
        try:
            perceiver = self._perceiver() if self._perceiving is not None else None
            if perceiver is not None:
                demand_width(self.log, perceiver.encoder.dimensions)
            if self._reading is not None:
                self._reading.renew(open_registry(self.settings))
        except AnamnesisError as error:
            log_.warning("the models stay as they are", reason=str(error))
            return
        if self._perceiving is not None and perceiver is not None:
            self._perceiving.renew(perceiver)
            log_.info("the next batch is read by these models", **perceiver.models)

    def _remember(self) -> RememberStep:
        settings = self.settings
        # A log of its own, since its steps are guarded by where the views stand.
        log = StepLog(self.access, codec=self.codec)
        self._closing.callback(log.close)
        views = open_shared_views(settings, log, self.codec)
        self._closing.callback(views.close)
        self._views = views
        vectors: Vectors | None = None
        if settings.vectors != "edge":  # an embedded one is each reader's own
            vectors = open_vectors(settings, log, log_.warning)
            self._closing.callback(vectors.close)
        projector = FollowingProjector(
            log,
            views,
            vectors,
            self.codec,
            flush_seconds=settings.flush_seconds,
            told=lambda _: self._hear(),
        )
        self._closing.callback(_flush, projector)
        log.send, log.guard = self._send, projector.guard
        work = Remembering(
            log, projector, self._fresh, policy_of(settings), batch=2 * settings.batch
        )
        step = RememberStep(work, projector)
        if settings.tick_seconds:
            reading = self._reading = open_reading(settings)
            self._closing.callback(reading.close)
            comparing = Comparing(views, reading, settings.contradiction_pairs)
            scheduler = Scheduler(views, settings, compares=comparing.on)
            self._ticking = Ticking(scheduler, comparing, self.log, self._clock, step.owns)
        return step

    def _finish(self) -> None:
        """Carry out an erasure that is under way, if this worker has the views."""
        if self._views is not None:
            finish_on_kafka(self.settings, self.log, self.codec, self._views, log_.warning)

    def _hear(self) -> None:
        """Note that something moves, though no batch is done."""
        self._heard = monotonic()

    def _send(self, records: Sequence[Outgoing]) -> list[tuple[int, int]]:
        """Send from a step's thread, on the loop that has the producer."""
        if self._loop is None or self.sender is None:
            raise KafkaError("the worker has not been started")
        return asyncio.run_coroutine_threadsafe(self.sender.send(records), self._loop).result()

    async def run(
        self,
        *,
        until_idle: float | None = None,
        signals: bool = True,
        metrics: tuple[str, int] | None = None,
    ) -> None:
        """Work until told to stop by a signal, or idle for `until_idle` seconds.

        `metrics` is the host and port at which Prometheus may ask. SIGHUP renews the models.
        """
        self._loop = asyncio.get_running_loop()
        self._stopping = stopping = asyncio.Event()
        if signals:
            for one in (signal.SIGTERM, signal.SIGINT):
                self._loop.add_signal_handler(one, _stop, stopping)
            self._loop.add_signal_handler(signal.SIGHUP, self._renew_aside)
        async with AsyncExitStack() as on_close:
            self.sender = Sender(self.access, self.codec, self.log.partitions)
            await self.sender.start()
            on_close.push_async_callback(self.sender.stop)
            if metrics is not None:
                # Imported where it is used: it costs a tenth of a second.
                from infra.kafka.worker_metrics import telling  # noqa: PLC0415

                on_close.enter_context(
                    telling(self.access, self.runners, (self.sender.sent, self.log.sent), *metrics)
                )
            hosts = [self._host(runner) for runner in self.runners]
            for host in hosts:
                on_close.push_async_callback(host.stop)
            await asyncio.to_thread(demand_own, self.log, self.codec)
            await asyncio.gather(*(host.start() for host in hosts))
            log_.info("at work", roles=[runner.step.name for runner in self.runners])
            watchdog = Watchdog(self.log, hosts, lambda: self._heard, self.settings.stall_seconds)
            async with watchdog.watching(stopping, until_idle):
                await self._work(stopping)
        self._closing.close()
        if self._contested is not None:
            raise self._contested

    def _renew_aside(self) -> None:
        threading.Thread(target=self.renew_models, name="renewing", daemon=True).start()

    def _host(self, runner: Runner) -> FaustHost:
        return FaustHost(
            self.access,
            runner,
            self.log,
            batch=self.settings.batch,
            partitions=self.log.partitions,
            instance=self._instance,
            contested=self._contend,
        )

    def _contend(self, error: ConflictError) -> None:
        """End, since another worker has taken the name."""
        self._contested = error
        if self._stopping is not None:
            _stop(self._stopping)

    async def _work(self, stopping: asyncio.Event) -> None:
        """Wait until told to stop, publishing ticks meanwhile. Raises what ticking fails with."""
        while self._ticking is not None and not stopping.is_set():
            await asyncio.to_thread(self._ticking.look)
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), self.settings.tick_seconds)
        await stopping.wait()


def _stop(stopping: asyncio.Event) -> None:
    """Stop in order, or else at once: while Kafka is away, Faust may wait for it for ever."""
    stopping.set()
    limit = threading.Timer(_STOPS, _end)
    limit.daemon = True  # who stops in time does not wait for it
    limit.start()


def _end() -> None:
    log_.error("told to stop, does not", seconds=_STOPS)
    os._exit(STUCK)


def _flush(projector: FollowingProjector) -> None:
    """Note where the points stand; what is not noted is projected again by who comes next."""
    try:
        projector.flush()
    except VectorsError as error:
        log_.warning("not flushed", reason=str(error))
