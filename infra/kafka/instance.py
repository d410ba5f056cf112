"""Whether the name of a worker is its own: who has it last keeps its partitions.

Kafka takes a worker that names itself as another one for that one after a restart, and gives it
its partitions; one that is still alive takes them back a moment later, and so on for ever.
"""

import os
import socket
from uuid import uuid4

from infra.kafka.kafka_log import KafkaLog
from schemas.errors import ConflictError


class Instance:
    """A name in the group of an agent, noted beside the topics with who took it last."""

    def __init__(self, log: KafkaLog, agent: str, name: str) -> None:
        self._log = log
        self._name = name
        self._place = f"instance.{agent}.{name}"
        self._mine = f"{socket.gethostname()} process {os.getpid()} {uuid4().hex[:8]}"

    def claim(self) -> None:
        """Take the name, from a worker that has ended or has not. Raises KafkaError."""
        self._log.note(self._place, self._mine)

    def demand(self) -> None:
        """Raise ConflictError where another worker has taken the name since."""
        noted = self._log.noted(self._place)
        if noted not in ("", self._mine):
            other = noted.rpartition(" ")[0]
            raise ConflictError(
                f"--instance {self._name}: another worker has begun under this name ({other}): "
                "each one needs its own, or they take the partitions from each other for ever",
                instance=self._name,
            )
