"""Who may work in a vector folder, and up to which positions its content is complete."""

import fcntl
import json
import os
import shutil
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from schemas.errors import LockedError
from streams.vectors import WIDTH

FORMAT: Final = 2
_ORPHAN_WAIT: Final = 30.0  # seconds for the worker of a killed owner to notice and end


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Next offset to project of each partition, and the points that must at least be there.

    Their vectors have `width` dimensions.
    """

    positions: Mapping[int, int] = field(default_factory=dict)
    count: int = 0
    width: int = WIDTH


class EdgeFolder:
    """A folder held by one process: a lock, a checkpoint, `operations`, a log, `shard/`."""

    def __init__(self, path: Path) -> None:
        self._doubt: str | None = None
        if not path.is_dir() and (path.exists() or path.is_symlink()):
            path.unlink()
            self._doubt = f"{path} was no folder"
        path.mkdir(parents=True, exist_ok=True)
        self._path = path
        self.shard = path / "shard"
        self.worker_log = path / "worker.log"
        self._file = path / "checkpoint.json"
        self.checkpoint = Checkpoint()
        # The worker inherits this descriptor: the folder stays locked until both are gone.
        self.lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self._acquire()
        except BaseException:
            os.close(self.lock)
            raise

    def _acquire(self) -> None:
        deadline = time.monotonic() + _ORPHAN_WAIT
        while True:
            try:
                fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                owner = os.pread(self.lock, 256, 0).decode(errors="replace") or "another process"
                if time.monotonic() > deadline or _alive(owner):
                    raise LockedError(str(self._path), owner) from None
                time.sleep(0.01)
            else:
                os.ftruncate(self.lock, 0)
                program = Path(sys.argv[0] or "python").name
                os.pwrite(self.lock, f"process {os.getpid()} ({program})".encode(), 0)
                return

    def read(self) -> str | None:
        """Read the checkpoint from disk; give a reason to doubt the folder, or None."""
        if self._doubt:
            doubt, self._doubt = self._doubt, None
            return doubt
        if not self._file.exists():
            if self.shard.exists():
                return "the checkpoint is missing"
            self.write(Checkpoint())
            return None
        try:
            found = json.loads(self._file.read_bytes())
            if found["format"] != FORMAT:
                return f"the folder has format {found['format']}, not {FORMAT}"
            positions = {int(key): int(value) for key, value in found["positions"].items()}
            self.checkpoint = Checkpoint(
                positions, int(found["count"]), int(found.get("width", WIDTH))
            )
        except (ValueError, LookupError, TypeError, AttributeError):
            return "the checkpoint cannot be read"
        return None

    def write(self, checkpoint: Checkpoint) -> None:
        """Replace the checkpoint, durable on return."""
        known = {
            "format": FORMAT, "count": checkpoint.count, "positions": dict(checkpoint.positions),
        }  # fmt: skip
        text = json.dumps(known | ({"width": w} if (w := checkpoint.width) != WIDTH else {}))
        beside = self._file.with_suffix(".tmp")
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._file)
        descriptor = os.open(self._path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        self.checkpoint = checkpoint

    def expect_fewer(self, deleted: int) -> None:
        """Lower the count that must be there, before deletions become durable."""
        if deleted:
            count = max(0, self.checkpoint.count - deleted)
            self.write(replace(self.checkpoint, count=count))

    def wipe(self, width: int) -> None:
        """Start empty, for vectors of a width.

        The checkpoint goes first, so that a crash in between wipes again.
        """
        self._file.unlink(missing_ok=True)
        (self._path / "operations").unlink(missing_ok=True)
        if self.shard.is_dir():
            shutil.rmtree(self.shard)
        self.shard.unlink(missing_ok=True)
        self.write(Checkpoint(width=width))

    def close(self) -> None:
        """Let another process in."""
        os.close(self.lock)


def _alive(owner: str) -> bool:
    """Tell whether the process that an owner's line names runs; a line without one counts."""
    words = owner.split()
    if len(words) < 2 or not words[1].isdigit():  # noqa: PLR2004 - "process 123"
        return True
    return Path(f"/proc/{words[1]}").exists() if sys.platform == "linux" else _answers(words[1])


def _answers(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
