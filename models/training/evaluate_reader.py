"""Measure the shipped reader: `python -m models.training.evaluate_reader --data DIR`.

Through the code that serves it, on what it was never trained on: SQuAD v2.0's articles, the test
split of the counterfactually revised NLI pairs, and QAMR sentences that were held out.
"""

import argparse
import json
import random
import re
import string
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from infra.models.onnx_reader import OnnxReader
from models.training import manifest, reader_mix, reader_pairs
from models.training.evaluate import Figures

GRID = [round(x, 3) for x in np.arange(0.02, 0.9, 0.02)]


def plain(text: str) -> list[str]:
    """Give the words of an answer as SQuAD compares them (Rajpurkar et al. 2016)."""
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


def overlap(mine: str, gold: str) -> float:
    """F1 of the words of two answers; an empty answer equals only an empty one."""
    a, b = plain(mine), plain(gold)
    if not a or not b:
        return float(a == b)
    same = sum((Counter(a) & Counter(b)).values())
    return 2 * same / (len(a) + len(b))


def squad2(data: Path, split: str) -> list[tuple[str, str, list[str]]]:
    """Give the questions of v2.0 with their passage and answers; none where there is no answer."""
    found = reader_pairs.squad_v2(data, split)
    return [(one.question, one.passage, list(one.answers)) for one in found]


def held_out(data: Path) -> list[tuple[str, str, list[str]]]:
    """Give held-out QAMR questions, each on its sentence and on a hard one that has no answer."""
    sources = reader_mix.read(data)
    mix, dice = reader_mix.Mix(sources, reader_mix.HELD_OUT_SEED), random.Random(1)
    found = []
    for one in sources.qamr_dev:
        for pair in mix.of_sentence(one, dice):
            found.append((pair.first, pair.second, [one.wording] if pair.answered else []))
    return found


def answers(
    reader: OnnxReader, asked: list[tuple[str, str, list[str]]], threads: int
) -> list[tuple[str, float]]:
    """Find the best words of every passage, with their score."""

    def one(row: tuple[str, str, list[str]]) -> tuple[str, float]:
        words = reader.words(row[0], row[1])
        return (row[1][words.start : words.end], words.score) if words else ("", 0.0)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, asked))


def f1(
    asked: list[tuple[str, str, list[str]]], found: Iterable[tuple[str, float]], least: float
) -> dict[str, float]:
    """Score answers as SQuAD v2.0 does (Rajpurkar et al. 2018)."""
    scores, exact, some = [], [], []
    for (_, _, gold), (words, score) in zip(asked, found, strict=True):
        mine = words if score >= least else ""
        scores.append(max(overlap(mine, one) for one in gold or [""]))
        exact.append(max(plain(mine) == plain(one) for one in gold or [""]))
        some.append(bool(gold))
    has = np.array(some)
    mean = lambda values: round(100 * float(np.mean(values)), 2)
    return {
        "f1": mean(scores), "exact": mean(exact), "f1_answered": mean(np.array(scores)[has]),
        "f1_unanswered": mean(np.array(scores)[~has]), "questions": len(scores),
    }  # fmt: skip


def nli(reader: OnnxReader, pairs: list[reader_pairs.Pair], threads: int) -> dict[str, float]:
    """Accuracy on pairs of a premise and a claim."""
    with ThreadPoolExecutor(threads) as pool:
        odds = list(pool.map(lambda pair: reader.read(pair.first, pair.second).odds, pairs))
    mine = np.array([(o.entails, o.neutral, o.contradicts) for o in odds]).argmax(1)
    gold = np.array([pair.says[0] for pair in pairs])
    by = {
        f"recall_{name}": round(100 * float((mine[gold == i] == i).mean()), 2)
        for i, name in enumerate(reader_pairs.NLI)
    }
    sure = 100 * float((gold[mine == 2] == 2).mean())
    return {
        "accuracy": round(100 * float((mine == gold).mean()), 2), **by,
        "precision_contradiction": round(sure, 2), "pairs": len(gold),
    }  # fmt: skip


def relevance(reader: OnnxReader, data: Path) -> dict[str, float]:
    """How often a held-out question's own sentence comes before a hard one."""
    sources = reader_mix.read(data)
    mix, dice = reader_mix.Mix(sources, reader_mix.HELD_OUT_SEED), random.Random(2)
    first = []
    for one in sources.qamr_dev:
        group = [pair for pair in mix.of_sentence(one, dice) if pair.relevant is not None]
        scores = [reader.read(pair.first, pair.second).relevance for pair in group]
        first.append(int(np.argmax(scores)) == 0)
    return {"first": round(100 * float(np.mean(first)), 2), "questions": len(first)}


def turns(reader: OnnxReader) -> dict[str, float]:
    """Tell how often turns that answer are told from those that do not, and the words are exact."""
    apart, exact, words = [], [], []
    for pair in (pair for block in reader_pairs.reads(held_out=True) for pair in block):
        read = reader.read(pair.first, pair.second)
        apart.append((read.answered > 0.5) == pair.answered)  # noqa: PLR2004 - rather than not
        if pair.answer and read.words:
            gold = pair.second[slice(*pair.answer)]
            mine = pair.second[read.words.start : read.words.end]
            exact.append(plain(mine) == plain(gold))
            words.append(overlap(mine, gold))
    mean = lambda values: round(100 * float(np.mean(values)), 2)
    return {
        "told_apart": mean(apart), "exact": mean(exact), "f1": mean(words), "questions": len(apart),
    }  # fmt: skip


def same_alone(reader: OnnxReader, data: Path, count: int = 1000) -> int:
    """Count the pairs that read differently among others, on two threads, than alone."""
    pairs = reader_pairs.cad_nli(data, "test")[:count]
    alone = [reader.read(pair.first, pair.second) for pair in pairs]
    with ThreadPoolExecutor(2) as pool:
        again = list(pool.map(lambda pair: reader.read(pair.first, pair.second), pairs[::-1]))
    return sum(a != b for a, b in zip(alone, again[::-1], strict=True))


def speed(reader: OnnxReader, encoder: Path, repeat: int = 200) -> dict[str, float]:
    """Time ten pairs of 64 sub-tokens, and passes of the encoder over 24, on one thread."""
    from infra.models.onnx_encoder import OnnxEncoder

    text = "My sister Ana moved to Lisbon last month and she works as a nurse at the city hospital there now, too."
    pair = (
        "Where does your sister Ana work now that she has moved?",
        f"Ana: {text} We went there by train and stayed for a week, and it was great fun for all of us.",
    )
    network = OnnxEncoder(encoder, 1)

    def clock(work: Callable[[], object]) -> float:
        times = []
        for _ in range(repeat):
            began = time.process_time()
            work()
            times.append(time.process_time() - began)
        return 1000 * float(np.median(times))

    one, alone = clock(lambda: reader.read(*pair)), clock(lambda: network.encode_one(text))
    network.close()
    return {
        "sub_tokens": len(reader._tokenizer.encode(*pair)), "pair_ms": round(one, 2),
        "encoder_ms": round(alone, 2), "ten_pairs_in_encoder_passes": round(10 * one / alone, 1),
    }  # fmt: skip


def figures_of_ours(reader: OnnxReader, threads: int) -> Figures:
    """Say how to measure on what was written here and held out of training."""
    return {
        "claims_held_out": lambda: nli(reader, reader_pairs.claims(held_out=True), threads),
        "turns_read": lambda: turns(reader),
    }


def figures_of_data(reader: OnnxReader, data: Path, threads: int, part: int = 1) -> Figures:
    """Say how to measure on the data sets of a folder; of SQuAD's questions one in `part`."""

    def answered(asked: list[tuple[str, str, list[str]]]) -> dict[str, float]:
        return f1(asked, answers(reader, asked, threads), reader.least)

    return {
        "cad_nli_test": lambda: nli(reader, reader_pairs.cad_nli(data, "test"), threads),
        "cad_nli_dev": lambda: nli(reader, reader_pairs.cad_nli(data, "dev"), threads),
        "qamr_held_out": lambda: answered(held_out(data)),
        "qamr_held_out_order": lambda: relevance(reader, data),
        "squad_v2": lambda: answered(squad2(data, "test")[::part]),
        "pairs_that_differ_in_company": lambda: same_alone(reader, data),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--folder", type=Path, default=manifest.READER)
    parser.add_argument("--only", default="", help="names of figures, comma separated")
    parser.add_argument("--part", type=int, default=1, help="every so manieth SQuAD question")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--choose", action="store_true", help="say the best `least` on held-out")
    parser.add_argument("--write", action="store_true", help="add the figures to the manifest")
    args = parser.parse_args()
    reader, data, threads = OnnxReader(args.folder), args.data, args.threads
    if args.choose:
        reader.least = 0.0
        for asked in (squad2(data, "dev"), held_out(data)):
            found = answers(reader, asked, threads)
            best = max(GRID, key=lambda least: f1(asked, found, least)["f1"])
            print("least", best, f1(asked, found, best), "not asked", f1(asked, found, 2.0)["f1"])
        return

    figures = figures_of_data(reader, data, threads, args.part) | figures_of_ours(reader, threads)
    figures["reader_speed"] = lambda: speed(reader, args.folder.parent / "encoder")
    told: dict[str, object] = {}
    for name, work in figures.items():
        if not args.only or name in args.only.split(","):
            told[name] = work()
            print(name, json.dumps(told[name]), flush=True)
    if args.write:
        manifest.measured(args.folder, told)


if __name__ == "__main__":
    main()
