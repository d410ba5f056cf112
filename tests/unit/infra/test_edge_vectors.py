"""Does the embedded vector view survive what happens to processes, and own its folder?"""

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships no types
import pytest

from infra.vectors.edge_vectors import EdgeVectors
from schemas.errors import LockedError, VectorsError
from streams.vectors import Point, Search
from tests.contract.vector_points import asking, cosine, everything, id_of, point, vector

ROOT = Path(__file__).resolve().parents[3]
COUNT = 400


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "vectors"


def kill_worker(view: EdgeVectors) -> None:
    process = psutil.Process(view.worker_pid)
    process.kill()
    assert gone(process)


def gone(process: psutil.Process) -> bool:
    """Wait until a process has ended, a zombie of ours included."""
    for _ in range(20_000):
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        threading.Event().wait(0.001)
    return False


def project(view: EdgeVectors, log: Sequence[Point | str], batch: int, flush_every: int) -> None:
    """Do what a host does: apply the log from the checkpoint on, in order, with flushes."""
    position = view.checkpoint().get(0, 0)
    while position < len(log):
        for step in log[position : position + batch]:
            if isinstance(step, Point):
                view.upsert([step])
            else:
                view.delete([step])
        position = min(position + batch, len(log))
        if position // flush_every != (position - batch) // flush_every:
            view.flush({0: position})
    view.flush({0: len(log)})


def a_log(seed: int) -> tuple[list[Point | str], dict[str, float]]:
    """Give steps that write, rewrite and delete points, and what `everything` finds at last."""
    chance = random.Random(seed)
    log: list[Point | str] = []
    alive: dict[str, float] = {}
    for seq in range(COUNT):
        number = chance.randrange(150)
        if chance.random() < 0.2:
            log.append(id_of(number))
            alive.pop(id_of(number), None)
        else:
            log.append(point(number, seq=seq, dense=vector(seq)))
            alive[id_of(number)] = cosine(vector(seq), vector(0))
    return log, alive


def test_a_view_that_is_reset_is_empty_says_why_and_goes_on(folder: Path) -> None:
    with EdgeVectors(folder) as view:
        view.upsert([point(1), point(2)])
        view.flush({0: 2})
        view.reset("counted wrong")
        assert (view.count(), dict(view.checkpoint()), view.rebuilt) == (0, {}, "counted wrong")
        view.upsert([point(3)])
        view.flush({0: 3})
    with EdgeVectors(folder) as view:
        assert (view.count(), dict(view.checkpoint()), view.rebuilt) == (1, {0: 3}, None)


@pytest.mark.parametrize("seed", range(20))
def test_a_killed_worker_loses_nothing_that_a_projection_does_not_bring_back(
    folder: Path, seed: int
) -> None:
    chance = random.Random(seed)
    log, alive = a_log(seed)
    with EdgeVectors(folder) as view:
        for _ in range(3):
            killer = threading.Timer(
                chance.uniform(0, 0.1), os.kill, (view.worker_pid, signal.SIGKILL)
            )
            killer.start()
            try:
                project(view, log, chance.randint(1, 60), 100)
            except VectorsError as error:
                assert error.fields["reproject"]  # noqa: PT017 - it need not come
            killer.join()
            with_worker(view)
        assert view.rebuilt is None or "points found" in view.rebuilt
    with EdgeVectors(folder) as view:
        project(view, log, 40, 100)
        if view.count() != len(alive):  # as the host does: what is counted wrong begins anew
            view.reset("counted wrong")
            project(view, log, 40, 100)
        assert view.count() == len(alive)
        assert everything(view, "ada") == pytest.approx(alive, abs=2e-3)


def test_a_flush_that_was_cut_short_leaves_nothing_that_a_projection_cannot_write_over(
    folder: Path,
) -> None:
    """The engine stores the points' operation numbers before the segment's own number.

    Putting back the segments' state of the flush before is what a kill between the two leaves.
    """
    log, alive = a_log(3)
    with EdgeVectors(folder) as view:
        project(view, log[:100], 1, 1000)
        before = {file: file.read_bytes() for file in cut_short(folder)}
        assert any("segments" in file.parts for file in before)
        for step in log[100:200]:
            for _ in range(5):
                view.upsert([step]) if isinstance(step, Point) else view.delete([step])
        view.flush({0: 200})
        kill_worker(view)
    for file, content in before.items():
        file.write_bytes(content)
    with EdgeVectors(folder) as view:
        assert dict(view.checkpoint()) == {0: 100}
        project(view, log, 1, 1000)
        assert view.rebuilt is None
        assert everything(view, "ada") == pytest.approx(alive, abs=2e-3)


def test_a_note_of_operations_that_cannot_be_read_begins_the_view_anew(folder: Path) -> None:
    with EdgeVectors(folder) as view:
        view.upsert([point(1)])
        view.flush({0: 1})
    (folder / "operations").write_text("")
    with EdgeVectors(folder) as view:
        assert (view.count(), dict(view.checkpoint())) == (0, {})
        assert "ValueError" in (view.rebuilt or "")


def cut_short(folder: Path) -> list[Path]:
    """List what a flush writes last: each segment's state, then the checkpoint."""
    return [*folder.rglob("segment.json"), folder / "checkpoint.json"]


def with_worker(view: EdgeVectors) -> None:
    """Let the view notice that its worker died, and start another."""
    try:
        view.count()
    except VectorsError as error:
        assert error.fields["reproject"]  # noqa: PT017 - it need not come
    view.checkpoint()


def test_after_a_death_every_write_is_refused_until_the_checkpoint_is_read(folder: Path) -> None:
    with EdgeVectors(folder) as view:
        view.upsert([point(1)])
        view.flush({0: 2})
        view.upsert([point(2)])
        kill_worker(view)
        with pytest.raises(VectorsError, match="died") as noticed:
            view.count()
        assert noticed.value.fields["reproject"]
        assert view.count() == 1
        for write in (
            lambda: view.upsert([point(3)]),
            lambda: view.delete([id_of(1)]),
            lambda: view.flush({0: 9}),
            lambda: view.erase_space("ada"),
            view.maintain,
        ):
            with pytest.raises(VectorsError, match="project again"):
                write()
        assert view.checkpoint() == {0: 2}
        view.upsert([point(2)])
        assert view.count() == 2
        assert view.rebuilt is None


def test_a_worker_that_hangs_is_given_up(folder: Path) -> None:
    with EdgeVectors(folder, timeout=2) as view:
        os.kill(view.worker_pid, signal.SIGSTOP)
        with pytest.raises(VectorsError, match="no answer in 2 s"):
            view.count()
        assert view.count() == 0


def test_a_shard_that_fails_again_after_loading_is_rebuilt(folder: Path) -> None:
    with EdgeVectors(folder) as view:
        view.upsert([point(n) for n in range(50)])
        view.flush({0: 50})
    (page,) = folder.glob("shard/segments/*/payload_storage/page_0.dat")
    os.truncate(page, 0)
    with EdgeVectors(folder) as view:
        for _ in range(2):
            view.checkpoint()
            view.upsert([point(n, seq=99) for n in range(50)])
            with pytest.raises(VectorsError, match="out of bounds"):
                view.count()  # the answer to an upsert is read with the next one
        assert view.checkpoint() == {}
        assert view.rebuilt is not None
        assert "failed again" in view.rebuilt


def test_deletions_that_were_flushed_without_a_checkpoint_are_no_damage(folder: Path) -> None:
    with EdgeVectors(folder) as view:
        view.upsert([point(n) for n in range(50)])
        view.flush({0: 50})
        view.delete([id_of(n) for n in range(40)])
        assert view.erase_space("nobody") == 0  # flushes inside
    with EdgeVectors(folder) as view:
        assert (view.rebuilt, view.count()) == (None, 10)


def test_a_second_owner_is_refused_by_name_and_the_first_stays_well(folder: Path) -> None:
    with EdgeVectors(folder) as view:
        view.upsert([point(1)])
        with pytest.raises(LockedError, match=f"process {os.getpid()} "):
            EdgeVectors(folder)
        with run_beside(f"EdgeVectors(Path({str(folder)!r}))") as second:
            assert second.wait() == 1
        view.upsert([point(2)])
        view.flush({0: 2})
        assert view.count() == 2
    with EdgeVectors(folder) as view:
        assert (view.rebuilt, view.count()) == (None, 2)


def run_beside(code: str) -> "subprocess.Popen[bytes]":
    start = "from pathlib import Path\nfrom infra.vectors.edge_vectors import EdgeVectors\n"
    return subprocess.Popen(
        [sys.executable, "-c", start + code],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )


@pytest.fixture
def killed_owner(folder: Path) -> psutil.Process:
    """Start an owner that writes for ever, and kill it; give the worker that it leaves."""
    owner = run_beside(
        f"""
from tests.contract.vector_points import point
view = EdgeVectors(Path({str(folder)!r}))
view.upsert([point(n) for n in range(100)])
view.flush({{0: 100}})
print(view.worker_pid, flush=True)
while True:
    view.upsert([point(n) for n in range(100, 2000)])
"""
    )
    with owner:
        assert owner.stdout is not None
        worker = psutil.Process(int(owner.stdout.readline()))
        owner.kill()
    return worker


def test_a_killed_owner_leaves_no_worker_and_no_lock(
    folder: Path, killed_owner: psutil.Process
) -> None:
    with EdgeVectors(folder) as view:
        assert gone(killed_owner)
        assert view.rebuilt is None
        assert view.checkpoint() == {0: 100}
        assert view.count() >= 100
        view.upsert([point(n) for n in range(100, 300)])
        assert {id_of(n) for n in range(300)} <= set(everything(view, "ada"))


def test_closing_ends_the_worker_and_nothing_can_be_asked_any_more(folder: Path) -> None:
    view = EdgeVectors(folder)
    worker = psutil.Process(view.worker_pid)
    view.close()
    view.close()
    assert gone(worker)
    with pytest.raises(VectorsError, match="closed"):
        view.count()


def test_an_indexed_shard_gives_the_same_answers_and_can_be_erased(folder: Path) -> None:
    def answers(*asked: Search) -> list[dict[str, float]]:
        return [dict(found.dense + found.terms) for found in view.search(asked)]

    with EdgeVectors(folder, index_from=100) as view:
        for n in range(1000):
            view.upsert([point(n, "ada" if n % 2 else "bob", said=(n % 50,))])
        ada, bob = (
            asking(vector(3), {6: 1.0, 7: 2.0}, space, limit=20) for space in ("ada", "bob")
        )
        before = answers(ada, bob)
        view.maintain()
        view.flush({0: 1000})
        assert answers(ada, bob) == [pytest.approx(scores, abs=1e-3) for scores in before]
        assert view.erase_space("ada") == 500
        assert answers(ada, bob) == [{}, pytest.approx(before[1], abs=1e-3)]


def test_the_view_works_from_any_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    with EdgeVectors(folder) as view:
        assert view.count() == 0
