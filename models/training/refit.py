"""Fit last layers anew on the finished trunk: `python -m models.training.refit --checkpoint FILE`.

Joint training draws few of GoEmotions' and CLINC150's texts, as each of them costs a pass; one pass
over many is enough for a last layer, and changes nothing else. So are emotion and topic fitted, token
vectors to an encoder's that is kept, or, with `--relations`, those layers alone.
"""

import argparse
import random
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as f

from models.training import corpora, first_person, losses
from models.training.batches import Row, batches, collate
from models.training.example import Example
from models.training.export import load
from models.training.from_onnx import read_onnx
from models.training.network import MIXED, Encoder, at_words, beside, unit
from models.training.real_words import real_words
from models.training.talks import talks
from models.training.train import HELD_OUT_FOLD, rows_of

ROUNDS, BATCH, SPEED, DROP = 12, 128, 3e-3, 0.1
RIDGE = 1e-3
SLOW = 4e-4


def summaries(
    network: Encoder, examples: list[Example], original: Path, label: str
) -> tuple[Tensor, Tensor]:
    """Give what these layers read of every text, [texts, 256], and what is annotated."""
    rows = sorted(rows_of(examples, original), key=lambda row: len(row.ids))
    read, gold = [], []
    with torch.no_grad():
        for i in range(0, len(rows), 64):
            batch = collate(rows[i : i + 64])
            x = network.trunk(batch["ids"], batch["cases"], batch["mask"])[-1]
            read.append(network.summary(x, network.pooled(x, batch["mask"])))
            gold.append(batch[label])
    return torch.cat(read), torch.cat(gold)


def fit(layer: nn.Linear, read: Tensor, gold: Tensor) -> None:
    """Fit a layer to labels that exclude each other (numbers), or to each by itself (floats)."""
    loss_of = f.binary_cross_entropy_with_logits if gold.is_floating_point() else f.cross_entropy
    optimizer = torch.optim.AdamW(layer.parameters(), lr=SPEED, weight_decay=0.01)
    for done in range(ROUNDS):
        optimizer.param_groups[0]["lr"] = SPEED * (1 - done / ROUNDS)
        for part in torch.randperm(len(read)).split(BATCH):
            scores = layer(f.dropout(read[part], DROP))
            loss = loss_of(scores, gold[part])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def told(data: Path) -> list[Example]:
    """Give texts of training in which token vectors are compared: of talks, sentences, messages."""
    dice, every = random.Random(3), talks(held_out=False)
    said = [turn.text for talk in every for turn in talk.turns]
    said += [ask.question for talk in every for ask in talk.asks]
    found = [Example(text, "talk") for text in dice.sample(said, 3500)]
    found += dice.sample(corpora.ewt(data, "train"), 800)
    found += dice.sample(corpora.goemotions(data, "train"), 1200)
    return found + first_person.statements(500, 5, (), [])


@torch.no_grad()
def fit_tokens(network: Encoder, kept: Encoder, rows: list[Row]) -> None:
    """Project to the token vectors of an encoder that is kept, by ridge regression.

    A ranker's weights and a memory's stored vectors fit these; training on few talks makes them
    fit those talks.
    """
    read, wanted = [], []
    rows = sorted(rows, key=lambda row: len(row.ids))
    for i in range(0, len(rows), 32):
        batch = collate(rows[i : i + 32])
        inside = batch["mask"].bool()
        inside[:, 0] = False
        inside[torch.arange(len(inside)), batch["mask"].sum(1) - 1] = False
        states = [
            one.trunk(batch["ids"], batch["cases"], batch["mask"])[-1][inside]
            for one in (network, kept)
        ]
        read.append(states[0])
        wanted.append(unit(kept.tokens(states[1])))
    x, y = torch.cat(read), torch.cat(wanted)
    ridge = RIDGE * len(x) * x.var() * torch.eye(x.shape[1])
    weight = torch.linalg.solve(x.T @ x + ridge, x.T @ y).T
    network.tokens.weight.copy_(weight * network.tokens.weight.norm() / weight.norm())


def fit_relations(network: Encoder, examples: list[Example], original: Path, steps: int) -> None:
    """Go on with the layers of relations alone, over messages and sentences."""
    layers = nn.ModuleList((network.facts_mix, network.relations))
    optimizer = torch.optim.AdamW(layers.parameters(), lr=SLOW, weight_decay=0.01)
    dice, done = random.Random(4), 0
    rows = rows_of(examples, original)
    layers.train()
    while done < steps:
        for part in batches(rows, 48, dice):
            batch = collate(part, dice)
            with torch.no_grad():
                states = network.trunk(batch["ids"], batch["cases"], batch["mask"])
                words = [at_words(state, batch) for state in states[-MIXED:]]
            scores = network.relations(beside(network.facts_mix(words)))
            loss, ended = losses.relations(scores, batch)
            optimizer.param_groups[0]["lr"] = SLOW * (1 - done / steps)
            optimizer.zero_grad()
            (loss + ended / 2).backward()
            optimizer.step()
            done += 1
            if done % 50 == 0:
                print(done, round(float(loss.detach()), 3), flush=True)
            if done == steps:
                break
    layers.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True, help="changed in place")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--original", type=Path, required=True)
    parser.add_argument("--texts", type=int, default=26000)
    parser.add_argument(
        "--tokens-of", type=Path, help="exported encoder whose token vectors are to be kept"
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--relations", type=int, default=0, help="instead: steps of the relations' layers alone"
    )
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    network, _ = load(args.checkpoint)
    if not args.relations:
        unseen = {e.text for split in ("dev", "test") for e in corpora.goemotions(args.data, split)}
        known = [e for e in corpora.goemotions(args.data, "train") if e.text not in unseen]
        random.Random(args.seed).shuffle(known)
        fit(network.emotion, *summaries(network, known[: args.texts], args.original, "emotion"))
        asked = {e.text for split in ("val", "test") for e in corpora.clinc(args.data, split)}
        topics = [e for e in corpora.clinc(args.data, "train") if e.text not in asked]
        fit(network.topic, *summaries(network, topics, args.original, "topic"))
    if args.tokens_of and not args.relations:
        fit_tokens(network, read_onnx(args.tokens_of), rows_of(told(args.data), args.original))
    if args.relations:
        phrases, noise = real_words(args.data)
        said = first_person.statements(24000, 6, phrases, noise)
        said += [e for e in corpora.knowledgenet(args.data) if e.fold != HELD_OUT_FOLD]
        unseen = {e.text for e in corpora.semeval(args.data, "test")}
        said += [e for e in corpora.semeval(args.data, "train") if e.text not in unseen]
        fit_relations(network, said, args.original, args.relations)
    state = torch.load(args.checkpoint, weights_only=True)
    state["network"] = network.state_dict()
    torch.save(state, args.checkpoint)


if __name__ == "__main__":
    main()
