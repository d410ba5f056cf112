"""How a chat or a text becomes observations, whose ids are the same for the same file."""

import json
import os
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final

from infra.cli.app import instant
from infra.clock import now
from schemas.envelope import derive_id
from schemas.errors import InputError, ObservationError

_LATEST: Final = datetime.max.replace(microsecond=0, tzinfo=UTC)
_SPEAKER: Final = re.compile(r"(?!https?$)[^\W\d_][^:]{0,39}")  # before a turn's colon


class Format(StrEnum):
    """How the input is written."""

    JSONL = "jsonl"
    CHAT = "chat"
    TEXT = "text"


def converted(
    file: BinaryIO, format_: Format, space: str | None, at: str | None, name: str
) -> Iterator[bytes]:
    """Turn a chat or a text into observations, whose ids are the same for the same file."""
    if not space:
        raise InputError(f"--format {format_} needs --space")
    content = file.read()
    started = instant(at, "--at") or (now() if name == "-" else _written(file))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(f"{name}: line {line} is not UTF-8 ({error.reason})", line=line) from error
    stem = Path(name).stem
    if name == "-":
        # What comes through a pipe has no name: its content and its time tell it from others.
        stem = f"stdin-{derive_id(text, started.isoformat() if at is None else at)[:8]}"
    if format_ is Format.CHAT:
        yield from _transcript(text.splitlines(), space, started, stem)
    elif text.strip():
        row = {
            "id": stem,
            "space": space,
            "kind": "document",
            "at": started.isoformat(),
            "title": stem,
            "text": text,
        }
        yield json.dumps(row).encode()


def _written(file: BinaryIO) -> datetime:
    """Say when a file was written: the same for the same file, as the time of a text must be."""
    return datetime.fromtimestamp(int(os.fstat(file.fileno()).st_mtime), UTC)


def _transcript(lines: Iterable[str], space: str, started: datetime, name: str) -> Iterator[bytes]:
    """Turn a transcript ("Ana: hello", one turn a line) into messages a second apart.

    Lines without a speaker go on with the turn before.
    """
    for index, (speaker, text) in enumerate(_turns(lines)):
        if _LATEST - started < timedelta(seconds=index):
            raise ObservationError(f"the turns after {_LATEST} have no time: begin earlier")
        turn: dict[str, str] = {
            "id": f"{name}-{index:06d}",
            "space": space,
            "kind": "message",
            "at": (started + timedelta(seconds=index)).isoformat(),
            "session": name,
            "text": text,
        }
        if speaker:
            turn["speaker"] = speaker
        yield json.dumps(turn, ensure_ascii=False).encode()


def _turns(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    speaker, said = "", ""
    for line in lines:
        head, colon, rest = line.partition(":")
        if colon and _SPEAKER.fullmatch(head):
            if said.strip():
                yield speaker, said.strip()
            speaker, said = head.strip(), rest
        else:
            said += f"\n{line}" if said else line
    if said.strip():
        yield speaker, said.strip()
