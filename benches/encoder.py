"""What the encoder's heads, its products of integers, the reader and loading cost on one core.

Every round runs all ways that are compared over the same texts, so that a busy machine slows all
of them; networks are timed by the processor's clock, and figures are medians over the rounds.
"""

import argparse
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from tokenizers import Tokenizer

from agents.rank import rank
from benches.bare import Feed
from benches.figure import Figure, Goal
from benches.graphs import cut, in_batches, in_float
from benches.ranker import candidates_of, question_of, together
from benches.texts import PEOPLE, questions, texts
from benches.trial import at, clock, folder, peak_rss
from infra.models.bundled_files import MANIFEST, open_graph
from infra.models.onnx_encoder import _OUTPUTS as OUTPUTS
from infra.models.onnx_encoder import ROLE, OnnxEncoder, piece_of
from infra.models.onnx_reader import OnnxReader
from infra.models.worth_model import bundled_worth
from infra.opening import open_encoder, open_reading, open_registry
from infra.settings import read_settings
from models.training import evaluate_reader

SMALL: Final = {"count": 64, "repeat": 20}
_TRUNK: Final = ("ids", "cases")
_EMBEDDING: Final = ("embedding",)
_TOGETHER: Final = 32  # texts of a round, equally long, so that a batch needs no padding
_BATCHES: Final = (4, 8, 16, 32)
_CANDIDATES: Final = 100
_LOADS: Final = 5

Way = Callable[[Sequence[str], Sequence[Feed]], None]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    parser.add_argument("--count", type=int, default=640, help=f"texts, {_TOGETHER} a round")
    parser.add_argument("--repeat", type=int, default=200, help="of one question, and one pair")


def run(options: argparse.Namespace) -> list[Figure]:
    """Measure the encoder, what ranks its tokens, the reader, and what loading them takes."""
    models = read_settings().models
    return [
        *_rates(models, max(1, options.count // _TOGETHER)),
        _ranking(models, options.repeat),
        _reading(models, options.repeat),
        *_loading(models),
        _resident(),
        _files(models),
    ]


def _rates(models: Path, rounds: int) -> Iterator[Figure]:
    encoder = OnnxEncoder(models / "encoder", 1)
    small = OnnxEncoder(models / "encoder_small", 1)
    ways = {**_ways(models, encoder), "small": _each(small)}
    ms = {name: 1000 * value for name, value in _timed(models, ways, rounds)}
    encoder.close()
    small.close()
    rate = {name: 1000 / value for name, value in ms.items()}
    trunk, best = rate["trunk"], min(_BATCHES, key=lambda size: ms[f"batches of {size}"])
    yield Figure(
        "every head", rate["heads"], "texts/s", trunk, "bare INT8 trunk",
        Goal(least=0.85, ratio=True),
    )  # fmt: skip
    yield Figure(
        "text to percept", rate["percepts"], "texts/s", trunk, "bare INT8 trunk",
        note="tokenised and decoded, too",
    )  # fmt: skip
    yield Figure(
        "text to percept, small encoder", rate["small"], "texts/s", rate["percepts"],
        "the encoder",
    )  # fmt: skip
    yield Figure(
        "bare INT8 trunk", trunk, "texts/s", rate["float"], "it in FP32",
        Goal(least=1.6, ratio=True),
    )  # fmt: skip
    yield Figure(
        "a text alone", ms["trunk"], "ms", ms[f"batches of {best}"], "its share of the best batch",
        Goal(most=1.3, ratio=True),
        f"of {best} equally long; the bare trunk, as the heads take one text",
    )  # fmt: skip


def _ways(models: Path, encoder: OnnxEncoder) -> Mapping[str, Way]:
    """Give each way of running the encoder over equally long texts, on this thread."""
    file = models / "encoder" / "encoder.onnx"
    bare = in_batches(cut(onnx.load(file), _TRUNK, _EMBEDDING))
    whole = open_graph(ROLE, file, file.read_bytes(), {"ids", "cases", "words"}, OUTPUTS)
    trunk, floats = (
        open_graph(ROLE, file, graph.SerializeToString(), set(_TRUNK), _EMBEDDING)
        for graph in (bare, in_float(bare))
    )

    def batched(session: Any, size: int) -> Way:  # noqa: ANN401 - onnxruntime ships no types
        def work(_: Sequence[str], feeds: Sequence[Feed]) -> None:
            for start in range(0, len(feeds), size):
                part = feeds[start : start + size]
                joined = {name: np.concatenate([one[name] for one in part]) for name in _TRUNK}
                session.run(_EMBEDDING, joined)

        return work

    def heads(_: Sequence[str], feeds: Sequence[Feed]) -> None:
        for feed in feeds:
            whole.run(OUTPUTS, feed)

    return {
        "heads": heads,
        "percepts": _each(encoder),
        "trunk": batched(trunk, 1),
        "float": batched(floats, 1),
        **{f"batches of {size}": batched(trunk, size) for size in _BATCHES},
    }


def _each(encoder: OnnxEncoder) -> Way:
    def percepts(said: Sequence[str], _: Sequence[Feed]) -> None:
        for text in said:
            encoder.encode_one(text)

    return percepts


def _timed(models: Path, ways: Mapping[str, Way], rounds: int) -> Iterator[tuple[str, float]]:
    """Give the seconds that each way takes for a text."""
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for number, (said, feeds) in enumerate(islice(_groups(models), rounds + 1)):
        for name, way in ways.items():
            began = time.process_time()
            way(said, feeds)
            if number:  # the first round warms up
                spent[name].append((time.process_time() - began) / len(said))
    for name, seconds in spent.items():
        yield name, at(seconds, 50)


def _groups(models: Path) -> Iterator[tuple[list[str], list[Feed]]]:
    """Give made-up texts in groups of equally many sub-tokens, and what the network is fed."""
    tokenizer = Tokenizer.from_file(str(models / "encoder" / "tokenizer.json"))
    waiting: dict[int, list[tuple[str, Feed]]] = defaultdict(list)
    for text in texts(sys.maxsize):
        feed = piece_of(text, tokenizer.encode(text)).feed()
        group = waiting[feed["ids"].size]
        group.append((text, feed))
        if len(group) == _TOGETHER:
            yield [said for said, _ in group], [fed for _, fed in group]
            group.clear()


def _ranking(models: Path, repeat: int) -> Figure:
    encoder = OnnxEncoder(models / "encoder", 1)
    said = list(texts(_CANDIDATES))
    seen = encoder.encode(said)
    turns = [
        {"text": text, "speaker": PEOPLE[i % 2], "date": "", "session": i // 10, "at": i}
        for i, text in enumerate(said)
    ]
    columns = candidates_of(turns, together(seen, [one.tokens for one in seen]))
    ms = []
    for text in questions(repeat):
        asked = encoder.encode_one(text)
        question = question_of(text, together([asked], [asked.tokens]), columns)
        began = clock()
        rank(question, columns)
        ms.append(1000 * (clock() - began))
    encoder.close()
    tokens = len(columns.tokens) / _CANDIDATES
    return Figure(
        f"ranking {_CANDIDATES} candidates", at(ms, 50), "ms", goal=Goal(most=3),
        note=f"`rank` as a whole, {tokens:.0f} tokens each",
    )  # fmt: skip


def _reading(models: Path, repeat: int) -> Figure:
    found = evaluate_reader.speed(OnnxReader(models / "reader"), models / "encoder", repeat)
    return Figure(
        "reader, ten pairs", 10 * found["pair_ms"], "ms", found["encoder_ms"], "an encoder pass",
        Goal(most=30, ratio=True), f"{found['sub_tokens']:.0f} sub-tokens a pair",
    )  # fmt: skip


def _loading(models: Path) -> Iterator[Figure]:
    def opened(name: str) -> float:
        began = clock()
        if name == "encoder":
            OnnxEncoder(models / name, 1).close()
        else:
            OnnxReader(models / name)
        return 1000 * (clock() - began)

    for name in ("encoder", "reader"):
        ms = at([opened(name) for _ in range(_LOADS)], 50)
        yield Figure(f"loading the {name}", ms, "ms", goal=Goal(most=300))


def _resident() -> Figure:
    with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
        added = fresh.submit(added_by_models).result()
    return Figure(
        "memory that all roles add", added / 1e6, "MB", goal=Goal(most=400),
        note="at the peak of a fresh process, each network run once",
    )  # fmt: skip


def added_by_models() -> int:
    """Give the bytes by which this process's peak grows as it loads what serves every role."""
    with folder() as home:
        settings = read_settings(home=home)
        before = peak_rss(os.getpid())
        registry = open_registry(settings)
        encoder = open_encoder(settings, registry)
        reading = open_reading(settings, registry)
        worth = bundled_worth(settings.models)  # noqa: F841 - it is to stay in memory
        encoder.submit("Ana moved to Lisbon.").result()
        reading.bundled().read("Where does Ana live?", "Ana moved to Lisbon.")
        added = peak_rss(os.getpid()) - before
        encoder.close()
        reading.close()
    return added


def _files(models: Path) -> Figure:
    listed = json.loads((models / MANIFEST).read_bytes())["models"].values()
    files = [models / one["folder"] / name for one in listed for name in one["files"]]
    return Figure(
        "files of the models", sum(file.stat().st_size for file in files) / 1e6, "MB",
        goal=Goal(most=80), note="weights, word pieces and labels",
    )  # fmt: skip
