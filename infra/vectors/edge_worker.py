"""Own a qdrant-edge shard in a process of its own: its calls hold the GIL and may abort."""

import os
import signal
import struct
import sys
from pathlib import Path
from typing import BinaryIO

from infra.vectors.edge_frames import (
    COUNT,
    DELETE,
    DONE,
    ERASE,
    FAILED,
    FLUSH,
    HEAD,
    MAINTAIN,
    SEARCH,
    STARTED,
    UPSERT,
    Cursor,
    rows_of,
    with_header,
)
from infra.vectors.edge_shard import Shard


def handle(shard: Shard, meaning: int, body: bytes) -> bytes:
    """Do what one frame asks and give the body of the answer."""
    if meaning == SEARCH:
        return shard.search(body)
    done = {
        UPSERT: lambda: shard.upsert(list(rows_of(body))),
        DELETE: lambda: shard.delete(body),
        COUNT: lambda: shard.count(Cursor(body).json()),
        FLUSH: shard.flush,
        ERASE: lambda: shard.erase(Cursor(body).json()),
        MAINTAIN: shard.maintain,
    }[meaning]()
    return with_header(done)


def serve(path: Path, index_from: int, width: int, asked: BinaryIO, answers: BinaryIO) -> None:
    """Open the shard and answer until the client is gone."""

    def answer(meaning: int, body: bytes) -> None:
        answers.write(HEAD.pack(len(body), meaning) + body)
        answers.flush()

    answer(STARTED, b"")
    try:
        shard = Shard(path, index_from, width)
        answer(DONE, with_header(shard.probe()))
        while head := asked.read(HEAD.size):
            size, meaning = HEAD.unpack(head)
            body = asked.read(size)
            if len(body) < size:
                return
            answer(DONE, handle(shard, meaning, body))
    except (BrokenPipeError, struct.error):
        return  # the client went away in the middle of a frame
    except BaseException as error:  # noqa: BLE001 - the engine's panics are no Exceptions
        answer(FAILED, f"{type(error).__name__}: {error}".encode())


def main() -> None:
    """Serve on stdin and stdout; end without a flush when the client is gone."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)  # the client's life decides, not the terminal's
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever the engine prints must not fall between the frames
    try:
        serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.stdin.buffer, answers)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
