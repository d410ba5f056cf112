"""What runs the agents in one process: a thread that perceives, a thread that remembers."""

from collections import Counter, deque
from collections.abc import Callable, Sequence
from threading import Condition, Thread

import structlog

from infra.clock import monotonic
from infra.host.patience import Patience
from infra.host.perceiving import Perceiving
from infra.host.remembering import Outcome, Remembering
from schemas.errors import (
    AnamnesisError,
    ClosedError,
    NotFoundError,
    UnavailableError,
    VectorsAwayError,
    WaitError,
)
from schemas.observations import Said
from streams.log import ExactLog, Outgoing
from streams.topology import OBSERVATIONS, PERCEPTS

_IDLE = 0.05  # seconds between looks at whether to stop; work wakes the threads at once

_PAGE = 100  # percepts read at once, to find the first that is left

_TIDY = 600.0  # seconds between calls of `tidy`, which is only called when idle

log_ = structlog.get_logger("host")


class LocalHost:
    """Exactly once inside the log: outputs and input position are one transaction.

    The views follow in a transaction of their own that holds the position they are at, so that
    a crash between the two is repaired by folding what they lack.
    """

    def __init__(  # noqa: PLR0913 - what it runs, on what, and how patiently
        self,
        log: ExactLog,
        perceiving: Perceiving,
        remembering: Remembering,
        *,
        backlog: int,
        flush_seconds: float,
        tidy: Callable[[], None] = lambda: None,
        tick: Callable[[], None] = lambda: None,
        tick_seconds: float = 0.0,
    ) -> None:
        self.log = log
        self.perceiving = perceiving
        self.remembering = remembering
        self.backlog = backlog
        self.flush_seconds = flush_seconds
        self.tidy = tidy
        self.tick = tick
        self.tick_seconds = tick_seconds
        self.told: Counter[str] = Counter()
        self.failure: Exception | None = None
        self._moved = Condition()
        self._stopping = False
        self._stopped = False
        self._broken = False
        self.patience = remembering.patience = Patience(self._pause)
        self._asking = Patience(self._pause)
        self._marks: list[deque[tuple[int, int]]] = [deque() for _ in perceiving.done]
        self._reached = self._initial()
        self._threads = [
            Thread(target=self._guard, args=(step,), name=name, daemon=True)
            for name, step in (("perceive", self._perceive), ("remember", self._remember))
        ]

    def start(self) -> None:
        """Bring the views up to the log, then run both agents until stopped."""
        self.remembering.projector.catch_up()
        for thread in self._threads:
            thread.start()

    def publish(self, records: Sequence[Outgoing], said: Sequence[Said]) -> list[tuple[int, int]]:
        """Append observations, durable on return; waits while too many are not perceived yet."""
        with self._moved:
            while self._lag() > self.backlog and not self.failure:
                self._moved.wait(_IDLE)
        self._raise()
        placed = self.log.append(records)
        self.perceiving.fresh.keep(
            ((OBSERVATIONS, *place), one) for place, one in zip(placed, said, strict=True)
        )
        return placed

    def decided(self, inputs: Sequence[str]) -> dict[str, list[str]]:
        """Give the digests under which these inputs were decided, whenever the views answer."""
        views = self.remembering.projector.views
        return self._asking.through(lambda: views.decided(inputs))

    def erased(self, inputs: Sequence[str]) -> set[str]:
        """Give those of these inputs whose content was erased, whenever the views answer."""
        views = self.remembering.projector.views
        return self._asking.through(lambda: views.erased(inputs))

    @property
    def waiting(self) -> str | None:
        """Say which store does not answer, if it waits for one."""
        return self.patience.reason or self._asking.reason

    def wait(self, positions: dict[int, int], timeout: float = 60.0) -> None:
        """Wait until every view holds the observation at each partition's offset.

        Raises WaitError after `timeout` seconds, or what stopped the host, or ClosedError.
        """
        if unknown := sorted(p for p in positions if not 0 <= p < len(self._reached)):
            raise NotFoundError(f"there is no partition {unknown[0]}", partition=unknown[0])
        until = monotonic() + timeout
        with self._moved:
            while any(self._reached[p] <= offset for p, offset in positions.items()):
                self._raise()
                if monotonic() > until:
                    raise WaitError(
                        f"the views did not reach {positions} within {timeout:g} s",
                        reached=list(self._reached),
                    )
                self._moved.wait(_IDLE)

    def drain(self, timeout: float = 3600.0) -> None:
        """Wait until everything that was published is in every view."""
        self.wait({p: end - 1 for p, end in enumerate(self.log.ends(OBSERVATIONS))}, timeout)

    def repair_vectors(self, timeout: float = 600.0) -> None:
        """After the vector engine failed a reader: bring its view back to where the rows are.

        The thread that remembers does it, since it alone writes there. Raises WaitError, or
        ClosedError where that thread has ended.
        """
        with self._moved:
            self._broken = True
            self._moved.wait_for(lambda: not self._broken or self.failure or self._stopped, timeout)
            self._raise()
            if self._broken:
                raise WaitError(f"the vectors were not repaired within {timeout:g} s")

    def stop(self) -> None:
        """Finish the batches under way, make the vector view durable, and end the threads."""
        with self._moved:
            self._stopping = True
            self._moved.notify_all()
        for thread in self._threads:
            if thread.ident:
                thread.join()
        with self._moved:
            self._stopped = True
            self._moved.notify_all()
        if self.failure is None:
            try:
                self.remembering.projector.flush()
            except VectorsAwayError as error:
                # What is not recorded as complete is projected again when opened next.
                log_.warning("not flushed", reason=str(error))

    @property
    def reached(self) -> list[int]:
        """Give the next offset of observations that the views do not hold, by partition."""
        with self._moved:
            return list(self._reached)

    def _initial(self) -> list[int]:
        """Work out how far the views are from what the consumers had committed."""
        ends = self.log.ends(PERCEPTS)
        reached = []
        for partition, perceived in enumerate(self.perceiving.done):
            remembered = self.remembering.done[partition]
            self._marks[partition].append((ends[partition], perceived))
            if remembered >= ends[partition]:
                reached.append(perceived)
                continue
            reached.append(self._undecided(partition, remembered, perceived))
        return reached

    def _undecided(self, partition: int, offset: int, perceived: int) -> int:
        """Find the observation of the first percept from an offset on that is not erased."""
        while page := self.log.read(PERCEPTS, partition, offset, _PAGE):
            for record in page:
                if not record.erased:
                    return int(record.headers["ce_position"].rpartition(":")[2])
            offset = page[-1].offset + 1
        return perceived

    def _lag(self) -> int:
        ends = self.log.ends(OBSERVATIONS)
        return sum(end - done for end, done in zip(ends, self.perceiving.done, strict=True))

    def _raise(self) -> None:
        if isinstance(self.failure, AnamnesisError):
            raise self.failure
        if self.failure is not None:
            raise UnavailableError(
                f"the host stopped: {type(self.failure).__name__}: {self.failure}"
            ) from self.failure
        if self._stopped:
            raise ClosedError

    def _guard(self, step: object) -> None:
        try:
            step()  # type: ignore[operator]  # one of the two loops below
        except Exception as error:
            log_.exception("stopped", reason=str(error), kind=type(error).__name__)
            with self._moved:
                self.failure = self.failure or error
                self._stopping = True
                self._moved.notify_all()

    def _perceive(self) -> None:
        work = self.perceiving
        while True:
            # The next batches wait at the encoder: it must not stand still while one is written.
            while not self._stopping and len(work.under_way) <= len(work.done) and work.begin():
                pass
            if work.under_way:
                partition = work.finish()
                with self._moved:
                    mark = (self.log.ends(PERCEPTS)[partition], work.done[partition])
                    self._marks[partition].append(mark)
                    self._advance(partition)
            elif self._stopping:
                return
            else:
                self.log.wait(OBSERVATIONS, work.read, _IDLE)

    def _remember(self) -> None:
        work = self.remembering
        flushed = monotonic()
        tidied, ticked = flushed - _TIDY, flushed
        while True:
            outcomes = work.step()
            for outcome in outcomes:
                self._tell(outcome)
            if self._broken:
                self.patience.through(work.projector.repair_vectors)
                with self._moved:
                    self._broken = False
                    self._moved.notify_all()
            if monotonic() - flushed > self.flush_seconds:
                self.patience.through(work.projector.flush)
                flushed = monotonic()
            if outcomes:
                continue
            if self._stopping and not self._threads[0].is_alive():
                return
            if 0 < self.tick_seconds < monotonic() - ticked:
                self.patience.through(self.tick)
                ticked = monotonic()
            if monotonic() - tidied > _TIDY:
                self.patience.through(self.tidy)
                tidied = monotonic()
            self.log.wait(PERCEPTS, work.done, _IDLE)

    def _pause(self, seconds: float) -> bool:
        """Wait, unless and until told to stop; say whether to go on."""
        with self._moved:
            self._moved.notify_all()
            return not self._moved.wait_for(lambda: self._stopping, seconds)

    def _tell(self, outcome: Outcome) -> None:
        with self._moved:
            for event in outcome.events:
                self.told[event.tag.removesuffix(".v1")] += 1
            self.told["inputs"] += outcome.inputs
            self._advance(outcome.partition)

    def _advance(self, partition: int) -> None:
        marks = self._marks[partition]
        while marks and marks[0][0] <= self.remembering.done[partition]:
            self._reached[partition] = marks.popleft()[1]
        self._moved.notify_all()
