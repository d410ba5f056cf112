"""Whether lists are recalled as the bench says: both ends better than what lies between."""

import numpy as np

from benches.word_lists import activations, recalled

LIST = (20, 1)


def test_both_ends_of_a_list_are_recalled_better_than_its_middle() -> None:
    curve = recalled(activations(LIST), threshold=-0.55, noise=0.05)
    middle = np.mean(curve[5:12])
    assert curve[0] > 2 * middle
    assert curve[-1] > 2 * middle


def test_only_the_beginning_outlasts_half_a_minute() -> None:
    curve = recalled(activations(LIST, later=30), threshold=-0.55, noise=0.05)
    middle = np.mean(curve[5:12])
    assert curve[0] > 2 * middle
    assert curve[-1] < middle
