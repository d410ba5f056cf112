"""The host in one process, as the suite of the hosts drives it."""

import random
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from infra.host.ingest import Ingested
from infra.host.local_host import LocalHost
from infra.host.perceiving import CONSUMER as PERCEIVE
from infra.host.remembering import CONSUMER as REMEMBER
from infra.log.sqlite_log import SqliteLog
from infra.memory import Memory
from infra.settings import Settings
from streams.log import Outgoing
from streams.topology import OBSERVATIONS
from tests.contract.hosts import BATCH, Slow, asked_to_tick, in_turns
from tests.crashing import crash
from tests.driving import SOURCE, Line, opened, take_in, written
from tests.hash_encoder import HashEncoder

_CHUNK = 16  # lines that are published at once
_BACKLOG = 32
# Takes a file in with the hash encoder, in a process of its own that can be killed.
_TAKE_IN = """
import sys
from pathlib import Path
from tests.driving import opened, take_in
with opened(Path(sys.argv[1]), batch=8, flush_seconds=0.05) as memory:
    print("begins", flush=True)
    take_in(memory, Path(sys.argv[2]).read_bytes())
"""


class OneProcess:
    """A folder that one process at a time has open."""

    most_ahead = _BACKLOG + _CHUNK

    def __init__(self, home: Path, batch: int = 16) -> None:
        self.home = home
        self._batch = batch

    def opened(self) -> Memory:
        return opened(self.home, batch=self._batch)

    def take(self, lines: Iterable[Line], foreign: Sequence[Outgoing] = ()) -> None:
        with self.opened() as memory:
            memory.log.append(foreign)
            take_in(memory, lines)

    def work(self) -> None:
        with self.opened() as memory:
            memory.host.drain()

    def begin_again(self) -> None:
        log = SqliteLog(self.home)
        log.rewind({}, (PERCEIVE, REMEMBER))
        log.close()

    def crash(self, lines: Sequence[Line]) -> None:
        crash(self.home, lines, "apply", 1, after=False)

    def be_killed(self, lines: Sequence[Line]) -> None:
        file = self.home.with_name("many.jsonl")
        file.write_bytes(written(lines))
        chance, killed = random.Random(20260301), 0
        for _ in range(3):
            take = [sys.executable, "-c", _TAKE_IN, str(self.home), str(file)]
            with subprocess.Popen(take, stdout=subprocess.PIPE) as running:
                assert running.stdout is not None
                assert running.stdout.read(1)  # it begins
                try:
                    assert running.wait(chance.uniform(0, 0.7)) == 0
                except subprocess.TimeoutExpired:
                    running.kill()
                    killed += 1
        assert killed > 0
        self.take(lines)

    def be_shared(self, lines: Sequence[Line]) -> None:
        for some in in_turns(lines, 3):
            with self.opened() as memory:  # what it has not done when it ends, the next one does
                _publish(memory, some)
        self.work()

    def be_slow(self, lines: Sequence[Line]) -> list[int]:
        slow = Slow()
        settings = Settings(home=self.home, sync="off", batch=BATCH, backlog=_BACKLOG)
        with Memory(settings, encoder=slow) as memory:
            assert isinstance(memory.host, LocalHost)
            log, perceiving = memory.log, memory.host.perceiving
            slow.ahead = lambda: sum(log.ends(OBSERVATIONS)) - sum(perceiving.done)
            for some in in_turns(lines, len(lines) // _CHUNK):
                _publish(memory, some)
            memory.host.drain()
        return slow.noted

    def tick(self, lines: Sequence[Line], asked: datetime, at: datetime) -> list[Any]:
        self.take(lines)
        said = asked_to_tick(self.home, asked)
        settings = Settings(home=self.home, sync="off", tick_seconds=0.01)
        with Memory(settings, encoder=HashEncoder(), clock=lambda: at) as memory:
            while memory.scheduler.due(at):
                memory.host.drain()  # raises what stopped the host, if anything did
        return said


def _publish(memory: Memory, lines: Sequence[Line]) -> None:
    """Publish lines without waiting for what comes of them."""
    deque(memory.ingestor(SOURCE).lines(written(lines).splitlines(), Ingested()), maxlen=0)
