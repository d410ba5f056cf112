"""How tests drive memory: in this process with the hash encoder, or as the command."""

import base64
import io
import json
import os
import sys
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from infra.cli import main
from infra.host.ingest import Ingested
from infra.host.lines import bounded
from infra.memory import Memory
from infra.settings import Settings
from infra.vectors.edge_vectors import EdgeVectors
from infra.views.refold import combined
from schemas.memories import Rejected
from schemas.wire import decode
from streams.topology import REJECTIONS, STREAMS
from tests.hash_encoder import HashEncoder

COMMAND = str(Path(sys.executable).with_name("anamnesis"))
SOURCE = "file:some.jsonl"
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("ANAMNESIS_")}
# A command that is killed after its first page of a replay.
REPLAY_UNTIL_KILLED = """
import os, signal, sys
from infra.views import refold

def kill(self, *page):
    taking(self, *page)
    os.kill(os.getpid(), signal.SIGKILL)

taking = refold.Projector.take
refold.Projector.take = kill
from infra.cli import main
main()
"""
FACT = {"fact", "subject", "predicate", "object", "valid_from", "valid_to", "memory"}

Line = dict[str, Any] | bytes


@dataclass(frozen=True)
class Ran:
    """What a command left: its exit code, its output, its complaints."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def row(self) -> Any:
        (only,) = self.rows
        return only


def run(
    home: Path, *arguments: str, given: bytes = b"", code: int | None = 0, **environment: str
) -> Ran:
    """Run the command on a folder; `code` is the exit code that must come of it."""
    environment = {**ENVIRONMENT, "ANAMNESIS_HOME": str(home), **environment}
    with TemporaryDirectory() as folder:
        streams = [Path(folder) / name for name in ("in", "out", "err")]
        streams[0].write_bytes(given)
        process = _FORKING.Process(target=_command, args=(arguments, environment, streams))
        process.start()
        process.join(120)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"{arguments} do not end")
        found = Ran(process.exitcode, *(one.read_bytes().decode() for one in streams[1:]))
    assert code is None or found.code == code, f"{found.code}\n{found.out}\n{found.err}"
    assert "Traceback" not in found.err, found.err
    return found


def _command(arguments: Sequence[str], environment: dict[str, str], streams: list[Path]) -> None:
    """Be the command, in a process of its own that has its imports from the one it was forked of.

    To import them takes longer than what most commands do.
    """
    for number, (stream, flags) in enumerate(zip(streams, _FLAGS, strict=True)):
        os.dup2(os.open(stream, flags), number)
    sys.stdin = os.fdopen(0)
    sys.argv = [COMMAND, *arguments]
    os.environ.clear()
    os.environ.update(environment)
    main()


_FLAGS = (os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_CREAT)
_FORKING = get_context("forkserver")
_FORKING.set_forkserver_preload(["infra.cli.commands", __name__])


def opened(home: Path, **settings: Any) -> Memory:
    """Open a folder in this process, without models and without fsync."""
    return Memory(Settings(home=home, **{"sync": "off", **settings}), encoder=HashEncoder())


def said(id_: str, text: str = "", **fields: Any) -> dict[str, Any]:
    """Give a message as a producer would write it."""
    return {
        "id": id_,
        "space": "ana",
        "kind": "message",
        "at": "2026-03-01T12:00:00+00:00",
        "session": "s",
        "speaker": "Ana",
        "text": text or f"The word of {id_} is {id_}",
    } | fields


MANY = [
    said(f"m{n}", f"Ana wrote number {n} of {n % 7} in Town{n % 50}", session=f"s{n % 9}")
    for n in range(400)
]


def written(lines: Iterable[Line]) -> bytes:
    """Write lines as a producer's file; bytes stay as they are."""
    parts = [x if isinstance(x, bytes) else json.dumps(x).encode() for x in lines]
    return b"".join(part + b"\n" for part in parts)


def take_in(memory: Memory, content: bytes | Iterable[Line]) -> Ingested:
    """Ingest a file's content and wait until every view holds it."""
    data = content if isinstance(content, bytes) else written(content)
    result = Ingested()
    ingestor = memory.ingestor(SOURCE)
    deque(ingestor.lines(bounded(io.BytesIO(data)), result), maxlen=0)
    memory.host.drain()
    ingestor.settle(result)
    return result


def taken_in(home: Path, content: bytes | Iterable[Line], **settings: Any) -> Ingested:
    """Open, ingest, close."""
    with opened(home, **settings) as memory:
        return take_in(memory, content)


def state(memory: Memory) -> str:
    """Hash what memory is."""
    return combined(memory.views.state_hashes())


def ends(memory: Memory) -> dict[str, list[int]]:
    """Give the end of every stream."""
    return {stream: memory.log.ends(stream) for stream in STREAMS}


def grown(home: Path, content: bytes | Iterable[Line], **settings: Any) -> str:
    """Open, ingest, close; give the state that came of it."""
    with opened(home, **settings) as memory:
        take_in(memory, content)
        return state(memory)


def alone_and_together(lines: Sequence[Line]) -> tuple[str, str]:
    """Give the states that come of lines one by one, and of all of them in one batch."""
    with TemporaryDirectory() as folder:
        with opened(Path(folder) / "alone", batch=1) as memory:
            for one in lines:
                take_in(memory, [one])
            alone = state(memory)
        return alone, grown(Path(folder) / "together", lines, batch=64)


def state_at(home: Path) -> str:
    """Hash what memory is in a folder."""
    with opened(home) as memory:
        return state(memory)


def rejections(memory: Memory) -> list[tuple[Rejected, bytes]]:
    """Give what was rejected, with the bytes that were kept."""
    found = [decode(r.headers["ce_type"], r.value) for r in memory.log.scan(REJECTIONS)]
    return [(rejected, base64.b64decode(rejected.raw)) for rejected in found]


def texts(memory: Memory, space: str = "ana") -> list[str]:
    """Give the texts of a space's memories, sorted."""
    return sorted(m.body.text for m in memory.reads.timeline(space, None, None, 100_000))


def vector_worker(memory: Memory) -> int:
    """Give the process id of the embedded vector engine's worker."""
    assert isinstance(memory.vectors, EdgeVectors)
    return memory.vectors.worker_pid


def recalled(home: Path, question: str, *more: str) -> Any:
    return run(home, "recall", question, "--no-record", "--json", *more).row


def verified_state(home: Path) -> str:
    """Give the state hash of a folder that agrees with its log."""
    found = run(home, "verify", "--json").row
    assert found["ok"]
    return str(found["state_hash"])
