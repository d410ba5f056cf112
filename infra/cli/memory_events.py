"""What the log tells of one memory, fact, concept or procedure: its events, in their order.

Also of what has left the views.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel

from infra.views.sql_reads import Memory, SqlReads
from schemas.errors import NotFoundError
from schemas.memories import MemoryForgotten
from schemas.wire import decode
from streams.log import Log, Record, records
from streams.topology import MEMORIES

# What begins with which event, and so what has an id to be asked for.
_BEGINS: Final = {
    "memory_formed.v1": "memory",
    "fact_asserted.v1": "fact",
    "concept_changed.v1": "concept",
    "procedure_recognised.v1": "procedure",
}


@dataclass(frozen=True)
class Traced:
    """What an id names: a memory, as the views have it if they do, or something made of such."""

    kind: str
    id: str
    space: str
    now: Memory | None
    events: list[tuple[Record, BaseModel]]

    @property
    def forgotten(self) -> MemoryForgotten | None:
        """Give the event by which it left the views."""
        last = [event for _, event in self.events if isinstance(event, MemoryForgotten)]
        return last[-1] if self.now is None and last else None


def traced(log: Log, reads: SqlReads, name: str, space: str | None = None) -> Traced:
    """Find what has an id, or one that begins so: a memory in the views, else what the log names.

    With a `space`, only what is in it is looked at.

    Raises NotFoundError when neither has it, or several ids begin so.
    """
    try:
        found = reads.memory(name, space)
    except NotFoundError:
        begun = _begun(log, name, space)
        if begun is None:
            raise
        kind, id_, record = begun
        return Traced(kind, id_, record.key or "", None, list(_events(log, id_, record)))
    partition = log.partition_of(found.space)
    begin = log.read(MEMORIES, partition, found.seq, 1)
    events = list(_events(log, found.id, *begin))
    return Traced("memory", found.id, found.space, found, events)


def _begun(log: Log, name: str, space: str | None) -> tuple[str, str, Record] | None:
    """Find with what something began. Raises NotFoundError when several ids begin so."""
    found: dict[tuple[str, str], Record] = {}
    for partition, end in enumerate(log.ends(MEMORIES)):
        for record in records(log, MEMORIES, partition, end):
            tag = record.headers.get("ce_type", "")
            if space not in (None, record.key):
                continue
            if (kind := _BEGINS.get(tag)) and name.encode() in record.value:
                id_ = getattr(decode(tag, record.value), kind)
                if id_.startswith(name):
                    found.setdefault((kind, id_), record)
    if len(found) > 1:
        raise NotFoundError(f"several ids begin with {name}", memory=name)
    return next(((kind, id_, record) for (kind, id_), record in found.items()), None)


def _events(log: Log, memory: str, begin: Record) -> Iterator[tuple[Record, BaseModel]]:
    """Go through the events that concern it, from the one that it began with on."""
    end = log.ends(MEMORIES)[begin.partition]
    for record in records(log, MEMORIES, begin.partition, end, begin.offset):
        if memory.encode() in record.value:
            yield record, decode(record.headers["ce_type"], record.value)
