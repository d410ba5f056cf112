"""Export the reader as one ONNX graph, INT8: `python -m models.training.export_reader --checkpoint FILE`.

The graph takes one pair: there is no padding, so there is no mask.
"""

import argparse
import json
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn

from models.training import manifest, reader_pairs
from models.training.batches import load_tokenizer
from models.training.export import (
    HEARD,
    FusedLayer,
    Loud,
    Rows,
    loudness,
    quantize,
    tokenizer_file,
)
from models.training.reader_network import Reader
from models.training.reader_pairs import NLI
from models.training.talks import talks

OUTPUTS = ("relevance", "answered", "span", "says")
# words are chosen by small differences, and their product is small
EXACT = ("/span/MatMul",)


class PairGraph(nn.Module):
    """The reader as it is exported."""

    def __init__(self, reader: Reader, loud: Sequence[Loud | None]) -> None:
        super().__init__()
        self.reader = reader
        trunk = reader.trunk
        self.word, self.norm = Rows(trunk.word.weight.data), trunk.norm
        self.register_buffer("position", trunk.position.weight.data)
        self.register_buffer("side", trunk.case.weight.data)
        self.layers = nn.ModuleList(
            FusedLayer(layer, one) for layer, one in zip(trunk.layers, loud, strict=True)
        )

    def forward(self, ids: Tensor, sides: Tensor) -> tuple[Tensor, ...]:
        x = self.norm(self.word(ids) + self.position[: ids.shape[1]] + self.side[sides])
        for layer in self.layers:
            x = layer(x)
        reader, second = self.reader, sides.to(x.dtype)
        summary = reader.summary(x, 1 - second, second)
        return (
            reader.relevance(summary)[:, 0].sigmoid(), reader.answered(summary)[:, 0].sigmoid(),
            reader.span(x), reader.says(summary).softmax(-1),
        )  # fmt: skip


def float_graph(reader: Reader, path: Path, loud: Sequence[Loud | None]) -> None:
    """Write the FP32 graph."""
    ids = torch.randint(5, 99, (1, 9))
    sides = torch.tensor([[0, 0, 0, 0, 1, 1, 1, 1, 1]])
    torch.onnx.export(
        PairGraph(reader, loud).eval(), (ids, sides), path, dynamo=False, opset_version=17,
        input_names=["ids", "sides"], output_names=list(OUTPUTS),
        dynamic_axes={name: {1: "n"} for name in ("ids", "sides", "span")},
    )  # fmt: skip


def mean(weights: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """Average networks of one training: better than each (model soups: Wortsman et al. 2022)."""
    return {name: sum(one[name] for one in weights) / len(weights) for name in weights[0]}


def heard(reader: Reader, original: Path) -> Iterator[Callable[[], object]]:
    """Give passes over some pairs of training: claims, and turns with questions on talks."""
    asked = [
        (ask.question, talk.turns[ask.turns[0]].text)
        for talk in talks(held_out=False)
        for ask in talk.asks
        if ask.turns
    ]
    claims = [(pair.first, pair.second) for pair in reader_pairs.claims(held_out=False)]
    dice, tokenizer = random.Random(1), load_tokenizer(original)
    for pair in dice.sample(asked, HEARD) + dice.sample(claims, HEARD):
        found = tokenizer.encode(*pair)
        ids, sides = torch.tensor([found.ids]), torch.tensor([found.type_ids])
        yield partial(reader.states, ids, sides, torch.ones_like(ids))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--checkpoint", type=Path, nargs="+", required=True, help="of several the mean is taken"
    )
    parser.add_argument("--original", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=manifest.READER)
    parser.add_argument("--work", type=Path, default=Path("checkpoints/export"))
    parser.add_argument("--least", type=float, default=0.5, help="score of words that answer")
    parser.add_argument(
        "--roles", nargs="*", default=(), help="only these, where a head is no good"
    )
    parser.add_argument("--float", action="store_true", help="leave it in FP32, to compare")
    parser.add_argument("--command", default="", help="how it was trained, for the manifest")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    for folder in (args.work, args.out):
        folder.mkdir(parents=True, exist_ok=True)
    states = [torch.load(file, weights_only=True) for file in args.checkpoint]
    reader = Reader()
    reader.load_state_dict(mean([state["network"] for state in states]))
    whole, small = args.work / "reader.fp32.onnx", args.work / "reader.int8.onnx"
    loud = loudness(reader.eval().trunk.layers, heard(reader, args.original))
    float_graph(reader, whole, loud)
    quantize(whole, small, EXACT)
    shutil.copyfile(whole if args.float else small, args.out / "reader.onnx")
    tokenizer_file(args.original, args.out / "tokenizer.json")
    labels = {"says": list(NLI), "least": args.least}
    (args.out / "labels.json").write_text(json.dumps(labels) + "\n", encoding="utf-8")
    training = {"command": args.command, "seed": args.seed, "steps": states[-1]["step"]}
    manifest.write(args.out, training, args.roles)
    print({file.name: file.stat().st_size for file in sorted(args.out.iterdir())})


if __name__ == "__main__":
    main()
