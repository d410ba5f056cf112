"""A worker with the hash encoder, for tests: `python -m tests.kafka_worker ROLE [SECONDS]`.

It never comes to an end with a text that says "standstill".
For its scheduler it is always the time that `TESTS_NOW` says, where it says one.
"""

import asyncio
import logging
import os
import sys
from concurrent.futures import Future
from datetime import datetime

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


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    idle = float(sys.argv[2]) if len(sys.argv) > 2 else None
    at = os.environ.get("TESTS_NOW")
    time = datetime.fromisoformat(at) if at else None
    worker = Worker(read_settings(), sys.argv[1], encoders=Halting, clock=lambda: time or now())
    asyncio.run(worker.run(until_idle=idle))
