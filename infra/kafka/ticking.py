"""How a worker publishes the ticks that are due: the scheduler's, on Kafka."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError

from infra.host.comparing import Comparing
from infra.host.ingest import Ingested, Ingestor
from infra.host.scheduler import Scheduler
from infra.kafka.kafka_log import KafkaLog
from infra.kafka.producing import Straight
from schemas.errors import UnavailableError

SOURCE: Final = "anamnesis/scheduler"

log_ = structlog.get_logger("worker")


class Ticking:
    """Publishes each due tick once; what other workers publish as well has the same id.

    It looks after the spaces of partitions that its worker owns: what a model says of what is new
    is asked where the views are newest, and once.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        comparing: Comparing,
        log: KafkaLog,
        clock: Callable[[], datetime],
        owns: Callable[[int], bool],
    ) -> None:
        self._scheduler = scheduler
        self._comparing = comparing
        self._clock = clock
        self._log = log
        self._owns = owns
        straight = Straight(log)
        self._ingestor = Ingestor(log, straight, straight, SOURCE, [])
        self._published: set[str] = set()

    def look(self) -> None:
        """Publish what is due and was not published by the look before; a store away is told."""
        try:
            due = [
                tick
                for tick in self._scheduler.due(self._clock())
                if self._owns(self._log.partition_of(tick.space))
            ]
            new = [tick for tick in due if tick.id not in self._published]
            self._ingestor.observations(self._comparing.before(new), Ingested())
        except (UnavailableError, OSError, DBAPIError) as error:
            log_.warning("no ticks for now", reason=str(error))
        else:
            self._published = {tick.id for tick in due}
