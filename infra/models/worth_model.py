"""The network that tells what memories are worth, as the decider computes it."""

import json
from pathlib import Path
from typing import Final

import onnxruntime

from agents.worth import FEATURES, Network
from infra.models.bundled_files import MANIFEST, bundled_roles, read_files
from schemas.errors import ModelError

FILE: Final = "worth.onnx"
_ROLE: Final = "promotion"


def bundled_worth(models: Path) -> Network | None:
    """Read the network that serves the role among the bundled models, if one does."""
    roles = bundled_roles(models) if (models / MANIFEST).exists() else {}
    return read_worth(models / roles[_ROLE][0]) if _ROLE in roles else None


def read_worth(folder: Path) -> Network:
    """Read the weights that stand in the file's metadata. Raises ModelError.

    The graph in the file says the same, for whoever runs it elsewhere; deciding is done in plain
    floats, since a graph's last digits depend on the machine.
    """
    bundled = read_files(_ROLE, folder, [FILE])
    try:
        session = onnxruntime.InferenceSession(
            bundled.content[FILE], providers=["CPUExecutionProvider"]
        )
        told = json.loads(session.get_modelmeta().custom_metadata_map["network"])
        hidden = tuple(tuple(map(float, unit)) for unit in told["hidden"])
        out, most = (tuple(map(float, told[name])) for name in ("out", "most"))
    except Exception as error:  # onnxruntime's own errors share no public root
        raise _wrong(folder, "an ONNX graph with its weights as metadata", str(error)) from error
    fits = (
        told["features"] == list(FEATURES)
        and all(len(unit) == len(FEATURES) + 1 for unit in hidden)
        and len(out) == len(hidden) + 1
        and len(most) == len(FEATURES)
    )
    if not fits:
        raise _wrong(folder, f"weights of {', '.join(FEATURES)}", f"{told['features']}")
    return Network(hidden, out, most, bundled.digest)


def _wrong(folder: Path, expected: str, found: str) -> ModelError:
    return ModelError(role=_ROLE, file=str(folder / FILE), expected=expected, found=found)
