"""Keep the vector view in qdrant-edge, whose engine lives in a worker process."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from infra.closing import Closing
from infra.vectors.edge_folder import Checkpoint, EdgeFolder
from infra.vectors.edge_frames import (
    COUNT,
    DELETE,
    ERASE,
    FLUSH,
    MAINTAIN,
    SEARCH,
    UPSERT,
    Cursor,
    unpack_hits,
    with_header,
)
from infra.vectors.edge_points import (
    id_bytes,
    newest,
    other_width,
    packed,
    questions,
    refuse_bad,
    refuse_bad_id,
)
from infra.vectors.edge_process import EdgeProcess, WorkerError, full
from schemas.errors import DiskFullError, UnavailableError, VectorsError
from streams.vectors import Found, Point, Search

_FRAME: Final = 256  # points in a frame
_IN_FLIGHT: Final = 4  # frames sent and not yet answered: the next ones are packed meanwhile
_PATIENCE: Final = 600.0  # seconds for what rewrites segments


class EdgeVectors(Closing):
    """The vector view of one data folder; implements `streams.vectors.Vectors`.

    `rebuilt` says why the folder was emptied, if it was: project again from `checkpoint()`.
    After the worker has died, the call that notices raises VectorsError with
    `fields['reproject']`, and so does every write until `checkpoint()` has been read.
    """

    shared = False

    def __init__(self, folder: Path, *, index_from: int = 100_000, timeout: float = 60.0) -> None:
        self.rebuilt: str | None = None
        self._index_from = index_from  # points from which `maintain` builds graphs
        self._timeout = timeout  # seconds
        self._mutex = threading.RLock()
        self._worker: EdgeProcess | None = None
        self._lost: str | None = None  # why writes are refused until the checkpoint is read
        self._doubts = 0  # failures of the engine since it last made something durable
        self._unanswered = 0
        self._deleted = 0  # points deleted since the last flush, at most
        self._closed = False
        self._folder = EdgeFolder(folder)
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def upsert(self, points: Sequence[Point]) -> None:
        """Write points, seen by the next search; an older `seq` never overwrites a newer one."""
        kept = newest(points)
        frames = [kept[i : i + _FRAME] for i in range(0, len(kept), _FRAME)]
        with self._mutex:
            self._fit(kept)
            for frame in frames:
                refuse_bad(frame, self._width)
            for frame in frames:
                self._write(UPSERT, packed(frame))

    def _fit(self, points: Sequence[Point]) -> None:
        """Begin anew with the width of the first points, if there are none yet."""
        other = other_width(points, self._width)
        if other is None or self._lost is not None or self.count():
            return
        self._end()
        self._folder.wipe(other)
        self._start()

    @property
    def _width(self) -> int:
        return self._folder.checkpoint.width

    def delete(self, ids: Sequence[str]) -> None:
        """Remove points; unknown ids are ignored."""
        if not ids:
            return
        for id_ in ids:
            refuse_bad_id(id_)
        with self._mutex:
            self._write(DELETE, id_bytes(ids))
            self._deleted += len(ids)

    def erase_space(self, space: str) -> int:
        """Remove every point of a space so that no byte of them stays on disk; give the count."""
        with self._mutex:
            self._refuse_lost()
            self._folder.expect_fewer(self._deleted + self.count(space))
            return int(Cursor(self._ask(ERASE, with_header(space), _PATIENCE)).json())

    def search(self, searches: Sequence[Search]) -> list[Found]:
        """Answer several searches in one round trip."""
        if not searches:
            return []
        if other_width(searches, self._width) and not self.count():
            searches = [replace(search, dense=b"") for search in searches]
        body = questions(searches, self._width)
        cursor = Cursor(self._ask(SEARCH, body))
        return [Found(unpack_hits(cursor), unpack_hits(cursor)) for _ in searches]

    def count(self, space: str | None = None) -> int:
        """Count points, of one space or of all."""
        return int(Cursor(self._ask(COUNT, with_header(space))).json())

    def checkpoint(self) -> Mapping[int, int]:
        """Give the next offset to project of each partition, as last made durable."""
        with self._mutex:
            self._running()
            self._lost = None
            return dict(self._folder.checkpoint.positions)

    def flush(self, positions: Mapping[int, int]) -> None:
        """Make everything durable, then record the positions up to which it is complete."""
        with self._mutex:
            self._refuse_lost()
            self._folder.expect_fewer(self._deleted)
            count = int(Cursor(self._ask(FLUSH, b"", _PATIENCE)).json())
            self._folder.write(Checkpoint(dict(positions), count, self._width))
            self._deleted = 0
            self._doubts = 0

    def maintain(self) -> None:
        """Build graphs and merge segments from 100,000 points on; call it when idle."""
        with self._mutex:
            self._refuse_lost()
            self._folder.expect_fewer(self._deleted)
            self._ask(MAINTAIN, b"", _PATIENCE)

    def reset(self, reason: str) -> None:
        """Begin anew with an empty folder, whatever was there; `rebuilt` says why."""
        with self._mutex:
            self._end()
            self._lost = None
            self._start(reason)

    def _end(self) -> None:
        if self._worker is not None:
            self._worker.end(grace=0)
            self._worker = None

    def close(self) -> None:
        """Flush nothing, release everything."""
        with self._mutex:
            if self._closed:
                return
            self._closed = True
            if self._worker is not None:
                self._worker.end()
                self._worker = None
            self._folder.close()

    def about(self) -> dict[str, Any]:
        """Tell the engine's version and the size of its files."""
        files = (file for file in self._folder.shard.rglob("*") if file.is_file())
        return {
            "store": "qdrant-edge",
            "version": version("qdrant-edge-py"),
            "at": str(self._folder.shard.parent),
            "bytes": sum(file.stat().st_blocks * 512 for file in files),
        }

    @property
    def worker_pid(self) -> int:
        """Give the worker's process id, for those who watch its memory."""
        with self._mutex:
            return self._running().pid

    def _start(self, reason: str | None = None) -> None:
        """Start the worker on the folder; on any doubt about what is there, on an empty one."""
        reason = reason or self._folder.read()
        if reason is None and self._doubts > 1:
            reason = "the engine failed again on what it had loaded"
        for _ in range(2):
            if reason is not None:
                self._folder.wipe(self._width)
                self.rebuilt = reason
                self._doubts = 0
            reason = self._load()
            if reason is None:
                return
            if full(reason):
                raise DiskFullError(
                    f"the vectors cannot grow: {reason}", file=str(self._folder.shard)
                )
        raise VectorsError(f"the vector engine does not start: {reason}")

    def _load(self) -> str | None:
        """Start the worker and check what it found; give a reason to doubt it, or None."""
        worker = EdgeProcess(
            self._folder.shard,
            lock=self._folder.lock,
            log=self._folder.worker_log,
            index_from=self._index_from,
            width=self._width,
        )
        try:
            worker.started(self._timeout)
            count = int(Cursor(worker.receive(self._timeout)).json())
        except WorkerError as error:
            return str(error)
        except BaseException:
            worker.end(grace=0)
            raise
        if count < self._folder.checkpoint.count:
            worker.end()
            return f"{count} points found where {self._folder.checkpoint.count} were made durable"
        self._worker = worker
        self._unanswered = 0
        self._deleted = 0
        return None

    def _running(self) -> EdgeProcess:
        if self._closed:
            raise VectorsError("the vector view is closed")
        if self._worker is None:
            self._start()
        if self._worker is None:
            raise AssertionError  # _start raises when it cannot
        return self._worker

    def _refuse_lost(self) -> None:
        if self._lost is not None:
            raise VectorsError(f"{self._lost}; project again from checkpoint()", reproject=True)

    def _write(self, meaning: int, body: bytes) -> None:
        """Send a frame, with a few unanswered ones ahead of it."""
        self._refuse_lost()
        worker = self._running()
        try:
            while self._unanswered >= _IN_FLIGHT:
                worker.receive(self._timeout)
                self._unanswered -= 1
            worker.send(meaning, body, self._timeout)
        except WorkerError as error:
            raise self._lose(error) from error
        self._unanswered += 1

    def _ask(self, meaning: int, body: bytes, timeout: float | None = None) -> bytes:
        """Send a frame and wait for its answer; first come those of the frames before it."""
        timeout = timeout or self._timeout
        with self._mutex:
            worker = self._running()
            try:
                worker.send(meaning, body, timeout)
                while self._unanswered:
                    worker.receive(timeout)
                    self._unanswered -= 1
                return worker.receive(timeout)
            except WorkerError as error:
                raise self._lose(error) from error

    def _lose(self, error: WorkerError) -> UnavailableError:
        """Give up the worker: what was not flushed is gone, and the next call starts another."""
        if self._worker is not None:
            self._worker.end(grace=0)
        self._worker = None
        self._lost = str(error)
        if full(str(error)):
            return DiskFullError(f"the vectors cannot grow: {error}", file=str(self._folder.shard))
        self._doubts += bool(error.fields.get("damage"))
        return VectorsError(
            f"{error}; project again from checkpoint()", **{**error.fields, "reproject": True}
        )
