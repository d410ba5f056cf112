"""How memory events get into the views: rows first, then points, each with its position."""

from collections.abc import Callable, Sequence
from functools import partial

from infra.views.first_seen import counted, unknown, whole_page
from infra.views.folding import Page, Placed, Step, folded_points, folded_rows, placed
from infra.views.grouping import Rows
from infra.views.sql_views import SqlViews
from schemas.errors import VectorsError
from schemas.memories import MemoryEvent
from streams.codec import Codec
from streams.log import Log, Record
from streams.topology import MEMORIES
from streams.vectors import Vectors

_PAGE = 2048
_CHORES = 8192  # events after which the vector engine is given time for its chores


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
        page, following = records, records[-1].offset + 1
        if events is None and self.log.repeats:
            records = unknown(self.views, records)
        known = placed(records, events)
        self._rows(partition, folded_rows(self.codec, page, known), following)
        self._points(partition, known, following)

    def take(self, page: Page, rows: Rows, steps: Sequence[Step]) -> None:
        """Write what a page that follows the partition's position was folded to."""
        partition, _, following = page
        self._rows(partition, rows, following)
        self._step(steps)
        self._pointed[partition] = following

    def _rows(self, partition: int, rows: Rows, following: int) -> None:
        self.views.apply(rows, partition, self.at[partition], following)
        self.at[partition] = following

    def _points(self, partition: int, known: Sequence[Placed], following: int) -> None:
        if self.vectors is not None:
            self._step(folded_points(known))
            self._pointed[partition] = following

    def _step(self, steps: Sequence[Step]) -> None:
        if self.vectors is None:
            return
        for step in steps:
            if step.put:
                self.vectors.upsert(step.put)
            if step.gone:
                self.vectors.delete(step.gone)
            if step.erased is not None and self.vectors.count(step.erased):
                self.vectors.erase_space(step.erased)

    def catch_up(self, told: Callable[[int], None] = lambda _: None) -> None:
        """Fold what the log has and the views lack; `told` hears how many records each time."""
        for partition, end in enumerate(self.log.ends(MEMORIES)):
            self.catch_up_rows(partition, end, told)
        self.catch_up_vectors(told)

    def catch_up_rows(self, partition: int, end: int, told: Callable[[int], None]) -> None:
        """Fold into rows what the log has of a partition before `end` and the views lack."""
        while self.at[partition] < end:
            page = self._page(partition, self.at[partition], _PAGE)
            if not page:
                break  # a damaged log has lost its last records
            kept = unknown(self.views, page) if self.log.repeats else page
            rows = folded_rows(self.codec, page, placed(kept))
            self._rows(partition, rows, page[-1].offset + 1)
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
        for partition in self.at:
            self._catch_up_partition(partition, kept.get(partition, 0), told)
        self._flushed = {p: kept.get(p, 0) for p in self.at}

    def _catch_up_partition(self, partition: int, offset: int, told: Callable[[int], None]) -> None:
        end = self.at[partition]
        while offset < end:
            page = self._page(partition, offset, min(_PAGE, end - offset))
            if not page:
                break
            folded = counted(self.views, page) if self.log.repeats else page
            offset = page[-1].offset + 1
            self._points(partition, placed(folded), offset)
            told(len(page))
        self._pointed[partition] = max(offset, end)

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
            try:
                self.vectors.maintain()
            except VectorsError:
                self.repair_vectors()
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
