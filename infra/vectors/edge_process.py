"""Start the vector worker, exchange frames with it, and notice when it dies or hangs."""

import errno
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from infra.vectors.edge_frames import DONE, HEAD, STARTED
from schemas.errors import VectorsError

_ROOT: Final = Path(__file__).resolve().parents[2]
_WORKER: Final = "infra.vectors.edge_worker"
_CHUNK: Final = 1 << 20
_NONE_FREE: Final = 1 << 18  # bytes that are as good as none: segments are mapped by megabytes
_GRACE: Final = 5.0  # seconds for the worker to end after its input has ended


def full(reason: str) -> bool:
    """Tell whether the engine failed for want of space: no damage, and a retry fails as well."""
    return any(f"os error {code}" in reason for code in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT))


class WorkerError(VectorsError):
    """The worker died, hung or failed; `fields['damage']` when the shard itself is in doubt."""


class EdgeProcess:
    """A running worker: what is sent is done in order, each frame has one answer."""

    def __init__(self, shard: Path, *, lock: int, log: Path, index_from: int, width: int) -> None:
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        with log.open("wb") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [
                    sys.executable,
                    "-P",
                    "-m",
                    _WORKER,
                    str(shard),
                    str(index_from),
                    str(width),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, "PYTHONPATH": path},
                pass_fds=(lock,),
                bufsize=0,
            )
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError  # both were asked for
        self._to, self._from = self._process.stdin, self._process.stdout
        os.set_blocking(self._to.fileno(), False)
        self._log = log
        self.pid = self._process.pid

    def send(self, meaning: int, body: bytes, timeout: float) -> None:
        """Write one frame."""
        deadline = time.monotonic() + timeout
        rest = memoryview(HEAD.pack(len(body), meaning) + body)
        while rest:
            try:
                rest = rest[os.write(self._to.fileno(), rest[:_CHUNK]) :]
            except BlockingIOError:
                if not select.select([], [self._to], [], deadline - time.monotonic())[1]:
                    raise self._hung(timeout) from None
            except BrokenPipeError:
                raise self._died() from None

    def receive(self, timeout: float, expected: int = DONE) -> bytes:
        """Read one answer. Raises WorkerError when it is a failure or none comes."""
        deadline = time.monotonic() + timeout
        size, meaning = HEAD.unpack(self._exactly(HEAD.size, deadline, timeout))
        body = self._exactly(size, deadline, timeout)
        if meaning != expected:
            self.end()
            reason = bytes(body).decode(errors="replace")
            raise WorkerError(f"the vector engine failed: {reason}", reason=reason, damage=True)
        return body

    def started(self, timeout: float) -> None:
        """Wait until the worker runs; a failure before that says nothing about the shard."""
        try:
            self.receive(timeout, STARTED)
        except WorkerError as error:
            raise VectorsError(f"the vector worker does not start: {error}") from error

    def _exactly(self, size: int, deadline: float, timeout: float) -> bytes:
        found = bytearray()
        while len(found) < size:
            ready = select.select([self._from], [], [], max(0.0, deadline - time.monotonic()))[0]
            if not ready:
                raise self._hung(timeout)
            part = os.read(self._from.fileno(), min(size - len(found), _CHUNK))
            if not part:
                raise self._died()
            found += part
        return bytes(found)

    def _hung(self, timeout: float) -> WorkerError:
        self.end(grace=0)
        return WorkerError(f"the vector worker gave no answer in {timeout:g} s", damage=False)

    def _died(self) -> WorkerError:
        code = self.end()
        lines = self._log.read_text(errors="replace").strip().splitlines()
        last = f" ({lines[-1]})" if lines else ""
        if code == -signal.SIGBUS and shutil.disk_usage(self._log.parent).free < _NONE_FREE:
            # A page of a mapped file that finds no room on the disk kills who writes it.
            last += f": nothing is free on the disk of {self._log.parent} (os error {errno.ENOSPC})"
        return WorkerError(
            f"the vector worker died with code {code}{last}",
            code=code,
            damage=code not in (-9, -15),  # a kill from outside says nothing about the shard
        )

    def end(self, grace: float = _GRACE) -> int:
        """Close the pipes, wait for the process, kill it when it does not end; give its code."""
        self._to.close()
        try:
            code = self._process.wait(grace)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._from.close()
        return code
