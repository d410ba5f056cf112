"""A PostgreSQL server of one's own: started on a free port, gone at the end."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections import deque
from pathlib import Path
from threading import Thread
from typing import IO, Any, Final

_CALM: Final = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB",
    "autovacuum=off", "max_connections=50", "unix_socket_directories=", "log_statement=none",
    "listen_addresses=127.0.0.1", "logging_collector=off", "log_destination=stderr",
)  # fmt: skip
_READY: Final = "database system is ready to accept connections"


def binaries() -> Path | None:
    """Find the folder with PostgreSQL's programs."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((path.parent for path in installed), default=None, key=lambda p: float(p.parts[-2]))


def free_port() -> int:
    """Give a port of the loopback that nobody uses now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Postgres:
    """One server in a temporary folder; it can be stopped and started again on its port."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        # PostgreSQL does not run as root, and root's temporary folders let nobody else in.
        self._user = _unprivileged() if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="anamnesis-postgres-"))
        self.data = self.folder / "data"
        self.port = free_port()
        self._running: subprocess.Popen[str] | None = None
        if self._user:
            os.chown(self.folder, self._user[0], self._user[1])
        self._program("initdb", "-D", str(self.data), "-U", "tests", "-A", "trust", "-N",
                      "-E", "UTF8", "--locale=C.UTF-8")  # fmt: skip
        self.start()

    @property
    def url(self) -> str:
        """Give the address of its database."""
        return f"postgresql+psycopg://tests@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it, and return when it answers."""
        self._running = self._process()
        said = []
        for line in self._running.stderr or ():
            said.append(line)
            if _READY in line:
                # What it says later would fill the pipe.
                self._drain = Thread(target=_drained, args=(self._running.stderr,), daemon=True)
                self._drain.start()
                return
        self._running.wait()
        raise RuntimeError("".join(said))

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT ends every connection, SIGQUIT leaves it to be recovered."""
        if self._running is not None:
            self._running.send_signal(how)
            self._running.wait(60)
            self._drain.join(60)
            self._running = None

    def close(self) -> None:
        """Stop it and remove everything."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _process(self) -> subprocess.Popen[str]:
        settings = [part for setting in _CALM for part in ("-c", setting)]
        command = [str(self._programs / "postgres"), "-D", str(self.data), "-p", str(self.port)]
        if setpriv := shutil.which("setpriv"):
            # So that it ends with the tests even if these are killed.
            command = [setpriv, "--pdeathsig", "INT", "--", *command]
        return subprocess.Popen(
            [*command, *settings], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            cwd=self.folder, **self._identity(),
        )  # fmt: skip

    def _program(self, name: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._programs / name), *arguments], capture_output=True, text=True, check=False,
            cwd=self.folder, **self._identity(),
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr)

    def _identity(self) -> dict[str, Any]:
        if self._user is None:
            return {}
        return {"user": self._user[0], "group": self._user[1], "extra_groups": []}


def _unprivileged() -> tuple[int, int]:
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return found.pw_uid, found.pw_gid
    return 65534, 65534


def _drained(pipe: IO[str]) -> None:
    with pipe:
        deque(pipe, maxlen=0)
