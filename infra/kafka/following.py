"""How a worker brings the views to what is remembered, beside others that do so as well.

Rows are written by compare-and-set, so each once. Points follow the rows of the partitions that
this worker has, at least once: a point is never overwritten by an older one, and where they stand
is kept by the vector server, beside them.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Final

from infra.clock import monotonic
from infra.views.first_seen import unknown
from infra.views.folding import folded_points, folded_rows, placed
from infra.views.projector import Projector
from infra.views.sql_views import SqlViews
from schemas.errors import StalePositionError, VectorsError
from schemas.memories import MemoryEvent
from streams.codec import Codec
from streams.log import Log, Record
from streams.topology import MEMORIES
from streams.vectors import Vectors

_PAGE: Final = 2048  # records folded at once


class FollowingProjector(Projector):
    """A projector that is not alone: what others put before its own records is folded first.

    Where the points stand is written every `flush_seconds`; what a worker that died has projected
    since then is projected again.
    """

    def __init__(  # noqa: PLR0913 - what it folds, whereto, and how
        self,
        log: Log,
        views: SqlViews,
        vectors: Vectors | None,
        codec: Codec,
        *,
        flush_seconds: float = 5.0,
        told: Callable[[int], None] = lambda _: None,
    ) -> None:
        super().__init__(log, views, vectors, codec)
        self._told = told  # hears how many records were folded that others put there
        self._flush_seconds = flush_seconds
        self._last_flush = monotonic()
        self._followed = set[int]()  # partitions whose points this worker keeps

    def project(
        self, partition: int, records: Sequence[Record], events: Sequence[MemoryEvent] | None = None
    ) -> None:
        """Fold records that were just appended, and whatever came between."""
        expected = range(self.at[partition], self.at[partition] + len(records))
        if [record.offset for record in records] == list(expected):
            super().project(partition, records, events)
        else:
            before = self.at[partition]
            self.catch_up_rows(partition, records[-1].offset + 1, self._told)
            if self.vectors is not None:
                self._catch_up_partition(partition, before, self._told)

    def reload(self, partition: int, mine: Collection[int] = ()) -> None:
        """Begin where the views stand, and fold what a worker left behind that ended too early.

        `mine` are the partitions whose points follow: those that this worker has.
        """
        self.at[partition] = self.views.positions()[partition]
        self.catch_up_rows(partition, self.log.ends(MEMORIES)[partition], self._told)
        if partition in mine:
            self._followed = (self._followed & set(mine)) | {partition}
            self.repair_vectors()

    def repair_vectors(self) -> None:
        """Project again whatever the vector server does not say that it has, and note that."""
        if self.vectors is None:
            return
        kept = self.vectors.checkpoint()
        self._flushed = {partition: kept.get(partition, 0) for partition in self._followed}
        self._pointed.update(self._flushed)
        for partition, offset in self._flushed.items():
            self._catch_up_partition(partition, offset, self._told)
        self._note(self.vectors)

    def flush_in_time(self) -> None:
        """Note where the points stand, if that was not done for a while."""
        if monotonic() - self._last_flush > self._flush_seconds:
            self.flush()

    def flush(self) -> None:
        """Note where the points of this worker's partitions stand; others note theirs."""
        if self.vectors is None:
            return
        try:
            self._note(self.vectors)
        except VectorsError:
            self.repair_vectors()

    def _note(self, vectors: Vectors) -> None:
        pointed = {partition: self._pointed[partition] for partition in self._followed}
        moved = {p: at for p, at in pointed.items() if self._flushed.get(p) != at}
        if moved:
            vectors.flush(moved)
            self._flushed.update(moved)
        self._last_flush = monotonic()

    def refold(self, partition: int, space: str) -> None:
        """Fold what the views do not know of a space, from the beginning; the position stays."""
        offset, end = 0, self.log.ends(MEMORIES)[partition]
        while offset < end:
            page = self._page(partition, offset, _PAGE)
            if not page:
                break
            events = placed(unknown(self.views, (r for r in page if r.key == space)))
            self._rows(partition, folded_rows(self.codec, (), events), self.at[partition])
            self._step(folded_points(events))
            offset = page[-1].offset + 1

    def guard(self, partition: int) -> None:
        """Raise StalePositionError when another worker has moved the views' position."""
        now = self.views.positions()[partition]
        if now != self.at[partition]:
            raise StalePositionError(
                f"the views of partition {partition} stand at {now}, not {self.at[partition]}",
                partition=partition,
            )
