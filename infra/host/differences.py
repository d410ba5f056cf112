"""How two memories of the same observations differ."""

import heapq
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import and_, select

from infra.views.sql_reads import SqlReads
from infra.views.sql_tables import FACTS, MEMORIES, SOURCES
from schemas.memories import Moved
from schemas.wire import decode
from streams.instants import from_micros
from streams.log import Log
from streams.sealed import read_fact
from streams.topology import PROMOTIONS

_Key = tuple[str, ...]
_Side = Iterator[tuple[_Key, str, str]]  # what is compared, its id, and what is told of it


class Difference(NamedTuple):
    """A memory, a fact or its promotions that differ: how it is in each, if it is there."""

    what: str
    space: str
    text: str
    before: str | None
    after: str | None


def differences(a: SqlReads, b: SqlReads, space: str | None) -> Iterator[Difference]:
    """Compare memories by the passage that they come from, and facts by what they state."""
    for key, (mine, before), (yours, after) in _paired(_memories(a, space), _memories(b, space)):
        if before != after:
            memory = b.memory(yours) if yours else a.memory(mine)
            yield Difference("memory", key[0], memory.body.text, before, after)
    facts = _paired(iter(sorted(_facts(a, space))), iter(sorted(_facts(b, space))))
    for key, (_, before), (_, after) in facts:
        if before != after:
            yield Difference("fact", key[0], " ".join(key[1:4]), before, after)


def promotions(a: Log, b: Log, space: str | None) -> Iterator[Difference]:
    """Compare the layers that memories went through, also those that were left or forgotten."""
    for key, (mine, before), (yours, after) in _paired(_moved(a, space), _moved(b, space)):
        if before != after:
            yield Difference("promotion", key[0], yours or mine, before, after)


_Half = tuple[str, str | None]


def _paired(one: _Side, other: _Side) -> Iterator[tuple[_Key, _Half, _Half]]:
    """Put together what has the same key; both sides are ordered by it."""
    merged = heapq.merge(
        ((key, 0, id_, told) for key, id_, told in one),
        ((key, 1, id_, told) for key, id_, told in other),
    )
    for key, found in groupby(merged, itemgetter(0)):
        halves: list[_Half] = [("", None), ("", None)]
        for _, side, id_, told in found:
            halves[side] = (id_, told)
        yield key, halves[0], halves[1]


def _memories(reads: SqlReads, space: str | None) -> _Side:
    m, s = MEMORIES.c, SOURCES.c
    # What formed a memory is the source that stands where the memory does.
    formed = and_(s.memory == m.memory, s.seq == m.seq)
    query = select(m.space, s.observation, s.start, m.memory, m.layer, m.state)
    query = query.select_from(MEMORIES.join(SOURCES, formed))
    if space is not None:
        query = query.where(m.space == space)
    query = query.order_by(m.space, s.observation, s.start).execution_options(yield_per=1000)
    with reads.engine.connect() as on:
        for row in on.execute(query):
            key = (row.space, row.observation, f"{row.start:012}")
            yield key, row.memory, f"{row.layer}, {row.state}"


def _moved(log: Log, space: str | None) -> _Side:
    """Give the way of each memory that ever moved, and its text in the place of its id."""
    texts: dict[_Key, str] = {}
    ways: dict[_Key, list[str]] = {}
    for record in log.scan(PROMOTIONS):
        if record.erased or space not in (None, record.key):
            continue
        event: Moved = decode(record.headers["ce_type"], record.value)
        source = event.whole.source
        key: _Key = (event.space, source.observation, f"{source.start:012}")
        texts[key] = event.whole.text
        ways.setdefault(key, [event.was]).append(event.whole.layer)
    for key, way in sorted(ways.items()):
        yield key, texts[key], " > ".join(way)


def _facts(reads: SqlReads, space: str | None) -> _Side:
    f = FACTS.c
    query = select(f.space, f.fact, f.predicate, f.body, f.valid_from, f.valid_to)
    if space is not None:
        query = query.where(f.space == space)
    with reads.engine.connect() as on:
        for row in on.execute(query):
            body = read_fact(reads.codec, row.space, row.body)
            since = from_micros(row.valid_from).isoformat()
            ended = None if row.valid_to is None else from_micros(row.valid_to)
            until = f"until {ended.isoformat()}" if ended else "on"
            key = (row.space, body.subject, row.predicate, body.object, since)
            yield key, row.fact, f"from {since} {until}"
