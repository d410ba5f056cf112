"""How an exported encoder becomes a network again, so that training goes on from what is shipped.

Every weight is dequantized; what rounding has cost stays lost. Needs the graph's own names, which
`export.py` gives it: `python -m models.training.from_onnx --onnx FILE` compares both.
"""

import argparse
import json
import re
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from models.training import labels
from models.training.network import HEADS, HIDDEN, MIXED, Encoder

_TRUNK = ("out", "up", "down")
_NORMS = ("norm1", "norm2")
_SENTENCE = ("intent", "emotion", "importance", "topic")
_ONE = None  # a feature that is one for every word; the network makes it by itself
_STACKED: dict[str, list[str | None]] = {
    "pairs": ["relations.row", _ONE, "relations.column", _ONE],
    "tree": [
        "parser.arcs.row", _ONE, "parser.arcs.column", _ONE, "parser.dependent", "parser.governor"
    ],
    "span_sides": ["spans.pairs.row", _ONE, "spans.pairs.column", _ONE],
    "order_sides": ["instructs.row", _ONE, "instructs.column", _ONE],
}  # fmt: skip
_CORES = {
    "relations": "core", "parser.arcs": "core_1", "spans.pairs": "core_2", "instructs": "core_3",
}  # fmt: skip
_NEAR = {"parser.near": "all", "spans.near": "all_1"}


@dataclass(frozen=True, slots=True)
class Weights:
    """What a graph holds: arrays by name, and the constant factor of every product by node."""

    arrays: dict[str, np.ndarray]
    factors: dict[str, str]

    def array(self, name: str) -> Tensor:
        return torch.from_numpy(self.arrays[name].astype(np.float32))

    def product(self, node: str) -> Tensor:
        """Give the [out, in] weights of the product that a node computes."""
        name = self.factors[node]
        if not name.endswith("_quantized"):
            return self.array(name).T.contiguous()
        stem = name.removesuffix("_quantized")
        whole = self.arrays[name].astype(np.float32) - self.arrays[f"{stem}_zero_point"]
        return torch.from_numpy((whole * self.arrays[f"{stem}_scale"]).T.copy())

    def loud(self, weight: Tensor, softer: str) -> Tensor:
        """Take back what makes the features of a product softer, if anything does."""
        return weight * self.array(softer) if softer in self.arrays else weight

    def any_product(self, pattern: str, shape: tuple[int, int]) -> Tensor:
        """Give the product whose node fits a pattern and whose weights have this [out, in]."""
        fits = [node for node in self.factors if re.fullmatch(pattern, node)]
        found = [weights for node in fits if tuple((weights := self.product(node)).shape) == shape]
        if len(found) != 1:
            raise ValueError(f"{len(found)} products {pattern} with {shape} weights, not one")
        return found[0]


def read_weights(file: Path) -> Weights:
    graph = onnx.load(file).graph
    arrays = {part.name: numpy_helper.to_array(part) for part in graph.initializer}
    factors = {
        re.sub(r"_quant$", "", node.name): node.input[1]
        for node in graph.node
        if node.op_type in {"MatMul", "MatMulInteger"} and node.input[1] in arrays
    }
    return Weights(arrays, factors)


def _unstacked(
    state: dict[str, Tensor],
    weight: Tensor,
    bias: Tensor,
    names: list[str | None],
    network: nn.Module,
) -> None:
    """Give every one of the stacked layers its rows."""
    at = 0
    for name in names:
        if name is _ONE:
            at += 1
            continue
        module = network.get_submodule(name)
        rows = slice(at, at + module.out_features)
        state[f"{name}.weight"] = weight[rows].clone()
        if module.bias is not None:
            state[f"{name}.bias"] = bias[rows].clone()
        at = rows.stop


def trunk_state(found: Weights, network: nn.Module, layers: str, inside: str) -> dict[str, Tensor]:
    """Give the weights of a network's trunk.

    `layers` names what a graph calls the layers' own parameters, `inside` what it calls the rest.
    """
    state = {
        "trunk.word.weight": found.array("word.table") * found.array("word.scale"),
        "trunk.position.weight": found.array("position"),
        "trunk.norm.weight": found.array(f"{inside}norm.weight"),
        "trunk.norm.bias": found.array(f"{inside}norm.bias"),
    }
    for i in range(len(network.trunk.layers)):
        _layer(state, found, network, i, layers.format(i))
    return state


def _layer(state: dict[str, Tensor], found: Weights, network: nn.Module, i: int, own: str) -> None:
    at = f"trunk.layers.{i}"
    weight, bias = found.product(f"/layers.{i}/all/MatMul"), found.array(f"layers.{i}.all.bias")
    # the exported graph scales the queries in their weights
    width = (HIDDEN // HEADS) ** 0.5
    weight[:HIDDEN] *= width
    bias[:HIDDEN] *= width
    weight = found.loud(weight, f"layers.{i}.soft_query")
    names = [f"{at}.{part}" for part in ("query", "key", "value")]
    _unstacked(state, weight, bias, names, network)
    for part in _TRUNK:
        weight = found.product(f"/layers.{i}/{part}/MatMul")
        state[f"{at}.{part}.weight"] = found.loud(weight, f"layers.{i}.soft_{part}")
        state[f"{at}.{part}.bias"] = found.array(f"{own}.{part}.bias")
    for part in _NORMS:
        for kind in ("weight", "bias"):
            state[f"{at}.{part}.{kind}"] = found.array(f"{own}.{part}.{kind}")


def _heads(state: dict[str, Tensor], found: Weights, network: Encoder, known: list[str]) -> None:
    """Read what looks at words; the graph numbers products of one name as they are run."""
    state["tokens.weight"] = found.product("/tokens/MatMul")
    for name, modules in _STACKED.items():
        weight, bias = found.product(f"/{name}/MatMul"), found.array(f"{name}.bias")
        _unstacked(state, weight, bias, modules, network)
    for module, node in _CORES.items():
        state[f"{module}.core.weight"] = found.product(f"/{node}/MatMul")
    _channels(state, network, known)
    for module, node in _NEAR.items():
        state[f"{module}.all.weight"] = found.product(f"/near/{node}/MatMul")
        state[f"{module}.bias"] = found.array(f"network.{module}.bias")
    mixes = ("names_mix", "tree_mix", "facts_mix", "instructs_mix")
    shares = dict(zip(mixes, found.array("mixes"), strict=True))
    for mix, i in product(shares, range(MIXED)):
        state[f"{mix}.share.{i}"] = shares[mix][i].clone()
    for name in ("label", "alone"):
        state[f"parser.{name}.weight"] = found.product(f"/{name}/MatMul")
        state[f"parser.{name}.bias"] = found.array(f"network.parser.{name}.bias")


def _channels(state: dict[str, Tensor], network: Encoder, known: list[str]) -> None:
    """Put each relation that the graph scores, and `ended` last, where it stands among ours.

    Ours that it does not know, new ones and those that are only compared, begin anew.
    """
    name, width = "relations.core.weight", network.relations.width + 1
    graph = state[name].reshape(-1, width, width)
    places = [labels.CHANNELS.index(relation) for relation in known] + [labels.ENDED]
    if len(graph) == len(places):
        whole = network.relations.core.weight.data.clone().reshape(-1, width, width)
        whole[places] = graph
        state[name] = whole.reshape(-1, width)


def read_onnx(file: Path) -> Encoder:
    """Give the network whose export `file` is; the early head, which is not in it, begins anew."""
    found = read_weights(file)
    known = json.loads(file.with_name("labels.json").read_text(encoding="utf-8"))["relations"]
    topics = len(found.arrays["sentence.bias"]) - len(labels.INTENTS) - len(labels.EMOTIONS) - 1
    layers = sum(name.endswith(".all.bias") for name in found.arrays)
    feed = len(found.arrays["layers.0.layer.up.bias"])
    network = Encoder(topics, layers=layers, feed=feed)
    state = {
        **trunk_state(found, network, "layers.{}.layer", ""),
        "trunk.case.weight": found.array("case"),
        "sentence.weight": found.any_product("/sentence.*", tuple(network.sentence.weight.shape)),
        "sentence.bias": found.array("network.sentence.bias"),
    }
    _heads(state, found, network, known)
    last = found.any_product("/sentence.*", (len(found.arrays["sentence.bias"]), 256))
    _unstacked(state, last, found.array("sentence.bias"), list(_SENTENCE), network)
    network.load_state_dict(network.state_dict() | state)
    return network.eval()


def compared(file: Path, texts: list[str], folder: Path) -> dict[str, float]:
    """Say how the network agrees with the graph: cosines, and the share of equal decisions."""
    import onnxruntime

    from models.training.batches import collate, encode, load_tokenizer
    from models.training.example import Example
    from models.training.export import INPUTS, OUTPUTS, Graph

    network = read_onnx(file)
    graph = Graph(network, [None] * len(network.trunk.layers)).eval()
    tokenizer = load_tokenizer(folder)
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    names = [part.name for part in session.get_outputs()]
    cosines, same = [], {name: [] for name in ("spans", "heads", "deprels", "intent", "topic")}
    for text in texts:
        if (row := encode(Example(text, "text"), tokenizer)) is None:
            continue
        batch = collate([row])
        feed = {name: batch[name].numpy() for name in INPUTS}
        theirs = dict(zip(names, session.run(names, feed), strict=True))
        with torch.no_grad():
            mine = dict(zip(OUTPUTS, graph(*(batch[name] for name in INPUTS)), strict=True))
        cosines.append(float(mine["embedding"][0].numpy() @ theirs["embedding"][0]))
        for name, found in same.items():
            a, b = mine[name][0].numpy(), theirs[name][0]
            if name in ("intent", "topic"):
                a, b = a.argmax(-1), b.argmax(-1)
            elif name == "spans":
                # of those that either finds, as nearly all pairs of words are none to both
                a, b = (part[(a > 0) | (b > 0)] > 0 for part in (a, b))
                if not len(a):
                    continue
            found.append(float(np.mean(a == b)))
    agree = {name: round(float(np.mean(found)), 4) for name, found in same.items()}
    return {
        "texts": len(cosines),
        "cosine_least": round(min(cosines), 4),
        "cosine_mean": round(float(np.mean(cosines)), 4),
        **agree,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--onnx", type=Path, required=True)
    parser.add_argument("--original", type=Path, required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--texts", type=int, default=200)
    args = parser.parse_args()
    from models.training.corpora import ewt

    texts = [example.text for example in ewt(args.data, "dev")[: args.texts]]
    found = compared(args.onnx, texts, args.original)
    print(found)
    # rounding moves the embedding by about a hundredth, and turns few decisions
    if found["cosine_mean"] < 0.99 or min(found[n] for n in ("heads", "deprels")) < 0.94:
        raise SystemExit("the network does not give what the graph gives")


if __name__ == "__main__":
    main()
