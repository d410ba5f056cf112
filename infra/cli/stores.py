"""What commands open that only look: the log and the SQL views, without models."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from infra.cli.app import settings_of, told_aside
from infra.folder_lock import FolderLock
from infra.keys.sealing import SealedCodec
from infra.log.sqlite_log import SqliteLog
from infra.opening import demand_memory
from infra.settings import Settings
from infra.storing import open_stores
from infra.views.projector import Projector
from infra.views.sql_reads import SqlReads
from streams.log import Log

if TYPE_CHECKING:
    # Imported where it is used: kafka-python takes half a second, which other logs spare.
    from infra.kafka.kafka_log import KafkaLog


@contextmanager
def stores(home: Any) -> Iterator[tuple[Log, SqlReads]]:  # noqa: ANN401 - as typer gives it
    """Open log and SQL views without models, to look into them."""
    with stores_of(settings_of(home)) as opened:
        yield opened


@contextmanager
def stores_of(settings: Settings) -> Iterator[tuple[Log, SqlReads]]:
    """Open log and SQL views by these settings."""
    demand_memory(settings)
    with FolderLock(settings.home), ExitStack() as on_close:
        log, codec, views = open_stores(settings, on_close, told_aside)
        if isinstance(log, SqliteLog):  # a crash or a rebuild leaves views behind the log
            Projector(log, views, None, codec).catch_up()
        yield log, SqlReads(views)


@contextmanager
def stored_on_kafka(settings: Settings) -> "Iterator[tuple[KafkaLog, SealedCodec]]":
    """Open the log on Kafka and its keys."""
    # Imported where it is used: kafka-python takes half a second, which other logs spare.
    from infra.kafka.kafka_client import Access  # noqa: PLC0415
    from infra.kafka.kafka_keys import seal  # noqa: PLC0415
    from infra.kafka.kafka_log import KafkaLog  # noqa: PLC0415

    log = KafkaLog(Access.of(settings))
    try:
        yield log, seal(log, settings)
    finally:
        log.close()
