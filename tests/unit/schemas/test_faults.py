"""Is what is wrong with a value said in words of people?"""

import re

import pytest
from pydantic import TypeAdapter, ValidationError

from schemas.faults import in_words
from schemas.observations import Observation
from schemas.values import Space

GOOD = {"id": "a", "space": "ana", "kind": "message", "at": "2026-03-01T12:00:00Z", "text": "x"}


def told(adapter: TypeAdapter[object], value: object) -> str:
    with pytest.raises(ValidationError) as caught:
        adapter.validate_python(value)
    return in_words(caught.value.errors()[0])


@pytest.mark.parametrize("name", ["Maya", "my space", "", "-a", "ana\n", "a" * 129, "é"])
def test_a_spaces_name_is_refused_by_what_it_may_be(name: str) -> None:
    assert told(TypeAdapter(Space), name).startswith("must be of small letters (a-z), digits and")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"id": 7}, "must be a text"),
        ({"text": None}, "must be a text"),
        ({"id": "x" * 513}, "must have at most 512 characters"),
        ({"at": "2026-03-01T12:00:00"}, "has no zone: say it as 2026-01-31T12:00:00+00:00"),
    ],
)
def test_no_word_of_the_validator_is_left(wrong: dict[str, object], words: str) -> None:
    said = told(TypeAdapter(Observation), GOOD | wrong)
    assert said == words
    assert not re.search("Input|String|should", said)
