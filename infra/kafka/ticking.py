"""How a worker publishes the ticks that are due: the scheduler's, on Kafka."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError

from infra.host.ingest import Ingested, Ingestor
from infra.host.scheduler import Scheduler
from infra.kafka.kafka_log import KafkaLog
from infra.kafka.producing import Straight
from schemas.errors import UnavailableError

SOURCE: Final = "anamnesis/scheduler"

log_ = structlog.get_logger("worker")


class Ticking:
    """Publishes each due tick once; what other workers publish as well has the same id."""

    def __init__(self, scheduler: Scheduler, log: KafkaLog, clock: Callable[[], datetime]) -> None:
        self._scheduler = scheduler
        self._clock = clock
        straight = Straight(log)
        self._ingestor = Ingestor(log, straight, straight, SOURCE, [])
        self._published: set[str] = set()

    def look(self) -> None:
        """Publish what is due and was not published by the look before; a store away is told."""
        try:
            due = self._scheduler.due(self._clock())
            new = [tick for tick in due if tick.id not in self._published]
            self._ingestor.observations(new, Ingested())
        except (UnavailableError, OSError, DBAPIError) as error:
            log_.warning("no ticks for now", reason=str(error))
        else:
            self._published = {tick.id for tick in due}
