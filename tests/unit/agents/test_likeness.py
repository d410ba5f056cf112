"""Whether like texts meet, and unlike ones stay apart."""

import numpy as np
import pytest

from agents.likeness import Near, block_keys, cosines, same_statement


def test_texts_of_the_same_stems_share_every_block() -> None:
    assert block_keys("I planted two fig trees") == block_keys("i planted two fig tree")


def test_most_texts_that_share_four_of_five_stems_share_a_block() -> None:
    words = [f"word{i}x" for i in range(400)]
    met = 0
    for start in range(0, 300, 3):
        shared = words[start : start + 9]
        one, other = " ".join([*shared, "harbour"]), " ".join([*shared, "lantern"])
        met += bool(set(block_keys(one)) & set(block_keys(other)))
    assert met >= 85


def test_unrelated_texts_hardly_ever_meet() -> None:
    texts = [" ".join(f"w{i}n{j}" for j in range(8)) for i in range(200)]
    keys = [set(block_keys(text)) for text in texts]
    met = sum(bool(keys[i] & keys[j]) for i in range(200) for j in range(i))
    assert met <= 5


def test_a_text_without_stems_still_has_a_block() -> None:
    assert len({*block_keys("?!"), *block_keys("!?")}) == 2


def test_cosines_are_those_of_the_vectors() -> None:
    one = np.array([3, 4], np.float16)
    others = [
        Near("a", "", "", np.array([3, 4], np.float16)),
        Near("b", "", "", np.array([-4, 3], np.float16)),
        Near("c", "", "", np.zeros(2, np.float16)),
    ]
    assert np.allclose(cosines(one, others), [1, 0, 0], atol=1e-3)


def test_numbers_and_negations_must_agree() -> None:
    assert same_statement("I have 2 cats at home", "At home I have 2 cats", 0.75)
    assert not same_statement("I have 2 cats at home", "I have 3 cats at home", 0.75)
    assert not same_statement("I like cats", "I don't like cats", 0.75)
    assert not same_statement("I like cats", "I don\u2019t like cats", 0.75)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana owes Ben 50 euros", "Ben owes Ana 50 euros"),
        ("I moved from Porto to Lisbon", "I moved from Lisbon to Porto"),
        ("From Porto to Lisbon", "From Lisbon to Porto"),
    ],
)
def test_the_same_words_the_other_way_round_are_another_statement(one: str, other: str) -> None:
    assert not same_statement(one, other, 0.75)
    assert same_statement(one, one.upper(), 0.75)
