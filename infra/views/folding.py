"""What records of the memories stream come to, before it is written: rows, and steps of points.

Nothing here looks into a store, so that other processes can do it: folding takes most of a replay.
"""

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final, NamedTuple

from infra.interpreter import tune
from infra.views.grouping import Rows, grouped
from schemas.envelope import Envelope
from schemas.memories import MemoryEvent, SpaceErased
from schemas.wire import decode
from streams.codec import Codec
from streams.decided import Decided, mark_row
from streams.log import Record
from streams.vectors import Point
from streams.views import fold, points
from streams.writes import Place, Put, Write

Placed = tuple[MemoryEvent, Place, Envelope]
_AHEAD: Final = 2  # pages a process that are folded before they can be written


class Page(NamedTuple):
    """Records of a partition to be folded, and the offset after all that they were taken from."""

    partition: int
    records: Sequence[Record]
    following: int


class Step(NamedTuple):
    """What to do to the vector view, in this order; `erased` is a space."""

    put: list[Point]
    gone: list[str]
    erased: str | None = None


def placed(records: Sequence[Record], events: Sequence[MemoryEvent] | None = None) -> list[Placed]:
    """Put each event beside where it stands; the observation's offset is in its envelope.

    `events` spare decoding them. What was erased is left out.
    """
    if events is None:
        records = [record for record in records if not record.erased]
        events = [decode(record.headers["ce_type"], record.value) for record in records]
    found = []
    for record, event in zip(records, events, strict=True):
        envelope = Envelope.of(record.headers)
        position = int(envelope.position.rpartition(":")[2] or 0)
        found.append((event, Place(record.offset, position), envelope))
    return found


def folded_rows(codec: Codec, records: Sequence[Record], events: Sequence[Placed]) -> Rows:
    """Give the rows of records, and of the inputs that they decide."""
    # Of what was erased only marks are left, so that it stays known.
    marks = {r.headers.get("ce_causationid", "") for r in records if r.erased}
    writes: list[Write] = [mark_row(bytes.fromhex(mark)) for mark in sorted(marks) if mark]
    decided: dict[tuple[str, str], Decided] = {}
    for event, place, envelope in events:
        writes.extend(fold(event, place, codec))
        key = (envelope.cause, envelope.digest)
        if key not in decided:
            decided[key] = Decided(*key, place.seq)
    writes.extend(Put("decided", one._asdict()) for one in decided.values())
    return grouped(writes)


def folded_points(events: Sequence[Placed]) -> list[Step]:
    """Give the steps of the vector view; the last state of each point counts."""
    put: dict[str, Point] = {}
    gone: list[str] = []
    steps = []
    for event, place, _ in events:
        if isinstance(event, SpaceErased):
            steps.append(Step(list(put.values()), gone, event.space))
            put, gone = {}, []
        elif point := points.fold(event, place):
            put[point.id] = point
        elif id_ := points.gone(event):
            put.pop(id_, None)
            gone.append(id_)
    return [*steps, Step(list(put.values()), gone)]


def folded(codec: Codec, records: Sequence[Record], *, pointed: bool) -> tuple[Rows, list[Step]]:
    """Fold records into rows, and into points if these are asked for."""
    events = placed(records)
    return folded_rows(codec, records, events), folded_points(events) if pointed else []


def folded_aside(
    codec: Codec, pages: Iterable[Page], *, pointed: bool
) -> Iterator[tuple[Page, tuple[Rows, list[Step]]]]:
    """Fold pages in other processes (one a core), and give them in their order.

    A few pages are read ahead.
    """
    processes = os.cpu_count() or 1
    under_way: deque[tuple[Page, Future[tuple[Rows, list[Step]]]]] = deque()
    # Not forked: this process has threads.
    with ProcessPoolExecutor(processes, get_context("spawn"), tune) as pool:
        for page in pages:
            under_way.append((page, pool.submit(folded, codec, page.records, pointed=pointed)))
            if len(under_way) > _AHEAD * processes:
                done, future = under_way.popleft()
                yield done, future.result()
        for done, future in under_way:
            yield done, future.result()
