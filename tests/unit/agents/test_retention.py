"""Whether forgetting and strengthening are FSRS-6, as its reference implementation computes it."""

from datetime import UTC, datetime, timedelta

import pytest
from fsrs import Card, Rating, Scheduler
from fsrs import State as Learning
from hypothesis import given
from hypothesis import strategies as st

from agents.retention import (
    FADING,
    Fading,
    Grade,
    Held,
    W,
    days_until,
    due,
    initial,
    met_again,
    retrievability,
    salience,
    strengthened,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
REFERENCE = Scheduler(learning_steps=[], relearning_steps=[], enable_fuzzing=False)
stabilities = st.floats(0.01, 5000)
difficulties = st.floats(1, 10)


def held(stability: float = 2.0, **fields: object) -> Held:
    given_: dict[str, object] = {
        "space": "maya",
        "stability": stability,
        "difficulty": 5.0,
        "accessed": NOON,
        "state": "vivid",
        "layer": "interact",
    } | fields
    return Held(**given_)  # type: ignore[arg-type]


def card(stability: float, difficulty: float) -> Card:
    return Card(state=Learning.Review, stability=stability, difficulty=difficulty, last_review=NOON)


def test_the_parameters_are_those_of_fsrs_6() -> None:
    assert REFERENCE.parameters == W


@given(stability=stabilities, days=st.integers(0, 10_000))
def test_retrievability_is_that_of_the_reference(stability: float, days: int) -> None:
    expected = REFERENCE.get_card_retrievability(card(stability, 5), NOON + timedelta(days=days))
    assert retrievability(days, stability) == pytest.approx(expected)


@given(
    stability=stabilities,
    difficulty=difficulties,
    days=st.integers(0, 2000),
    grade=st.sampled_from(Grade),
)
def test_an_encounter_changes_strength_as_in_the_reference(
    stability: float, difficulty: float, days: int, grade: Grade
) -> None:
    at = NOON + timedelta(days=days)
    after, _ = REFERENCE.review_card(card(stability, difficulty), Rating(grade), at)
    found = strengthened(stability, difficulty, days, grade)
    assert found[0] == pytest.approx(after.stability, rel=1e-6, abs=1e-6)
    assert found[1] == pytest.approx(after.difficulty, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(("importance", "rating"), [(0.0, Rating.Again), (1.0, Rating.Easy)])
def test_the_first_encounter_lies_between_the_first_grades_of_the_reference(
    importance: float, rating: Rating
) -> None:
    first, _ = REFERENCE.review_card(Card(), rating, NOON)
    stability, difficulty = initial(importance, None)
    assert stability == pytest.approx(first.stability)
    assert difficulty == pytest.approx(first.difficulty, abs=1e-6)


@given(importance=st.floats(0, 1), fear=st.floats(0, 1))
def test_importance_and_arousal_make_the_first_stability_greater(
    importance: float, fear: float
) -> None:
    calm = initial(importance, {"neutral": 1.0})[0]
    assert initial(importance, {"fear": fear, "neutral": 1 - fear})[0] >= calm
    assert initial(min(1.0, importance + 0.1), None)[0] >= initial(importance, None)[0]
    assert 0 <= salience(importance, {"fear": fear}) <= 1


@given(stability=stabilities, threshold=st.floats(0.05, 0.95), decay=st.floats(0.1, 0.8))
def test_the_time_until_a_threshold_is_the_inverse_of_forgetting(
    stability: float, threshold: float, decay: float
) -> None:
    days = days_until(threshold, stability, decay)
    assert retrievability(days, stability, decay) == pytest.approx(threshold)
    assert retrievability(stability, stability, decay) == pytest.approx(0.9)


def test_a_higher_exponent_lets_memories_fade_sooner_as_the_reference_has_it() -> None:
    decay = 0.4
    reference = Scheduler(parameters=[*W[:20], decay])
    card = Card(stability=2.0, difficulty=5.0, last_review=NOON, due=NOON, state=Learning.Review)
    for days in (1, 9, 300):
        known = reference.get_card_retrievability(card, NOON + timedelta(days=days))
        assert retrievability(days, 2.0, decay) == pytest.approx(known)
    sooner, usual = due(held(), None, Fading(decay=decay)), due(held(), None)
    assert sooner
    assert usual
    assert sooner < usual
    later = NOON + timedelta(days=9)
    hard = met_again(held(), later, None, Grade.GOOD, decay)
    assert hard.stability > met_again(held(), later, None, Grade.GOOD).stability


def test_spacing_matters() -> None:
    massed = met_again(held(), NOON + timedelta(hours=1), None, Grade.GOOD)
    spaced = met_again(held(), NOON + timedelta(days=5), None, Grade.GOOD)
    assert spaced.stability > massed.stability >= held().stability


@given(
    stability=stabilities,
    days=st.floats(0, 1000),
    grade=st.sampled_from([Grade.HARD, Grade.GOOD, Grade.EASY]),
)
def test_a_success_never_weakens(stability: float, days: float, grade: Grade) -> None:
    before = held(stability)
    after = met_again(before, NOON + timedelta(days=days), None, grade)
    assert after.stability >= before.stability
    assert after.accessed >= before.accessed


def test_what_faded_is_vivid_again_but_lost_details_stay_lost() -> None:
    later = NOON + timedelta(days=30)
    assert met_again(held(state="faded"), later, None, Grade.GOOD).state == "vivid"
    assert met_again(held(state="compressed"), later, None, Grade.GOOD).state == "compressed"


def test_a_state_ends_when_retrievability_has_fallen_to_its_threshold() -> None:
    ends = due(held(), None)
    assert ends is not None
    days = (ends - NOON) / timedelta(days=1)
    assert retrievability(days, 2.0) == pytest.approx(FADING.faded, abs=1e-5)


def test_time_before_the_clock_began_does_not_count() -> None:
    since = NOON + timedelta(days=700)
    ends, late = due(held(), None), due(held(), since)
    assert ends is not None
    assert late == ends + timedelta(days=700)
    untouched = met_again(held(), since, since, Grade.GOOD)
    assert untouched.stability == met_again(held(), NOON, None, Grade.GOOD).stability


def test_an_asset_is_never_due_and_neither_is_what_would_outlast_the_calendar() -> None:
    assert due(held(layer="assets"), None) is None
    assert due(held(1e9), None) is None
