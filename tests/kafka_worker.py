"""A worker with the hash encoder, for tests: `python -m tests.kafka_worker ROLE [SECONDS]`.

It never comes to an end with a text that says "standstill".
For its scheduler it is the time that the file `TESTS_CLOCK` says, as soon as there is one.
"""

import asyncio
import logging
import os
import sys
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path

from infra.clock import now, pause
from infra.kafka.worker import Worker
from infra.settings import read_settings
from streams.encoded import Encoded
from tests.hash_encoder import HashEncoder


class Halting(HashEncoder):
    """Encodes everything but what halts it."""

    def submit(self, text: str) -> Future[Encoded]:
        """Encode at once, or never."""
        while "standstill" in text:
            pause(60)
        return super().submit(text)


def clock() -> datetime:
    """Give the time that a file says, or else the world's."""
    if "TESTS_CLOCK" not in os.environ:
        return now()
    file = Path(os.environ["TESTS_CLOCK"])
    while not file.exists():
        pause(0.05)
    return datetime.fromisoformat(file.read_text())


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    idle = float(sys.argv[2]) if len(sys.argv) > 2 else None
    worker = Worker(read_settings(), sys.argv[1], encoders=Halting, clock=clock)
    asyncio.run(worker.run(until_idle=idle))
