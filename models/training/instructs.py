"""Fit the layers of standing instructions in exported graphs: `python -m models.training.instructs --data DIR`.

Joint training draws too few to find any. They are fitted on what a shipped graph itself says of
words, and written back into it: every other weight stays as it is, to the last bit.
"""

import argparse
import random
import re
from pathlib import Path

import onnx
import torch
from torch import nn

from models.training import corpora, first_person, heads, in_graph, labels, losses, manifest
from models.training.example import Example
from models.training.fillers import FILLERS
from models.training.heads import Pairs
from models.training.network import MIXED
from models.training.pieces import Line, Words, lines, turn
from models.training.talks import talks
from models.training.train import rows_of

SPEED, BATCH, STEPS = 1e-3, 32, 6000
DROP = 0.1  # the more, the less was found
_SETTING = re.compile("change|name|whisper|sync|reset")  # what a topic of CLINC150 asks for good


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


def layers() -> Pairs:
    """Give new layers, for (whose, first word), (last word, first word), and what no longer holds."""
    found = Pairs(3, DROP)
    for share in found.mix.share:
        nn.init.constant_(share, 1 / MIXED)
    return found


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
    batches = heads.batched(model, rows, BATCH)
    torch.manual_seed(args.seed)
    fitted = heads.fit(
        layers(), batches, losses.instructs, steps=args.steps, speed=SPEED, seed=args.seed
    )
    heads.write(model, in_graph.INSTRUCTS, fitted)
    heads.save(model, args.folder)


if __name__ == "__main__":
    main()
