"""A Qdrant server that may go away: the client's own in-memory mode, behind the real adapter."""

from typing import Any

import httpx
import pytest
from qdrant_client import AsyncQdrantClient
from qdrant_client.http.exceptions import ResponseHandlingException

from infra.vectors import qdrant_vectors

URL = "http://127.0.0.1:6333"
LOCAL_MODE = [
    pytest.mark.filterwarnings("ignore:Payload indexes have no effect"),
    pytest.mark.filterwarnings("ignore:Local mode performs exact"),
]


class Switchable:
    """The client in its in-memory mode, refusing connections while `away`."""

    def __init__(self) -> None:
        self.real = AsyncQdrantClient(":memory:")
        self.away = False
        self.calls = 0
        self.written = 0  # times at which points were
        self.away_from = -1

    def begin_anew(self) -> None:
        """Be a server that has lost everything."""
        self.real = AsyncQdrantClient(":memory:")

    async def close(self) -> None:
        """Stay: what a server holds outlives its clients."""

    def __getattr__(self, name: str) -> Any:
        async def call(*given: Any, **named: Any) -> Any:
            self.calls += 1
            self.written += name == "upsert"
            if self.away or self.calls == self.away_from:
                self.away = True
                raise ResponseHandlingException(httpx.ConnectError("refused"))
            return await getattr(self.real, name)(*given, **named)

        return call


def switchable(monkeypatch: pytest.MonkeyPatch) -> Switchable:
    """Give what every client that is made from now on speaks to."""
    server = Switchable()
    monkeypatch.setattr(qdrant_vectors, "AsyncQdrantClient", lambda **_: server)
    return server
