"""Does memory survive a full disk, a second process, signals, kills and missing models?"""

import json
import os
import resource
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.log.sqlite_log import SqliteLog
from schemas.errors import DiskFullError, LockedError
from tests.driving import (
    COMMAND,
    ENVIRONMENT,
    MANY,
    opened,
    run,
    take_in,
    taken_in,
    texts,
    written,
)

CONTENT = written(MANY)


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


def heeding() -> None:
    """Heed signals, also where who runs the tests has them ignored, as shells do in background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


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
        preexec_fn=heeding,  # noqa: PLW1509 - it only sets a signal
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
    taken_in(home, MANY[:1])
    shutil.rmtree(models)
    run(home, "recall", "x", "--space", "ana", code=4, ANAMNESIS_MODELS=str(models))
    SqliteLog(home).close()
    taken_in(home, MANY[1:2])
