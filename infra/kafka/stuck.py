"""At which records a worker was ended as stuck, so that the next one does them by themselves.

The time-out of a handler. A thread cannot be ended, and what goes on behind a time-out might be
done once more beside it: so the process ends (`infra/kafka/watchdog.py`), and nothing goes on.
Before that it notes where it was. Who has the partition next does those records one by one,
and one at which as many workers were ended as it has attempts becomes a dead letter.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Final

from infra.kafka.kafka_log import KafkaLog
from infra.kafka.unbroken import Patiently
from streams.log import Record

_NOTHING: Final = (-1, -1, 0)


class Stuck:
    """What is noted of the partitions of an agent: first and last offset, and how often."""

    def __init__(self, log: KafkaLog, agent: str, patiently: Patiently) -> None:
        self._log = log
        self._agent = agent
        self._patiently = patiently
        self._known: dict[int, tuple[int, int, int]] = {}

    def assigned(self, partitions: Iterable[int]) -> None:
        """Read again what is noted of these partitions: others may have had them."""
        for partition in partitions:
            self._known.pop(partition, None)

    async def apart(
        self, partition: int, records: list[Record]
    ) -> AsyncIterator[tuple[list[Record], int]]:
        """Give records in order, those at which a worker was ended one by one.

        With them how often one was ended at this record alone.
        """
        if partition not in self._known:
            noted = await self._patiently(self._log.noted, self._place(partition))
            self._known[partition] = _read(noted)
        first, last, times = self._known[partition]
        if not records or records[-1].offset < first or records[0].offset > last:
            yield records, 0
            return
        for record in records:
            yield [record], times if first == last == record.offset else 0

    def note(self, partition: int, records: Sequence[Record]) -> None:
        """Note that a worker is ended at these records. Raises KafkaError."""
        first, last = records[0].offset, records[-1].offset
        before = self._known.get(partition, _NOTHING)
        times = before[2] + 1 if before[:2] == (first, last) else 1
        self._log.note(self._place(partition), f"{first} {last} {times}")

    def _place(self, partition: int) -> str:
        return f"stuck.{self._agent}.{partition}"


def _read(noted: str) -> tuple[int, int, int]:
    parts = [int(part) for part in noted.split() if part.isdigit()]
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else _NOTHING  # noqa: PLR2004
