"""Texts that must be found nowhere once they are erased, and the search for them in all bytes."""

import base64
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.driving import said

SECRETS = (
    "Zoë Müller-Ångström",
    "山田太郎",
    "Алёна",
    'O"Brien\\Smith',
    "4915730219846",
    "🜚ancient",
)
BUSY = [said(f"b{n}", f"Ben keeps bee number {n} in Bonn", space="ben") for n in range(40)]


def secret_lines() -> list[Any]:
    """Say every secret in every place that a producer can write to."""
    lines: list[Any] = []
    for n, secret in enumerate(SECRETS):
        lines += [
            said(f"m{n}-{secret}", f"I told {secret} that {secret} is {n}", speaker=secret),
            said(f"r{n}", f"I told {secret} that {secret} is {n}", speaker=secret),
            said(f"d{n}", kind="document", title=secret, text=f"About {secret}: I live in Porto"),
            said(f"x{n}", f"poison for {secret}", session=f"session of {secret}"),
            said(f"f{n}", kind="fact", subject=secret, predicate="knows", object=f"{secret} too"),
            said(f"e{n}", kind="episode", what=f"{secret} arrived", where=secret, extra=[secret]),
            {"id": f"bad{n}", "space": "ana", "kind": "nothing", "text": secret},
        ]
    return lines


def forms(secret: str) -> Iterator[bytes]:
    """Write a text in every way in which it could lie in a file."""
    escaped = json.dumps(secret)[1:-1]
    for text in {secret, secret.casefold(), escaped, json.dumps(secret, ensure_ascii=False)[1:-1]}:
        yield text.encode()
        yield text.encode("utf-16-le")
        yield text.encode("utf-16-be")
        for start in range(3):  # base64 of it at any place
            whole = base64.b64encode(b"\0" * start + text.encode())
            yield whole[4 if start else 0 : -4]


def found(home: Path, secrets: Iterable[str]) -> list[tuple[str, str]]:
    """Search every byte of every file of a folder, in which a service may be removing some."""
    files: dict[Path, bytes] = {}
    for folder, _, names in os.walk(home):  # unlike rglob it passes over a folder that has gone
        for path in (Path(folder, name) for name in names):
            with suppress(FileNotFoundError):
                files[path] = squeezed(path.read_bytes())
    return [
        (secret, path.name)
        for secret in secrets
        for path, data in files.items()
        for form in forms(secret)
        if len(form) > 3 and form in data
    ]


def squeezed(data: bytes) -> bytes:
    """Shorten what files reserve: long runs of zeros, of which no form has more than three."""
    return bytes(8).join(part for part in data.split(bytes(64)) if part)
