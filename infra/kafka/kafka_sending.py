"""How a worker writes to Kafka: in order, durable, and each input's outcome as one whole."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import groupby
from math import inf
from typing import Any, Final

import aiokafka

from infra.clock import monotonic
from infra.kafka.kafka_client import LARGEST, Access
from infra.kafka.kafka_wire import Wire, wire_of
from infra.log.murmur2 import partition as murmur2_partition
from schemas.errors import InputError, KafkaError
from streams.codec import Codec
from streams.log import Outgoing

_BATCH: Final = 1 << 20  # bytes after which the next outcome begins another batch
_OVERHEAD: Final = 512  # bytes of a record besides key, value and headers, at most
_LOOKS: Final = 0.1  # seconds between two looks at which node leads a partition, at least


class Sender:
    """One idempotent producer; what is sent for one partition is sent batch after batch.

    A broker takes a batch or leaves it. So an outcome whose events share a batch is never there
    by halves, and a batch is only sent when the one before is durable: nothing overtakes.
    """

    def __init__(self, access: Access, codec: Codec, partitions: int) -> None:
        self._codec = codec
        self._partitions = partitions
        self._access = access
        self.sent: Counter[str] = Counter()  # durable records, by stream
        self._producer = _producer(access)
        self._spoiled: Any = None  # the producer that has given a batch up
        self._renewing = asyncio.Lock()

    async def start(self) -> None:
        """Connect."""
        await self._producer.start()

    async def stop(self) -> None:
        """Send what is under way and disconnect."""
        await self._producer.stop()

    async def send(self, records: Sequence[Outgoing]) -> list[tuple[int, int]]:
        """Append records, durable on return; give each (partition, offset).

        Raises KafkaError, and InputError when one outcome is too large for a batch.
        """
        await self._renew()
        placed: list[tuple[int, int]] = [(-1, -1)] * len(records)
        lanes: dict[tuple[str, int], list[int]] = {}
        for index, record in enumerate(records):
            partition = murmur2_partition(record.key, self._partitions)
            lanes.setdefault((record.stream, partition), []).append(index)
        # The dead letters first: an input that is decided is not looked at again.
        for _, ours in groupby(sorted(lanes, key=_late), _late):
            await _all(self._lane(lane, lanes[lane], records, placed) for lane in ours)
        return placed

    async def _lane(
        self,
        lane: tuple[str, int],
        indexes: Sequence[int],
        records: Sequence[Outgoing],
        placed: list[tuple[int, int]],
    ) -> None:
        stream, partition = lane
        for batch in self._batches(indexes, records):
            producer = self._producer
            builder = producer.create_batch()
            for index, (key, value, headers) in batch:
                stamp = records[index].timestamp
                if builder.append(key=key, value=value, headers=headers, timestamp=stamp) is None:
                    raise _too_large(stream)
            builder.close()
            try:
                future = await producer.send_batch(builder, stream, partition=partition)
                first = (await future).offset
            except (aiokafka.errors.KafkaError, OSError) as error:
                self._spoiled = producer
                if isinstance(error, aiokafka.errors.MessageSizeTooLargeError):
                    raise _too_large(stream) from error
                raise _failed(self._access, error) from error
            self.sent[stream] += len(batch)
            for place, (index, _) in enumerate(batch):
                placed[index] = (partition, first + place)

    async def _renew(self) -> None:
        """Begin with another producer where a batch of this one was given up.

        It had its number, without which the broker takes none that follow in its partition.
        """
        async with self._renewing:
            if self._spoiled is not self._producer:
                return
            fresh = _producer(self._access)
            try:
                await fresh.start()
            except (aiokafka.errors.KafkaError, OSError) as error:
                await fresh.stop()
                raise _failed(self._access, error) from error
            old, self._producer = self._producer, fresh
        await old.stop()

    def _batches(
        self, indexes: Sequence[int], records: Sequence[Outgoing]
    ) -> Iterator[list[tuple[int, Wire]]]:
        """Cut what goes to one partition into batches, only where one outcome ends."""
        batch: list[tuple[int, Wire]] = []
        size = 0
        for _, run in groupby(indexes, lambda index: records[index].headers.get("ce_causationid")):
            wired = [(index, wire_of(records[index], self._codec)) for index in run]
            length = sum(_size(wire) for _, wire in wired)
            if batch and size + length > _BATCH:
                yield batch
                batch, size = [], 0
            batch += wired
            size += length
        if batch:
            yield batch


def _producer(access: Access) -> aiokafka.AIOKafkaProducer:
    producer = aiokafka.AIOKafkaProducer(
        **access.options(),
        acks="all",
        enable_idempotence=True,
        linger_ms=2,
        max_batch_size=LARGEST,
        max_request_size=LARGEST,
        request_timeout_ms=int(1000 * access.patience),
    )
    # While no node leads a partition, it would look as often as a core allows.
    client: Any = producer.client
    client._metadata_update = _paced(client._metadata_update)  # noqa: SLF001
    return producer


def _paced(look: Callable[..., Awaitable[bool]]) -> Callable[..., Awaitable[bool]]:
    last = -inf

    async def paced(*told: object) -> bool:
        nonlocal last
        await asyncio.sleep(last + _LOOKS - monotonic())
        last = monotonic()
        return await look(*told)

    return paced


def _failed(access: Access, error: Exception) -> KafkaError:
    told = f"Kafka at {access.address}: {type(error).__name__}: {error}"
    return KafkaError(told, address=access.address)


def _too_large(stream: str) -> InputError:
    """Say what no attempt can change, so that the input becomes a dead letter."""
    return InputError(f"a batch for {stream} has more than {LARGEST} bytes, or almost as many")


def _size(wire: Wire) -> int:
    key, value, headers = wire
    return len(key or b"") + len(value) + _OVERHEAD + sum(len(n) + len(v) + 8 for n, v in headers)


def _late(lane: tuple[str, int]) -> bool:
    return not lane[0].endswith(".rejections")


async def _all(sending: Iterator[Awaitable[Any]]) -> None:
    """Wait for all, whatever becomes of one; then raise the first failure."""
    done = await asyncio.gather(*sending, return_exceptions=True)
    for one in done:
        if isinstance(one, BaseException):
            raise one
