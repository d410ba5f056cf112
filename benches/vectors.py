"""Measure how fast and how big the embedded vector view is."""

import json
import platform
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import psutil  # type: ignore[import-untyped]  # it ships no types

from infra.vectors.edge_vectors import EdgeVectors
from streams.vectors import Point, Search

SIZES: Final = (10_000, 100_000)
BATCH: Final = 1000
QUESTIONS: Final = 300
LIMIT: Final = 150


def cpu() -> str:
    """Name the processor and its cores."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.processor()}, {len(names)} cores"


def made_up(count: int) -> list[Point]:
    """Make clustered points of one space with some 13 terms each, as short messages have."""
    chance = np.random.default_rng(5)
    centres = chance.normal(size=(200, 384))
    points = []
    for seq in range(count):
        dense = centres[chance.integers(200)] + 0.8 * chance.normal(size=384)
        terms = np.unique(chance.zipf(1.3, 15) % 30_000).astype("<u4")
        points.append(
            Point(
                id=str(uuid.UUID(bytes=chance.bytes(16), version=4)),
                space="bench",
                seq=seq,
                at=1_700_000_000_000_000 + seq,
                kind="episodic",
                layer="interact",
                dense=dense.astype("<f2").tobytes(),
                term_ids=terms.tobytes(),
                term_weights=np.full(len(terms), 1.2, "<f4").tobytes(),
            )
        )
    return points


def question(about: Point) -> Search:
    """Ask for what is like a point, by its vector and by its terms."""
    return Search("bench", about.dense, about.term_ids, about.term_weights, LIMIT)


def timed(work: Callable[[], object]) -> float:
    """Give the seconds that something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def cpu_seconds(worker: psutil.Process) -> float:
    """Give the CPU time of this process and of the worker."""
    return sum(float(t.user + t.system) for t in (psutil.Process().cpu_times(), worker.cpu_times()))


def on_disk(folder: Path) -> int:
    """Give the bytes that a folder occupies (its files are sparse)."""
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())


def measure(count: int, folder: Path) -> dict[str, Any]:
    """Write, flush, search and open again with `count` points in one space."""
    points = made_up(count)
    row: dict[str, Any] = {"name": "vectors", "cpu": cpu(), "points": count}
    start = time.perf_counter()
    with EdgeVectors(folder) as view:
        row["open_new_ms"] = 1e3 * (time.perf_counter() - start)
        worker = psutil.Process(view.worker_pid)
        before = cpu_seconds(worker)

        def write() -> None:
            for i in range(0, count, BATCH):
                view.upsert(points[i : i + BATCH])
            view.count()  # waits for the last answer

        row["upserts_per_s"] = count / timed(write)
        row["upsert_cpu_us"] = 1e6 * (cpu_seconds(worker) - before) / count
        row["flush_ms"] = 1e3 * timed(lambda: view.flush({0: count}))
        row |= searches(view, points)
        row["worker_rss_mb"] = worker.memory_info().rss / 2**20
        row["worker_private_mb"] = worker.memory_full_info().uss / 2**20
    row["bytes_per_point"] = on_disk(folder) / count
    start = time.perf_counter()
    with EdgeVectors(folder) as view:
        row["open_ms"] = 1e3 * (time.perf_counter() - start)
        worker = psutil.Process(view.worker_pid)
        view.search([question(points[0])])
        row["first_answer_ms"] = 1e3 * (time.perf_counter() - start)
        row["reopened_rss_mb"] = worker.memory_info().rss / 2**20
        row["erase_space_s"] = timed(lambda: view.erase_space("bench"))
    return row


def searches(view: EdgeVectors, points: list[Point]) -> dict[str, float]:
    """Time questions that ask for 150 by vector and 150 by terms in one round trip."""
    step = len(points) // QUESTIONS
    asked = [question(p) for p in points[::step]]
    taken = [1e3 * timed(lambda one=one: view.search([one])) for one in asked]  # type: ignore[misc]  # a default binds it
    p50, p99 = np.percentile(taken, (50, 99))
    return {"search_p50_ms": float(p50), "search_p99_ms": float(p99)}


def run() -> list[dict[str, Any]]:
    """Measure each size in a folder of its own."""
    rows = []
    for count in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(measure(count, Path(folder) / "vectors"))
    return rows


def main() -> None:
    """Print a line for each figure, or JSON Lines with --json."""
    for row in run():
        if "--json" in sys.argv[1:]:
            print(json.dumps(row))
            continue
        for name, value in row.items():
            print(f"{name:20} {value:,.1f}" if isinstance(value, float) else f"{name:20} {value}")


if __name__ == "__main__":
    main()
