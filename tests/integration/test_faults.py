"""Does memory survive a full disk, damage, a second process, signals, kills and missing models?"""

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from infra.clock import monotonic
from infra.log.sqlite_log import SqliteLog
from infra.recall import Asked
from schemas.errors import DiskFullError, LockedError, LogDamagedError, ViewDamagedError
from streams.topology import OBSERVATIONS, STREAMS
from tests.driving import (
    COMMAND,
    ENVIRONMENT,
    ends,
    opened,
    run,
    said,
    state,
    state_at,
    take_in,
    taken_in,
    texts,
    vector_worker,
    written,
)

MANY = [
    said(f"m{n}", f"Ana wrote number {n} of {n % 7} in Town{n % 50}", session=f"s{n % 9}")
    for n in range(400)
]
CONTENT = written(MANY)
# Takes a file in with the hash encoder, in a process of its own that can be killed.
TAKE_IN = """
import sys
from pathlib import Path
from tests.driving import taken_in
taken_in(Path(sys.argv[1]), Path(sys.argv[2]).read_bytes(), batch=8, flush_seconds=0.05)
"""


@pytest.fixture(scope="module")
def untroubled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Give a folder that took everything in without trouble, and its state."""
    home = tmp_path_factory.mktemp("untroubled") / "home"
    taken_in(home, CONTENT)
    return home, state_at(home)


@pytest.fixture
def copy(untroubled: tuple[Path, str], home: Path) -> Path:
    """Give a copy of that folder, to be damaged."""
    shutil.copytree(untroubled[0], home)
    return home


def limited(size: int) -> Callable[[], None]:
    """Let no file grow beyond so many bytes, as on a full disk."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


@pytest.mark.parametrize("size", [40_000, 200_000, 600_000])
def test_a_full_disk_is_told_and_the_same_file_finishes_later(
    home: Path, examples: Path, filled_state: str, size: int
) -> None:
    ran = subprocess.run(
        [COMMAND, "ingest", str(examples), "--json"],
        capture_output=True,
        check=False,
        timeout=120,
        env={**ENVIRONMENT, "ANAMNESIS_HOME": str(home)},
        preexec_fn=limited(size),
    )
    assert ran.returncode == 4, ran.stderr.decode()
    assert b"Traceback" not in ran.stderr
    told = json.loads(ran.stderr.decode().splitlines()[-1])
    assert told["error"] == "DiskFullError", told
    assert str(home) in told["file"]

    run(home, "ingest", str(examples))
    verified = run(home, "verify", "--json").row
    assert verified["ok"]
    assert verified["state_hash"] == filled_state


def test_a_full_disk_in_this_process_is_told_to_who_waits(home: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    memory = opened(home)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
        with pytest.raises(DiskFullError, match="cannot grow"):
            take_in(memory, CONTENT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        memory.close()
    taken_in(home, CONTENT)
    with opened(home) as memory:
        assert len(texts(memory)) == len({line["text"] for line in MANY})


def garbled(file: Path) -> None:
    file.write_bytes(random.Random(1).randbytes(file.stat().st_size))


def headless(file: Path) -> None:
    with file.open("r+b") as target:
        target.write(random.Random(2).randbytes(4096))


def halved(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def emptied(file: Path) -> None:
    os.truncate(file, 0)


def deleted(file: Path) -> None:
    file.unlink()


@pytest.mark.parametrize("damage", [garbled, headless, halved, emptied, deleted])
def test_damaged_views_are_made_again(
    copy: Path, untroubled: tuple[Path, str], damage: Callable[[Path], None]
) -> None:
    damage(copy / "views.db")
    with capture_logs() as told, opened(copy) as memory:
        assert state(memory) == untroubled[1]
        assert memory.ask(Asked("number 77", "ana")).hits
    assert [t["event"] for t in told if "the views are rebuilt from the log" in t["event"]]


def flip(file: Path, seed: int) -> None:
    """Destroy every third page of the second half, as a failing disk would."""
    chance = random.Random(seed)
    pages = file.stat().st_size // 4096
    with file.open("r+b") as target:
        for page in range(pages // 2, pages, 3):
            target.seek(page * 4096)
            target.write(chance.randbytes(4096))


def test_damage_that_is_found_while_running_is_mended_by_the_next_command(
    copy: Path, untroubled: tuple[Path, str]
) -> None:
    flip(copy / "views.db", 3)
    # What finds it is told what to do; the next one finds everything as it was.
    with opened(copy) as memory, pytest.raises(ViewDamagedError, match="anamnesis replay"):
        state(memory)
    with capture_logs() as told, opened(copy) as memory:
        assert state(memory) == untroubled[1]
        assert memory.ask(Asked("number 77", "ana")).hits
        assert take_in(memory, CONTENT).known == len(MANY)
    assert any("they were found damaged" in t["event"] for t in told)


def test_damage_that_the_host_meets_loses_nothing(copy: Path) -> None:
    flip(copy / "views.db", 4)
    more = [said(f"n{n}", f"Ben paints {n} in Town{n}", session="n") for n in range(60)]
    with pytest.raises(ViewDamagedError), opened(copy) as memory:
        take_in(memory, more)
    with opened(copy) as memory:
        take_in(memory, more)
        assert {line["text"] for line in [*MANY, *more]} == set(texts(memory))


def test_the_command_rebuilds_damaged_views_and_says_so(filled: Path, home: Path) -> None:
    shutil.copytree(filled, home)
    before = run(home, "verify", "--json").row["state_hash"]
    flip(home / "views.db", 5)
    ran = run(home, "replay", "--view", "sql", "--json")
    assert (ran.row["state_hash"], ran.row["changed"]) == (before, True)
    assert run(home, "verify", "--json").row["ok"]

    garbled(home / "views.db")
    looked = run(home, "facts", "--space", "maya", "--json")
    assert "the views are rebuilt from the log" in looked.err
    assert len(looked.rows) == len(run(filled, "facts", "--space", "maya", "--json").rows)

    shutil.rmtree(home / "vectors")
    asked = run(home, "recall", "Where does Maya live?", "--space", "maya", "--no-record", "--json")
    assert "the vectors are rebuilt from the log: they are missing" in asked.err
    assert asked.row["results"]


def no_folder(vectors: Path) -> None:
    shutil.rmtree(vectors)


def empty_folder(vectors: Path) -> None:
    shutil.rmtree(vectors)
    vectors.mkdir()


def no_checkpoint(vectors: Path) -> None:
    (vectors / "checkpoint.json").unlink()


def no_shard(vectors: Path) -> None:
    shutil.rmtree(vectors / "shard")


def garbled_shard(vectors: Path) -> None:
    for file in sorted((vectors / "shard").rglob("*")):
        if file.is_file() and file.stat().st_size < 1 << 20:
            garbled(file)


@pytest.mark.parametrize(
    "damage", [no_folder, empty_folder, no_checkpoint, no_shard, garbled_shard]
)
def test_damaged_vectors_are_made_again(
    copy: Path, untroubled: tuple[Path, str], damage: Callable[[Path], None]
) -> None:
    damage(copy / "vectors")
    with capture_logs() as told, opened(copy) as memory:
        assert memory.vectors.count() == memory.views.size()
        hits = memory.ask(Asked("number 77", "ana")).hits
        assert "77" in hits[0].memory.body.text
        assert state(memory) == untroubled[1]
    assert any("the vectors are rebuilt from the log" in t["event"] for t in told)


def test_a_vector_engine_that_dies_is_brought_back(copy: Path) -> None:
    with opened(copy) as memory:
        os.kill(vector_worker(memory), signal.SIGKILL)
        assert "77" in memory.ask(Asked("number 77", "ana")).hits[0].memory.body.text
        os.kill(vector_worker(memory), signal.SIGKILL)
        take_in(memory, [said("late", "The kestrel returned")])
        assert (
            memory.ask(Asked("kestrel", "ana")).hits[0].memory.body.text == "The kestrel returned"
        )
        assert memory.vectors.count() == memory.views.size()


def test_vectors_destroyed_under_a_running_memory_are_made_again(copy: Path) -> None:
    with opened(copy) as memory:
        os.kill(vector_worker(memory), signal.SIGKILL)
        shutil.rmtree(copy / "vectors" / "shard")
        assert "77" in memory.ask(Asked("number 77", "ana")).hits[0].memory.body.text
        assert memory.vectors.count() == memory.views.size()


@pytest.mark.parametrize("damage", [garbled, headless, halved, emptied])
def test_a_damaged_log_is_refused_with_what_can_be_saved(
    copy: Path, damage: Callable[[Path], None], tmp_path: Path
) -> None:
    damage(copy / "log.db")
    with pytest.raises(LogDamagedError) as refused:
        opened(copy)
    assert str(copy / "log.db") in str(refused.value)
    assert "what can still be read" in str(refused.value.fields["salvage"])
    ran = run(copy, "stats", code=4)
    assert "LogDamagedError" in ran.err
    assert "anamnesis salvage" in ran.err
    assert not (tmp_path / "saved").exists()


def test_what_is_saved_of_a_damaged_log_is_a_memory_again(copy: Path, tmp_path: Path) -> None:
    with opened(copy) as memory:
        had = {stream: sum(memory.log.ends(stream)) for stream in STREAMS}
    flip(copy / "log.db", 6)
    ran = run(copy, "salvage", "--to", str(tmp_path / "saved"), "--json")
    report = ran.row["streams"]
    for stream, kept in report.items():
        lost = sum(gap["last"] - gap["first"] + 1 for gap in kept["missing"])
        assert kept["saved"] + lost == had[stream]
    assert any(kept["missing"] for kept in report.values())
    assert all(kept["saved"] for kept in report.values())
    taken_in(tmp_path / "saved", CONTENT)
    with opened(tmp_path / "saved") as memory:
        assert {line["text"] for line in MANY} <= set(texts(memory))


def test_a_second_process_is_refused_and_told_who_has_the_folder(home: Path) -> None:
    with opened(home) as memory:
        take_in(memory, MANY[:1])
        for command in (["ingest", "-"], ["recall", "x", "--space", "ana"], ["stats"], ["verify"]):
            ran = run(home, *command, code=3)
            assert f"in use by pid {os.getpid()}" in ran.err.replace("\n", " ")
        told = json.loads(run(home, "stats", "--json", code=3).err)
        assert told["error"] == "LockedError"
        with pytest.raises(LockedError, match=f"pid {os.getpid()}"):
            opened(home)
    assert run(home, "stats", "--json").row["streams"]["observations"] == 1


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_ingest_cleanly_and_the_same_file_finishes(
    home: Path, examples: Path, filled_state: str, sent: signal.Signals, code: int
) -> None:
    with subprocess.Popen(
        [COMMAND, "ingest", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**ENVIRONMENT, "ANAMNESIS_HOME": str(home)},
    ) as running:
        assert running.stdin is not None
        running.stdin.write(examples.read_bytes() + b"\n" * 100_000)
        running.stdin.flush()
        # The pipe holds less than was written, so that the command is in the middle of it.
        running.send_signal(sent)
        assert running.wait(60) == code
        assert running.stderr is not None
        assert b"Traceback" not in running.stderr.read()
        running.stdin.close()
    run(home, "ingest", str(examples))
    again = run(home, "verify", "--json").row
    assert again["ok"]
    assert again["state_hash"] == filled_state


def test_kills_at_random_moments_lose_nothing_and_double_nothing(
    home: Path, tmp_path: Path, untroubled: tuple[Path, str]
) -> None:
    file = tmp_path / "many.jsonl"
    file.write_bytes(CONTENT)
    chance = random.Random(20260301)
    began = monotonic()
    subprocess.run([sys.executable, "-c", TAKE_IN, tmp_path / "calm", file], check=True)
    calm = monotonic() - began
    killed = 0
    for _ in range(10):
        with subprocess.Popen([sys.executable, "-c", TAKE_IN, home, file]) as running:
            try:
                assert running.wait(chance.uniform(0.1, 0.9) * calm) == 0
            except subprocess.TimeoutExpired:
                running.kill()
                killed += 1
    assert killed > 0
    taken_in(home, CONTENT)
    with opened(home) as memory:
        assert state(memory) == untroubled[1]
        assert memory.log.check() == []
        assert memory.vectors.count() == memory.views.size()
        observed = {r.headers["ce_id"] for r in memory.log.scan(OBSERVATIONS)}
        assert len(observed) == len(MANY)
        for stream in STREAMS[2:]:
            ids = [r.headers["ce_id"] for r in memory.log.scan(stream)]
            assert len(ids) == len(set(ids))
        before = ends(memory)
        assert take_in(memory, CONTENT).known == len(MANY)
        assert ends(memory) == before


def test_a_log_without_its_newest_records_takes_the_views_along(copy: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    taken_in(old, MANY[:100])
    shutil.copy(old / "log.db", copy / "log.db")
    shutil.copytree(old / "keys", copy / "keys", dirs_exist_ok=True)
    with capture_logs() as told, opened(copy) as memory:
        assert state(memory) == state_after(tmp_path / "fresh")
        take_in(memory, CONTENT)
        assert {line["text"] for line in MANY} <= set(texts(memory))
    assert any("ahead of the log" in t["event"] for t in told)


def state_after(home: Path) -> str:
    taken_in(home, MANY[:100])
    return state_at(home)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Give a copy of the bundled models, to be damaged."""
    bundled = Path(__file__).resolve().parents[2] / "models"
    folder = tmp_path / "models"
    folder.mkdir()
    shutil.copy(bundled / "manifest.json", folder)
    shutil.copytree(bundled / "encoder", folder / "encoder")
    return folder


def test_models_that_are_missing_or_damaged_are_named(home: Path, models: Path) -> None:
    def refused() -> dict[str, str]:
        ran = run(home, "ingest", "-", "--json", code=4, ANAMNESIS_MODELS=str(models))
        found: dict[str, str] = json.loads(ran.err.splitlines()[-1])
        assert found["error"] == "ModelError"
        return found

    network = models / "encoder" / "encoder.onnx"
    content = network.read_bytes()
    network.write_bytes(content[:1000] + b"\0" + content[1001:])
    assert "expected sha256" in refused()["message"]
    os.truncate(network, 1000)
    assert str(network) in refused()["file"]
    network.unlink()
    assert "expected a file, found nothing" in refused()["message"]
    (models / "manifest.json").write_text("{")
    assert "manifest.json" in refused()["file"]
    shutil.rmtree(models)
    assert refused()["role"] == "encoder"


def test_a_log_of_this_process_is_closed_when_the_models_are_missing(
    home: Path, models: Path
) -> None:
    shutil.rmtree(models)
    run(home, "recall", "x", "--space", "ana", code=4, ANAMNESIS_MODELS=str(models))
    SqliteLog(home).close()
    taken_in(home, MANY[:1])
