"""Which messages, questions and turns training never sees: they are written out to measure on."""

import random

from models.training import first_person
from models.training.example import Example
from models.training.fillers import FILLERS
from models.training.pieces import Line, Words, lines, realise, turn


def messages(count: int, seed: int = 99) -> list[Example]:
    """Give messages of wordings that training never saw."""
    source: dict[str, list[Line]] = {}
    for line in lines("facts_held_out"):
        source.setdefault(line[0][0][0], []).append(line)
    kept, first_person._NOTHING = (
        first_person._NOTHING,
        lines("nothing_held_out"),
    )
    try:
        dice = random.Random(seed)
        words = Words(FILLERS)
        return [first_person.statement(words, dice, [], source) for _ in range(count)]
    finally:
        first_person._NOTHING = kept


def questions(count: int, seed: int = 98) -> list[Example]:
    """Give questions of wordings that training never saw."""
    asked, dice = lines("asked_held_out"), random.Random(seed)
    words, found = Words(FILLERS), []
    for _ in range(count):
        piece = realise(dice.choice(asked), words, dice, small=dice.random() < first_person.SMALL)
        found.append(Example(piece.text, "first_person", facts=piece.facts))
    return found


def turns(name: str = "turns", seed: int = 97) -> list[Example]:
    """Give every turn of a talk that training never saw, six times each with other names."""
    dice, words = random.Random(seed), Words(FILLERS)
    return [
        first_person.said(turn(line, words, dice, small=number == 0))
        for line in lines(f"{name}_held_out")
        for number in range(6)
    ]
