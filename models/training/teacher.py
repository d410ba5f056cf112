"""What the original all-MiniLM-L6-v2 says of the training texts, so that training keeps it."""

from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn

from models.training.batches import Row, collate
from models.training.labels import WIDTH
from models.training.network import Encoder, load_original


class _States(nn.Module):
    def __init__(self, trunk: nn.Module) -> None:
        super().__init__()
        self.trunk = trunk

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        return self.trunk(ids, None, mask)[-1]


def original(folder: Path, out: Path, threads: int) -> onnxruntime.InferenceSession:
    """Export the original trunk in FP32 and open it."""
    path = out / "teacher.onnx"
    if not path.exists():
        network = Encoder(1).eval()
        load_original(network, folder)
        ones = torch.ones(2, 8, dtype=torch.long)
        torch.onnx.export(
            _States(network.trunk), (ones, ones), path, dynamo=False, opset_version=17,
            input_names=["ids", "mask"], output_names=["states"],
            dynamic_axes={"ids": {0: "b", 1: "n"}, "mask": {0: "b", 1: "n"}},
        )  # fmt: skip
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(path), options)


def _states(session: onnxruntime.InferenceSession, rows: list[Row]) -> list[np.ndarray]:
    n = max(len(row.ids) for row in rows)
    ids, mask = np.zeros((len(rows), n), np.int64), np.zeros((len(rows), n), np.int64)
    for i, row in enumerate(rows):
        ids[i, : len(row.ids)] = row.ids
        mask[i, : len(row.ids)] = 1
    states = session.run(None, {"ids": ids, "mask": mask})[0]
    return [states[i, : len(row.ids)] for i, row in enumerate(rows)]


def _unit(x: np.ndarray) -> np.ndarray:
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def projection(session: onnxruntime.InferenceSession, rows: list[Row]) -> np.ndarray:
    """Fit the [48, 384] principal directions of normalised token states (no special tokens)."""
    total = np.zeros((384, 384))
    for i in range(0, len(rows), 32):
        for states in _states(session, rows[i : i + 32]):
            unit = _unit(states[1:-1]).astype(np.float64)
            total += unit.T @ unit
    _, vectors = np.linalg.eigh(total)
    return np.ascontiguousarray(vectors[:, ::-1][:, :WIDTH].T).astype(np.float32)


def aligned(session: onnxruntime.InferenceSession, rows: list[Row], network: Encoder) -> np.ndarray:
    """Fit the [48, 384] directions in which a trained network's token vectors lie.

    So the teacher says what these vectors would be of the original's states, and vectors made
    before and after further training can be compared.
    """
    states, goals = [], []
    for i in range(0, len(rows), 32):
        group = rows[i : i + 32]
        batch = collate(group)
        with torch.no_grad():
            x = network.trunk(batch["ids"], batch["cases"], batch["mask"])[-1]
            mine = network.tokens(x).numpy()
        for row, vectors, theirs in zip(group, mine, _states(session, group), strict=True):
            goals.append(vectors[1 : len(row.ids) - 1])
            states.append(theirs[1:-1])
    found, *_ = np.linalg.lstsq(np.concatenate(states), np.concatenate(goals), rcond=None)
    return np.ascontiguousarray(found.T).astype(np.float32)


def outputs(
    session: onnxruntime.InferenceSession, rows: list[Row], matrix: np.ndarray
) -> dict[str, np.ndarray]:
    """Give embeddings [rows, 384] and projected token vectors [sum of lengths, 48] as int8."""
    vectors = np.zeros((len(rows), 384), np.float16)
    tokens: list[np.ndarray] = [np.zeros((0, WIDTH), np.int8)] * len(rows)
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].ids))
    for at in range(0, len(order), 32):
        group = order[at : at + 32]
        for i, states in zip(group, _states(session, [rows[i] for i in group]), strict=True):
            vectors[i] = _unit(states.mean(0))
            tokens[i] = np.round(_unit(states @ matrix.T) * 127).astype(np.int8)
    starts = np.cumsum([0, *(len(row.ids) for row in rows)])
    return {"vectors": vectors, "tokens": np.concatenate(tokens), "starts": starts}


def remember(
    rows: list[Row], folder: Path, out: Path, threads: int, given: Encoder | None = None
) -> dict[str, np.ndarray]:
    """Give the outputs for `rows` and the projection, from the cache if it is of these rows."""
    cache = out / "teacher.npz"
    key = np.array([len(rows), sum(int(row.ids.sum()) for row in rows)])
    if cache.exists():
        with np.load(cache) as found:
            if np.array_equal(found["key"], key):
                return dict(found)
    session = original(folder, out, threads)
    if given is None:
        matrix = projection(session, rows[:: max(1, len(rows) // 4000)])
    else:
        matrix = aligned(session, rows[:: max(1, len(rows) // 1500)], given)
    found = {"key": key, "projection": matrix, **outputs(session, rows, matrix)}
    np.savez(cache, **found)
    return found


def extended(
    found: dict[str, np.ndarray], rows: list[Row], folder: Path, out: Path, threads: int
) -> dict[str, np.ndarray]:
    """Add the outputs for further rows, which are not cached."""
    more = outputs(original(folder, out, threads), rows, found["projection"])
    return {
        "projection": found["projection"],
        "vectors": np.concatenate((found["vectors"], more["vectors"])),
        "tokens": np.concatenate((found["tokens"], more["tokens"])),
        "starts": np.concatenate((found["starts"], more["starts"][1:] + found["starts"][-1])),
    }
