"""How moods come and go, and what agrees with them."""

import pytest

from agents.mood import congruence, mood_after

JOY, FEAR, NEUTRAL = {"joy": 1.0}, {"fear": 1.0}, {"neutral": 1.0}


def test_a_mood_is_mostly_what_was_felt_last() -> None:
    mood = mood_after([FEAR, FEAR, JOY, JOY, JOY, JOY])
    assert mood is not None
    assert mood.most == "joy"
    assert sum(mood.shares.values()) == pytest.approx(1)
    assert mood.shares["fear"] == pytest.approx(0.8**4)


def test_a_mood_fades_to_neutral_when_nothing_is_felt_any_more() -> None:
    moods = [mood_after([JOY, *[NEUTRAL] * times]) for times in range(5)]
    values = [mood.valence for mood in moods if mood]
    assert values == sorted(values, reverse=True)
    assert (values[0], round(values[3], 3)) == (0.9, round(0.9 * 0.8**3, 3))


def test_where_nothing_is_known_there_is_no_mood() -> None:
    assert mood_after([]) is None
    assert mood_after([None, {}]) is None
    assert mood_after([None, JOY, None]) == mood_after([JOY])


def test_shares_need_not_sum_up_and_may_have_labels_of_their_own() -> None:
    assert mood_after([{"joy": 2.0, "pride": 2.0}]) == mood_after([{"joy": 0.5, "pride": 0.5}])


def test_what_agrees_with_a_mood_fits_it_and_the_neutral_fits_none() -> None:
    assert congruence(JOY, JOY) == 1.0
    assert congruence(JOY, {"joy": 0.3, "neutral": 0.7}) == pytest.approx(0.3)
    assert congruence({"joy": 0.1, "neutral": 0.9}, JOY) == 1.0
    assert congruence(JOY, FEAR) == congruence(NEUTRAL, NEUTRAL) == congruence(JOY, None) == 0.0
