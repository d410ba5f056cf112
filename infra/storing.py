"""Which stores belong together: the log, the keys that it is sealed with, and the SQL views."""

from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

from infra.copies import demand_own_stores
from infra.keys.erasing import shred
from infra.keys.sealing import SealedCodec
from infra.leftovers import remove_simulated
from infra.log.sqlite_log import SqliteLog
from infra.opening import Tell, on_kafka, open_codec, open_log, open_views
from infra.settings import Settings
from infra.views.sql_views import SqlViews

if TYPE_CHECKING:
    # Imported where it is used: kafka-python takes half a second, which other logs spare.
    from infra.kafka.kafka_log import KafkaLog


class Stores(NamedTuple):
    """A log that is open, with what reads it and what is folded of it."""

    log: "SqliteLog | KafkaLog"
    codec: SealedCodec
    views: SqlViews


def open_stores(settings: Settings, on_close: ExitStack, tell: Tell) -> Stores:
    """Open the stores of a data folder, and finish an erasure or a simulation that was cut off.

    Raises ConflictError for a copy with stores of its original.
    """
    if on_kafka(settings):
        return _on_kafka(settings, on_close, tell)
    demand_own_stores(settings)
    remove_simulated(settings)
    codec = open_codec(settings)
    log = open_log(settings, codec)
    on_close.callback(log.close)
    shred(settings, log, codec, tell)
    views = open_views(settings, log, codec, tell)
    on_close.callback(views.close)
    codec.ring.demand(views.spaces())
    return Stores(log, codec, views)


def _on_kafka(settings: Settings, on_close: ExitStack, tell: Tell) -> Stores:
    from infra.kafka.kafka_client import Access  # noqa: PLC0415 - as above
    from infra.kafka.kafka_erasing import shred_on_kafka  # noqa: PLC0415 - as above
    from infra.kafka.kafka_keys import seal  # noqa: PLC0415 - as above
    from infra.kafka.kafka_log import KafkaLog  # noqa: PLC0415 - as above
    from infra.views.shared_views import open_shared_views  # noqa: PLC0415 - as above

    log = KafkaLog(Access.of(settings))
    on_close.callback(log.close)
    codec = seal(log, settings)
    views = open_shared_views(settings, log, codec)
    on_close.callback(views.close)
    shred_on_kafka(settings, log, codec, views, tell)
    return Stores(log, codec, views)
