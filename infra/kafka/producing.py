"""How a producer publishes to Kafka without a memory at hand: nothing is known, all is sent."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from infra.host.ingest import Ingestor
from infra.kafka.kafka_client import Access
from infra.kafka.kafka_log import KafkaLog
from schemas.observations import Said
from streams.log import Outgoing


class Straight:
    """Stands where a memory's views and host would: knows nothing, and never makes one wait."""

    def __init__(self, log: KafkaLog) -> None:
        self._log = log

    def decided(self, inputs: Sequence[str]) -> dict[str, list[str]]:  # noqa: ARG002 - the port's
        """Know of nothing that was decided."""
        return {}

    def erased(self, inputs: Sequence[str]) -> set[str]:  # noqa: ARG002 - the port's
        """Know of nothing: who remembers knows."""
        return set()

    def publish(
        self,
        records: Sequence[Outgoing],
        said: Sequence[Said],  # noqa: ARG002 - the port's
    ) -> list[tuple[int, int]]:
        """Append at once."""
        return self._log.append(records)


@contextmanager
def producing(access: Access, source: str) -> Iterator[Ingestor]:
    """Give a way in for observations from a named source. Raises KafkaError."""
    log = KafkaLog(access)
    try:
        straight = Straight(log)
        yield Ingestor(log, straight, straight, source, [])
    finally:
        log.close()
