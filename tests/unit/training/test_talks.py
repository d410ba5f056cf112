"""Does every talk say who spoke when, and does every question name turns that are there?"""

from itertools import pairwise

import pytest

from models.training.talks import Talk, talks

TRAINED, HELD_OUT = talks(held_out=False), talks(held_out=True)


@pytest.mark.parametrize("found", [TRAINED, HELD_OUT], ids=["trained on", "held out"])
def test_talks_are_whole(found: list[Talk]) -> None:
    assert found
    for talk in found:
        assert len({turn.speaker for turn in talk.turns}) == 2
        assert talk.began == sorted(talk.began)
        sessions = [turn.session for turn in talk.turns]
        assert sessions[0] == 0
        assert sessions[-1] == len(talk.began) - 1
        assert all(after - before in (0, 1) for before, after in pairwise(sessions))
        for ask in talk.asks:
            assert all(0 <= place < len(talk.turns) for place in ask.turns)
            assert bool(ask.answer) == bool(ask.turns)


def test_what_is_held_out_is_not_trained_on() -> None:
    said = {turn.text for talk in TRAINED for turn in talk.turns}
    assert not said & {turn.text for talk in HELD_OUT for turn in talk.turns}
    assert len(TRAINED) > 5 * len(HELD_OUT) > 0
