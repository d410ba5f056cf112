"""Which files make a checkpoint, how large they are, and what names everything that it says."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import file_digest, sha256
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Final

from infra.models.role_bindings import KINDS, Binding
from schemas.errors import ModelError

FIRST: Final = "decoder_model.onnx"  # of a generator: from nothing, gives the cache
NEXT: Final = "decoder_with_past_model.onnx"  # goes on from the cache
TOKENIZER: Final = "tokenizer.json"
CONFIG: Final = "config.json"
_WHERE: Final = {"folder", "file", "sha256"}  # of a binding: what says nothing of the model
# An entry ("location", file) of a tensor's external data, as ONNX's protobuf has it.
_LOCATION: Final = re.compile(rb"\x0a\x08location\x12([\x01-\x7f]|[\x80-\xff]\x01)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A checkpoint's networks, each followed by the weights that lie beside it.

    `content` is the SHA-256 of all of them, one after another (as `cat FILES | sha256sum`), and
    `bytes` their size; `digest` covers tokenizer, configuration and binding as well.
    """

    networks: tuple[Path, ...]
    bytes: int
    content: str
    digest: str


def size_of(role: str, binding: Binding) -> int:
    """Say how many bytes of networks a role loads, before it does. Raises ModelError."""
    try:
        return sum(file.stat().st_size for file in _networks(role, binding))
    except OSError as error:
        raise _missing(role, binding, error) from error


def files_of(role: str, binding: Binding) -> ModelFiles:
    """Read what a checkpoint consists of. Raises ModelError naming a file that is missing."""
    try:
        networks = tuple(_networks(role, binding))
        content, size = sha256(), 0
        for file in networks:
            with file.open("rb") as opened:
                while part := opened.read(1 << 20):
                    content.update(part)
                    size += len(part)
        beside = [_digest(binding.folder / TOKENIZER)]
        if (config := binding.folder / CONFIG).exists():
            beside.append(_digest(config))
    except OSError as error:
        raise _missing(role, binding, error) from error
    options = binding.model_dump(mode="json", exclude=_WHERE, exclude_defaults=True)
    everything = [content.hexdigest(), beside, options]
    digest = sha256(json.dumps(everything, sort_keys=True).encode()).hexdigest()
    return ModelFiles(networks, size, content.hexdigest(), digest)


def weights_beside(network: Path) -> list[Path]:
    """Find the files in which a network keeps weights that it does not hold itself."""
    with network.open("rb") as opened:
        if not network.stat().st_size:
            return []
        with mmap(opened.fileno(), 0, access=ACCESS_READ) as content:
            names = {_name(content, found) for found in _LOCATION.finditer(content)}
    files = (network.parent / name for name in sorted(names) if name)
    return [file for file in files if file.is_file()]


def _name(content: mmap, found: re.Match[bytes]) -> str:
    low, *high = found[1]
    length = low & 0x7F | (high[0] << 7 if high else 0)
    return content[found.end() : found.end() + length].decode(errors="ignore").replace("\0", "")


def _networks(role: str, binding: Binding) -> Iterator[Path]:
    """Give a checkpoint's networks in their order, each followed by its weights."""
    more = (FIRST, NEXT) if KINDS[role] == "generation" else ()
    for network in (binding.network, *(binding.folder / name for name in more)):
        yield network
        yield from weights_beside(network)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def _missing(role: str, binding: Binding, error: OSError) -> ModelError:
    return ModelError(
        role=role,
        file=str(error.filename or binding.network),
        expected="a file that can be read",
        found=error.strerror or "nothing",
    )
