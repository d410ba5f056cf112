"""Everything put together: one open data folder and what can be done with it."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING

from infra.clock import now, now_ms
from infra.copies import demand_own_keys
from infra.embedders import demand_width, mixed, perceived_by
from infra.folder_lock import FolderLock
from infra.host.comparing import Comparing
from infra.host.fresh import Fresh
from infra.host.ingest import Ingested
from infra.host.local_host import LocalHost
from infra.host.perceiving import Perceiving
from infra.host.remembering import Remembering
from infra.host.scheduler import Scheduler
from infra.keys.choosing import Choice, Chosen, choose
from infra.keys.erasing import SOURCE, intent_of, receipt
from infra.log.sqlite_log import SqliteLog
from infra.models.perceive import Encoder, Perceiver, embedder_of
from infra.opening import (
    demand_log,
    open_encoder,
    open_percepts,
    open_reading,
    open_registry,
    open_vectors,
    policy_of,
    rereading_of,
)
from infra.recall import Recall
from infra.recording import Recording
from infra.settings import Settings
from infra.storing import open_stores
from infra.using import Using
from infra.views.projector import Projector
from infra.views.sql_reads import SqlReads
from schemas.observations import Said, Ticked
from streams.topology import MEMORIES, REJECTIONS, TOPOLOGY

if TYPE_CHECKING:
    from infra.kafka.kafka_door import KafkaDoor

_ROUNDS = 1000  # of ticks at one time; each takes up what the one before has left
_DECIDED = 120.0  # seconds in which workers must have decided what was published


class Memory(Using):
    """A data folder at work: its log, models, views, and the host that runs the agents.

    `encoder` takes the place of the bundled one, and is closed with the memory; by `clock` the host
    finds what is due, where `tick_seconds` says how often.
    Raises LockedError when another process has the folder, LogDamagedError, ModelError.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        encoder: Encoder | None = None,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self.settings = settings
        self._given = encoder
        self._clock = clock
        self._closing = ExitStack()
        try:
            self._open()
        except BaseException:
            self._closing.close()
            raise

    def _open(self) -> None:
        settings, on_close = self.settings, self._closing
        demand_log(settings)
        on_close.enter_context(FolderLock(settings.home))
        # The models load beside everything else: together they are most of the start.
        pool = on_close.enter_context(ThreadPoolExecutor(1))
        registry = open_registry(settings)
        loading = pool.submit(lambda: self._given or open_encoder(settings, registry))
        self.reading = open_reading(settings, registry)
        on_close.callback(self.reading.close)
        self.log, self.codec, self.views = open_stores(settings, on_close, self._tell)
        self._rejected = self.log.ends(REJECTIONS)
        self.reads = SqlReads(self.views)
        self.vectors = open_vectors(settings, self.log, self._tell)
        on_close.callback(self.vectors.close)
        self.encoder: Encoder = loading.result()
        on_close.callback(self._close_encoder)
        demand_width(self.log, self.encoder.dimensions)
        self._percepts = open_percepts(settings, self.codec)
        if self._percepts is not None:
            on_close.callback(self._percepts.close)
        self.perceiver = self._perceiver()
        self.host = self._host()
        self.comparing = Comparing(self.views, self.reading, settings.contradiction_pairs)
        self.scheduler = Scheduler(self.views, settings, compares=self.comparing.on)
        self.recall = Recall(
            self.reads,
            self.vectors,
            self.perceiver,
            rereading_of(settings, self.reading),
        )
        on_close.callback(self.recall.close)
        if told := self._compared():
            self._tell(told)
        self.host.start()
        on_close.callback(self.host.stop)
        if intent := self.codec.ring.intent:
            self.ingestor(SOURCE).observations([receipt(self.codec, intent)], Ingested())
            if isinstance(self.log, SqliteLog):  # elsewhere a worker will, now that it is durable
                self.host.drain()
            self.codec.ring.done()
        self.recording = Recording(self.ingestor("anamnesis/recall").new, self._tell)
        on_close.callback(self.recording.close)

    def _perceiver(self) -> Perceiver:
        return Perceiver(self.encoder, cache=self.settings.percept_cache, store=self._percepts)

    def _host(self) -> "LocalHost | KafkaDoor":
        """Give what runs the agents here, or what waits for the workers that do elsewhere."""
        settings = self.settings
        if not isinstance(self.log, SqliteLog):
            # Imported where it is used: the embedded memory does without Kafka's client.
            from infra.kafka.kafka_door import KafkaDoor, ReadingProjector  # noqa: PLC0415

            reading = ReadingProjector(self.log, self.views, self.vectors, self.codec)
            self.projector: Projector = reading
            return KafkaDoor(self.log, reading)
        log = self.log
        if not log.notes.embedders():  # a log from before they were noted
            log.notes.add_embedders(perceived_by(log))
        self.projector = Projector(self.log, self.views, self.vectors, self.codec)
        fresh, policy = Fresh(), policy_of(settings)
        return LocalHost(
            self.log,
            Perceiving(
                self.log,
                self.perceiver,
                fresh,
                batch=settings.batch,
                attempts=settings.attempts,
                codec=self.codec,
                note=lambda digest: log.notes.add_embedders([digest]),
            ),
            Remembering(self.log, self.projector, fresh, policy, batch=2 * settings.batch),
            backlog=settings.backlog,
            flush_seconds=settings.flush_seconds,
            tidy=self._tidy,
            tick=self._tick,
            tick_seconds=settings.tick_seconds,
        )

    def _compared(self) -> str | None:
        """See whether questions are embedded as memories were; recalls say so if they are not."""
        self.recall.mixed = mixed(self.log, embedder_of(self.encoder.digest))
        return self.recall.mixed

    def renew(self) -> dict[str, str]:
        """Load the models again, beside those at work until the next batch; give their digests.

        Questions are read by them at once. What cannot be loaded raises ModelError or
        SettingsError, what embeds in another width ConflictError, and nothing changes.
        """
        self._demand_open()
        registry = open_registry(self.settings)
        encoder = self._given or open_encoder(self.settings, registry)
        demand_width(self.log, encoder.dimensions)
        self.reading.renew(registry)
        # The one before is let go of by whoever is done with it last.
        self.encoder = encoder
        self.perceiver = self.recall.perceiver = self._perceiver()
        self.recall.rereading = rereading_of(self.settings, self.reading)
        if isinstance(self.host, LocalHost):
            self.host.perceiving.renew(self.perceiver)
        if told := self._compared():
            self._tell(told)
        return self.perceiver.models

    def forget(self, choice: Choice, reason: str, *, really: bool) -> Chosen:
        """Say what an erasure takes; `really` notes it and closes, and the next opening does it.

        Nobody else may publish to the space meanwhile. Raises NotFoundError when there is nothing
        to erase, WaitError when no worker on Kafka decides what was published, and ConflictError
        for a copy that has its original's keys.
        """
        self._demand_open()
        self.recording.wait()
        if isinstance(self.log, SqliteLog):
            self.host.drain()
        else:
            from infra.kafka.kafka_erasing import demand_sealed  # noqa: PLC0415 - as above

            self.host.drain(timeout=_DECIDED)
            demand_sealed(self.log, choice.space)
        chosen = choose(self.log, choice)
        if really:
            demand_own_keys(self.settings)
            self.codec.ring.begin(intent_of(self.codec, choice, chosen, reason))
            self.close()
        return chosen

    def tick(self, ticks: Sequence[Ticked]) -> Counter[str]:
        """Publish ticks, wait until the views show what came of them, and count that by tag."""
        self._demand_open()
        begin = self.log.ends(MEMORIES)
        said = self.publish(ticks)
        self.host.drain()
        return self._came_of(said, begin)

    def tick_until(
        self, at: datetime, spaces: Collection[str]
    ) -> Iterator[tuple[list[Ticked], Counter[str]]]:
        """Run in spaces what is due by then until a tick's budget leaves nothing over.

        Gives after each round its ticks, and what came of them by tag.
        """
        for _ in range(_ROUNDS):
            ticks = [tick for tick in self.scheduler.due(at) if tick.space in spaces]
            if not ticks:
                return
            yield ticks, self.tick(ticks)

    def publish(self, ticks: Sequence[Ticked]) -> Sequence[Said]:
        """Publish ticks, and what a model says of what is new by then; give all of that."""
        said = self.comparing.before(ticks)
        self.ingestor("anamnesis/scheduler").observations(said, Ingested())
        return said

    def _tick(self) -> None:
        """Publish what is due; what comes of it is remembered as everything else."""
        self.publish(self.scheduler.due(self._clock()))

    def _tidy(self) -> None:
        """Let go of what is older than the retention, and let the vector engine do its chores."""
        before = now_ms() - int(self.settings.retention_days * 86_400_000)
        if isinstance(self.log, SqliteLog):  # Kafka has its own retention
            for step in TOPOLOGY:
                self.log.trim(step.reads, before, reader=step.agent)
        self.projector.maintain()

    def close(self) -> None:
        """Finish what is under way and release everything."""
        self._closed = True
        self._closing.close()

    def _close_encoder(self) -> None:
        """Release the encoder, which a renewal may have exchanged."""
        self.encoder.close()
