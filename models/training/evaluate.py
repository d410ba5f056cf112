"""Measure the shipped encoder through the production code: `python -m models.training.evaluate --data DIR`."""

import argparse
import json
import random
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from infra.models.borne_out import borne_out
from infra.models.encoder_decoding import Piece
from infra.models.onnx_encoder import OnnxEncoder, piece_of
from infra.settings import Settings
from models.training import corpora, held_out, manifest
from models.training.example import Example, Span
from models.training.fillers import FILLERS
from models.training.labels import CHANNELS, EMOTIONS, NOMINAL
from models.training.pieces import Line, Words, lines, realise, turn
from models.training.talks import talks

HELD_OUT_FOLD = 4


def ranks(values: Iterable[float]) -> np.ndarray:
    """Give ranks with ties at their mean."""
    array = np.asarray(list(values), float)
    _, inverse, counts = np.unique(array, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return ((ends - counts + ends - 1) / 2)[inverse]


def f1(right: int, given: int, wanted: int) -> float:
    return round(200 * right / max(1, given + wanted), 2)


def similarity(encoder: OnnxEncoder, data: Path, split: str) -> float:
    """Spearman correlation on STS-B."""
    pairs = corpora.stsb(data, split)
    left = encoder.encode([a for a, _, _ in pairs])
    right = encoder.encode([b for _, b, _ in pairs])
    cosines = [
        float(a.vector.astype(np.float32) @ b.vector.astype(np.float32))
        for a, b in zip(left, right)
    ]
    return round(100 * float(np.corrcoef(ranks(cosines), ranks(s for _, _, s in pairs))[0, 1]), 2)


def entities(encoder: OnnxEncoder, examples: list[Example]) -> float:
    """Span F1 over the types that the set annotates; text as written, offsets and type exact."""
    right = given = wanted = 0
    for example, found in zip(examples, encoder.encode([e.text for e in examples])):
        gold = set(example.entities or ())
        mine = {(e.start, e.end, e.type) for e in found.entities if e.type in example.entity_types}
        right, given, wanted = right + len(gold & mine), given + len(mine), wanted + len(gold)
    return f1(right, given, wanted)


def entities_fast(encoder: OnnxEncoder, examples: list[Example]) -> float | None:
    """Span F1 of the names that the early head finds; none, unless exported with `--fast`."""
    if "spans_fast" not in {part.name for part in encoder._session.get_outputs()}:
        return None
    right = given = wanted = 0
    for example in examples:
        piece = piece_of(example.text, encoder._tokenizer.encode(example.text))
        (scores,) = encoder._run(piece, ["spans_fast"])
        found = encoder._decoder.entities(piece, scores[0])
        gold = set(example.entities or ())
        mine = {(e.start, e.end, e.type) for e in found if e.type in example.entity_types}
        right, given, wanted = right + len(gold & mine), given + len(mine), wanted + len(gold)
    return f1(right, given, wanted)


def parsing(encoder: OnnxEncoder, examples: list[Example]) -> tuple[float, float]:
    """UAS and LAS, punctuation included; a predicted head counts when it lies in the gold head."""
    right = labelled = total = 0
    for example, found in zip(examples, encoder.encode([e.text for e in examples])):
        taken: set[int] = set()
        for start, end, head, relation in example.words or ():
            total += 1
            inside = [
                i for i, arc in enumerate(found.tree) if start <= arc.start < end and i not in taken
            ]
            if not inside:
                continue
            taken.add(inside[0])
            arc = found.tree[inside[0]]
            a, b = (-1, 0) if head < 0 else example.words[head][:2]
            ok = arc.head < 0 if head < 0 else arc.head >= 0 and a <= found.tree[arc.head].start < b
            right += ok
            labelled += ok and arc.relation == relation
    return round(100 * right / total, 2), round(100 * labelled / total, 2)


def topic(encoder: OnnxEncoder, data: Path, split: str) -> float:
    """Accuracy over CLINC150's 150 intents, in scope."""
    examples = corpora.clinc(data, "val" if split == "dev" else split)
    right = sum(int(encoder.outputs(e.text, ["topic"])[0].argmax()) == e.topic for e in examples)
    return round(100 * right / len(examples), 2)


def _emotions(encoder: OnnxEncoder, data: Path, split: str) -> tuple[np.ndarray, np.ndarray]:
    examples = corpora.goemotions(data, split)
    found = encoder.encode([e.text for e in examples])
    return np.array([list(e.emotion.values()) for e in found]), np.array(
        [e.emotion for e in examples]
    )


def emotion(encoder: OnnxEncoder, data: Path) -> float:
    """Macro F1 of GoEmotions' Ekman labels; one threshold a label, chosen on the dev split."""
    dev, dev_gold = _emotions(encoder, data, "dev")
    test, gold = _emotions(encoder, data, "test")

    def one(scores: np.ndarray, truth: np.ndarray, cut: float) -> float:
        mine = scores >= cut
        return 2 * (mine & (truth > 0)).sum() / max(1, mine.sum() + truth.sum())

    cuts = [
        max(np.arange(0.1, 0.8, 0.02), key=lambda c: one(dev[:, i], dev_gold[:, i], c))
        for i in range(len(EMOTIONS))
    ]
    return round(
        100 * float(np.mean([one(test[:, i], gold[:, i], cut) for i, cut in enumerate(cuts)])), 2
    )


def _facts(example: Example) -> set[tuple[object, ...]]:
    return {(p, s, o) for p, s, o, _ in example.facts or ()}


def _overlap(a: tuple[int, int] | None, b: tuple[int, int] | None) -> bool:
    return a == b if a is None or b is None else a[0] < b[1] and b[0] < a[1]


def links(encoder: OnnxEncoder, examples: list[Example]) -> tuple[float, float]:
    """F1 of (property, subject, object) over the annotated properties: spans overlap, spans equal."""
    right = same = given = wanted = 0
    for example, found in zip(examples, encoder.encode([e.text for e in examples])):
        gold = _facts(example)
        mine = {(r.predicate, r.subject, r.object) for r in found.relations
                if r.predicate in example.predicates and r.subject}  # fmt: skip
        hit = lambda x, pool: any(
            x[0] == y[0] and _overlap(x[1], y[1]) and _overlap(x[2], y[2]) for y in pool
        )
        right += sum(hit(x, gold) for x in mine)
        same += len(gold & mine)
        given, wanted = given + len(mine), wanted + len(gold)
    return f1(right, given, wanted), f1(same, given, wanted)


def nominals(encoder: OnnxEncoder, examples: list[Example]) -> float | None:
    """Macro F1 over the nine relations of SemEval-2010 task 8; none, unless exported `--compared`.

    The official figure, as its scorer counts: both directions of a relation are one class, and the wrong one is wrong.
    """
    if encoder.outputs("a", ["relations"])[0].shape[2] <= len(CHANNELS):
        return None
    channels = [CHANNELS.index(name) for name in NOMINAL.values()]
    mine, gold = [], []
    for example in examples:
        piece = piece_of(example.text, encoder._tokenizer.encode(example.text))
        read = encoder._run(piece, ["relations"])[0][0]
        first, second = (word_at(piece, span) for span in example.pair)
        scores = {
            (CHANNELS[channel], backwards): read[a, channel, b]
            for channel in channels
            for backwards, (a, b) in enumerate(((first, second), (second, first)))
        }
        best = max(scores, key=scores.__getitem__)
        mine.append(best if scores[best] > 0 else None)
        stated = [(name, int(s != example.pair[0])) for name, s, _, _ in example.facts]
        gold.append(stated[0] if stated else None)
    each = []
    for name in NOMINAL.values():
        right = sum(a == b and a[0] == name for a, b in zip(mine, gold) if a)
        given, wanted = (sum(one[0] == name for one in some if one) for some in (mine, gold))
        each.append(f1(right, given, wanted))
    return round(float(np.mean(each)), 2)


def word_at(piece: Piece, span: Span) -> int:
    """Give the number of the word that holds where a span begins; [CLS] is word 0."""
    return max(i for i in range(1, len(piece.firsts)) if piece.span(i, i)[0] <= span[0])


def personal(
    encoder: OnnxEncoder, examples: list[Example], *, show: int = 0, believed: bool = False
) -> dict[str, float]:
    """F1 of whole facts: predicate, subject, object's span and whether it has ended, all exact.

    Of what the network sees, or of what is `believed` of that by default: what the words bear out,
    as sure as a fact has to be. `heard_in_nothing` is the share of the messages that state nothing
    in which something is found.
    """
    right = given = wanted = loose = nothing = heard = 0
    least = Settings.model_fields["relation_score"].default if believed else 0
    by: dict[str, list[int]] = {}
    for example, found in zip(examples, encoder.encode([e.text for e in examples])):
        gold = set(example.facts or ())
        relations = borne_out(example.text, found) if believed else found.relations
        mine = {(r.predicate, r.subject, r.object, r.ended) for r in relations if r.score >= least}
        nothing, heard = nothing + (not gold), heard + (bool(mine) and not gold)
        right, given, wanted = right + len(gold & mine), given + len(mine), wanted + len(gold)
        loose += sum(
            any(x[0] == y[0] and _overlap(x[1], y[1]) and _overlap(x[2], y[2]) for y in gold)
            for x in mine
        )
        for name in {x[0] for x in gold | mine}:
            counts = by.setdefault(name, [0, 0, 0])
            counts[0] += sum(x[0] == name for x in gold & mine)
            counts[1] += sum(x[0] == name for x in mine)
            counts[2] += sum(x[0] == name for x in gold)
        if show and gold != mine:
            show -= 1
            write = lambda facts: list(
                (p, s and example.text[slice(*s)], example.text[slice(*o)], e)
                for p, s, o, e in facts
            )
            print(
                repr(example.text), "\n   gold", write(gold), "\n   mine", write(mine)
            ) if show else None
    out = {
        "f1": f1(right, given, wanted),
        "f1_overlap": f1(loose, given, wanted),
        "precision": round(100 * right / max(given, 1), 2),
        "heard_in_nothing": round(100 * heard / max(nothing, 1), 2),
    }
    return out | {f"f1_{name}": f1(*counts) for name, counts in sorted(by.items())}


def importance(encoder: OnnxEncoder, data: Path) -> float:
    """AUROC of telling the turns that questions ask for from all others (LoCoMo tuning, not trained on)."""
    scores, marks = [], []
    for talk in json.loads((data / "locomo_tuning" / "locomo3.json").read_text()):
        asked = {mark for qa in talk["qa"] for mark in qa.get("evidence", ())}
        turns = [
            t for name, part in talk["conversation"].items() if isinstance(part, list) for t in part
        ]
        scores += [e.importance for e in encoder.encode([t["text"] for t in turns])]
        marks += [t["dia_id"] in asked for t in turns]
    order, mark = ranks(scores), np.array(marks)
    positives, negatives = mark.sum(), (~mark).sum()
    return round(
        100
        * float((order[mark].sum() - positives * (positives - 1) / 2) / (positives * negatives)),
        2,
    )


def late(
    encoder: OnnxEncoder, talks: Iterable[tuple[list[str], list[tuple[str, set[int]]]]]
) -> dict[str, float]:
    """Recall of the turns that answer, by MaxSim over token vectors alone, and by embeddings alone.

    A talk is what was said, and questions with the places of what answers them.
    """
    hits: dict[str, list[float]] = {"tokens": [], "pooled": []}
    for said, asks in talks:
        seen = encoder.encode(said)
        vectors = np.array([e.vector.astype(np.float32) for e in seen])
        tokens = np.concatenate([e.tokens for e in seen]).astype(np.float32)
        starts = np.cumsum([0, *(len(e.tokens) for e in seen)])[:-1]
        for question, wanted in asks:
            asked = encoder.encode_one(question)
            best = np.maximum.reduceat(tokens @ asked.tokens.astype(np.float32).T, starts, axis=0)
            for name, scores in (
                ("tokens", best.mean(1)),
                ("pooled", vectors @ asked.vector.astype(np.float32)),
            ):
                top = set(np.argsort(-scores)[:5].tolist())
                hits[name].append(len(wanted & top) / len(wanted))
    return {f"r5_{name}": round(100 * float(np.mean(values)), 2) for name, values in hits.items()}


def locomo(data: Path) -> Iterator[tuple[list[str], list[tuple[str, set[int]]]]]:
    for talk in json.loads((data / "locomo_tuning" / "locomo3.json").read_text()):
        turns = [
            t for name, part in talk["conversation"].items() if isinstance(part, list) for t in part
        ]
        place = {t["dia_id"]: i for i, t in enumerate(turns)}
        asks = [
            (qa["question"], {place[mark] for mark in qa["evidence"] if mark in place})
            for qa in talk["qa"]
            if qa.get("evidence")
        ]
        yield [f"{t['speaker']}: {t['text']}" for t in turns], [ask for ask in asks if ask[1]]


def written() -> Iterator[tuple[list[str], list[tuple[str, set[int]]]]]:
    for talk in talks(held_out=True):
        asks = [(ask.question, set(ask.turns)) for ask in talk.asks if ask.turns]
        yield [f"{turn.speaker}: {turn.text}" for turn in talk.turns], asks


def speed(encoder: OnnxEncoder, repeat: int = 400) -> dict[str, float]:
    """Time one thread on texts of 24 sub-tokens: everything, and decoding alone, in microseconds."""
    text = "My sister Ana moved to Lisbon last month and she works as a nurse at the city hospital there now, too."
    piece = piece_of(text, encoder._tokenizer.encode(text))
    outputs = encoder._run(
        piece, [o.name for o in encoder._session.get_outputs() if o.name != "topic"]
    )
    ordered = dict(
        zip([o.name for o in encoder._session.get_outputs() if o.name != "topic"], outputs)
    )
    from infra.models.onnx_encoder import _OUTPUTS

    values = [ordered[name] for name in _OUTPUTS]

    def clock(work: Callable[[], object]) -> float:
        times = []
        for _ in range(repeat):
            begin = time.perf_counter()
            work()
            times.append(time.perf_counter() - begin)
        return round(1e6 * float(np.median(times)), 1)

    return {
        "sub_tokens": len(piece.ids),
        "whole_us": clock(lambda: encoder.encode_one(text)),
        "tokenise_us": clock(lambda: encoder._tokenizer.encode(text)),
        "run_us": clock(lambda: encoder._run(piece, _OUTPUTS)),
        "decode_us": clock(lambda: encoder._decoder.decode(piece, values)),
    }


Figures = dict[str, Callable[[], object]]


def figures_of_ours(encoder: OnnxEncoder, show: int = 0) -> Figures:
    """Say how to measure on what was written here and held out of training; prints wrong ones."""
    return {
        "first_person_held_out": lambda: personal(encoder, held_out.messages(2000), show=show),
        "first_person_believed": lambda: personal(
            encoder, held_out.messages(2000), show=show, believed=True
        ),
        "turns_believed": lambda: personal(encoder, held_out.turns(), show=show, believed=True),
        "questions_held_out": lambda: personal(encoder, held_out.questions(1000), show=show),
        "turns_held_out": lambda: personal(encoder, held_out.turns(), show=show),
        "chats_held_out": lambda: personal(encoder, held_out.turns("chats"), show=show),
        "chats_believed": lambda: personal(
            encoder, held_out.turns("chats"), show=show, believed=True
        ),
        "instructs_held_out": lambda: personal(encoder, held_out.turns("instructs"), show=show),
        "talks_held_out_recall": lambda: late(encoder, written()),
    }


def figures_of_data(encoder: OnnxEncoder, data: Path, split: str = "test") -> Figures:
    """Say how to measure on the data sets of a folder."""
    named = lambda: [e for e in corpora.ewt(data, split) if e.entities is not None]
    wnut = lambda: corpora.conll(data / "wnut17" / f"{split}.conll", "wnut", corpora.PLO | {"misc"})
    fold = lambda: [e for e in corpora.knowledgenet(data) if e.fold == HELD_OUT_FOLD]
    return {
        "stsb_spearman": lambda: similarity(encoder, data, split),
        "uner_ewt_f1": lambda: entities(encoder, named()),
        "ner_fast_uner_ewt_f1": lambda: entities_fast(encoder, named()),
        "wnut17_four_types_f1": lambda: entities(encoder, wnut()),
        "ewt_uas_las": lambda: parsing(encoder, corpora.ewt(data, split)),
        "clinc150_accuracy": lambda: topic(encoder, data, split),
        "goemotions_ekman_macro_f1": lambda: emotion(encoder, data),
        "knowledgenet_fold4_link_f1_overlap_exact": lambda: links(encoder, fold()),
        "semeval2010_task8_macro_f1": lambda: nominals(encoder, corpora.semeval(data, "test")),
        "importance_auroc_locomo_tuning": lambda: importance(encoder, data),
        "locomo_tuning_recall": lambda: late(encoder, locomo(data)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--folder", type=Path, default=manifest.BUNDLED)
    parser.add_argument("--split", default="test")
    parser.add_argument("--only", default="", help="names of figures, comma separated")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--show", type=int, default=0, help="wrong first-person messages to print")
    parser.add_argument("--write", action="store_true", help="add the figures to the manifest")
    args = parser.parse_args()
    encoder = OnnxEncoder(args.folder, args.threads)
    figures = figures_of_data(encoder, args.data, args.split)
    figures |= figures_of_ours(encoder, args.show) | {"speed": lambda: speed(encoder)}
    found: dict[str, object] = {}
    for name, work in figures.items():
        if not args.only or any(part in name for part in args.only.split(",")):
            found[name] = work()
            print(name, json.dumps(found[name]), flush=True)
    if args.write:
        manifest.measured(args.folder, {k: v for k, v in found.items() if v is not None})


if __name__ == "__main__":
    main()
