"""Fit the layers of standing instructions in exported graphs: `python -m models.training.instructs --data DIR`.

Joint training draws too few to find any. They are fitted on what a shipped graph itself says of
words, and written back into it: every other weight stays as it is, to the last bit.
"""

import argparse
import json
import random
import re
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from models.training import corpora, first_person, labels, losses, manifest
from models.training.batches import Row, collate
from models.training.example import Example
from models.training.fillers import FILLERS
from models.training.in_graph import heard, put
from models.training.network import HIDDEN, MIXED, Biaffine, Mix, beside
from models.training.pieces import Line, Words, lines, turn
from models.training.talks import talks
from models.training.train import rows_of

SPEED, BATCH, STEPS = 1e-3, 32, 6000
KEPT = 0.998  # of the mean of the weights, a step, over the last three quarters of the steps
_SETTING = re.compile("change|name|whisper|sync|reset")  # what a topic of CLINC150 asks for good


class Instructs(nn.Module):
    """Scores of (whose, first word), (last word, first word), and of what no longer holds."""

    def __init__(self) -> None:
        super().__init__()
        self.mix, self.pairs = Mix(), Biaffine(3, 48, 3 * HIDDEN)
        self.pairs.drop.p = 0.1  # the more, the less was found
        for share in self.mix.share:
            nn.init.constant_(share, 1 / MIXED)

    def forward(self, x: Tensor) -> Tensor:
        """Score what the trunk says of words, [batch, MIXED, words, HIDDEN]."""
        return self.pairs(beside(self.mix(list(x.unbind(1)))))


def has_any(line: Line) -> bool:
    return any(fact[0] == labels.INSTRUCTS for fact in line[0])


def copies(line: Line) -> int:
    """Say how often to write a line out: more often, the more ways there are."""
    return min(2 + 2 * line[1].count("|"), 32)


def turns() -> list[Line]:
    """Give the turns that instruct, and those that only sound like it."""
    return [line for line in lines("turns") if has_any(line)] + lines("instructs")


def messages(data: Path, seed: int, told: list[Line]) -> list[Example]:
    """Give turns with standing instructions, other messages with some, and many without any.

    Spoken to an assistant are commands for once: those of CLINC150, but for its settings. What
    friends tell each other to do in talks is no instruction either.
    """
    dice, words = random.Random(seed), Words(FILLERS)
    nothing = [line for line in lines("turns") if not line[0]]
    told = nothing + [line for line in told for _ in range(copies(line))]
    said = [
        first_person.said(turn(line, words, dice, small=dice.random() < first_person.SMALL))
        for line in told
    ]
    source = {labels.INSTRUCTS: [line for line in lines("facts") if has_any(line)]}
    said += [first_person.statement(words, dice, [], source) for _ in range(7000)]
    said += first_person.statements(5000, seed, (), [])
    asked = {e.text for split in ("val", "test") for e in corpora.clinc(data, split)}
    names = corpora.topics(data)
    once = [
        e
        for e in corpora.clinc(data, "train")
        if e.text not in asked and not (e.topic >= 0 and _SETTING.search(names[e.topic]))
    ]
    said += dice.sample(once, 2000) + dice.sample(corpora.ewt(data, "train"), 2000)
    said += dice.sample(corpora.goemotions(data, "train"), 4000)
    said += [Example(one.text, "talk") for talk in talks(held_out=False) for one in talk.turns]
    dice.shuffle(said)  # batches are of like length: each is to hold texts of all kinds
    return said


def states(session: onnxruntime.InferenceSession, row: Row) -> Tensor:
    """Give what the upper layers say of a text's words, [MIXED, words, HIDDEN]."""
    given = {"ids": row.ids, "cases": row.cases, "words": row.firsts}
    (found,) = session.run(None, {name: x[None].astype(np.int64) for name, x in given.items()})
    return torch.from_numpy(found.reshape(MIXED, -1, HIDDEN)).half()


def batched(model: onnx.ModelProto, rows: list[Row]) -> list[dict[str, Tensor]]:
    """Give batches of what is said of words, `x` of [texts, MIXED, words, HIDDEN], and the gold."""
    session, found = heard(model), []
    rows = sorted(rows, key=lambda row: len(row.firsts))
    for i in range(0, len(rows), BATCH):
        part = rows[i : i + BATCH]
        batch = collate(part)
        x = torch.zeros(len(part), MIXED, batch["there"].shape[1], HIDDEN, dtype=torch.half)
        for one, row in zip(x, part, strict=True):
            one[:, : len(row.firsts)] = states(session, row)
        found.append({name: batch[name] for name in ("instructs", "there", "said")} | {"x": x})
    return found


def fit(batches: list[dict[str, Tensor]], steps: int, seed: int) -> Instructs:
    """Fit the layers to batches in random order; gives the mean of their weights over the last steps."""
    torch.manual_seed(seed)
    layers, dice = Instructs(), random.Random(seed)
    mean = AveragedModel(layers, multi_avg_fn=get_ema_multi_avg_fn(KEPT))
    optimizer = torch.optim.AdamW(layers.parameters(), lr=SPEED, weight_decay=0.02)
    for done in range(steps):
        batch = dice.choice(batches)
        loss = losses.instructs(layers(batch["x"].float()), batch)
        optimizer.param_groups[0]["lr"] = SPEED * (1 - done / steps)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if done >= steps // 4:
            mean.update_parameters(layers)
        if done % 500 == 499:
            print(done + 1, round(float(loss.detach()), 3), flush=True)
    return mean.module.eval()


def write(model: onnx.ModelProto, layers: Instructs) -> None:
    """Put the layers into a graph."""
    pairs = layers.pairs
    # the feature that is one for every word is an output without weights, as `export.py` stacks it
    none, one = torch.zeros(1, 3 * HIDDEN), torch.ones(1)
    sides = torch.cat((pairs.row.weight, none, pairs.column.weight, none))
    bias = torch.cat((pairs.row.bias, one, pairs.column.bias, one))
    shares = torch.stack(list(layers.mix.share))
    put(model, *(part.detach().numpy() for part in (shares, sides, bias, pairs.core.weight)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--folder", type=Path, default=manifest.BUNDLED, help="changed in place")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    file = args.folder / "encoder.onnx"
    model = onnx.load(file)
    rows = rows_of(messages(args.data, args.seed, turns()), args.folder)
    write(model, fit(batched(model, rows), args.steps, args.seed))
    onnx.save(model, file)
    known = json.loads((args.folder.parent / "manifest.json").read_text(encoding="utf-8"))
    before = known["models"][args.folder.name]
    # Memories of before can still be compared: what embeds is untouched.
    embeds_as = before.get("embeds_as", before["digest"])
    manifest.write(args.folder, before["training"], embeds_as=embeds_as)


if __name__ == "__main__":
    main()
