"""Which process owns a data folder, so that no second one works on it."""

import contextlib
import fcntl
import os
import sys
from pathlib import Path
from typing import Final

from infra.clock import monotonic, pause
from infra.closing import Closing
from schemas.errors import LockedError, UnavailableError

_WORDS: Final = 3  # of a command line: interpreter, program, command
_PATIENCE: Final = 2.0  # seconds in which a command that only looks has let go
_LOOKS: Final = 0.02  # seconds between tries


class FolderLock(Closing):
    """Holds `folder/lock` from construction to `close`; the kernel lets go when the process dies.

    Who comes meanwhile waits for a moment: `promotions --follow` looks every second. Raises
    LockedError, naming the owner's pid and command, when another one goes on holding it.
    """

    def __init__(self, folder: Path, *, patience: float = _PATIENCE) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._fd = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            why = "it is a file" if folder.is_file() else error.strerror
            raise UnavailableError(f"{folder} cannot be used: {why}", folder=folder) from error
        until = monotonic() + patience
        while not (held := self._try()) and monotonic() < until:
            pause(_LOOKS)
        if not held:
            owner = os.pread(self._fd, 4096, 0).decode(errors="replace").strip()
            self.close()
            raise LockedError(str(folder), owner or "another process")
        # Which command, not what about: its arguments may name what is to be forgotten.
        command = " ".join(" ".join(sys.orig_argv[:_WORDS]).split())
        self._write(f"pid {os.getpid()}: {command[:500]}\n".encode(errors="replace"))

    def _try(self) -> bool:
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _write(self, owner: bytes) -> None:
        # A full disk must not keep anyone from reading, so the owner may stay unnamed.
        with contextlib.suppress(OSError):
            os.ftruncate(self._fd, 0)
            os.pwrite(self._fd, owner, 0)

    def close(self) -> None:
        """Let go; harmless when repeated."""
        # The file stays: without it, one process could lock a deleted file and one a new one.
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
