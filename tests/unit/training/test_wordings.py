"""Can every wording be written out, with every part where its facts say it is?"""

import random

import pytest

from models.training.fillers import FILLERS
from models.training.first_person import Line, Words, lines, questions, realise

TRAINED = {
    "facts": lines("facts"),
    "corrections": lines("corrections"),
    "nothing": lines("nothing"),
    "questions": questions(),
}
HELD_OUT = [line for name in ("facts", "asked") for line in lines(f"{name}_held_out")]


@pytest.mark.parametrize("found", [*TRAINED.values(), HELD_OUT], ids=[*TRAINED, "held out"])
def test_every_wording_can_be_written_out(found: list[Line]) -> None:
    dice, words = random.Random(1), Words(FILLERS, ("old shoes",))
    for line in found:
        for _ in range(8):
            piece = realise(line, words, dice, small=False)
            assert len(piece.facts) == len(line[0])
            for _, subject, object_, _ in piece.facts:
                for start, end in filter(None, (subject, object_)):
                    assert piece.text[start:end].strip() == piece.text[start:end] != "", line
            assert not set("[]{}<>|") & set(piece.text), line


def test_what_is_held_out_is_not_trained_on() -> None:
    trained = {wording for found in TRAINED.values() for _, wording in found}
    assert not trained & {wording for _, wording in HELD_OUT}
