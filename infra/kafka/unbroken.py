"""What of a partition is next, whatever Faust gives.

Around a rebalance Faust drops what waits in its queues and then may go on behind it, with records
that it had fetched before; what lies between it takes for done. So what it gives is held against
what was done, and what it has left out is read from the log.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Any

from infra.kafka.kafka_log import KafkaLog
from streams.log import Record

Patiently = Callable[..., Awaitable[Any]]  # does something on a step's thread until it succeeds


class Unbroken:
    """Puts an agent's records into the log's order, without gaps and without those it has done."""

    def __init__(
        self, log: KafkaLog, agent: str, stream: str, patiently: Patiently, *, batch: int
    ) -> None:
        self._log = log
        self._agent = agent
        self._stream = stream
        self._patiently = patiently
        self._batch = batch
        self._next: dict[int, int] = {}  # what is not done, for all that this process knows
        self._acked: dict[int, int] = {}  # what Faust has not been told of
        self._unsure = set(range(log.partitions))

    def assigned(self, partitions: Iterable[int]) -> None:
        """Ask again where these partitions stand: others may have had them."""
        self._unsure.update(partitions)

    async def whole(
        self, partition: int, records: Sequence[Record]
    ) -> AsyncIterator[tuple[list[Record], bool]]:
        """Give batches in order, and whether Faust had left them out; each is done when resumed."""
        following = await self._following(partition)
        run: list[Record] = []
        for record in sorted(records, key=lambda record: record.offset):
            if record.offset < following:
                continue
            if record.offset > following:
                if run:
                    yield run, False
                    run = []
                async for page in self._between(partition, following, record.offset):
                    yield page, True
            run.append(record)
            following = record.offset + 1
        if run:
            yield run, False
        self._next[partition] = following

    def gaps(self, partition: int, records: Sequence[Record]) -> Iterator[tuple[int, int]]:
        """Give first and last offset of what is done though Faust did not give it."""
        at = self._acked[partition]
        for offset in sorted(record.offset for record in records):
            if offset > at:
                yield at, offset - 1
            at = max(at, offset + 1)
        self._acked[partition] = at

    async def _following(self, partition: int) -> int:
        if partition in self._unsure:
            self._unsure.discard(partition)
            position = self._log.position
            at = await self._patiently(position, self._agent, self._stream, partition)
            self._acked[partition] = at
            self._next[partition] = max(at, self._next.get(partition, 0))
        return self._next[partition]

    async def _between(self, partition: int, first: int, end: int) -> AsyncIterator[list[Record]]:
        """Read what stands between two offsets: nothing, where a transaction has left its mark."""
        while first < end:
            limit = min(self._batch, end - first)
            read = await self._patiently(self._log.read, self._stream, partition, first, limit)
            page = [record for record in read if record.offset < end]
            if not page:
                return
            yield page
            first = page[-1].offset + 1
