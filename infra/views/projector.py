"""How memory events get into the views: rows first, then points, each with its position."""

from collections.abc import Callable, Sequence
from functools import partial

from infra.views.first_seen import counted, unknown, whole_page
from infra.views.sql_views import Decided, SqlViews, mark_row
from schemas.envelope import Envelope
from schemas.errors import VectorsError
from schemas.memories import MemoryEvent, SpaceErased
from schemas.wire import decode
from streams.codec import Codec
from streams.log import Log, Record
from streams.topology import MEMORIES
from streams.vectors import Point, Vectors
from streams.views import fold, points
from streams.writes import Place, Write

_PAGE = 2048
_CHORES = 8192  # events after which the vector engine is given time for its chores

Placed = tuple[MemoryEvent, Place, Envelope]


class Projector:
    """Folds the memories stream into the SQL views and the vector view."""

    def __init__(self, log: Log, views: SqlViews, vectors: Vectors | None, codec: Codec) -> None:
        self.log = log
        self.views = views
        self.vectors = vectors
        self.codec = codec
        self.at = views.positions()
        self._pointed = dict.fromkeys(self.at, 0)
        self._flushed: dict[int, int] = {}
        self._maintained = 0

    def project(
        self, partition: int, records: Sequence[Record], events: Sequence[MemoryEvent] | None = None
    ) -> None:
        """Fold records that follow the partition's position; `events` spare decoding them."""
        if not records:
            return
        following = records[-1].offset + 1
        if events is None and self.log.repeats:
            records = unknown(self.views, records)
        placed = _placed(records, events)
        self._rows(partition, placed, following, _marks(records))
        self._points(partition, placed, following)

    def _rows(
        self, partition: int, placed: Sequence[Placed], following: int, marks: Sequence[Write]
    ) -> None:
        writes: list[Write] = [*marks]
        decided: dict[tuple[str, str], Decided] = {}
        for event, place, envelope in placed:
            writes.extend(fold(event, place, self.codec))
            key = (envelope.cause, envelope.digest)
            if key not in decided:
                decided[key] = Decided(*key, place.seq)
        self.views.apply(writes, list(decided.values()), partition, self.at[partition], following)
        self.at[partition] = following

    def _points(self, partition: int, placed: Sequence[Placed], following: int) -> None:
        if self.vectors is None:
            return
        pointed: dict[str, Point] = {}
        gone: list[str] = []
        for event, place, _ in placed:
            if isinstance(event, SpaceErased):
                self._upsert(self.vectors, pointed, gone)
                pointed, gone = {}, []
                if self.vectors.count(event.space):
                    self.vectors.erase_space(event.space)
            elif point := points.fold(event, place):
                pointed[point.id] = point
            elif id_ := points.gone(event):
                pointed.pop(id_, None)
                gone.append(id_)
        self._upsert(self.vectors, pointed, gone)
        self._pointed[partition] = following

    def _upsert(self, vectors: Vectors, pointed: dict[str, Point], gone: list[str]) -> None:
        if pointed:
            vectors.upsert(list(pointed.values()))
        if gone:
            vectors.delete(gone)

    def catch_up(self, told: Callable[[int], None] = lambda _: None) -> None:
        """Fold what the log has and the views lack; `told` hears how many records each time."""
        for partition, end in enumerate(self.log.ends(MEMORIES)):
            self.catch_up_rows(partition, end, told)
        self.catch_up_vectors(told)

    def catch_up_rows(
        self, partition: int, end: int, told: Callable[[int], None] = lambda _: None
    ) -> None:
        """Fold into rows what the log has of a partition before `end` and the views lack."""
        while self.at[partition] < end:
            page = self._page(partition, self.at[partition], _PAGE)
            if not page:
                break  # a damaged log has lost its last records
            kept = unknown(self.views, page) if self.log.repeats else page
            self._rows(partition, _placed(kept), page[-1].offset + 1, _marks(page))
            told(len(page))

    def _page(self, partition: int, offset: int, limit: int) -> list[Record]:
        read = partial(whole_page, self.log) if self.log.repeats else self.log.read
        return read(MEMORIES, partition, offset, limit)

    def catch_up_vectors(self, told: Callable[[int], None] = lambda _: None) -> None:
        """Project again whatever the vector view may not have durably.

        An engine that was killed may have written half of what it did, and its own checks do not
        see everything: so its points are counted against the rows.
        """
        if self.vectors is None:
            return
        self._catch_up_points(self.vectors, told)
        if self.vectors.shared:
            return
        found, rows = self.vectors.count(), self.views.size()
        if found != rows:
            self.vectors.reset(f"it holds {found} points for {rows} memories")
            self._catch_up_points(self.vectors, told)

    def _catch_up_points(self, vectors: Vectors, told: Callable[[int], None]) -> None:
        kept = vectors.checkpoint()
        for partition, end in self.at.items():
            offset = kept.get(partition, 0)
            while offset < end:
                page = self._page(partition, offset, min(_PAGE, end - offset))
                if not page:
                    break
                folded = counted(self.views, page) if self.log.repeats else page
                offset = page[-1].offset + 1
                self._points(partition, _placed(folded), offset)
                told(len(page))
            self._pointed[partition] = max(offset, end)
        self._flushed = {p: kept.get(p, 0) for p in self.at}

    def resume(self) -> None:
        """After a store did not answer: go on from where the views are.

        What was being written then may have got there or not, and a database that was killed may
        have taken back what it had accepted last.
        """
        self.at.update(self.views.positions())
        self.catch_up()

    def repair_vectors(self) -> None:
        """After the vector engine failed: bring it back to where the rows are."""
        self.catch_up_vectors()

    def maintain(self) -> None:
        """Let the vector engine tidy up, once enough points are new to it."""
        written = sum(self._pointed.values())
        if self.vectors is not None and written - self._maintained >= _CHORES:
            self.vectors.maintain()
            self._maintained = written

    def flush(self) -> None:
        """Make the vector view durable, if it has gone on since the last time."""
        if self.vectors is not None and self._flushed != self._pointed:
            try:
                self.vectors.flush(self._pointed)
            except VectorsError:
                self.repair_vectors()
                self.vectors.flush(self._pointed)
            self._flushed = dict(self._pointed)


def _marks(records: Sequence[Record]) -> list[Write]:
    """Give the marks of inputs of which only they are left, so that they stay known."""
    marks = {r.headers.get("ce_causationid", "") for r in records if r.erased}
    return [mark_row(bytes.fromhex(mark)) for mark in sorted(marks) if mark]


def _placed(records: Sequence[Record], events: Sequence[MemoryEvent] | None = None) -> list[Placed]:
    """Put each event beside where it stands; the observation's offset is in its envelope.

    What was erased is left out.
    """
    if events is None:
        records = [record for record in records if not record.erased]
        events = [decode(record.headers["ce_type"], record.value) for record in records]
    placed = []
    for record, event in zip(records, events, strict=True):
        envelope = Envelope.of(record.headers)
        position = int(envelope.position.rpartition(":")[2] or 0)
        placed.append((event, Place(record.offset, position), envelope))
    return placed
