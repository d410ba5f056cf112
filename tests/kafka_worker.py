"""A worker with the hash encoder, for tests: `python -m tests.kafka_worker ROLE [SECONDS]`."""

import asyncio
import logging
import sys

from infra.kafka.worker import Worker
from infra.settings import read_settings
from tests.hash_encoder import HashEncoder

if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    idle = float(sys.argv[2]) if len(sys.argv) > 2 else None
    asyncio.run(Worker(read_settings(), sys.argv[1], encoder=HashEncoder()).run(until_idle=idle))
