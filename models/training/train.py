"""Train the encoder: `python -m models.training.train --data DIR --original DIR --out DIR`.

Resumes from the newest checkpoint in `--out`; can be cut at any time. `--from-onnx` goes on from an
exported encoder: its weights dequantized, its word embeddings left as they are.
"""

import argparse
import json
import random
import re
import time
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from models.training import corpora, first_person, losses
from models.training.batches import (
    Heard,
    Row,
    batches,
    collate,
    encode,
    heard,
    load_tokenizer,
    spoken,
)
from models.training.example import Example
from models.training.fillers import FILLERS
from models.training.network import EARLY, MIXED, Encoder, at_words, beside, load_original, unit
from models.training.real_words import real_words
from models.training.talks import talks

HELD_OUT_FOLD = 4
HALF = False
# how often a round draws each source, relative to its size
SHARE = {
    "ewt": 3.0, "gum": 2.0, "wnut": 3.0, "btc": 1.0, "crossner": 2.0, "wikigold": 1.5,
    "redocred": 0.6, "knowledgenet": 1.2, "clinc": 0.7, "hwu": 0.1, "goemotions": 0.15,
    "semeval": 2.0, "first_person": 1.0,
}  # fmt: skip
WEIGHTS = {
    "embedding": 60.0, "tokens": 2.0, "retrieval": 0.5, "spans": 0.6, "spans_fast": 0.15,
    "relations": 0.6, "ended": 0.3, "arcs": 2.5, "deprels": 1.5, "intent": 0.15, "emotion": 1.5,
    "topic": 0.6, "importance": 0.15,
}  # fmt: skip
# how often a row is read with its speaker's name in front
SPOKEN = {"first_person": 0.5, "goemotions": 0.4, "knowledgenet": 0.1, "redocred": 0.1}
SPOKEN_ELSE = 0.15
# how many rows lose some of their sub-tokens, and how many each
HIDDEN_ROWS, HIDDEN_PIECES, MASK = 0.25, 0.12, 103
ASKED = 10  # questions of a talk that one step takes
_ROLES = (
    "user",
    "assistant",
    "User",
    "Assistant",
    "agent",
    "me",
    "Customer",
    "Speaker 1",
    "Speaker 2",
)


def read(data: Path) -> list[Example]:
    """Give every annotated training text, less what stands in a test set too."""
    found = corpora.ewt(data, "train") + corpora.gum(data, "train")
    found += corpora.bio_sets(data, "train") + corpora.redocred(data, "dev")
    found += [e for e in corpora.knowledgenet(data) if e.fold != HELD_OUT_FOLD]
    found += corpora.clinc(data, "train") + corpora.hwu(data, "train")
    found += corpora.goemotions(data, "train") + corpora.semeval(data, "train")
    tests = corpora.ewt(data, "test") + corpora.bio_sets(data, "test")
    tests += [e for e in corpora.knowledgenet(data) if e.fold == HELD_OUT_FOLD]
    tests += corpora.clinc(data, "test") + corpora.hwu(data, "test")
    tests += corpora.goemotions(data, "test") + corpora.gum(data, "test")
    tests += corpora.semeval(data, "test")
    unseen = {example.text for example in tests}
    return [example for example in found if example.text not in unseen]


def rows_of(examples: list[Example], folder: Path) -> list[Row]:
    tokenizer = load_tokenizer(folder)
    return [row for row in (encode(e, tokenizer) for e in examples) if row is not None]


def one_round(rows: dict[str, list[Row]], dice: random.Random) -> list[Row]:
    """Draw the rows of one round."""
    drawn = []
    for source, pool in rows.items():
        whole, part = divmod(SHARE[source], 1)
        drawn += pool * int(whole) + dice.sample(pool, int(len(pool) * part))
    return drawn


def named(rows: list[Row], tokenizer: Tokenizer, dice: random.Random) -> list[Row]:
    """Give some rows their speaker's name in front."""
    found = []
    for row in rows:
        if row.prefix:
            pass
        elif dice.random() < SPOKEN.get(row.example.source, SPOKEN_ELSE) and len(row.ids) < 110:
            text = f"{speaker(dice)}: "
            row = spoken(row, text, tokenizer.encode(text))
        found.append(row)
    return found


def hidden(rows: list[Row], dice: random.Random) -> list[Row]:
    """Hide some sub-tokens of some rows, so that what stands around a word is read too."""
    found = []
    for row in rows:
        if dice.random() < HIDDEN_ROWS:
            ids = row.ids.copy()
            for i in range(1, len(ids) - 1):
                if dice.random() < HIDDEN_PIECES:
                    ids[i] = MASK
            row = replace(row, ids=ids, teacher=-1)
        found.append(row)
    return found


def speaker(dice: random.Random) -> str:
    """Give a name as it stands before a turn."""
    if dice.random() < 0.1:
        return dice.choice(_ROLES)
    name = dice.choice(FILLERS["person"])
    if dice.random() < 0.15:
        name = f"{name} {dice.choice(FILLERS['surname'])}"
    return name.lower() if dice.random() < 0.05 else name


def targets(rows: list[Row], found: dict[str, np.ndarray]) -> dict[str, torch.Tensor]:
    n = max(len(row.ids) for row in rows)
    has = torch.tensor([row.teacher >= 0 for row in rows])
    vectors = torch.zeros(len(rows), 384)
    tokens = torch.zeros(len(rows), n, 48)
    for i, row in enumerate(rows):
        if row.teacher >= 0:
            vectors[i] = torch.from_numpy(found["vectors"][row.teacher].astype(np.float32))
            start = found["starts"][row.teacher]
            part = found["tokens"][start : start + len(row.ids)].astype(np.float32)
            tokens[i, : len(row.ids)] = torch.from_numpy(part)
    return {"has": has, "vectors": vectors, "tokens": tokens}


def step(
    network: Encoder, rows: list[Row], found: dict[str, np.ndarray], dice: random.Random
) -> dict[str, torch.Tensor]:
    """Give every loss of one batch."""
    batch, goal = collate(rows, dice), targets(rows, found)
    with torch.autocast("cpu", torch.bfloat16, enabled=HALF):
        states = network.trunk(batch["ids"], batch["cases"], batch["mask"])
    states = [state.float() for state in states]
    x = states[-1]
    words = [at_words(state, batch) for state in states[-MIXED:]]
    early = words[EARLY - 1 - len(states)]
    mean = network.pooled(x, batch["mask"])
    with torch.autocast("cpu", torch.bfloat16, enabled=HALF):
        summary = network.summary(x, mean)
        out = {
            "intent": losses.tags(network.intent(summary), batch["intent"]),
            "topic": losses.tags(network.topic(summary), batch["topic"]),
            "emotion": losses.emotion(network.emotion(summary), batch["emotion"]),
            "importance": losses.importance(network.importance(summary)[:, 0], batch["importance"]),
        }
        marked = batch["kinds"].any(-1)
        if marked.any():
            part = {name: batch[name][marked] for name in ("spans", "kinds", "said")}
            mixed = network.names_mix([state[marked] for state in words])
            out["spans"] = losses.spans(network.spans(network.drop(mixed)), part)
            # read only, as its beginning would disturb the lower layers
            fast = network.spans_fast(network.drop(early[marked].detach()))
            out["spans_fast"] = losses.spans(fast, part)
        known = batch["known"].any(-1)
        if known.any():
            part = {name: batch[name][known] for name in ("known", "pairs", "subjects", "objects")}
            mixed = network.facts_mix([state[known] for state in words])
            scores = network.relations(beside(mixed))
            out["relations"], out["ended"] = losses.relations(scores, part)
        parsed = (batch["heads"] >= 0).any(-1)
        if parsed.any():
            part = {name: batch[name][parsed] for name in ("heads", "deprels", "there")}
            mixed = network.tree_mix([state[parsed] for state in words])
            tree = network.parser.near(network.drop(mixed))
            out["arcs"] = losses.arcs(network.parser.heads(tree), part)
            labels = network.parser.relations(tree, part["heads"].clamp_min(0))
            out["deprels"] = losses.tags(labels, part["deprels"])
    if goal["has"].any():
        has = goal["has"]
        out["embedding"] = losses.kept(mean[has], goal["vectors"][has])
        inside = batch["mask"].bool() & has[:, None]
        out["tokens"] = losses.kept(network.tokens(x[inside]), goal["tokens"][inside])
    return out


def asking(
    network: Encoder, heard: Heard, found: dict[str, np.ndarray], dice: random.Random
) -> dict[str, torch.Tensor]:
    """Give the losses of one talk, and of some of its questions."""
    turns, count = len(heard.speakers), len(heard.gold)
    chosen = dice.sample(range(count), min(ASKED, count))
    rows = heard.rows[: 2 + turns] + [heard.rows[2 + turns + i] for i in chosen]
    batch, goal = collate(rows, dice), targets(rows, found)
    with torch.autocast("cpu", torch.bfloat16, enabled=HALF):
        x = network.trunk(batch["ids"], batch["cases"], batch["mask"])[-1].float()
    vectors = unit(network.tokens(x))
    inside = batch["mask"].bool()
    inside[:, 0] = False
    inside[torch.arange(len(rows)), batch["mask"].sum(1) - 1] = False
    # what is told counts with its speaker's name
    telling = torch.cat((vectors[2 : 2 + turns], vectors[heard.speakers]), 1)
    there = torch.cat((inside[2 : 2 + turns], inside[heard.speakers]), 1)
    asked = vectors[2 + turns :], inside[2 + turns :]
    return {
        "retrieval": losses.retrieval(asked, (telling, there), heard.gold[chosen], heard.near),
        "embedding": losses.kept(network.pooled(x, batch["mask"]), goal["vectors"]),
    }


def parameters(network: Encoder, trunk: float, heads: float) -> list[dict[str, object]]:
    groups: dict[str, list[torch.nn.Parameter]] = {"trunk": [], "heads": [], "mix": []}
    for name, p in network.named_parameters():
        if p.requires_grad:
            inside = name.startswith("trunk") and "case" not in name
            groups["mix" if "mix" in name else "trunk" if inside else "heads"].append(p)
    speeds = {"trunk": trunk, "heads": heads, "mix": 10 * heads}
    return [
        {"params": groups[name], "lr": speed, "peak": speed,
         "weight_decay": 0.0 if name == "mix" else 0.01}
        for name, speed in speeds.items()
    ]  # fmt: skip


def pace(done: int, part: float) -> float:
    """Warm up for 200 steps, stay, and go down to nothing over the last three quarters of the run."""
    return min(1.0, (done + 1) / 200, (1 - part) / 0.75)


def warm(network: Encoder, state: dict[str, torch.Tensor]) -> list[str]:
    """Take over every weight of the same name and shape; name those that begin anew."""
    mine = network.state_dict()
    fits = {k: v for k, v in state.items() if k in mine and mine[k].shape == v.shape}
    network.load_state_dict(mine | fits)
    return sorted(set(mine) - set(fits))


def save(
    path: Path, network: Encoder, optimizer: torch.optim.Optimizer, done: int, seconds: float
) -> None:
    state = {
        "network": network.state_dict(), "optimizer": optimizer.state_dict(),
        "step": done, "seconds": seconds,
    }  # fmt: skip
    torch.save(state, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--original", type=Path, required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--out", type=Path, default=Path("checkpoints/encoder"))
    parser.add_argument("--start", type=Path, help="checkpoint to take only the weights from")
    parser.add_argument("--from-onnx", type=Path, help="exported encoder to go on from")
    parser.add_argument(
        "--taught", type=int, default=10**9, help="texts that the original is asked about"
    )
    parser.add_argument("--half", action="store_true", help="bfloat16, where the CPU multiplies it")
    parser.add_argument("--steps", type=int, default=12000)
    parser.add_argument(
        "--minutes", type=float, default=1e9, help="stop after this time, if sooner"
    )
    parser.add_argument("--size", type=int, default=32)
    parser.add_argument("--trunk", type=float, default=1e-4)
    parser.add_argument("--heads", type=float, default=1e-3)
    parser.add_argument("--personal", type=int, default=16000, help="generated messages a round")
    parser.add_argument(
        "--talk-every", type=int, default=4, help="steps of which one is of a talk's questions"
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    global HALF
    HALF = args.half
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(args.seed)
    dice = random.Random(args.seed)

    from models.training.from_onnx import read_onnx
    from models.training.teacher import extended, remember

    given = read_onnx(args.from_onnx) if args.from_onnx else None
    if args.start:
        state = torch.load(args.start, weights_only=True)["network"]
        given = Encoder.like(state)
        print("anew:", warm(given, state))
    annotated = rows_of(read(args.data), args.original)
    phrases, noise = real_words(args.data)
    generate = lambda seed, count: rows_of(
        first_person.statements(count, seed, phrases, noise), args.original
    )
    taught = [row for row in annotated if row.example.source != "goemotions" or dice.random() < 0.3]
    if len(taught) > args.taught:
        taught = random.Random(args.seed).sample(taught, args.taught)
    found = remember(taught, args.original, args.out, args.threads, given)
    tokenizer = load_tokenizer(args.original)
    personal = named(generate(args.seed * 1000, 3000), tokenizer, dice)
    listened = [heard(talk, tokenizer) for talk in talks(held_out=False)]
    spoken_of = personal + [row for one in listened for row in one.rows]
    found = extended(found, spoken_of, args.original, args.out, args.threads)
    for i, row in enumerate(taught + spoken_of):
        row.teacher = i
    pools: dict[str, list[Row]] = {}
    for row in annotated:
        pools.setdefault(row.example.source, []).append(row)
    print({source: len(pool) for source, pool in pools.items()}, len(taught), flush=True)

    if given is None:
        network = Encoder(len(corpora.topics(args.data)))
        load_original(network, args.original)
        network.tokens.weight.data.copy_(torch.from_numpy(found["projection"]))
    else:
        network = deepcopy(given)
        # what is shipped knows the words already, and its tokens' directions must stay
        network.trunk.word.requires_grad_(False)
        network.trunk.position.requires_grad_(False)
    optimizer = torch.optim.AdamW(
        parameters(network, args.trunk, args.heads), weight_decay=0.01, fused=True
    )
    newest, done, before = args.out / "newest.pt", 0, 0.0
    if newest.exists():
        state = torch.load(newest, weights_only=True)
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        done, before = state["step"], state["seconds"]
    network.train()
    curve = (args.out / "curve.jsonl").open("a", encoding="utf-8")
    sums: dict[str, list[float]] = {}
    began, round_ = time.time() - before, done
    part = 0.0
    while part < 1:
        round_ += 1
        pools["first_person"] = generate(args.seed * 1000 + round_, args.personal) + personal
        for rows in batches(one_round(pools, dice), args.size, dice):
            part = max(done / args.steps, (time.time() - began) / args.minutes / 60)
            if part >= 1:
                break
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * pace(done, part)
            if done % args.talk_every == 0:
                out = asking(network, dice.choice(listened), found, dice)
            else:
                out = step(network, hidden(named(rows, tokenizer, dice), dice), found, dice)
            total = sum(WEIGHTS[name] * value for name, value in out.items())
            optimizer.zero_grad()
            total.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimizer.step()
            done += 1
            for name, value in out.items():
                sums.setdefault(name, []).append(float(value.detach()))
            if done % 50 == 0:
                line = {k: round(sum(v) / len(v), 4) for k, v in sorted(sums.items())}
                line |= {"step": done, "seconds": round(time.time() - began)}
                print(json.dumps(line), flush=True)
                curve.write(json.dumps(line) + "\n")
                curve.flush()
                sums = {}
            if done % 200 == 0:
                save(newest, network, optimizer, done, time.time() - began)
    save(newest, network, optimizer, done, time.time() - began)


if __name__ == "__main__":
    main()
