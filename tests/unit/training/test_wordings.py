"""Can every wording be written out, with every part where its facts say it is?"""

import random

import pytest

from models.training.fillers import FILLERS
from models.training.first_person import put_to_others, questions
from models.training.pieces import Line, Piece, Words, lines, realise, turn

TRAINED = {
    "facts": lines("facts"),
    "corrections": lines("corrections"),
    "nothing": lines("nothing"),
    "questions": questions(),
}
HELD_OUT = [line for name in ("facts", "asked") for line in lines(f"{name}_held_out")]
TURNS = {
    name: lines(name)
    for one in ("turns", "chats", "instructs")
    for name in (one, f"{one}_held_out")
}


@pytest.mark.parametrize("found", [*TRAINED.values(), HELD_OUT], ids=[*TRAINED, "held out"])
def test_every_wording_can_be_written_out(found: list[Line]) -> None:
    dice, words = random.Random(1), Words(FILLERS, ("old shoes",))
    for line in found:
        for _ in range(8):
            check(line, realise(line, words, dice, small=False))


@pytest.mark.parametrize("found", TURNS.values(), ids=list(TURNS))
def test_every_turn_can_be_written_out(found: list[Line]) -> None:
    dice, words = random.Random(1), Words(FILLERS, ("old shoes",))
    for line in found:
        for _ in range(4):
            check(line, turn(line, words, dice, small=False))


def check(line: Line, piece: Piece) -> None:
    assert len(piece.facts) == len(line[0])
    for _, subject, object_, _ in piece.facts:
        for start, end in filter(None, (subject, object_)):
            assert piece.text[start:end].strip() == piece.text[start:end] != "", line
    assert not set("[]{}<>|") & set(piece.text), line


def test_words_in_a_slot_stand_there_as_they_are_and_articles_are_no_part_of_a_fact() -> None:
    line = ((("owns", "me", "A", False),), "I got [A=the old bike], and [:person] laughed")
    piece = turn(line, Words({"person": ("Ana",)}), random.Random(1), small=False)
    ((_, _, (start, end), _),) = piece.facts
    assert piece.text[start:end] == "old bike"
    assert piece.text.startswith("I got the old bike, and ")
    assert [piece.text[a:b] for a, b, _ in piece.entities] == ["Ana"]


def test_who_is_spoken_to_is_asked_and_nothing_is_stated() -> None:
    asked: list[Line] = [
        ((("lives_in", "me", "Q", False),), "[Q:where] (do|did) I live with my [:animal]?"),
        ((("lives_in", "S", "Q", False),), "[Q:where] does [S:person] live?"),
        ((("works_for", "me", "Q", False),), "remind me [Q:where] I work"),
    ]
    assert put_to_others(asked) == [((), "[Q:where] (do|did) you live with your [:animal]?")]


def test_what_is_held_out_is_not_trained_on() -> None:
    trained = [line for found in TRAINED.values() for line in found]
    held_out = list(HELD_OUT)
    for name, found in TURNS.items():
        (held_out if name.endswith("held_out") else trained).extend(found)
    assert not {wording for _, wording in trained} & {wording for _, wording in held_out}


def test_what_is_ordered_stands_in_the_form_that_the_words_before_it_ask_for() -> None:
    forms = {
        "order": "don't share my number", "task": "never share my number",
        "do": "use metric units", "doing": "using metric units", "did": "used metric units",
        "banned": "share my number",
    }  # fmt: skip
    assert [kind for kind, words in forms.items() if words not in FILLERS[kind]] == []


def test_words_that_stand_there_may_hold_a_filler() -> None:
    line = ((("instructs", "me", "A", False),), "please [A=never {banned}]")
    words = Words({"banned": ("call {person}",), "person": ("Ana",)})
    piece = turn(line, words, random.Random(1), small=False)
    ((_, _, (start, end), _),) = piece.facts
    assert piece.text[start:end] == "never call Ana"
