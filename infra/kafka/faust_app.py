"""What of Faust is left out (tables, folders, its producer), and how it proves who asks."""

from typing import Any

from faust.app import App, BootStrategy
from faust.auth import SASLCredentials, SSLCredentials
from faust.tables.manager import TableManager

from infra.kafka.kafka_client import Access


class NoTables(TableManager):
    """Stands where Faust keeps tables, of which there are none to wait a second for."""

    async def on_start(self) -> None:
        """Say at once that all tables are known."""
        await self._update_channels()
        await self.recovery.start()


class _Boot(BootStrategy):
    enable_kafka_producer = False  # what is sent goes through a producer of our own


class BareApp(App):
    """A Faust app that reads topics and nothing else; no file is made."""

    BootStrategy = _Boot

    def _create_directories(self) -> None:
        """Make none: they would stay where a worker was killed."""


def credentials(access: Access) -> Any:  # noqa: ANN401 - one of Faust's kinds
    """Give how a worker proves who it is, where it is asked to."""
    if access.security.startswith("SASL"):
        return SASLCredentials(
            username=access.user,
            password=access.password,
            mechanism=access.mechanism,
            ssl_context=access.tls,
        )
    return SSLCredentials(access.tls) if access.tls else None
