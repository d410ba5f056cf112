"""What the manifest says of the bundled files: roles, digests, licence, origin and figures."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

MODELS = Path(__file__).parents[1]
BUNDLED, READER = MODELS / "encoder", MODELS / "reader"
FILES = {
    "encoder": ("encoder.onnx", "tokenizer.json", "labels.json"),
    "encoder_small": ("encoder.onnx", "tokenizer.json", "labels.json"),
    "reader": ("reader.onnx", "tokenizer.json", "labels.json"),
}
ROLES = {
    "encoder": (
        "embedder", "ner", "relation_extractor", "relation_classifier", "dependency_parser",
        "intent_classifier", "emotion_classifier", "importance",
    ),
    "encoder_small": (),  # those of the encoder, where a setting says so
    "reader": ("reranker", "answerer", "nli"),
}  # fmt: skip


def write(
    folder: Path,
    training: dict[str, object],
    roles: Sequence[str] = (),
    embeds_as: str | None = None,
) -> None:
    """Describe one model's exported files anew, figures of older files dropped; `roles`: only these.

    `embeds_as` is the digest of the release whose embedder it still has, if it has.
    """
    name = folder.name
    files = FILES[name]
    digests = {file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in files}
    whole = hashlib.sha256("".join(digests[file] for file in files).encode()).hexdigest()
    model = {
        "folder": name,
        "digest": whole,
        **({"embeds_as": embeds_as} if embeds_as else {}),
        "files": digests,
        "licence": "CC-BY-SA-4.0",
        "origin": "sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), fine-tuned",
        "training": training,
        "metrics": {},
    }
    manifest = folder.parent / "manifest.json"
    content = {"roles": {}, "models": {}}
    if manifest.exists():
        content = json.loads(manifest.read_text(encoding="utf-8"))
    others = {role: one for role, one in content["roles"].items() if one != name}
    content["roles"] = others | dict.fromkeys(roles or ROLES[name], name)
    content["models"] |= {name: model}
    manifest.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def measured(folder: Path, metrics: dict[str, object]) -> None:
    """Add figures to the manifest."""
    manifest = folder.parent / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["models"][folder.name]["metrics"] |= metrics
    manifest.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
