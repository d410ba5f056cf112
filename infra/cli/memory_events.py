"""What the log tells of one memory: its events, also when it has left the views."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from infra.views.sql_reads import Memory, SqlReads
from schemas.errors import NotFoundError
from schemas.memories import MemoryForgotten, MemoryFormed
from schemas.wire import decode
from streams.log import Log, Record, records
from streams.topology import MEMORIES

_FORMED = "memory_formed.v1"


@dataclass(frozen=True)
class Traced:
    """One memory: as the views have it, or None when it was forgotten, and its events in order."""

    id: str
    space: str
    now: Memory | None
    events: list[tuple[Record, BaseModel]]

    @property
    def forgotten(self) -> MemoryForgotten | None:
        """Give the event by which it left the views."""
        last = [event for _, event in self.events if isinstance(event, MemoryForgotten)]
        return last[-1] if self.now is None and last else None


def traced(log: Log, reads: SqlReads, name: str) -> Traced:
    """Find a memory by its id or the beginning of it, in the views or else in the log.

    Raises NotFoundError when neither has it, or several ids begin so.
    """
    try:
        found = reads.memory(name)
    except NotFoundError:
        formed = _formed(log, name)
        if formed is None:
            raise
        record, event = formed
        return Traced(event.memory, event.space, None, list(_events(log, event.memory, record)))
    partition = log.partition_of(found.space)
    begin = log.read(MEMORIES, partition, found.seq, 1)
    return Traced(found.id, found.space, found, list(_events(log, found.id, *begin)))


def _formed(log: Log, name: str) -> tuple[Record, MemoryFormed] | None:
    """Find where a memory was formed. Raises NotFoundError when several ids begin so."""
    found: dict[str, tuple[Record, MemoryFormed]] = {}
    for partition, end in enumerate(log.ends(MEMORIES)):
        for record in records(log, MEMORIES, partition, end):
            if record.headers.get("ce_type") == _FORMED and name.encode() in record.value:
                event = decode(_FORMED, record.value)
                if isinstance(event, MemoryFormed) and event.memory.startswith(name):
                    found.setdefault(event.memory, (record, event))
    if len(found) > 1:
        raise NotFoundError(f"several memories' ids begin with {name}", memory=name)
    return next(iter(found.values()), None)


def _events(log: Log, memory: str, begin: Record) -> Iterator[tuple[Record, BaseModel]]:
    """Go through the events that concern a memory, from the one that formed it on."""
    end = log.ends(MEMORIES)[begin.partition]
    for record in records(log, MEMORIES, begin.partition, end, begin.offset):
        if memory.encode() in record.value:
            yield record, decode(record.headers["ce_type"], record.value)
