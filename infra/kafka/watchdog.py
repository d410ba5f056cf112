"""What sees that nothing moves though there is work, and what it does then.

A worker that is stuck is ended, so that another takes its partitions, once it has noted at which
records (`infra/kafka/stuck.py`). A partition that lies still
is fetched again: around a rebalance Faust may drop what it has fetched and take it for given. What
comes later would show the gap (`infra/kafka/unbroken.py`); where nothing comes, only time does.
"""

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog

from infra.clock import monotonic
from infra.kafka.faust_host import FaustHost
from infra.kafka.kafka_log import KafkaLog
from schemas.errors import KafkaError

STUCK: Final = 70  # the exit code of a worker that is ended because it is stuck
_LOOKS: Final = 0.25  # seconds between looks at how far everything is
_LIES: Final = 5.0  # seconds after which what a step does not get is fetched again
_MOST: Final = 0.9  # of the patience: an attempt as old as that is what does not move
_LEAVES: Final = 5.0  # seconds in which a look must end, unless Kafka is away

log_ = structlog.get_logger("worker")


class Stalling:
    """Looks at how far a worker is; times are seconds of a clock that never goes back."""

    def __init__(self, begun: float, patience: float) -> None:
        self._moved = begun
        self._patience = patience
        self._unheard = False

    def stuck(self, at: float, *, worked: float, waiting: bool | None, away: bool) -> bool:
        """Say whether the worker is stuck at this time.

        `worked` is when a batch was last done, `waiting` whether there is work, None while Kafka
        does not say: when it does, there is time again. A store that is `away` is waited for: it
        would be away for another worker, too.
        """
        again = self._unheard and waiting is not None
        self._unheard = waiting is None
        idle = waiting is False or away or again
        self._moved = at if idle else max(self._moved, worked)
        return at - self._moved > self._patience


class Lying:
    """Tells which partitions lie still; times are seconds of a clock that never goes back."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._since: dict[int, tuple[int, float]] = {}  # by partition: a position, seen first when

    def still(
        self, at: float, mine: Iterable[int], positions: Sequence[int], ends: Sequence[int]
    ) -> Mapping[int, int]:
        """Give the positions of those of one's own partitions whose next record is not done.

        Each is given once in a while of patience, and not where somebody has just got it.
        """
        waiting = {p: positions[p] for p in mine if positions[p] < ends[p]}
        self._since = {
            p: self._since[p] if self._since.get(p, (-1,))[0] == position else (position, at)
            for p, position in waiting.items()
        }
        lying = {p: on for p, (on, since) in self._since.items() if at - since > self._patience}
        for partition in lying:
            del self._since[partition]
        return lying

    def forget(self) -> None:
        """Begin to wait anew: somebody is at work."""
        self._since = {}


class Watchdog:
    """Looks at a worker's hosts from a thread of its own.

    `heard` gives when something last moved though no batch was done: one long text takes minutes.
    """

    def __init__(
        self,
        log: KafkaLog,
        hosts: Sequence[FaustHost],
        heard: Callable[[], float],
        stall_seconds: float,
    ) -> None:
        self._log = log
        self._hosts = [(host, Lying(_LIES)) for host in hosts]
        self._heard = heard
        self._stalling = Stalling(monotonic(), stall_seconds)
        self._patience = stall_seconds
        self._ended = threading.Event()

    @asynccontextmanager
    async def watching(
        self, stopping: asyncio.Event, until_idle: float | None
    ) -> AsyncIterator[None]:
        """Watch for as long as it lasts; set `stopping` when idle for `until_idle` seconds."""
        loop = asyncio.get_running_loop()
        thread = threading.Thread(
            target=self._watch, args=(loop, stopping, until_idle), name="watchdog", daemon=True
        )
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            await asyncio.to_thread(thread.join, _LEAVES)

    def _watch(
        self, loop: asyncio.AbstractEventLoop, stopping: asyncio.Event, until_idle: float | None
    ) -> None:
        while not self._ended.wait(_LOOKS):
            runners = [host.runner for host, _ in self._hosts]
            worked = max(self._heard(), *(runner.progress for runner in runners))
            waiting: bool | None = None
            try:
                looks = [self._look(loop, host, lying) for host, lying in self._hosts]
                waiting = any(looks)
            except KafkaError as error:
                log_.warning("Kafka is not heard of", reason=str(error))
            at = monotonic()
            away = any(runner.away for runner in runners)
            if self._stalling.stuck(at, worked=worked, waiting=waiting, away=away):
                log_.error("nothing moves, giving up", seconds=round(at - worked, 1))
                if waiting:
                    self._note(at)
                # Not by an exception: a stopping consumer would commit what is not done.
                os._exit(STUCK)
            if until_idle is not None and at - worked > until_idle and waiting is False:
                loop.call_soon_threadsafe(stopping.set)

    def _note(self, at: float) -> None:
        """Note which records took too long, if Kafka takes that in time."""
        noting = threading.Thread(target=self._note_all, args=(at,), daemon=True)
        noting.start()
        noting.join(_LEAVES)

    def _note_all(self, at: float) -> None:
        for host, _ in self._hosts:
            if (doing := host.runner.at) and at - doing[0] > _MOST * self._patience:
                _, partition, records = doing
                log_.error("stuck", partition=partition, first=records[0].offset, of=len(records))
                with suppress(KafkaError):
                    host.stuck.note(partition, records)

    def _look(self, loop: asyncio.AbstractEventLoop, host: FaustHost, lying: Lying) -> bool:
        """Say whether there is work: in views that are to be brought up, or in any partition."""
        step = host.runner.step
        ends = self._log.ends(step.reads)
        positions = self._log.positions(step.name, step.reads)
        if host.runner.busy:
            lying.forget()
        elif still := lying.still(monotonic(), host.runner.partitions, positions, ends):
            asyncio.run_coroutine_threadsafe(host.fetch_again(still), loop).add_done_callback(_tell)
        undone = any(at < end for at, end in zip(positions, ends, strict=True))
        return undone or bool(step.stale)


def _tell(done: "Future[None]") -> None:
    """Say that fetching again failed; it is tried again as long as the partition lies still."""
    if not done.cancelled() and (error := done.exception()):
        log_.warning("not fetched again", reason=str(error))
