"""What do the encoder's raw outputs mean?"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from infra.models.encoder_decoding import INSTRUCTS_LOGIT, Decoder, Piece, instructions
from infra.settings import Settings

LABELS: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "models/encoder/labels.json").read_text(encoding="utf-8")
)
KINDS: list[str] = LABELS["spans"]
TEXT = "Ana works at El Paso Energy"
WORDS = TEXT.split()


@pytest.fixture
def decoder() -> Decoder:
    return Decoder(LABELS)


@pytest.fixture
def piece() -> Piece:
    """Every word is one sub-token, between [CLS] and [SEP]."""
    starts = [TEXT.index(word) for word in WORDS]
    offsets = [(start, start + len(word)) for start, word in zip(starts, WORDS, strict=True)]
    return Piece(TEXT, list(range(len(WORDS) + 2)), [(0, 0), *offsets, (0, 0)], list(range(7)))


def scores(*spans: tuple[str, int, int, float]) -> NDArray[np.float32]:
    """Score spans (kind, first word, last word), word 0 being [CLS]; nothing else is one."""
    found = np.full((len(WORDS) + 1, len(KINDS), len(WORDS) + 1), -9, np.float32)
    for kind, first, last, score in spans:
        found[first, KINDS.index(kind), last] = score
    return found


def names(decoder: Decoder, piece: Piece, *spans: tuple[str, int, int, float]) -> list[str]:
    found = decoder.entities(piece, scores(*spans))
    return [f"{one.type} {TEXT[one.start : one.end]}" for one in found]


def test_of_spans_that_overlap_the_surest_is_the_name(decoder: Decoder, piece: Piece) -> None:
    spans = (("place", 4, 5, 2.0), ("organization", 4, 6, 3.0), ("person", 1, 1, 1.0))
    assert names(decoder, piece, *spans) == ["person Ana", "organization El Paso Energy"]


def test_one_word_is_not_two_things(decoder: Decoder, piece: Piece) -> None:
    spans = (("person", 1, 1, 1.0), ("place", 1, 1, 1.5))
    assert names(decoder, piece, *spans) == ["place Ana"]


def test_a_span_has_an_order_and_stands_in_the_text(decoder: Decoder, piece: Piece) -> None:
    assert names(decoder, piece, ("person", 5, 4, 3.0), ("person", 0, 1, 3.0)) == []


def test_what_a_fact_is_about_is_no_name(decoder: Decoder, piece: Piece) -> None:
    assert names(decoder, piece, ("argument", 4, 6, 3.0)) == []


def test_the_score_of_a_name_is_its_odds_as_a_probability(decoder: Decoder, piece: Piece) -> None:
    [found] = decoder.entities(piece, scores(("person", 1, 1, 2.0)))
    assert found.score == pytest.approx(1 / (1 + np.exp(-2.0)))


def test_a_fact_is_about_the_whole_span_that_begins_where_it_is_seen(
    decoder: Decoder, piece: Piece
) -> None:
    relations = np.full((1, 7, len(LABELS["relations"]) + 1, 7), -9, np.float32)
    relations[0, 1, LABELS["relations"].index("works_for"), 4] = 4.0
    spans = scores(("argument", 4, 6, 3.0), ("argument", 4, 5, 1.0))[None]
    found = decoder.decode(piece, outputs(spans, relations))
    assert [(one.predicate, one.subject) for one in found.relations] == [("works_for", (0, 3))]
    assert [TEXT[slice(*one.object)] for one in found.relations] == ["El Paso Energy"]


def test_relations_that_are_only_compared_are_no_facts(decoder: Decoder, piece: Piece) -> None:
    known = len(LABELS["relations"])
    relations = np.full((1, 7, known + 3, 7), -9, np.float32)
    relations[0, 1, known : known + 2, 4] = 4.0
    relations[0, 1, LABELS["relations"].index("works_for"), 4] = 4.0
    relations[0, 1, -1, 4] = 2.0
    found = decoder.decode(piece, outputs(scores(("argument", 4, 6, 3.0))[None], relations))
    assert [(one.predicate, one.ended) for one in found.relations] == [("works_for", True)]


@pytest.mark.parametrize(("of_me", "left"), [(1.0, [(0, 3)]), (3.0, [None, (0, 3)])])
def test_what_is_surer_said_of_somebody_else_is_not_said_of_the_speaker(
    decoder: Decoder, piece: Piece, of_me: float, left: list[tuple[int, int] | None]
) -> None:
    relations = np.full((1, 7, len(LABELS["relations"]) + 1, 7), -9, np.float32)
    channel = LABELS["relations"].index("works_for")
    relations[0, 0, channel, 4], relations[0, 1, channel, 4] = of_me, 2.0
    found = decoder.decode(piece, outputs(scores(("argument", 4, 6, 3.0))[None], relations))
    assert [one.subject for one in found.relations] == left


def test_of_objects_that_overlap_the_surest_is_told(decoder: Decoder, piece: Piece) -> None:
    relations = np.full((1, 7, len(LABELS["relations"]) + 1, 7), -9, np.float32)
    channel = LABELS["relations"].index("works_for")
    relations[0, 1, channel, 4], relations[0, 1, channel, 5], relations[0, 1, channel, 2] = 4, 3, 2
    found = decoder.decode(piece, outputs(scores(("argument", 4, 6, 3.0))[None], relations))
    assert [TEXT[slice(*one.object)] for one in found.relations] == ["works", "El Paso Energy"]


def test_of_subjects_that_overlap_the_surest_is_told_and_none_holds_its_object(
    decoder: Decoder, piece: Piece
) -> None:
    relations = np.full((1, 7, len(LABELS["relations"]) + 1, 7), -9, np.float32)
    channel = LABELS["relations"].index("works_for")
    relations[0, 4, channel, 1], relations[0, 5, channel, 1], relations[0, 4, channel, 6] = 3, 4, 5
    found = decoder.decode(piece, outputs(scores(("argument", 4, 6, 3.0))[None], relations))
    assert [(one.subject, one.object) for one in found.relations] == [((16, 20), (0, 3))]


def test_heads_are_words_and_the_root_has_none(decoder: Decoder, piece: Piece) -> None:
    relations = np.full((1, 7, len(LABELS["relations"]) + 1, 7), -9, np.float32)
    found = decoder.decode(piece, outputs(scores()[None], relations))
    assert [arc.head for arc in found.tree] == [1, -1, 5, 5, 5, 1]
    assert [TEXT[arc.start : arc.end] for arc in found.tree] == WORDS


def test_of_instructions_that_overlap_the_surest_is_told(piece: Piece) -> None:
    orders = np.full((7, 3, 7), -9, np.float32)
    orders[0, 0, 2], orders[1, 0, 3], orders[1, 0, 6] = 3.0, 2.0, 0.5
    orders[5, 1, 2], orders[4, 1, 2], orders[0, 2, 2] = 2.0, 1.0, 1.0
    [found] = instructions(piece, orders)
    assert (found.predicate, found.subject, found.ended) == ("instructs", None, True)
    assert TEXT[slice(*found.object)] == "works at El Paso"
    assert found.score == pytest.approx(1 / (1 + np.exp(INSTRUCTS_LOGIT - 3.85)))


def test_every_instruction_that_is_told_becomes_a_fact_by_default(piece: Piece) -> None:
    orders = np.full((7, 3, 7), -9, np.float32)
    orders[0, 0, 2], orders[5, 1, 2] = INSTRUCTS_LOGIT + 0.001, 1.0
    [found] = instructions(piece, orders)
    assert found.score >= Settings().relation_score


def test_whose_wish_it_is_stands_outside_of_what_is_to_be_done(piece: Piece) -> None:
    orders = np.full((7, 3, 7), -9, np.float32)
    orders[1, 0, 2], orders[5, 0, 4] = 3.0, 4.0
    orders[3, 1, 2], orders[6, 1, 4] = 1.0, 1.0
    [found] = instructions(piece, orders)
    assert (found.subject, TEXT[slice(*found.object)]) == ((0, 3), "works at")


def outputs(spans: NDArray[np.float32], relations: NDArray[np.float32]) -> list[Any]:
    heads, root = np.array([[0, 2, 0, 6, 6, 6, 2]]), LABELS["deprels"].index("root")
    intent, emotion = np.eye(1, len(LABELS["intent"])), np.zeros((1, len(LABELS["emotion"])))
    deprels = np.full_like(heads, root)
    embedding, tokens = np.zeros((1, 384)), np.zeros((1, 8, 48), np.int8)
    return [
        embedding, tokens, spans, relations, heads, deprels, np.full((1, 7, 3, 7), -9.0),
        intent, emotion, np.zeros((1, 1)),
    ]  # fmt: skip
