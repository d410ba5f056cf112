"""How layers that look at words are fitted to what an exported graph says, and put back into it.

Fitted so, everything else of a graph stays as it is, to the last bit: an export from weights that
were read back moves other figures.
"""

import json
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from models.training import manifest
from models.training.batches import Row, collate
from models.training.in_graph import Place, heard, put
from models.training.network import HIDDEN, MIXED, Biaffine, Mix, beside

KEPT = 0.998  # of the mean of the weights, a step, over the last three quarters of the steps

Batch = dict[str, Tensor]
Heard = tuple[
    list[Row], Tensor
]  # texts, and what is said of their words: [texts, MIXED, words, HIDDEN]


class Pairs(nn.Module):
    """Scores of pairs of words: a mixture of the upper layers, and each word with its neighbours."""

    def __init__(self, channels: int, drop: float = 0.2) -> None:
        super().__init__()
        self.mix, self.pairs = Mix(), Biaffine(channels, 48, 3 * HIDDEN)
        self.pairs.drop.p = drop

    def forward(self, x: Tensor) -> Tensor:
        """Score what the trunk says of words, [batch, MIXED, words, HIDDEN]."""
        return self.pairs(beside(self.mix(list(x.unbind(1)))))


def states(session: onnxruntime.InferenceSession, row: Row) -> Tensor:
    """Give what the upper layers say of a text's words, [MIXED, words, HIDDEN]."""
    given = {"ids": row.ids, "cases": row.cases, "words": row.firsts}
    (found,) = session.run(None, {name: x[None].astype(np.int64) for name, x in given.items()})
    return torch.from_numpy(found.reshape(MIXED, -1, HIDDEN)).half()


def batched(model: onnx.ModelProto, rows: list[Row], size: int) -> list[Heard]:
    """Give rows of like length together, with what is said of their words."""
    session, found = heard(model), []
    rows = sorted(rows, key=lambda row: len(row.firsts))
    for i in range(0, len(rows), size):
        part = rows[i : i + size]
        x = torch.zeros(len(part), MIXED, len(part[-1].firsts), HIDDEN, dtype=torch.half)
        for one, row in zip(x, part, strict=True):
            one[:, : len(row.firsts)] = states(session, row)
        found.append((part, x))
    return found


def fit(
    layers: Pairs,
    batches: list[Heard],
    loss_of: Callable[[Tensor, Batch], Tensor],
    *,
    steps: int,
    speed: float,
    seed: int,
) -> Pairs:
    """Fit layers to batches in random order; gives the mean of their weights over the last steps."""
    dice = random.Random(seed)
    mean = AveragedModel(layers, multi_avg_fn=get_ema_multi_avg_fn(KEPT))
    optimizer = torch.optim.AdamW(layers.parameters(), lr=speed, weight_decay=0.02)
    for done in range(steps):
        part, x = dice.choice(batches)
        loss = loss_of(layers(x.float()), collate(part))
        optimizer.param_groups[0]["lr"] = speed * (1 - done / steps)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if done >= steps // 4:
            mean.update_parameters(layers)
        if done % 500 == 499:
            print(done + 1, round(float(loss.detach()), 3), flush=True)
    return mean.module.eval()


def write(model: onnx.ModelProto, place: Place, layers: Pairs) -> None:
    """Put the layers into a graph."""
    pairs = layers.pairs
    # the feature that is one for every word is an output without weights, as `export.py` stacks it
    none, one = torch.zeros(1, 3 * HIDDEN), torch.ones(1)
    sides = torch.cat((pairs.row.weight, none, pairs.column.weight, none))
    bias = torch.cat((pairs.row.bias, one, pairs.column.bias, one))
    shares = torch.stack(list(layers.mix.share))
    put(model, place, *(part.detach().numpy() for part in (shares, sides, bias, pairs.core.weight)))


def save(model: onnx.ModelProto, folder: Path) -> None:
    """Write a changed graph into its folder, and its new digest into the manifest."""
    onnx.save(model, folder / "encoder.onnx")
    known = json.loads((folder.parent / "manifest.json").read_text(encoding="utf-8"))
    before = known["models"][folder.name]
    # Memories of before can still be compared: what embeds is untouched.
    embeds_as = before.get("embeds_as", before["digest"])
    manifest.write(folder, before["training"], embeds_as=embeds_as)
