"""Where data keys are kept: a file of JSON lines, each key wrapped by a master key beside it.

`ring-ID.jsonl` begins with a line that names the ring and its master key; after it come keys
(`space`, `epoch`, `key`), notes of destroyed ones (`space`, `gone`: the last epoch), and at most
one erasure that is under way (`intent`). `ring-ID-MASTER.key` is the master key.
"""

import base64
import binascii
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from schemas.errors import KeysError

FORMAT: Final = 1
_NONCE: Final = 12
_KEY: Final = 32

Line = dict[str, Any]


class KeyFile:
    """One ring's file; what returns from a write is durable unless `durable` is False."""

    def __init__(self, folder: Path, ring: int, *, durable: bool = True) -> None:
        self.ring = ring
        self.path = folder / f"ring-{ring:016x}.jsonl"
        self._durable = durable
        self._master: bytes | None = None
        self._seen = (0, 0, 0)  # the file and its size when it was last read or written

    def create(self) -> None:
        """Make an empty ring with a master key of its own, unless another process has."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self.alone():
                if not self.path.exists():
                    self.replace([], fresh=True)
        except OSError as error:
            raise KeysError(
                f"keys cannot be kept at {self.path}: {error}", file=self.path
            ) from error

    def changed(self) -> bool:
        """Say whether another process has written since the last read."""
        return self._now() != self._seen

    def read(self) -> list[Line]:
        """Read every line but the first, keys opened. Raises KeysError saying what is wrong."""
        try:
            seen = self._now()  # first: what is written meanwhile is read again
            data = self.path.read_bytes()
            self._seen = seen
        except OSError as error:
            raise KeysError(
                f"the key file {self.path} cannot be read ({error.strerror}), and without it what "
                "is remembered cannot be: put it back from where it is kept safe, or say with "
                "ANAMNESIS_KEYS where it is",
                file=str(self.path),
            ) from error
        # A last line without an end is one whose writing was cut off: nothing is sealed with it.
        whole, _, _ = data.rpartition(b"\n")
        lines = [self._parsed(n, line) for n, line in enumerate(whole.split(b"\n"), 1)]
        first = lines[0]
        if first.get("format") != FORMAT or first.get("ring") != self.ring:
            raise self._damaged(1, "it does not begin as a key file of this memory")
        self._master = self._read_master(str(first.get("master")))
        return [self._opened(n, line) for n, line in enumerate(lines[1:], 2)]

    def append(self, line: Line) -> None:
        """Add a line; a key is wrapped."""
        text = json.dumps(self._wrapped(line)).encode() + b"\n"
        with self.path.open("r+b") as file:
            # Over a line whose writing was cut off, if there is one.
            whole, _, _ = file.read().rpartition(b"\n")
            file.seek(len(whole) + 1)
            file.truncate()
            file.write(text)
            self._settle(file.fileno(), file)
        self._seen = self._now()

    def replace(self, lines: list[Line], *, fresh: bool) -> None:
        """Write the file anew and overwrite the old bytes; `fresh` makes another master key."""
        old = self._master_path() if self._master is not None else None
        if fresh or self._master is None:
            self._master = secrets.token_bytes(_KEY)
            self._write(self._master_path(), base64.b64encode(self._master) + b"\n")
        head = {"format": FORMAT, "ring": self.ring, "master": _name(self._master)}
        texts = [json.dumps(line) for line in (head, *map(self._wrapped, lines))]
        data = "".join(f"{text}\n" for text in texts).encode()
        before = self.path.open("r+b") if self.path.exists() else None
        beside = self.path.with_suffix(".new")
        self._write(beside, data)
        beside.replace(self.path)
        self._settle_folder()
        self._seen = self._now()
        if before is not None:
            with before:
                self._blank(before)
        if old is not None and old != self._master_path():
            with old.open("r+b") as file:
                self._blank(file)
            old.unlink()
        self._remove_strays()

    def alone(self) -> AbstractContextManager[None]:
        """Keep other processes from writing meanwhile."""
        return self._locked(".lock", fcntl.LOCK_EX)

    def at_work(self, *, alone: bool) -> AbstractContextManager[None]:
        """Hold what is sealed with these keys: with others, or alone, when these have finished."""
        return self._locked(".work", fcntl.LOCK_EX if alone else fcntl.LOCK_SH)

    @contextmanager
    def _locked(self, suffix: str, how: int) -> Iterator[None]:
        name = self.path.with_suffix(suffix)
        lock = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, how)
            yield
        finally:
            os.close(lock)

    def _now(self) -> tuple[int, int, int]:
        found = self.path.stat()
        return found.st_ino, found.st_size, found.st_mtime_ns

    def _parsed(self, number: int, line: bytes) -> Line:
        try:
            found = json.loads(line)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise self._damaged(number, "it is not a JSON object")
        return found

    def _wrapped(self, line: Line) -> Line:
        if "key" not in line or self._master is None:
            return line
        nonce = secrets.token_bytes(_NONCE)
        wrapped = nonce + AESGCM(self._master).encrypt(nonce, line["key"], self._about(line))
        return line | {"key": base64.b64encode(wrapped).decode()}

    def _opened(self, number: int, line: Line) -> Line:
        if "key" not in line or self._master is None:
            return line
        try:
            wrapped = base64.b64decode(line["key"], validate=True)
            about = self._about(line)
            key = AESGCM(self._master).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], about)
        except (InvalidTag, LookupError, TypeError, ValueError, binascii.Error) as error:
            raise self._damaged(number, "the master key does not open it") from error
        return line | {"key": key}

    def _about(self, line: Line) -> bytes:
        return f"{self.ring}/{line['space']}/{line['epoch']}".encode()

    def _master_path(self, name: str | None = None) -> Path:
        return self.path.with_name(f"{self.path.stem}-{name or _name(self._master or b'')}.key")

    def _read_master(self, name: str) -> bytes:
        path = self._master_path(name)
        try:
            master = base64.b64decode(path.read_bytes())
        except (OSError, ValueError) as error:
            raise KeysError(
                f"the master key {path} cannot be read ({error}): put it back from where it is "
                "kept safe",
                file=str(path),
            ) from error
        if len(master) != _KEY or _name(master) != name:
            raise KeysError(f"{path} is not the master key of {self.path.name}", file=str(path))
        return master

    def _damaged(self, number: int, what: str) -> KeysError:
        return KeysError(
            f"the key file {self.path} is damaged in line {number}: {what}; put it back from "
            "where it is kept safe",
            file=str(self.path),
            line=number,
        )

    def _write(self, path: Path, data: bytes) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            self._settle(file.fileno(), file)

    def _blank(self, file: Any) -> None:  # noqa: ANN401 - an open binary file
        """Overwrite a file's bytes where they lie, as far as the file system does that."""
        size = os.fstat(file.fileno()).st_size
        file.seek(0)
        file.write(bytes(size))
        file.flush()
        os.fsync(file.fileno())

    def _settle(self, descriptor: int, file: Any) -> None:  # noqa: ANN401 - an open binary file
        file.flush()
        if self._durable:
            os.fsync(descriptor)

    def _settle_folder(self) -> None:
        descriptor = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _remove_strays(self) -> None:
        """Remove master keys that a rotation left behind when it was cut off."""
        for path in self.path.parent.glob(f"{self.path.stem}-*.key"):
            if path != self._master_path():
                with suppress(OSError):
                    path.unlink()


def _name(master: bytes) -> str:
    """Name a master key by what does not tell it: a checksum under itself."""
    return AESGCM(master).encrypt(bytes(_NONCE), b"", b"name").hex()[:8] if master else ""
