"""What the manifest says of bundled models, and their files, checked against their digests."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import onnxruntime

from schemas.errors import ModelError

MANIFEST = "manifest.json"
# Fused, a sum and its normalisation take 78 us over 25 sub-tokens; one after the other, 34.
SLOWER: Final = ["SkipLayerNormFusion"]


@dataclass(frozen=True, slots=True)
class Bundled:
    """A bundled model's files, and the digest of all of them together.

    Where it embeds as an earlier release did, to the last bit, `embeds_as` is the digest of that.
    """

    content: Mapping[str, bytes]
    digest: str
    embeds_as: str | None = None


def bundled_roles(models: Path, encoder: str = "encoder") -> dict[str, tuple[str, str]]:
    """Give the bundled model of every role, by name and digest. Raises ModelError.

    `encoder` is the one that takes the roles of the usual one.
    """
    file = models / MANIFEST
    try:
        manifest = json.loads(file.read_bytes())
        names = {
            role: encoder if name == "encoder" else name for role, name in manifest["roles"].items()
        }
        return {role: (name, manifest["models"][name]["digest"]) for role, name in names.items()}
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise ModelError(
            role="encoder", file=str(file), expected="roles and models", found=repr(error)
        ) from error


def bundled_embedder(models: Path, encoder: str) -> str:
    """Give the digest of what a bundled encoder embeds as. Raises ModelError."""
    name, digest = bundled_roles(models, encoder)["embedder"]
    listed = json.loads((models / MANIFEST).read_bytes())["models"][name]
    return str(listed.get("embeds_as", digest))


def read_files(role: str, folder: Path, needed: Sequence[str]) -> Bundled:
    """Read the files that the manifest beside the folder lists. Raises ModelError for any other."""
    manifest = folder.parent / MANIFEST
    try:
        listed = json.loads(manifest.read_bytes())["models"][folder.name]
        expected: dict[str, str] = listed["files"]
        content = {name: (folder / name).read_bytes() for name in expected}
    except FileNotFoundError as error:
        file = str(error.filename)
        raise ModelError(role=role, file=file, expected="a file", found="nothing") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(
            role=role, file=str(manifest), expected=f"an entry {folder.name}", found=repr(error)
        ) from error
    for name, digest in expected.items():
        if (found := hashlib.sha256(content[name]).hexdigest()) != digest:
            raise ModelError(
                role=role, file=str(folder / name), expected=f"sha256 {digest}", found=found
            )
    if missing := [name for name in needed if name not in content]:
        raise ModelError(role=role, file=str(manifest), expected=missing[0], found="nothing")
    return Bundled(content, listed["digest"], listed.get("embeds_as"))


def open_graph(
    role: str, file: Path, network: bytes, inputs: set[str], outputs: Sequence[str]
) -> onnxruntime.InferenceSession:
    """Open a network that runs one text, or pair, on one thread. Raises ModelError.

    On the CPU, whatever else is there: CUDA has no kernel that quantizes activations, so that every
    product of an INT8 network would copy them to the CPU and back.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3

    def wrong(expected: str, found: str) -> ModelError:
        return ModelError(role=role, file=str(file), expected=expected, found=found)

    try:
        session = onnxruntime.InferenceSession(
            network, options, ["CPUExecutionProvider"], disabled_optimizers=SLOWER
        )
    except Exception as error:  # onnxruntime's own errors share no public root
        raise wrong("an ONNX graph", str(error)[:200]) from error
    names = {part.name for part in session.get_inputs()}
    if names != inputs:
        raise wrong(f"inputs {', '.join(sorted(inputs))}", ", ".join(sorted(names)))
    names = {part.name for part in session.get_outputs()}
    if missing := set(outputs) - names:
        raise wrong(f"outputs {sorted(missing)}", str(sorted(names)))
    return session
