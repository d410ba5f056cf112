"""What the manifest says of the bundled files: roles, digests, licence, origin and figures."""

import hashlib
import json
from pathlib import Path

BUNDLED = Path(__file__).parents[1] / "encoder"
FILES = ("encoder.onnx", "tokenizer.json", "labels.json")
ROLES = (
    "embedder", "ner", "relation_extractor", "relation_classifier", "dependency_parser",
    "intent_classifier", "emotion_classifier", "importance",
)  # fmt: skip


def write(folder: Path, training: dict[str, object]) -> None:
    """Describe the exported files anew; figures of older files are dropped."""
    digests = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}
    whole = hashlib.sha256("".join(digests[name] for name in FILES).encode()).hexdigest()
    model = {
        "folder": folder.name,
        "digest": whole,
        "files": digests,
        "licence": "CC-BY-SA-4.0",
        "origin": "sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), fine-tuned",
        "training": training,
        "metrics": {},
    }
    content = {"roles": dict.fromkeys(ROLES, "encoder"), "models": {"encoder": model}}
    manifest = folder.parent / "manifest.json"
    manifest.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def measured(folder: Path, metrics: dict[str, object]) -> None:
    """Add figures to the manifest."""
    manifest = folder.parent / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["models"]["encoder"]["metrics"] |= metrics
    manifest.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
