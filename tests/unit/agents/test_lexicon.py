from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from agents.lexicon import AVG_LEN, Traits, idf, terms, traits, words


def ids(text: str) -> list[int]:
    found: list[int] = terms(text)[0].tolist()
    return found


def test_words_lose_case_accents_and_possessives() -> None:
    assert words("Zoë's café isn\u2019t Ana\u2019s!") == ("zoe", "cafe", "isnt", "ana")


def test_inflections_of_a_word_are_one_term() -> None:
    assert ids("painting") == ids("PAINTED") == ids("paints")


def test_stop_words_are_no_terms() -> None:
    assert ids("Where is it that you are?") == []


def test_term_ids_never_change() -> None:
    assert ids("Lisbon") == [543183029]


def test_ids_ascend_and_each_stands_once() -> None:
    found = ids("Lisbon, Porto, Lisbon, Faro")
    assert found == sorted(set(found))
    assert len(found) == 3


def test_repeating_a_term_adds_less_each_time() -> None:
    once, twice, thrice = (float(terms("jazz " * n)[1][0]) for n in (1, 2, 3))
    assert 0 < thrice - twice < twice - once


def test_a_term_counts_less_in_a_longer_text() -> None:
    short = terms("jazz")[1][0]
    long = dict(zip(*terms("jazz " + " ".join(map(str, range(50)))), strict=True))
    assert long[np.uint32(ids("jazz")[0])] < short


def test_terms_of_a_text_of_usual_length_weigh_one_whatever_was_read_before() -> None:
    terms("jazz " * 1000)
    weights = terms(" ".join(f"word{number}" for number in range(int(AVG_LEN))))[1]
    assert weights.tolist() == pytest.approx([1.0] * int(AVG_LEN))


@pytest.mark.parametrize("text", ["", "   ", "?!…", "\x00", "the of and"])
def test_a_text_without_terms_gives_empty_arrays(text: str) -> None:
    found, weights = terms(text)
    assert found.dtype == np.uint32
    assert weights.dtype == np.float32
    assert len(found) == len(weights) == 0


def test_rare_terms_weigh_more_and_none_weighs_less_than_nothing() -> None:
    weights = idf(np.array([0, 1, 50, 100]), 100)
    assert list(weights) == sorted(weights, reverse=True)
    assert weights[-1] >= 0


def test_threads_agree_on_terms() -> None:
    texts = [f"running painters number {n} moved houses" for n in range(200)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ids, texts)) == [ids(text) for text in texts]


def test_traits_count_what_is_stated_and_what_is_asked() -> None:
    assert traits("I moved to Lisbon. And you?") == Traits(4, 2, tells_time=False)


def test_traits_see_words_of_time() -> None:
    assert traits("We met last week.").tells_time
    assert not traits("We met.").tells_time


@pytest.mark.parametrize(
    "text",
    [
        "in may", "I graduate in the spring", "since March", "last fall", "this fall",
        "May 2024", "5th of May", "the 12 march", "on may 5th", "Mid-May", "So? May, 2009.",
        "fall of 2019",
    ],
)  # fmt: skip
def test_a_month_or_season_that_is_another_word_too_tells_a_time_where_it_is_one(text: str) -> None:
    assert traits(text).tells_time


@pytest.mark.parametrize(
    "text",
    [
        "I may move to Lisbon", "Leaves fall", "The cake may have been sliced. May I?",
        "We march against it", "Spring water", "This march is long", "the fall of Rome",
    ],
)  # fmt: skip
def test_a_word_that_could_name_a_month_or_season_tells_no_time_elsewhere(text: str) -> None:
    assert not traits(text).tells_time
