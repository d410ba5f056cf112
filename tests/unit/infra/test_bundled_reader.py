"""What the reader that is shipped says, as it is shipped."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.models.model_registry import ModelRegistry
from infra.models.reading import Reading
from infra.models.role_bindings import Bindings

MODELS = Path(__file__).parents[3] / "models"
TOLD = (
    "Ana: I moved to Lisbon last month and I love it here!",
    "Tom: We went to the beach yesterday.",
    "Maya: My sister Eva works as a nurse.",
    "Ana: What are you doing this weekend?",
)


@pytest.fixture(scope="module")
def reading() -> Iterator[Reading]:
    with Reading(MODELS, ModelRegistry(Bindings()), threads=2) as found:
        yield found


def test_it_answers_and_compares_but_orders_nothing(reading: Reading) -> None:
    assert reading.roles == ("answerer", "nli")
    assert reading.reader.relevance is None
    assert "serves answerer, nli" in reading.told()


def test_words_answer_the_question_that_they_answer(reading: Reading) -> None:
    assert reading.reader.answering
    lives, when = reading.reader.answering(
        [("Where does Ana live?", TOLD[0]), ("Where does Ana live?", TOLD[3])]
    )
    assert lives
    assert TOLD[0][lives.start : lives.end] == "Lisbon"
    assert when is None


def test_what_follows_is_told_from_what_contradicts(reading: Reading) -> None:
    assert reading.reader.says
    same, other = reading.reader.says(
        [
            ("A man is playing a guitar on the street.", "A man is playing an instrument."),
            ("A man is playing a guitar on the street.", "A man is sleeping at home."),
        ]
    )
    assert same.entails > max(same.neutral, same.contradicts)
    assert other.contradicts > max(other.neutral, other.entails)


def test_a_pair_is_read_the_same_alone_and_in_company(reading: Reading) -> None:
    pairs = [(f"What did {name} say of {n}?", told) for n in range(8) for name, told in
             ((told.partition(":")[0], told) for told in TOLD)]  # fmt: skip
    for port in (reading.reader.answering, reading.reader.says):
        assert port
        assert list(port(pairs)) == [port([pair])[0] for pair in pairs]
