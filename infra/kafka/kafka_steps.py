"""What a worker does with a batch from Kafka: the agents' own code, safe beside other workers.

Outputs and position are not one transaction here. Exactly once is the effect, because:
- an outcome is appended whole or not at all (`infra/kafka/kafka_sending.py`);
- the rows, the decided ids and the views' position are one transaction, by compare-and-set, so of
  two workers that both believe to own a partition one fails and looks again;
- nothing is appended unless the views still stand where they stood before gathering, so what was
  gathered was of one moment, and deciding again gives the same events with the same ids;
- whatever stands in the stream twice is folded once (`infra/views/first_seen.py`).
"""

from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import Final

from infra.host.perceiving import CONSUMER as PERCEIVE
from infra.host.perceiving import Perceiving
from infra.host.remembering import CONSUMER as REMEMBER
from infra.host.remembering import Remembering
from infra.kafka.kafka_log import KafkaLog
from infra.views.first_seen import unknown
from infra.views.folding import folded_rows, placed
from infra.views.projector import Projector
from schemas.errors import StalePositionError
from schemas.memories import MemoryEvent
from streams.log import Advance, Outgoing, Record
from streams.topology import MEMORIES, OBSERVATIONS, PERCEPTS

_PAGE: Final = 2048  # records folded at once
Send = Callable[[Sequence[Outgoing]], list[tuple[int, int]]]


class StepLog(KafkaLog):
    """The log as a step of a worker sees it: what it commits is sent; the host moves positions."""

    send: Send
    guard: Callable[[int], None] = staticmethod(lambda _: None)

    def commit(self, records: Sequence[Outgoing], advance: Advance) -> list[tuple[int, int]]:
        """Append records, durable on return, unless the step has lost its partition."""
        self.guard(advance.partition)
        return self.send(records)


class FollowingProjector(Projector):
    """A projector that is not alone: what others put before its own records is folded first."""

    def project(
        self, partition: int, records: Sequence[Record], events: Sequence[MemoryEvent] | None = None
    ) -> None:
        """Fold records that were just appended, and whatever came between."""
        expected = range(self.at[partition], self.at[partition] + len(records))
        if [record.offset for record in records] == list(expected):
            super().project(partition, records, events)
        else:
            self.catch_up_rows(partition, records[-1].offset + 1)

    def reload(self, partition: int) -> None:
        """Begin where the views stand, and fold what a worker left behind that ended too early."""
        self.at[partition] = self.views.positions()[partition]
        self.catch_up_rows(partition, self.log.ends(MEMORIES)[partition])

    def refold(self, partition: int, space: str) -> None:
        """Fold what the views do not know of a space, from the beginning; the position stays."""
        offset, end = 0, self.log.ends(MEMORIES)[partition]
        while offset < end:
            page = self._page(partition, offset, _PAGE)
            if not page:
                break
            ours = unknown(self.views, (record for record in page if record.key == space))
            self._rows(partition, folded_rows(self.codec, (), placed(ours)), self.at[partition])
            offset = page[-1].offset + 1

    def guard(self, partition: int) -> None:
        """Raise StalePositionError when another worker has moved the views' position."""
        now = self.views.positions()[partition]
        if now != self.at[partition]:
            raise StalePositionError(
                f"the views of partition {partition} stand at {now}, not {self.at[partition]}",
                partition=partition,
            )


class PerceiveStep:
    """Turns observations into percepts."""

    name = PERCEIVE
    reads = OBSERVATIONS

    def __init__(self, work: Perceiving) -> None:
        self._work = work

    def assigned(self, partitions: Iterable[int]) -> None:
        """Need nothing: perceiving has no state."""

    def run(self, partition: int, records: list[Record]) -> int:
        """Perceive a batch; what is returned from is durable. Give how many records it wrote."""
        self._work.under_way.clear()  # what a failed attempt has left
        self._work.take(partition, records, records[-1].offset + 1)
        self._work.finish()
        return len(records)

    def commit(self, records: Sequence[Outgoing], partition: int) -> None:
        """Append what the host itself has to say, such as a dead letter."""
        self._work.log.commit(records, Advance(self.name, self.reads, partition, 0, 0))


class RememberStep:
    """Turns percepts into memories and brings the views up to date."""

    name = REMEMBER
    reads = PERCEPTS

    def __init__(self, work: Remembering, projector: FollowingProjector) -> None:
        self._work = work
        self._projector = projector
        self._lock = Lock()
        self._stale = set(projector.at)

    def assigned(self, partitions: Iterable[int]) -> None:
        """Look again where the views stand, before anything of these partitions is decided."""
        with self._lock:
            self._stale.update(partitions)

    def run(self, partition: int, records: list[Record]) -> int:
        """Decide a batch; what is returned from is durable and in the views. Give its events."""
        with self._lock:
            stale = partition in self._stale
        if stale:
            self._projector.reload(partition)
            with self._lock:
                self._stale.discard(partition)
        try:
            outcome = self._work.decide(partition, records, records[-1].offset + 1)
        except BaseException:
            self.assigned([partition])  # whatever was half done is found in the log
            raise
        return len(outcome.events)

    def position(self, partition: int) -> int:
        """Give the next memory event that the views lack, as this worker has left them."""
        return self._projector.at[partition]

    def commit(self, records: Sequence[Outgoing], partition: int) -> None:
        """Append what the host itself has to say, such as a dead letter."""
        self._work.log.commit(records, Advance(self.name, self.reads, partition, 0, 0))


Step = PerceiveStep | RememberStep
