"""Which keys seal a log on Kafka: a ring that the records name, shared by all who work on it."""

from typing import Final

from infra.clock import now_text
from infra.kafka.kafka_client import group_of
from infra.kafka.kafka_log import KafkaLog
from infra.kafka.kafka_wire import ring_of
from infra.keys.key_ring import KeyRing
from infra.keys.sealing import SealedCodec
from infra.settings import Settings
from schemas.errors import KeysError
from streams.topology import MEMORIES, PERCEPTS

_NOTE: Final = "keys"


def seal(log: KafkaLog, settings: Settings) -> SealedCodec:
    """Open the keys of a log and let it use them; where nothing is sealed yet, they are made.

    Whoever begins at the same time makes the same ring, if they share the folder. Raises KeysError
    when what is there was sealed with keys that the folder does not have.
    """
    ring = _named(log)
    keys = KeyRing(
        settings.keys_folder,
        log.identity() if ring is None else ring,
        now_text,
        durable=settings.sync == "full",
        create=ring is None,
    )
    log.codec = codec = SealedCodec(keys)
    demand_own(log, codec)
    return codec


def demand_own(log: KafkaLog, codec: SealedCodec) -> None:
    """Raise KeysError where the log is sealed with other keys; who comes first notes its own.

    Of two that came at the same moment the first to ask again may learn that it was the second.
    """
    own = codec.mark("ring").hex()
    if not log.noted(_NOTE):
        log.note(_NOTE, own)
    if log.noted(_NOTE) != own:
        raise KeysError(
            f"Kafka at {log.access.address} is sealed with other keys than those in "
            f"{codec.ring.folder}: all who work on it share one folder, which ANAMNESIS_KEYS names "
            f"(whoever has lost the others for good deletes the consumer group {group_of(_NOTE)})"
        )


def _named(log: KafkaLog) -> int | None:
    """Find the ring that sealed what was written last; none where all is plain."""
    for stream in (MEMORIES, PERCEPTS):
        for partition, end in enumerate(log.ends(stream)):
            for record in log.read(stream, partition, end - 1, 1) if end else ():
                if (ring := ring_of(record.headers)) is not None:
                    return ring
    return None
