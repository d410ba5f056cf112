"""How predicates and names are spelled."""

import pytest

from agents.predicates import (
    ALIASES,
    FUNCTIONAL,
    is_functional,
    is_possible,
    name_key,
    predicate_key,
)


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("Lives In", "lives_in"),
        ("place of residence", "lives_in"),
        ("works-at", "works_for"),
        ("likes", "likes"),
        ("!!!", "related_to"),
    ],
)
def test_predicates_are_spelled_under_their_usual_name(written: str, spelled: str) -> None:
    assert predicate_key(written) == spelled


def test_every_alias_leads_to_a_name_that_is_no_alias_itself() -> None:
    assert not set(ALIASES.values()) & set(ALIASES)
    assert not FUNCTIONAL & set(ALIASES)


def test_favourites_are_functional_and_likes_are_not() -> None:
    assert is_functional("favourite_colour")
    assert not is_functional("likes")


def test_names_are_compared_without_case_and_extra_space() -> None:
    assert name_key(" Ana  OKAFOR ") == name_key("ana okafor")


def test_names_are_the_same_however_their_accents_are_coded() -> None:
    assert name_key("Jose\u0301") == name_key("Jos\u00e9")
    assert name_key("Jose") != name_key("Jos\u00e9")


def test_predicates_of_any_script_differ() -> None:
    assert predicate_key("\u043b\u044e\u0431\u0438\u0442") != predicate_key(
        "\u0436\u0438\u0432\u0451\u0442 \u0432"
    )
    assert predicate_key("?!") == "related_to"


@pytest.mark.parametrize("told", ["31", "almost 31", "thirty-one", "7 months", "31 years old"])
def test_an_age_may_be_told_in_digits_or_words(told: str) -> None:
    assert is_possible("age", told)


@pytest.mark.parametrize("told", ["56:40", "1998", "between 30 and 40", "55 bc", "55k"])
def test_a_time_a_year_a_range_and_a_wage_are_no_age(told: str) -> None:
    assert not is_possible("age", told)
    assert is_possible("born_on", told)
