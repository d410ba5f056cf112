"""Keep the vector view on a Qdrant server."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs, urlsplit

import grpc
from qdrant_client import AsyncQdrantClient
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from infra.closing import Closing
from infra.vectors.edge_points import (
    newest,
    other_width,
    refuse_bad,
    refuse_bad_id,
)
from infra.vectors.qdrant_collection import QdrantCollection
from schemas.errors import AnamnesisError, SettingsError, VectorsAwayError, VectorsError
from streams.vectors import Found, Point, Search

_FRAME: Final = 256  # points in a request
_LOOK: Final = 1000  # ids in a request
_PATIENCE: Final = 60.0  # seconds for a call of several requests, each bounded by itself
_BUSY: Final = (408, 429, 500)  # statuses, and everything above, that pass by themselves
_PASSING: Final = {
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.INTERNAL,
}
_T = TypeVar("_T")


class QdrantVectors(Closing):
    """The vector view in one collection of a server; implements `streams.vectors.Vectors`.

    The address is `http://host:port`, with `?grpc_port=6334` for gRPC and `http://:key@host:port`
    for a key. Raises VectorsAwayError when the server does not answer.
    """

    shared = True

    def __init__(
        self, url: str, name: str, *, timeout: int = 10, client: AsyncQdrantClient | None = None
    ) -> None:
        self.url = url
        self._timeout = timeout  # seconds a request may take
        self._unsure: dict[str, tuple[int, str]] = {}  # what was written since the last flush
        self._recorded: dict[int, int] = {}  # the positions that the server should have
        self._mutex = threading.RLock()
        self._given = client
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="qdrant", daemon=True)
        self._thread.start()
        try:
            self._client: AsyncQdrantClient = client or self._run(self._connected())
            self._points = QdrantCollection(self._client, name)
            self._run(self._points.ensure())
        except BaseException:
            self.close()
            raise

    async def _connected(self) -> AsyncQdrantClient:
        try:
            parts = urlsplit(self.url)
            grpc_port = parse_qs(parts.query).get("grpc_port")
            return AsyncQdrantClient(
                host=parts.hostname,
                port=parts.port or 6333,
                https=parts.scheme == "https",
                prefix=parts.path.strip("/") or None,
                api_key=parts.password,
                prefer_grpc=grpc_port is not None,
                grpc_port=int(grpc_port[0]) if grpc_port else 6334,
                timeout=self._timeout,
                check_compatibility=False,  # `ensure` says what is too old
            )
        except ValueError as error:
            raise SettingsError(f"ANAMNESIS_VECTORS: {error}") from error

    def upsert(self, points: Sequence[Point]) -> None:
        """Write points, seen by the next search; an older `seq` never overwrites a newer one."""
        kept = newest(points)
        frames = [kept[i : i + _FRAME] for i in range(0, len(kept), _FRAME)]
        with self._mutex:
            other = other_width(kept, self._points.width)
            if other is not None and not self._looked_again(other):
                self._run(self._points.widen(other))
                self._recorded.clear()
            for frame in frames:
                refuse_bad(frame, self._points.width)
            for frame in frames:
                self._run(self._points.upsert(frame))
                self._unsure.update((point.id, (point.seq, point.space)) for point in frame)

    def delete(self, ids: Sequence[str]) -> None:
        """Remove points; unknown ids are ignored."""
        for id_ in ids:
            refuse_bad_id(id_)
        if ids:
            with self._mutex:
                self._run(self._points.delete(ids))
                gone = set(ids)
                self._forget(lambda id_, _: id_ in gone)

    def erase_space(self, space: str) -> int:
        """Remove every point of a space; give the count.

        What the server keeps of them on disk goes when it next rewrites its segments.
        """
        with self._mutex:
            count = self._run(self._points.erase(space))
            self._forget(lambda _, of: of == space)
        return count

    def search(self, searches: Sequence[Search]) -> list[Found]:
        """Answer several searches in one round trip."""
        if not searches:
            return []
        other = other_width(searches, self._points.width)
        if other is not None and not self._looked_again(other):
            searches = [replace(search, dense=b"") for search in searches]
        return self._run(self._points.search(searches))

    def _looked_again(self, width: int) -> bool:
        """Say whether the collection has a width by now, or points of another."""
        self._run(self._points.ensure())
        return self._points.width == width or self.count() > 0

    def count(self, space: str | None = None) -> int:
        """Count points, of one space or of all."""
        return self._run(self._points.count(space))

    def checkpoint(self) -> Mapping[int, int]:
        """Give the next offset to project of each partition, as the server has it."""
        with self._mutex:
            self._run(self._points.ensure())
            self._unsure.clear()
            self._recorded = self._run(self._points.positions())
            return dict(self._recorded)

    def flush(self, positions: Mapping[int, int]) -> None:
        """See that the server still has what was written, then record the positions.

        A server that was killed may have lost what it had accepted last. Raises
        VectorsAwayError, and records nothing, where it has: project again from `checkpoint()`.
        """
        with self._mutex:
            ids = list(self._unsure)
            for start in range(0, len(ids), _LOOK):
                stored = self._run(self._points.sequences(ids[start : start + _LOOK]))
                lost = sum(
                    stored.get(id_, -1) < self._unsure[id_][0] for id_ in ids[start : start + _LOOK]
                )
                if lost:
                    raise self._lost(f"{lost} points")
            there = self._run(self._points.positions())
            if any(there.get(p, 0) < self._recorded.get(p, 0) for p in positions):
                raise self._lost("where it stood")
            self._run(self._points.record(positions))
            self._recorded.update(positions)
            self._unsure.clear()

    def reset(self, reason: str) -> None:  # noqa: ARG002 - of the port
        """Begin anew with an empty collection."""
        with self._mutex:
            self._run(self._points.remove())
            self._unsure.clear()
            self._recorded.clear()
            self._run(self._points.ensure())

    def maintain(self) -> None:
        """Do nothing: the server tidies up by itself."""

    @contextmanager
    def beside(self) -> Iterator["QdrantVectors"]:
        """Give an empty collection beside this one, which is gone at the end."""
        beside = QdrantVectors(
            self.url, f"{self._points.name}_new", timeout=self._timeout, client=self._given
        )
        try:
            beside.reset("it was left over")
            yield beside
            beside._run(beside._points.remove())
        finally:
            beside.close()

    def take(self, rebuilt: "QdrantVectors") -> None:
        """Let a rebuilt collection take the place of this one, by renaming."""
        with self._mutex:
            self._run(self._points.take(rebuilt._points))  # noqa: SLF001 - of the same class
            self._recorded = dict(rebuilt._recorded)  # noqa: SLF001

    @property
    def name(self) -> str:
        """Name the server and the collection, as far as that may be shown."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname}:{parts.port or 6333} collection " + (
            self._points.name if hasattr(self, "_points") else "?"
        )

    def about(self) -> dict[str, Any]:
        """Tell the server's version."""
        return {"store": "qdrant", "version": self._run(self._points.version()), "at": self.name}

    def close(self) -> None:
        """Flush nothing, release everything."""
        if self._loop.is_closed():
            return
        if self._given is None and hasattr(self, "_client"):
            self._run(self._client.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _forget(self, gone: Callable[[str, str], bool]) -> None:
        self._unsure = {i: (seq, of) for i, (seq, of) in self._unsure.items() if not gone(i, of)}

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Do the work on the client's own thread; whatever fails there gets a name of ours."""
        if self._loop.is_closed():
            work.close()
            raise VectorsError("the vector view is closed")
        done = asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, _PATIENCE), self._loop)
        try:
            return done.result()
        except AnamnesisError:
            raise
        except (ResponseHandlingException, TimeoutError) as error:
            raise self._away(error) from error
        except UnexpectedResponse as error:
            status = error.status_code or 500
            passing = status in _BUSY or status > max(_BUSY)
            raise self._away(error) if passing else self._failed(error) from error
        except grpc.aio.AioRpcError as error:
            raise (
                self._away(error) if error.code() in _PASSING else self._failed(error)
            ) from error
        except ValueError as error:
            raise self._failed(error) from error

    def _lost(self, what: str) -> VectorsAwayError:
        told = f"{self.name} has lost {what}; project again from checkpoint()"
        return VectorsAwayError(told, reproject=True)

    def _away(self, error: Exception) -> VectorsAwayError:
        return VectorsAwayError(f"{self.name} does not answer: {_told(error)}", vectors=self.name)

    def _failed(self, error: Exception) -> VectorsError:
        return VectorsError(f"{self.name} refuses: {_told(error)}", vectors=self.name)


def _told(error: Exception) -> str:
    if isinstance(error, grpc.aio.AioRpcError):
        return f"{error.code().name}: {error.details()}"
    first = str(error).strip().splitlines()
    return " ".join(first[:3]) or type(error).__name__
