"""Go on with the layers of relations in exported graphs: `python -m models.training.relations --data DIR`.

Joint training sees few turns of chats as they are really typed. These layers alone are fitted to them
on what a shipped graph says of words, and written back into it.
"""

import argparse
import random
from pathlib import Path

import onnx
import torch
from torch import Tensor

from models.training import corpora, first_person, heads, in_graph, labels, losses, manifest
from models.training.example import Example
from models.training.export import read_alone
from models.training.fillers import FILLERS
from models.training.from_onnx import read_onnx
from models.training.pieces import Words, lines, turn
from models.training.real_words import real_words
from models.training.train import HELD_OUT_FOLD, rows_of

SPEED, BATCH, STEPS = 4e-4, 48, 3500
COPIES, SMALL = 6, 0.3  # of every turn of a chat, and how many of these are in small letters
STATEMENTS = 14_000
SHARE = (
    0.75  # of the way from the layers before: all of it hears fewer questions, and chats no better
)


def layers(file: Path) -> heads.Pairs:
    """Give the layers that a graph has, for the channels that something reads."""
    network, found = read_onnx(file), heads.Pairs(len(labels.READ))
    found.mix.load_state_dict(network.facts_mix.state_dict())
    found.pairs.load_state_dict(read_alone(network.relations).state_dict())
    return found


def towards(before: heads.Pairs, fitted: heads.Pairs) -> heads.Pairs:
    """Give the layers that lie `SHARE` of the way to those that were fitted (Wortsman et al. 2022)."""
    old, new = before.state_dict(), fitted.state_dict()
    fitted.load_state_dict({name: torch.lerp(old[name], new[name], SHARE) for name in new})
    return fitted


def messages(data: Path, seed: int) -> list[Example]:
    """Give turns of chats, half of which only sound as if they stated something, among all others."""
    dice, words = random.Random(seed), Words(FILLERS)
    said = [
        first_person.said(turn(line, words, dice, small=dice.random() < SMALL))
        for line in lines("chats")
        for _ in range(COPIES)
    ]
    said += first_person.statements(STATEMENTS, seed + 1, *real_words(data))
    said += [e for e in corpora.knowledgenet(data) if e.fold != HELD_OUT_FOLD]
    dice.shuffle(said)  # batches are of like length: each is to hold texts of all kinds
    return said


def loss_of(scores: Tensor, batch: heads.Batch) -> Tensor:
    """Rank the facts of the channels that something reads, and say which ended."""
    read = {name: batch[name] for name in ("subjects", "objects")}
    read |= {"pairs": batch["pairs"][:, :, labels.READ], "known": batch["known"][:, labels.READ]}
    loss, ended = losses.relations(scores, read)
    return loss + ended / 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--folder", type=Path, default=manifest.BUNDLED, help="changed in place")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=5)
    args = parser.parse_args()
    file = args.folder / "encoder.onnx"
    model = onnx.load(file)
    batches = heads.batched(model, rows_of(messages(args.data, args.seed), args.folder), BATCH)
    torch.manual_seed(args.seed)
    fitted = heads.fit(
        layers(file), batches, loss_of, steps=args.steps, speed=SPEED, seed=args.seed
    )
    heads.write(model, in_graph.RELATIONS, towards(layers(file), fitted))
    heads.save(model, args.folder)


if __name__ == "__main__":
    main()
