"""Export the encoder as one ONNX graph, INT8: `python -m models.training.export --checkpoint FILE --original DIR`.

The graph takes one text: there is no padding, so there is no mask, and shapes are few. Nodes are
few too: each costs microseconds however little it computes, which over a sentence comes to as much
as a layer's products.
"""

import argparse
import json
import random
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor, nn
from torch.nn import functional as f

from models.training import corpora, first_person, labels
from models.training.batches import collate
from models.training.example import Example
from models.training.network import (
    EARLY,
    HEADS,
    HIDDEN,
    MIXED,
    Biaffine,
    Encoder,
    Layer,
    Spans,
    beside,
    unit,
)
from models.training.talks import talks
from models.training.train import rows_of

Loud = dict[str, Tensor]  # by the product that takes them, how large each of its features gets
FOLDER = Path(__file__).parents[1] / "encoder"
SENTENCE_OUTPUTS = ("intent", "emotion", "importance", "topic")
INPUTS = ("ids", "cases", "words")
OUTPUTS = (
    "embedding", "tokens", "spans", "relations", "heads", "deprels", "instructs", *SENTENCE_OUTPUTS,
)  # fmt: skip
LOUD = 8  # features that are made as quiet as the next, of every product
HEARD = 200  # texts of each kind that loudness is measured on
FAST = "spans_fast"  # names after the third layer; nothing runs without the other layers yet


class Rows(nn.Module):
    """An embedding table as int8 with one scale a row."""

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        scale = table.abs().amax(1, keepdim=True).clamp_min(1e-8) / 127
        self.register_buffer("table", (table / scale).round().to(torch.int8))
        self.register_buffer("scale", scale)

    def forward(self, ids: Tensor) -> Tensor:
        return self.table[ids].to(torch.float32) * self.scale[ids]


def _stacked(*parts: nn.Linear) -> nn.Linear:
    """Give one product in place of several over the same input."""
    whole = nn.Linear(parts[0].in_features, sum(part.out_features for part in parts))
    bias = [
        part.bias if part.bias is not None else torch.zeros(part.out_features) for part in parts
    ]
    whole.weight.data.copy_(torch.cat([part.weight for part in parts]))
    whole.bias.data.copy_(torch.cat(bias))
    return whole


class Attention(torch.autograd.Function):
    """Attention of unscaled queries, which ONNX Runtime computes in one node."""

    @staticmethod
    def forward(_: object, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        parts = (
            x.reshape(1, -1, HEADS, HIDDEN // HEADS).transpose(1, 2) for x in (query, key, value)
        )
        mixed = f.scaled_dot_product_attention(*parts, scale=1.0)
        return mixed.transpose(1, 2).reshape(1, -1, HIDDEN)

    @staticmethod
    def symbolic(graph: Any, query: Any, key: Any, value: Any) -> Any:
        name = "com.microsoft::MultiHeadAttention"
        mixed = graph.op(name, query, key, value, num_heads_i=HEADS, scale_f=1.0)
        mixed.setType(query.type())
        return mixed


def _read_alone(scorer: Biaffine) -> Biaffine:
    """Leave out the channels that are for comparison only: each costs a share of every pass."""
    less = deepcopy(scorer)
    width = scorer.width + 1
    core = scorer.core.weight.data.reshape(scorer.channels, width, width)[labels.READ]
    less.core = nn.Linear(width, len(labels.READ) * width, bias=False)
    less.core.weight.data.copy_(core.reshape(-1, width))
    less.channels = len(labels.READ)
    return less


def _constant_one(inputs: int) -> nn.Linear:
    """Give the feature that is one for every word, as one more row of a product."""
    one = nn.Linear(inputs, 1)
    nn.init.zeros_(one.weight)
    nn.init.ones_(one.bias)
    return one


def _sides(scorer: Biaffine) -> tuple[nn.Linear, ...]:
    """Give what stands for a word as a row and as a column, each with its constant feature."""
    one = _constant_one(scorer.row.in_features)
    return scorer.row, one, scorer.column, one


class FusedLayer(nn.Module):
    """A layer whose products take features of like size, as one scale rounds all of a text's.

    `loud` says how large each feature of what `query`, `up` and `down` take gets: a few are ten
    times as large as the rest, at [CLS] alone. These are made quieter, and their weights louder
    (after SmoothQuant: Xiao et al. 2023).
    """

    def __init__(self, layer: Layer, loud: Loud | None = None) -> None:
        super().__init__()
        self.layer = layer = deepcopy(layer)
        self.all = _stacked(layer.query, layer.key, layer.value)
        width = HIDDEN // HEADS
        self.all.weight.data[:HIDDEN] *= width**-0.5
        self.all.bias.data[:HIDDEN] *= width**-0.5
        products = {"query": self.all, "up": layer.up, "down": layer.down}
        for name, most in (loud or {}).items():
            scale = (most / most.topk(LOUD + 1).values[-1]).clamp_min(1)
            products[name].weight.data *= scale
            self.register_buffer(f"soft_{name}", 1 / scale)
        self.soft = frozenset(loud or ())

    def _soft(self, name: str, x: Tensor) -> Tensor:
        return x * getattr(self, f"soft_{name}") if name in self.soft else x

    def forward(self, x: Tensor) -> Tensor:
        old = self.layer
        mixed = Attention.apply(*self.all(self._soft("query", x)).split(HIDDEN, -1))
        x = old.norm1(x + old.out(mixed))
        return old.norm2(x + old.down(self._soft("down", f.gelu(old.up(self._soft("up", x))))))


@torch.no_grad()
def loudness(layers: Iterable[Layer], passes: Iterable[Callable[[], object]]) -> list[Loud]:
    """Say of each layer how large each feature gets that its products take, over some passes."""
    found: list[Loud] = []
    hooks = []

    def listen(product: nn.Linear, at: Loud, name: str) -> None:
        def hear(_: nn.Module, given: tuple[Tensor]) -> None:
            at[name] = torch.maximum(at[name], given[0].flatten(0, -2).abs().amax(0))

        at[name] = torch.zeros(product.in_features)
        hooks.append(product.register_forward_pre_hook(hear))

    for layer in layers:
        found.append({})
        for name in ("query", "up", "down"):
            listen(getattr(layer, name), found[-1], name)
    for one in passes:
        one()
    for hook in hooks:
        hook.remove()
    return found


class Graph(nn.Module):
    """The encoder as it runs: products over the same input stacked, decisions taken inside."""

    def __init__(
        self,
        network: Encoder,
        loud: Sequence[Loud | None],
        *,
        bare: bool = False,
        fast: bool = False,
        compared: bool = False,
    ) -> None:
        super().__init__()
        trunk = network.trunk
        self.word = Rows(trunk.word.weight.data)
        self.position = nn.Parameter(trunk.position.weight.data)
        self.case = nn.Parameter(trunk.case.weight.data)
        self.norm = trunk.norm
        self.layers = nn.ModuleList(
            FusedLayer(layer, one) for layer, one in zip(trunk.layers, loud, strict=True)
        )
        self.bare, self.fast, self.network = bare, fast, network
        parser = network.parser
        self.relations = network.relations if compared else _read_alone(network.relations)
        self.pairs = _stacked(*_sides(network.relations))
        self.tree = _stacked(*_sides(parser.arcs), parser.dependent, parser.governor)
        self.tree_sizes = [
            parser.arcs.width + 1, parser.arcs.width + 1, parser.dependent.out_features,
            parser.governor.out_features,
        ]  # fmt: skip
        self.span_sides = _stacked(*_sides(network.spans.pairs))
        self.fast_sides = _stacked(*_sides(network.spans_fast.pairs))
        self.order_sides = _stacked(*_sides(network.instructs))
        mixes = (network.names_mix, network.tree_mix, network.facts_mix, network.instructs_mix)
        shares = [torch.stack(list(mix.share)) for mix in mixes]
        self.mixes = nn.Parameter(torch.stack(shares).detach())
        self.sentence = _stacked(*(getattr(network, name) for name in SENTENCE_OUTPUTS))
        self.sentence_sizes = [getattr(network, name).out_features for name in SENTENCE_OUTPUTS]

    def forward(
        self, ids: Tensor, cases: Tensor, words: Tensor | None = None
    ) -> tuple[Tensor, ...]:
        x = self.norm(self.word(ids) + self.position[: ids.shape[1]] + self.case[cases])
        states = []
        for layer in self.layers:
            x = layer(x)
            states.append(x)
        mean = x.mean(1)
        if self.bare or words is None:
            return (unit(mean),)
        network, parser = self.network, self.network.parser
        tokens = network.tokens(x)
        at = torch.cat(states[-MIXED:])[:, words[0]]
        mixed = (self.mixes @ at.reshape(MIXED, -1)).reshape(len(self.mixes), -1, HIDDEN)
        for_names, for_tree, for_facts, for_orders = mixed.split(1)
        relations = self._scores(self.relations, self.pairs(beside(for_facts)))
        tree = self.tree(parser.near(for_tree)).relu()
        rows, columns, below, above = tree.split(self.tree_sizes, -1)
        heads = (parser.arcs.core(rows) @ columns.transpose(1, 2)).argmax(-1)
        deprels = self._deprels(below, above, heads)
        spans = self._spans(network.spans, self.span_sides, for_names)
        instructs = self._scores(network.instructs, self.order_sides(beside(for_orders)))
        summary = f.gelu(network.sentence(torch.cat((x[:, 0], mean), -1)))
        intent, emotion, importance, topic = self.sentence(summary).split(self.sentence_sizes, -1)
        found = (
            unit(mean), (unit(tokens) * 127).round().to(torch.int8), spans, relations, heads,
            deprels, instructs, intent.softmax(-1), emotion.sigmoid(), importance.sigmoid(), topic,
        )  # fmt: skip
        if not self.fast:
            return found
        early = states[EARLY - 1][:, words[0]]
        return (*found, self._spans(network.spans_fast, self.fast_sides, early))

    def _spans(self, head: Spans, sides: nn.Linear, x: Tensor) -> Tensor:
        return self._scores(head.pairs, sides(head.near(x)))

    @staticmethod
    def _scores(scorer: Biaffine, sides: Tensor) -> Tensor:
        """Score every pair of words from what stands for both its sides, one behind the other."""
        n, width = sides.shape[1], scorer.width + 1
        rows, columns = sides.relu().split(width, -1)
        mixed = scorer.core(rows).reshape(1, -1, width)
        return (mixed @ columns.transpose(1, 2)).reshape(1, -1, scorer.channels, n)

    def _deprels(self, below: Tensor, above: Tensor, heads: Tensor) -> Tensor:
        parser = self.network.parser
        above = above[0, heads]
        product = (below.unsqueeze(-1) * above.unsqueeze(-2)).reshape(1, -1, below.shape[-1] ** 2)
        return (parser.label(product) + parser.alone(torch.cat((below, above), -1))).argmax(-1)


def float_graph(
    network: Encoder,
    path: Path,
    loud: Sequence[Loud | None],
    *,
    bare: bool = False,
    fast: bool = False,
    compared: bool = False,
) -> None:
    """Write the FP32 graph."""
    ids, cases = torch.randint(5, 99, (1, 9)), torch.ones(1, 9, dtype=torch.long)
    given = (ids, cases) if bare else (ids, cases, torch.tensor([[0, 1, 2, 4, 5, 7]]))
    inputs, names = list(INPUTS[: len(given)]), ["embedding"] if bare else list(OUTPUTS)
    names += [FAST] if fast else []
    sides = {"ids": {1: "n"}, "cases": {1: "n"}, "words": {1: "w"}, "tokens": {1: "n"}}
    sides |= {name: {1: "w", 3: "w"} for name in ("spans", "relations", "instructs", FAST)}
    sides |= {name: {1: "w"} for name in ("heads", "deprels")}
    torch.onnx.export(
        Graph(network, loud, bare=bare, fast=fast, compared=compared).eval(), given, path, dynamo=False, opset_version=17, input_names=inputs,
        output_names=names,
        dynamic_axes={name: axes for name, axes in sides.items() if name in {*inputs, *names}},
    )  # fmt: skip


def quantize(source: Path, target: Path, exact: tuple[str, ...] = ()) -> None:
    """Quantize weights per channel to int8, but `exact`; activations are scaled at each run."""
    ready = source.with_suffix(".ready.onnx")
    quant_pre_process(str(source), str(ready), skip_symbolic_shape=True)
    words = [n.name for n in onnx.load(ready).graph.node if n.name in exact]
    quantize_dynamic(
        ready, target, op_types_to_quantize=["MatMul"], per_channel=True,
        weight_type=QuantType.QInt8, nodes_to_exclude=words, extra_options={"MatMulConstBOnly": True},
    )  # fmt: skip
    ready.unlink()


def heard(network: Encoder, data: Path, original: Path) -> Iterator[Callable[[], object]]:
    """Give passes over some texts of training: sentences, messages, and turns of talks."""
    dice = random.Random(1)
    said = [Example(turn.text, "talk") for talk in talks(held_out=False) for turn in talk.turns]
    found = dice.sample(corpora.ewt(data, "train"), HEARD) + dice.sample(said, HEARD)
    for row in rows_of(found + first_person.statements(HEARD, 1, (), []), original):
        batch = collate([row])
        yield partial(network.trunk, batch["ids"], batch["cases"], None)


def load(checkpoint: Path) -> tuple[Encoder, int]:
    """Open a checkpoint."""
    state = torch.load(checkpoint, weights_only=True)
    network = Encoder.like(state["network"])
    network.load_state_dict(state["network"])
    return network.eval(), state["step"]


def _source(args: argparse.Namespace) -> tuple[Encoder, dict[str, object]]:
    """Give the network, and what the manifest says of its training."""
    if args.from_onnx:
        from models.training.from_onnx import read_onnx

        manifest = json.loads((args.from_onnx.parents[1] / "manifest.json").read_text())
        return read_onnx(args.from_onnx), manifest["models"][args.from_onnx.parent.name]["training"]
    network, steps = load(args.checkpoint)
    return network, {"command": args.command, "seed": args.seed, "steps": steps}


def tokenizer_file(original: Path, target: Path) -> None:
    """Write the word pieces without padding and truncation."""
    rules = json.loads((original / "tokenizer.json").read_text(encoding="utf-8"))
    rules["truncation"] = rules["padding"] = None
    target.write_text(
        json.dumps(rules, ensure_ascii=False, separators=(",", ":")), encoding="utf-8"
    )


def label_file(topics: list[str], target: Path) -> None:
    """Write what every output's positions mean."""
    known = {
        "spans": labels.SPANS, "relations": labels.RELATIONS,
        "deprels": labels.DEPRELS, "intent": labels.INTENTS, "emotion": labels.EMOTIONS,
        "topic": topics, "cases": labels.CASES, "width": labels.WIDTH,
    }  # fmt: skip
    target.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--checkpoint", type=Path)
    source.add_argument("--from-onnx", type=Path, help="write an exported graph's weights anew")
    parser.add_argument("--original", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--work", type=Path, default=Path("checkpoints/export"))
    parser.add_argument(
        "--fast", action="store_true", help="with the early head's names, to measure"
    )
    parser.add_argument(
        "--compared", action="store_true", help="with relations that nothing reads, to measure"
    )
    parser.add_argument("--command", default="", help="how it was trained, for the manifest")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    from models.training.corpora import topics
    from models.training.manifest import write

    args.work.mkdir(parents=True, exist_ok=True)
    args.out.mkdir(parents=True, exist_ok=True)
    network, training = _source(args)
    loud = loudness(network.trunk.layers, heard(network, args.data, args.original))
    for name, bare in (("encoder", False), ("bare", True)):
        fast, compared = args.fast and not bare, args.compared and not bare
        path = args.work / f"{name}.fp32.onnx"
        float_graph(network, path, loud, bare=bare, fast=fast, compared=compared)
        quantize(args.work / f"{name}.fp32.onnx", args.work / f"{name}.int8.onnx")
    shutil.copyfile(args.work / "encoder.int8.onnx", args.out / "encoder.onnx")
    tokenizer_file(args.original, args.out / "tokenizer.json")
    label_file(topics(args.data), args.out / "labels.json")
    write(args.out, training)
    print({file.name: file.stat().st_size for file in sorted(args.out.iterdir())})


if __name__ == "__main__":
    main()
