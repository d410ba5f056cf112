"""How good the bundled networks are as shipped, INT8, beside the same networks in FP32.

Both run through the code that serves them. What was written here and held out of training is
measured always; the public test sets when `--data` names their folder (models/README.md).
"""

import argparse
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benches.figure import Figure, Goal
from benches.graphs import float_folder
from benches.trial import folder
from infra.models.onnx_encoder import OnnxEncoder
from infra.models.onnx_reader import OnnxReader
from infra.settings import read_settings
from models.training import evaluate, evaluate_reader

SMALL: Final = {"only": "claims_held_out,turns_held_out", "part": 80}
_LOST: Final = 1.0  # points that quantizing may cost


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of the table: what it is called, where it is found, what it should come to."""

    name: str
    of: str  # the evaluation that gives it
    at: str | int | None = None  # where, if that gives several
    least: float | None = None
    note: str = ""

    def value(self, found: Any) -> float:  # noqa: ANN401 - a number, several, or a dictionary
        """Take the figure out of what its evaluation gave."""
        return float(found if self.at is None else found[self.at])


_ROWS: Final = (
    Row("STS-B test, Spearman", "stsb_spearman", None, 81, "all-MiniLM-L6-v2: 82.03"),
    Row("UNER EWT test, span F1", "uner_ewt_f1", None, 76),
    Row("WNUT-17 test, span F1", "wnut17_four_types_f1", None, 44,
        "four types; BERTweet, 110 million weights, six types: 56.5 (Nguyen et al. 2020)"),
    Row("EWT test, UAS", "ewt_uas_las", 0, 89, "gold tokens, punctuation included"),
    Row("EWT test, LAS", "ewt_uas_las", 1, 86),
    Row("CLINC150 test, accuracy in scope", "clinc150_accuracy", None, 95,
        "BERT-base: 96.9 (Larson et al. 2019)"),
    Row("GoEmotions test, Ekman macro F1", "goemotions_ekman_macro_f1", None, 58,
        "BERT-base: 64 (Demszky et al. 2020)"),
    Row("KnowledgeNet fold 4, link F1", "knowledgenet_fold4_link_f1_overlap_exact", 0, 50,
        "spans overlap"),
    Row("first person held out, fact F1", "first_person_held_out", "f1", 85, "all parts exact"),
    Row("questions held out, fact F1", "questions_held_out", "f1"),
    Row("turns held out, fact F1", "turns_held_out", "f1"),
    Row("importance, AUROC on LoCoMo tuning", "importance_auroc_locomo_tuning", None, 65),
    Row("LoCoMo tuning, R@5 of tokens alone", "locomo_tuning_recall", "r5_tokens"),
    Row("talks held out, R@5 of tokens alone", "talks_held_out_recall", "r5_tokens"),
    Row("nli, cad_nli test accuracy", "cad_nli_test", "accuracy", 68),
    Row("nli, claims held out accuracy", "claims_held_out", "accuracy"),
    Row("SQuAD v2.0, F1", "squad_v2", "f1", 55, "30 articles, one question in `--part`"),
)  # fmt: skip


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which options there are."""
    cores = len(os.sched_getaffinity(0))
    parser.add_argument("--data", type=Path, default=None, help="folder of the data sets")
    parser.add_argument(
        "--float", type=Path, default=None, help="the encoder's exported FP32 graph"
    )
    parser.add_argument("--float-reader", type=Path, default=None, help="the reader's, likewise")
    parser.add_argument("--only", default="", help="parts of evaluations' names, comma separated")
    parser.add_argument("--part", type=int, default=8, help="every so manieth SQuAD question")
    parser.add_argument("--threads", type=int, default=cores)


def run(options: argparse.Namespace) -> list[Figure]:
    """Evaluate what is shipped and what it was in FP32, one test set after the other."""
    shipped = read_settings().models
    with folder() as made:
        exact = (
            float_folder(shipped / "encoder", made, options.float),
            float_folder(shipped / "reader", made, options.float_reader),
        )
        ours = _evaluations(shipped / "encoder", shipped / "reader", options)
        theirs = _evaluations(*exact, options)
        named = [word for word in options.only.split(",") if word] or [""]
        wanted = [name for name in ours if any(word in name for word in named)]
        found = {name: (ours[name](), theirs[name]()) for name in wanted}
    figures = [_figure(row, *found[row.of]) for row in _ROWS if row.of in found]
    return [*figures, *_lost(figures)]


def _evaluations(encoder: Path, reader: Path, options: argparse.Namespace) -> evaluate.Figures:
    """Say how to measure all rows of a pair of networks that the data at hand allows."""
    sees, reads = OnnxEncoder(encoder, options.threads), OnnxReader(reader)
    known = evaluate.figures_of_ours(sees)
    known |= evaluate_reader.figures_of_ours(reads, options.threads)
    if options.data:
        known |= evaluate.figures_of_data(sees, options.data)
        known |= evaluate_reader.figures_of_data(reads, options.data, options.threads, options.part)
    rows = {row.of for row in _ROWS}
    return {name: work for name, work in known.items() if name in rows}


def _figure(row: Row, ours: object, theirs: object) -> Figure:
    goal = Goal(least=row.least) if row.least else None
    value, peer = row.value(ours), row.value(theirs)
    return Figure(row.name, value, "%", peer, "FP32", goal, row.note)


def _lost(figures: list[Figure]) -> Iterator[Figure]:
    """Say how many points quantizing costs where it costs most."""
    points = {one.name: one.peer - one.value for one in figures if one.peer is not None}
    if points:
        where = max(points, key=points.__getitem__)
        yield Figure(
            "most points lost to INT8", points[where], "", goal=Goal(most=_LOST), note=where
        )
