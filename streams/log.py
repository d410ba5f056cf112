"""What a log must do: keep partitioned, ordered, keyed records and its consumers' positions."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

ERASED: Final = "erased"  # the tag of a record whose content was erased; only its place is left
_PAGE: Final = 1000  # records read at once


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A record to append; the key (a space) chooses its partition as Kafka's murmur2 does."""

    stream: str
    key: str | None
    value: bytes
    headers: dict[str, str] = field(default_factory=dict)
    timestamp: int = 0  # milliseconds since 1970, when it was published


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it stands in the log."""

    stream: str
    partition: int
    offset: int
    key: str | None
    value: bytes
    headers: dict[str, str]
    timestamp: int

    @property
    def erased(self) -> bool:
        """Say whether nothing is left of it but its place."""
        return self.headers.get("ce_type") == ERASED


# What is left of a record where something is erased: itself, or with other content; or nothing.
Fate = Callable[[Record], Record | None]


@dataclass(frozen=True, slots=True)
class Advance:
    """A consumer's move in one partition; refused unless it stands at `expected`."""

    consumer: str
    stream: str
    partition: int
    expected: int
    position: int


class Log(Protocol):
    """Partitioned append-only streams; what returns from an append is durable.

    Where `repeats` holds, what one input led to may stand in it more than once; the first counts.
    """

    partitions: int
    repeats: bool

    def append(self, records: Sequence[Outgoing], *, once: bool = False) -> list[tuple[int, int]]:
        """Append records, durable on return; give each (partition, offset).

        With `once`, a record whose header `ce_id` was appended with `once` before is skipped
        and gives (partition, -1); a log that does not know ids appends it again, and its readers
        drop the repeat.
        """
        ...

    def read(self, stream: str, partition: int, offset: int, limit: int) -> list[Record]:
        """Read up to `limit` records from `offset` on, in order (trimmed offsets are skipped)."""
        ...

    def scan(self, stream: str) -> Iterator[Record]:
        """Go through every record of a stream, partition by partition."""
        ...

    def ends(self, stream: str) -> list[int]:
        """Give the next offset of each partition."""
        ...

    def begins(self, stream: str) -> list[int]:
        """Give the first offset that each partition still has."""
        ...

    def lost(self, stream: str) -> list[tuple[int, int, int]]:
        """Give the gaps that are known, after a salvage: partition, first and last offset."""
        ...

    def position(self, consumer: str, stream: str, partition: int) -> int:
        """Give the next offset that a consumer has to read."""
        ...

    def wait(self, stream: str, ends: Sequence[int], timeout: float) -> bool:
        """Wait up to `timeout` seconds until the stream goes beyond `ends`."""
        ...

    def partition_of(self, key: str | None) -> int:
        """Give a key's partition (murmur2, as Kafka's default partitioner)."""
        ...

    def check(self) -> list[str]:
        """Look through everything for damage, missing offsets and impossible positions."""
        ...

    def close(self) -> None:
        """Close, leaving nothing half written."""
        ...


class ExactLog(Log, Protocol):
    """A log in which what a consumer writes and how far it has read are one transaction."""

    def commit(self, records: Sequence[Outgoing], advance: Advance) -> list[tuple[int, int]]:
        """Append records and advance a consumer in one transaction.

        Raises StalePositionError, and appends nothing, when the consumer stands elsewhere.
        """
        ...


def records(log: Log, stream: str, partition: int, end: int, begin: int = 0) -> Iterator[Record]:
    """Go through a partition's records up to an offset, page by page: nothing is left open."""
    offset = begin
    while offset < end:
        page = log.read(stream, partition, offset, min(_PAGE, end - offset))
        if not page:
            break
        yield from (record for record in page if record.offset < end)
        offset = page[-1].offset + 1
