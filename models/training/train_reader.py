"""Train the reader: `python -m models.training.train_reader --data DIR --original DIR --out DIR`.

Resumes from the newest checkpoint in `--out`; can be cut at any time. `--from-onnx` begins with an
exported reader's weights instead of the original's. The learning rate goes up and
down once in `--minutes`, counted from the start or from `--again`, which begins a further schedule.
"""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from tokenizers import Encoding, Tokenizer
from torch import Tensor
from torch.nn import functional as f

from models.training.batches import load_tokenizer
from models.training.reader_from_onnx import read_reader
from models.training.reader_mix import Mix, read
from models.training.reader_network import Reader, freeze, load_original
from models.training.reader_pairs import Pair

LIMIT = 192
WEIGHTS = {"says": 1.0, "span": 1.0, "answered": 1.0, "relevance": 0.4, "first": 0.6}
WATCHED, EVERY = 160, 300


def span_of(answer: tuple[int, int], found: Encoding) -> tuple[int, int] | None:
    """Give the first and last sub-token of a span of characters of the second text."""
    inside = [
        i
        for i, (a, b) in enumerate(found.offsets)
        if found.type_ids[i] and a < b and a < answer[1] and b > answer[0]
    ]
    return (inside[0], inside[-1]) if inside else None


def collate(groups: list[list[Pair]], tokenizer: Tokenizer) -> dict[str, Tensor]:
    """Pad the pairs of some groups to one rectangle, with what is known of each."""
    flat = [(i, pair) for i, group in enumerate(groups) for pair in group]
    encoded = tokenizer.encode_batch([(pair.first, pair.second) for _, pair in flat])
    n = min(LIMIT, max(len(one.ids) for one in encoded))
    rows = len(flat)
    full = lambda value, *shape: torch.full((rows, *shape), value, dtype=torch.long)
    out = {
        "ids": full(0, n), "sides": full(0, n), "mask": full(0, n), "text": full(0, n),
        "start": full(-1), "end": full(-1), "group": full(0),
        "answered": full(-1), "relevant": full(-1), "says": torch.zeros(rows, 3, dtype=torch.bool),
    }  # fmt: skip
    for i, ((number, pair), one) in enumerate(zip(flat, encoded, strict=True)):
        m = min(n, len(one.ids))
        out["ids"][i, :m] = torch.tensor(one.ids[:m])
        out["sides"][i, :m] = torch.tensor(one.type_ids[:m])
        out["mask"][i, :m] = 1
        plain = [t and not s for t, s in zip(one.type_ids, one.special_tokens_mask, strict=True)]
        out["text"][i, :m] = torch.tensor(plain[:m])
        out["group"][i] = number
        place = pair.answer and span_of(pair.answer, one)
        if place and place[1] < m:
            out["start"][i], out["end"][i] = place
        if pair.answered is not None:
            out["answered"][i] = int(pair.answered)
        if pair.relevant is not None:
            out["relevant"][i] = int(pair.relevant)
        for label in pair.says:
            out["says"][i, label] = True
    return out


def losses(out: dict[str, Tensor], batch: dict[str, Tensor]) -> dict[str, Tensor]:
    """Give every loss that a batch knows of."""
    found = {}
    known = batch["says"].any(-1)
    if known.any():
        logs = out["says"][known].log_softmax(-1)
        found["says"] = -logs.masked_fill(~batch["says"][known], -1e4).logsumexp(-1).mean()
    where = batch["start"] >= 0
    if where.any():
        scores = out["span"][where].masked_fill(batch["text"][where, :, None] == 0, -1e4)
        found["span"] = (
            f.cross_entropy(scores[..., 0], batch["start"][where])
            + f.cross_entropy(scores[..., 1], batch["end"][where])
        ) / 2
    asked = batch["answered"] >= 0
    if asked.any():
        found["answered"] = f.binary_cross_entropy_with_logits(
            out["answered"][asked], batch["answered"][asked].float()
        )
    judged = batch["relevant"] >= 0
    if judged.any():
        scores, marks = out["relevance"][judged], batch["relevant"][judged]
        found["relevance"] = f.binary_cross_entropy_with_logits(scores, marks.float())
        numbers = batch["group"][judged]
        same = numbers[:, None] == numbers[None, :]
        best = scores.expand(len(scores), -1).masked_fill(~same, -1e4).log_softmax(-1).diagonal()
        if (several := (marks == 1) & (same.sum(-1) > 1)).any():
            found["first"] = -best[several].mean()
    return found


def pace(part: float) -> float:
    """Go up over the first 6 % of the run, then down to nothing."""
    return min(part / 0.06, (1 - part) / 0.94)


@torch.no_grad()
def watch(network: Reader, mix: Mix, tokenizer: Tokenizer) -> dict[str, float]:
    """Measure on what is never trained on: labels, spans, answerability and which comes first."""
    nli, asked, unsure, heard, read = mix.watched(WATCHED)
    right = {"says": 0, "claims": 0, "span": 0, "answered": 0, "first": 0, "unsure": 0, "heard": 0}
    right |= {"read": 0, "read_words": 0}
    count = dict.fromkeys(right, 0)
    network.eval()
    for name, pairs in nli.items():
        for groups in _some([[pair] for pair in pairs]):
            batch = collate(groups, tokenizer)
            out = network(batch["ids"], batch["sides"], batch["mask"])
            hits = batch["says"].gather(1, out["says"].argmax(-1, keepdim=True))
            right[name] += int(hits.sum())
            count[name] += len(hits)
    for groups in _some(asked, 12):
        batch = collate(groups, tokenizer)
        out = network(batch["ids"], batch["sides"], batch["mask"])
        scores = out["span"].masked_fill(batch["text"][..., None] == 0, -1e4).argmax(1)
        where = batch["start"] >= 0
        both = (scores[:, 0] == batch["start"]) & (scores[:, 1] == batch["end"])
        right["span"] += int(both[where].sum())
        count["span"] += int(where.sum())
        right["answered"] += int(((out["answered"] > 0) == batch["answered"].bool()).sum())
        count["answered"] += len(where)
        hits, several = _first(out, batch, len(groups))
        right["first"], count["first"] = right["first"] + hits, count["first"] + several
    for groups in _some(unsure, 12):
        batch = collate(groups, tokenizer)
        out = network(batch["ids"], batch["sides"], batch["mask"])
        right["unsure"] += int(((out["answered"] > 0) == batch["answered"].bool()).sum())
        count["unsure"] += len(groups)
    for groups in _some([group for group in heard if group[0].relevant], 12):
        batch = collate(groups, tokenizer)
        out = network(batch["ids"], batch["sides"], batch["mask"])
        hits, several = _first(out, batch, len(groups))
        right["heard"], count["heard"] = right["heard"] + hits, count["heard"] + several
    for groups in _some(read, 4):
        batch = collate(groups, tokenizer)
        out = network(batch["ids"], batch["sides"], batch["mask"])
        right["read"] += int(((out["answered"] > 0) == batch["answered"].bool()).sum())
        count["read"] += len(batch["answered"])
        scores = out["span"].masked_fill(batch["text"][..., None] == 0, -1e4).argmax(1)
        where = batch["start"] >= 0
        both = (scores[:, 0] == batch["start"]) & (scores[:, 1] == batch["end"])
        right["read_words"] += int(both[where].sum())
        count["read_words"] += int(where.sum())
    network.train()
    return {f"dev_{name}": round(100 * hits / count[name], 2) for name, hits in right.items()}


def _first(out: dict[str, Tensor], batch: dict[str, Tensor], groups: int) -> tuple[int, int]:
    """Count the groups of several in which what is relevant, their first, comes first."""
    hits = several = 0
    for i in range(groups):
        mine = (batch["group"] == i) & (batch["relevant"] >= 0)
        if mine.sum() > 1:
            hits += int(out["relevance"][mine].argmax() == 0)
            several += 1
    return hits, several


def _some(groups: list[list[Pair]], size: int = 32) -> Iterator[list[list[Pair]]]:
    ordered = sorted(groups, key=lambda group: len(group[0].first) + len(group[0].second))
    for i in range(0, len(ordered), size):
        yield ordered[i : i + size]


def parameters(network: Reader, trunk: float, heads: float) -> list[dict[str, object]]:
    """Let new layers learn faster than what is already trained."""
    groups: dict[float, list[torch.nn.Parameter]] = {trunk: [], heads: []}
    for name, p in network.named_parameters():
        if p.requires_grad:
            groups[trunk if name.startswith("trunk") else heads].append(p)
    return [{"params": part, "lr": peak, "peak": peak} for peak, part in groups.items()]


def save(path: Path, state: dict[str, object]) -> None:
    """Write a checkpoint whole or not at all."""
    torch.save(state, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--original", type=Path, required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--from-onnx", type=Path, help="exported reader to go on from")
    parser.add_argument("--out", type=Path, default=Path("checkpoints/reader"))
    parser.add_argument("--minutes", type=float, default=90, help="length of the schedule")
    parser.add_argument("--again", action="store_true", help="begin a further schedule")
    parser.add_argument("--trunk", type=float, default=1.5e-4)
    parser.add_argument("--heads", type=float, default=1e-3)
    parser.add_argument("--half", action="store_true", help="bfloat16, where the CPU multiplies it")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(args.seed)
    tokenizer = load_tokenizer(args.original)
    mix = Mix(read(args.data), args.seed)
    if args.from_onnx:
        network = read_reader(args.from_onnx).train()
    else:
        network = Reader()
        load_original(network, args.original)
    freeze(network)
    optimizer = torch.optim.AdamW(
        parameters(network, args.trunk, args.heads), weight_decay=0.01, fused=True
    )
    newest, state = args.out / "newest.pt", {"step": 0, "round": 0, "seconds": 0.0, "best": 0.0}
    if newest.exists():
        state = torch.load(newest, weights_only=True)
        network.load_state_dict(state.pop("network"))
        optimizer.load_state_dict(state.pop("optimizer"))
        for group, peak in zip(optimizer.param_groups, (args.trunk, args.heads), strict=True):
            group["peak"] = peak
        if args.again:
            state["seconds"] = 0.0
    curve = (args.out / "curve.jsonl").open("a", encoding="utf-8")
    began, sums = time.time() - state["seconds"], {}
    kept = lambda: state | {"network": network.state_dict(), "optimizer": optimizer.state_dict()}

    def note(line: dict[str, float]) -> None:
        line |= {"step": state["step"], "seconds": round(time.time() - began)}
        print(json.dumps(line), flush=True)
        curve.write(json.dumps(line) + "\n")
        curve.flush()

    def look() -> None:
        found = watch(network, mix, tokenizer)
        note(found)
        state["seconds"] = time.time() - began
        score = sum(found.values())
        if score >= state["best"]:
            state["best"] = score
            save(args.out / "best.pt", {"network": network.state_dict(), "step": state["step"]})
        save(newest, kept())

    part = 0.0
    while part < 1:
        state["round"] += 1
        for step in mix.round(state["round"]):
            part = (time.time() - began) / args.minutes / 60
            if part >= 1:
                break
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * pace(part)
            optimizer.zero_grad()
            for groups in step:
                batch = collate(groups, tokenizer)
                with torch.autocast("cpu", torch.bfloat16, enabled=args.half):
                    out = network(batch["ids"], batch["sides"], batch["mask"])
                found = losses({name: value.float() for name, value in out.items()}, batch)
                sum(WEIGHTS[name] * value for name, value in found.items()).backward()
                for name, value in found.items():
                    sums.setdefault(name, []).append(float(value.detach()))
                sums.setdefault("sub_tokens", []).append(batch["ids"].numel())
            torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
            optimizer.step()
            state["step"] += 1
            if state["step"] % 20 == 0:
                note({name: round(sum(v) / len(v), 4) for name, v in sorted(sums.items())})
                sums = {}
            if state["step"] % EVERY == 0:
                look()
    look()


if __name__ == "__main__":
    main()
