"""How a bench opens a memory of its own, feeds it, and reads the clocks."""

import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil  # type: ignore[import-untyped]  # it ships no types

from infra.host.ingest import Ingested
from infra.memory import Memory
from infra.settings import read_settings
from infra.vectors.edge_vectors import EdgeVectors


@contextmanager
def opened(home: Path, **settings: object) -> Iterator[Memory]:
    """Open a data folder as the command line does."""
    with Memory(read_settings(home=home, **settings)) as memory:
        yield memory


@contextmanager
def new(**settings: object) -> Iterator[Memory]:
    """Open a new memory in a folder that goes away afterwards."""
    with folder() as home, opened(home / "memory", **settings) as memory:
        yield memory


@contextmanager
def folder() -> Iterator[Path]:
    """Give a folder that goes away afterwards."""
    with tempfile.TemporaryDirectory(prefix="anamnesis-bench-") as name:
        yield Path(name)


def vector_worker(memory: Memory) -> int:
    """Give the process id of the embedded vector engine's worker."""
    if not isinstance(memory.vectors, EdgeVectors):
        raise TypeError("this bench measures the embedded vector engine")
    return memory.vectors.worker_pid


def feed(memory: Memory, lines: Iterable[bytes]) -> Ingested:
    """Ingest lines and wait until they can be recalled."""
    result = Ingested()
    deque(memory.ingestor("bench").lines(lines, result), maxlen=0)
    memory.host.drain()
    return result


def warm(memory: Memory, texts: Iterable[str]) -> None:
    """Put what the encoder sees in texts into the percept cache."""
    for pending in [item for text in texts for item in memory.perceiver.begin(text)]:
        pending.seen()


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds on the wall, and of CPU in this process and the vector worker."""

    wall: float
    cpu: float


class Meter:
    """Measures what a piece of work spends, the vector worker included."""

    def __init__(self, memory: Memory) -> None:
        self._worker = psutil.Process(vector_worker(memory))
        self._began = self._now()

    def spent(self) -> Spent:
        """Give what was spent since the beginning."""
        now = self._now()
        return Spent(now.wall - self._began.wall, now.cpu - self._began.cpu)

    def _now(self) -> Spent:
        worker = self._worker.cpu_times()
        cpu = time.process_time() + float(worker.user + worker.system)
        return Spent(time.perf_counter(), cpu)


def clock() -> float:
    """Give seconds on a clock for short times."""
    return time.perf_counter()


def at(milliseconds: Iterable[float], share: float) -> float:
    """Give the value under which this share (0 to 100) of the measurements lie."""
    return float(np.percentile(list(milliseconds), share))


def peak_rss(process: int) -> int:
    """Give the most bytes that a process has had in memory."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def shared(*processes: int) -> int:
    """Give the bytes that several processes have in memory together, less what each has alone.

    By the kernel's count of proportional shares, so pages that others share too count a little.
    """
    seen = [psutil.Process(process).memory_full_info() for process in processes]
    return sum(info.rss - info.pss for info in seen)


def occupied(path: Path) -> int:
    """Give the bytes that a file, or all files of a folder, occupy on disk."""
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return sum(file.stat().st_blocks * 512 for file in files)
