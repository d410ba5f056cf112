"""How a chat or a text becomes observations, whose ids are the same for the same content."""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final

from agents.predicates import name_key
from infra.cli.app import instant
from infra.cli.transcripts import times, turns
from infra.clock import now
from schemas.envelope import derive_id
from schemas.errors import InputError
from schemas.observations import ASSISTANT

_ASKED: Final = 1000  # ids that are looked up at once

Knows = Callable[[Sequence[str]], set[str]]


class Format(StrEnum):
    """How the input is written."""

    JSONL = "jsonl"
    CHAT = "chat"
    TEXT = "text"


def converted(  # noqa: PLR0913, PLR0917 - a file, how it is written, and whose it is
    file: BinaryIO,
    format_: Format,
    space: str | None,
    at: str | None,
    name: str,
    knows: Knows,
    assistants: Iterable[str] = (),
) -> Iterator[bytes]:
    """Turn a chat or a text into observations, which are named after what they say.

    Of a chat, who is called Assistant, or as one of the `assistants`, is one.

    So the same file names the same ones whenever it was written, and a grown one names what it had
    before as before; who takes them in leaves what it knows as it is. Of a text, of which the
    memory `knows` the beginning, only the rest is given.
    """
    if not space:
        raise InputError(f"--format {format_} needs --space")
    content = file.read()
    given = instant(at, "--at")
    started = given or (now() if name == "-" else _written(file))
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
        machines = {name_key(one) for one in (ASSISTANT, *assistants)}
        rows = _messages(text.splitlines(), started, stem, machines, ended=given is None)
    else:
        rows = _document(text.strip(), started, stem, knows)
    for row in rows:
        yield json.dumps(row | {"space": space}, ensure_ascii=False).encode()


def _written(file: BinaryIO) -> datetime:
    """Say when a file was written."""
    return datetime.fromtimestamp(int(os.fstat(file.fileno()).st_mtime), UTC)


def _messages(
    lines: Iterable[str], started: datetime, stem: str, machines: Collection[str], *, ended: bool
) -> Iterator[dict[str, str]]:
    """Turn a transcript into messages of one session, named after its first turn.

    A message is named after its session, its words, and how often they were said before.
    """
    said = list(turns(lines))
    seen: Counter[tuple[str, ...]] = Counter()
    session = ""
    for turn, at in zip(said, times(said, started, ended=ended), strict=True):
        words = (turn.stamp.written if turn.stamp else "", turn.speaker, turn.text)
        session = session or f"{stem}-{_digest(*words)[:8]}"
        seen[words] += 1
        row = {
            "id": f"{session}-{_digest(*words, str(seen[words]))[:16]}",
            "kind": "message",
            "at": at.isoformat(),
            "session": session,
            "text": turn.text,
        }
        role = {"role": ASSISTANT} if name_key(turn.speaker) in machines else {}
        yield row | ({"speaker": turn.speaker} if turn.speaker else {}) | role


def _document(text: str, started: datetime, stem: str, knows: Knows) -> Iterator[dict[str, str]]:
    """Turn a text into a document, named after all that stands in the file up to its end."""
    if not text:
        return
    known = _known_up_to(text, stem, knows)
    yield {
        "id": _named(stem, hashlib.sha256(text.encode())),
        "kind": "document",
        "at": started.isoformat(),
        "title": stem,
        "text": text[known:].strip() if known < len(text) else text,
    }


def _known_up_to(text: str, stem: str, knows: Knows) -> int:
    """Say how much of a text was taken in before: up to the end of a line, or nothing."""
    ends: dict[str, int] = {}
    whole, end = hashlib.sha256(), 0
    for line in text.splitlines(keepends=True):
        so_far = whole.copy()
        so_far.update(line.rstrip().encode())
        if line.strip():
            ends[_named(stem, so_far)] = end + len(line)
        whole.update(line.encode())
        end += len(line)
    ids = list(reversed(ends))
    for begin in range(0, len(ids), _ASKED):
        if found := knows(ids[begin : begin + _ASKED]):
            return max(ends[one] for one in found)
    return 0


def _named(stem: str, digest: "hashlib._Hash") -> str:
    return f"{stem}-{digest.hexdigest()[:16]}"


def _digest(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()
