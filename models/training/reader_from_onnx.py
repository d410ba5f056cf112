"""How an exported reader becomes a network again, so that training goes on from what is shipped.

`python -m models.training.reader_from_onnx --data DIR` says how far both agree.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from models.training import manifest
from models.training.from_onnx import read_weights, trunk_state
from models.training.reader_network import Reader

HEADS = ("pair", "relevance", "answered", "says")


def read_reader(file: Path) -> Reader:
    """Give the network whose export `file` is, every weight dequantized."""
    found = read_weights(file)
    network = Reader()
    state: dict[str, Tensor] = {
        **trunk_state(found, network, "layers.{}.layer", "reader.trunk."),
        "trunk.case.weight": found.array("side"),
        "span.weight": found.product("/span/MatMul"),
        "span.bias": found.array("reader.span.bias"),
    }
    for name in HEADS:
        state[f"{name}.weight"] = found.product(f"/{name}/Gemm_MatMul")
        state[f"{name}.bias"] = found.array(f"reader.{name}.bias")
    network.load_state_dict(state)
    return network.eval()


def compared(file: Path, data: Path, count: int) -> dict[str, float]:
    """Say how the network agrees with the graph on pairs of NLI's dev split."""
    import onnxruntime
    from tokenizers import Tokenizer

    from models.training.export_reader import OUTPUTS, PairGraph
    from models.training.reader_pairs import cad_nli

    network = read_reader(file)
    graph = PairGraph(network, [None] * len(network.trunk.layers)).eval()
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(file.with_name("tokenizer.json")))
    same, far = [], []
    for pair in cad_nli(data, "dev")[:count]:
        found = tokenizer.encode(pair.first, pair.second)
        feed = {"ids": np.array([found.ids]), "sides": np.array([found.type_ids])}
        theirs = dict(zip(OUTPUTS, session.run(OUTPUTS, feed), strict=True))
        with torch.no_grad():
            given = (torch.from_numpy(feed[name]) for name in ("ids", "sides"))
            mine = dict(zip(OUTPUTS, graph(*given), strict=True))
        same.append(int(mine["says"].argmax()) == int(theirs["says"].argmax()))
        far.append(
            [
                np.abs(mine[name].numpy() - theirs[name]).mean()
                for name in ("says", "answered", "relevance")
            ]
        )
    return {
        "pairs": len(same),
        "labels": round(float(np.mean(same)), 4),
        "mean_difference": round(float(np.mean(far)), 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--onnx", type=Path, default=manifest.READER / "reader.onnx")
    parser.add_argument("--pairs", type=int, default=300)
    args = parser.parse_args()
    found = compared(args.onnx, args.data, args.pairs)
    print(found)
    # rounding turns few labels
    if found["labels"] < 0.9:
        raise SystemExit("the network does not give what the graph gives")


if __name__ == "__main__":
    main()
