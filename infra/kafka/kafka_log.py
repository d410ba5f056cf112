"""How a Kafka cluster serves as the log: pages by offset, durable appends, committed positions."""

from collections.abc import Iterator, Sequence
from threading import Lock
from typing import Any, Final
from uuid import UUID

from infra.clock import monotonic, pause
from infra.kafka.kafka_client import (
    LARGEST,
    RECONNECTS,
    Access,
    admin,
    connected,
    connecting,
    group_of,
    kafka,
    retried,
    translated,
)
from infra.kafka.kafka_wire import read, record_of, wire_of
from infra.keys.sealing import SealedCodec
from infra.log.murmur2 import partition as murmur2_partition
from schemas.errors import KafkaError, NotFoundError
from streams.codec import Codec, PlainCodec
from streams.log import Outgoing, Record, records
from streams.topology import MEMORIES, OBSERVATIONS, PERCEPTS

_LOOKS: Final = 0.01  # seconds between looks at whether a stream has grown
_FETCH: Final = 4 << 20  # bytes of a partition fetched at once


class KafkaLog:
    """The log on a cluster, for any number of processes and threads.

    What was appended twice stands in it twice: ids are derived, so readers drop what they know.
    Raises KafkaError when the cluster does not answer or lacks the topics.
    """

    repeats = True

    def __init__(self, access: Access, *, codec: Codec | None = None) -> None:
        self.access = access
        self.codec = codec or PlainCodec()
        self._turn = Lock()
        self._sending = Lock()
        self._assigned: Any = None
        self._producer: Any = None
        self._admin: Any = None
        self._ended: dict[str, list[int]] = {}
        self._consumer = connected(
            kafka.KafkaConsumer,
            access,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            allow_auto_create_topics=False,
            max_partition_fetch_bytes=_FETCH,
            fetch_max_wait_ms=100,
        )
        try:
            self.partitions = self._counted()
        except BaseException:
            self._consumer.close()
            raise

    def _counted(self) -> int:
        """Count the partitions of each topic."""
        with connecting(self.access):
            counts = [len(self._consumer.partitions_for_topic(name) or ()) for name in _NEEDED]
        if not all(counts) or len(set(counts)) > 1:
            told = ", ".join(f"{n} has {c}" for n, c in zip(_NEEDED, counts, strict=True))
            raise KafkaError(
                f"Kafka at {self.access.address} lacks the topics' partitions ({told}): "
                "`anamnesis topics apply` creates them",
                address=self.access.address,
            )
        return counts[0]

    def identity(self) -> int:
        """Give a number that no other log has: of the topic of memories, until it is removed."""
        with self._sending, translated(self.access.address):
            self._admin = self._admin or admin(self.access)
            (topic,) = self._admin.describe_topics([MEMORIES])
        return UUID(topic["topic_id"]).int >> 66

    def note(self, name: str, text: str) -> None:
        """Keep a short text beside the topics, for a week at least."""
        place = kafka.TopicPartition(MEMORIES, 0)
        about = kafka.OffsetAndMetadata(0, text, None)
        with self._sending, translated(self.access.address):
            client = self._admin = self._admin or admin(self.access)

            def ask() -> None:
                told = client.alter_group_offsets(group_of(name), {place: about})[place]
                if told is not kafka.errors.NoError:
                    raise told

            retried(ask, self.access.patience)

    def noted(self, name: str) -> str:
        """Give the text that was noted; nothing where none was, or not for a week."""
        place = kafka.TopicPartition(MEMORIES, 0)
        found = self._offsets(name, [place]).get(place)
        return found.metadata or "" if found else ""

    def append(
        self,
        records: Sequence[Outgoing],
        *,
        once: bool = False,  # noqa: ARG002 - readers drop it
    ) -> list[tuple[int, int]]:
        """Append records, durable on all in-sync replicas on return, in order by partition."""
        if isinstance(self.codec, SealedCodec):
            self.codec.refresh()
        with translated(self.access.address), self._sending:
            producer = self._sender()
            futures = []
            for record in records:
                key, value, headers = wire_of(record, self.codec)
                futures.append(
                    producer.send(
                        record.stream, value, key, headers, self.partition_of(record.key),
                        record.timestamp,
                    )
                )  # fmt: skip
            producer.flush()
            told = [future.get(timeout=self.access.patience) for future in futures]
        return [(one.partition, one.offset) for one in told]

    def _sender(self) -> Any:  # noqa: ANN401 - kafka-python has no types
        if self._producer is None:
            self._producer = kafka.KafkaProducer(
                **self.access.options(),
                reconnect_backoff_max_ms=RECONNECTS,
                acks="all",
                enable_idempotence=True,
                linger_ms=2,
                batch_size=1 << 18,
                max_request_size=LARGEST,
                allow_auto_create_topics=False,
            )
        return self._producer

    def read(self, stream: str, partition: int, offset: int, limit: int) -> list[Record]:
        """Read up to `limit` records from `offset` on, in order (trimmed offsets are skipped)."""
        self._demand(stream, partition)
        place = kafka.TopicPartition(stream, partition)
        found: list[Record] = []
        with self._turn, translated(self.access.address):
            end = self._end(place, offset)
            if offset >= end or limit < 1:
                return []
            if self._assigned != place:
                self._consumer.assign([place])
                self._assigned = place
                self._consumer.seek(place, max(offset, 0))
            elif self._consumer.position(place) != offset:
                self._consumer.seek(place, max(offset, 0))
            until = monotonic() + self.access.patience
            while len(found) < limit and self._consumer.position(place) < end:
                page = self._consumer.poll(100, max_records=limit - len(found)).get(place, ())
                found += (read(record_of(one), self.codec) for one in page)
                if not page and monotonic() > until:
                    raise KafkaError(f"{stream}/{partition} is not given from {offset} on")
        return found

    def _end(self, place: Any, offset: int) -> int:  # noqa: ANN401 - kafka-python has no types
        """Give where a partition ends; asked anew only when what was known is used up."""
        known = self._ended.get(place.topic)
        if known is None or offset >= known[place.partition]:
            known = self._ends(place.topic)
        return int(known[place.partition])

    def scan(self, stream: str) -> Iterator[Record]:
        """Go through every record that the stream has now, partition by partition."""
        for partition, end in enumerate(self.ends(stream)):
            yield from records(self, stream, partition, end)

    def ends(self, stream: str) -> list[int]:
        """Give the next offset of each partition."""
        with self._turn, translated(self.access.address):
            return self._ends(stream)

    def _ends(self, stream: str) -> list[int]:
        places = [kafka.TopicPartition(stream, p) for p in range(self.partitions)]
        if not self._consumer.partitions_for_topic(stream):
            return [0] * self.partitions
        found = self._consumer.end_offsets(places)
        self._ended[stream] = [int(found[place]) for place in places]
        return list(self._ended[stream])

    def begins(self, stream: str) -> list[int]:
        """Give the first offset that each partition still has."""
        places = [kafka.TopicPartition(stream, p) for p in range(self.partitions)]
        with self._turn, translated(self.access.address):
            if not self._consumer.partitions_for_topic(stream):
                return [0] * self.partitions
            found = self._consumer.beginning_offsets(places)
        return [int(found[place]) for place in places]

    def lost(self, stream: str) -> list[tuple[int, int, int]]:  # noqa: ARG002 - as the port has it
        """Give no gaps: a cluster is not salvaged."""
        return []

    def position(self, consumer: str, stream: str, partition: int) -> int:
        """Give the next offset that a consumer has to read, as last committed."""
        self._demand(stream, partition)
        return self.positions(consumer, stream)[partition]

    def positions(self, consumer: str, stream: str) -> list[int]:
        """Give the next offset of each partition that a consumer has to read, as last committed.

        What the cluster has removed by its age cannot be read any more.
        """
        committed, begins = self._committed(consumer, stream), self.begins(stream)
        return [max(at, begin) for at, begin in zip(committed, begins, strict=True)]

    def _committed(self, consumer: str, stream: str) -> list[int]:
        places = [kafka.TopicPartition(stream, p) for p in range(self.partitions)]
        found = self._offsets(consumer, places)
        return [max(0, int(found[p].offset)) if p in found else 0 for p in places]

    def _offsets(self, consumer: str, places: Sequence[Any]) -> dict[Any, Any]:
        group = group_of(consumer)
        with self._sending, translated(self.access.address):
            self._admin = self._admin or admin(self.access)
            found: dict[Any, Any] = retried(
                lambda: self._admin.list_group_offsets({group: places}), self.access.patience
            )[group]
        return found

    def wait(self, stream: str, ends: Sequence[int], timeout: float) -> bool:
        """Wait up to `timeout` seconds until the stream goes beyond `ends`."""
        until = monotonic() + timeout
        while True:
            now = self.ends(stream)
            if any(end > seen for end, seen in zip(now, ends, strict=True)):
                return True
            if monotonic() >= until:
                return False
            pause(_LOOKS)

    def partition_of(self, key: str | None) -> int:
        """Give a key's partition (murmur2, as Kafka's default partitioner)."""
        return murmur2_partition(key, self.partitions)

    def check(self) -> list[str]:
        """Say what has been lost, and which positions lie beyond what there is."""
        faults = [
            f"{MEMORIES}/{p} begins at {begin}: earlier events are gone"
            for p, begin in enumerate(self.begins(MEMORIES))
            if begin
        ]
        for consumer, stream in (("perceive", OBSERVATIONS), ("remember", PERCEPTS)):
            at = self._committed(consumer, stream)
            faults += (
                f"{stream}/{p} begins at {begin}: {consumer} has not read from {position} on"
                for p, (position, begin) in enumerate(zip(at, self.begins(stream), strict=True))
                if 0 < position < begin
            )
            faults += (
                f"{consumer} stands at {position} in {stream}/{p}, which ends at {end}"
                for p, (position, end) in enumerate(zip(at, self.ends(stream), strict=True))
                if position > end
            )
        return faults

    def close(self) -> None:
        """Send what is under way and disconnect."""
        for client in (self._producer, self._admin, self._consumer):
            if client is not None:
                client.close()

    def _demand(self, stream: str, partition: int) -> None:
        if not 0 <= partition < self.partitions:
            raise NotFoundError(
                f"{stream} has no partition {partition}", stream=stream, partition=partition
            )


_NEEDED: Final = (OBSERVATIONS, PERCEPTS, MEMORIES)
