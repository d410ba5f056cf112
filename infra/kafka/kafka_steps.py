"""What a worker does with a batch from Kafka: the agents' own code, safe beside other workers.

Outputs and position are not one transaction here. Exactly once is the effect, because:
- an outcome is appended whole or not at all (`infra/kafka/kafka_sending.py`);
- the rows, the decided ids and the views' position are one transaction, by compare-and-set, so of
  two workers that both believe to own a partition one fails and looks again;
- nothing is appended unless the views still stand where they stood before gathering, so what was
  gathered was of one moment, and deciding again gives the same events with the same ids;
- whatever stands in the stream twice is folded once (`infra/views/first_seen.py`).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from threading import Lock

from infra.host.perceiving import CONSUMER as PERCEIVE
from infra.host.perceiving import Perceiving
from infra.host.remembering import CONSUMER as REMEMBER
from infra.host.remembering import Remembering
from infra.kafka.following import FollowingProjector
from infra.kafka.kafka_client import Access
from infra.kafka.kafka_log import KafkaLog
from infra.keys.key_ring import KeyRing
from infra.models.perceive import Perceiver
from streams.codec import Codec
from streams.log import Advance, Outgoing, Record
from streams.topology import OBSERVATIONS, PERCEPTS

Send = Callable[[Sequence[Outgoing]], list[tuple[int, int]]]


class StepLog(KafkaLog):
    """The log as a step of a worker sees it: what it commits is sent; the host moves positions."""

    send: Send
    guard: Callable[[int], None] = staticmethod(lambda _: None)

    def __init__(self, access: Access, *, codec: Codec | None = None) -> None:
        super().__init__(access, codec=codec)
        self.sent: Counter[str] = Counter()  # durable records of its own producer, by stream

    def append(self, records: Sequence[Outgoing], *, once: bool = False) -> list[tuple[int, int]]:
        """Append records, and count them."""
        placed = super().append(records, once=once)
        self.sent.update(record.stream for record in records)
        return placed

    def commit(self, records: Sequence[Outgoing], advance: Advance) -> list[tuple[int, int]]:
        """Append records, durable on return, unless the step has lost its partition."""
        self.guard(advance.partition)
        return self.send(records)


class PerceiveStep:
    """Turns observations into percepts."""

    name = PERCEIVE
    reads = OBSERVATIONS

    def __init__(self, work: Perceiving, ring: KeyRing) -> None:
        self._work = work
        self._ring = ring
        self._destroyed = ring.destroyed

    def renew(self, perceiver: Perceiver) -> None:
        """Let the next batch be perceived by others; a batch is never read by two models."""
        self._work.renew(perceiver)

    def close(self) -> None:
        """Release the models, and those that no batch was perceived by."""
        self._take_renewed()
        self._work.perceiver.encoder.close()

    def _take_renewed(self) -> None:
        for perceiver in self._work.take_renewed():
            perceiver.encoder.close()

    @property
    def stale(self) -> frozenset[int]:
        """Give no partition: perceiving has no state."""
        return frozenset()

    def assigned(self, partitions: Iterable[int]) -> None:
        """Need nothing: perceiving has no state."""

    def run(self, partition: int, records: list[Record]) -> int:
        """Perceive a batch; what is returned from is durable. Give how many records it wrote."""
        self._work.under_way.clear()  # what a failed attempt has left
        self._take_renewed()
        if self._ring.destroyed != self._destroyed:  # something was erased
            self._destroyed = self._ring.destroyed
            self._work.perceiver.forget()
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
        self._mine = frozenset(projector.at)
        self._stale = set(projector.at)

    def assigned(self, partitions: Iterable[int]) -> None:
        """Look again where the views stand, before anything of these partitions is decided."""
        with self._lock:
            self._mine = frozenset(partitions)
            self._stale = set(self._mine)

    @property
    def stale(self) -> frozenset[int]:
        """Give the partitions whose views may lack what is remembered."""
        with self._lock:
            return frozenset(self._stale)

    def owns(self, partition: int) -> bool:
        """Say whether what is in a partition is remembered here."""
        with self._lock:
            return partition in self._mine

    def run(self, partition: int, records: list[Record]) -> int:
        """Decide a batch; what is returned from is durable and in the views. Give its events.

        Without records it only brings the views to what others have remembered.
        """
        with self._lock:
            stale, mine = partition in self._stale, self._mine
        if stale:
            self._projector.reload(partition, mine)
            with self._lock:
                self._stale.discard(partition)
        if not records:
            return 0
        try:
            outcome = self._work.decide(partition, records, records[-1].offset + 1)
        except BaseException:
            with self._lock:  # whatever was half done is found in the log
                self._stale.add(partition)
            raise
        self._projector.flush_in_time()
        return len(outcome.events)

    def position(self, partition: int) -> int:
        """Give the next memory event that the views lack, as this worker has left them."""
        return self._projector.at[partition]

    def commit(self, records: Sequence[Outgoing], partition: int) -> None:
        """Append what the host itself has to say, such as a dead letter."""
        self._work.log.commit(records, Advance(self.name, self.reads, partition, 0, 0))


Step = PerceiveStep | RememberStep
