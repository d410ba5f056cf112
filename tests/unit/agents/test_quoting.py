"""Which part of a memory is told?"""

import pytest

from agents.body import Body
from agents.quoting import from_there, quoted
from schemas.facts import Source
from tests.unit.agents.percepts import NOON

LONG = "There is nothing else to tell of it, but that it took much longer than anybody had thought."


def body(text: str) -> Body:
    return Body(at=NOON, speaker="Maya", text=text, source=Source(observation="m1"))


def test_of_what_follows_a_sentence_only_the_next_two_are_told_and_no_other_paragraph() -> None:
    text = "The mill is now in Rust. Just kidding. It is Go. We hike. We swim.\n\nThe end."
    told = from_there("The mill is now in Rust.", body(text))
    assert told == "The mill is now in Rust. Just kidding. It is Go."
    assert from_there("We swim.", body(text)) == "We swim."


def test_a_short_text_is_told_whole() -> None:
    text = "did the 10k! 1:04:12. knee fine"
    assert quoted("How long did the 10k take?", body(text)) == text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (None, "We ran the 10k."),
        ("1:04:12", "We ran the 10k. It rained. 1:04:12 all in all."),
        ("rained", "We ran the 10k. It rained."),
        ("Hi", "Hi there! We ran the 10k."),
    ],
)
def test_of_a_long_one_it_is_told_from_what_echoes_the_question_to_what_answers(
    words: str | None, told: str
) -> None:
    text = f"Hi there! We ran the 10k. It rained. 1:04:12 all in all. {LONG}"
    at = (text.index(words), text.index(words) + len(words)) if words else None
    assert quoted("How long did the 10k take?", body(text), at) == told


def test_whether_something_is_so_and_what_is_over_is_told_with_what_follows() -> None:
    text = f"We ran the 10k. Just kidding. We left the club. {LONG}"
    assert quoted("Did they run the 10k?", body(text)) == text.removesuffix(f" {LONG}")
    assert quoted("Which club is it?", body(text)) == f"We left the club. {LONG}"
    assert quoted("Which club was it?", body(text)) == "We left the club."
