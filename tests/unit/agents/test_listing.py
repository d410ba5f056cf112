"""Is a list or a name told whole, and nothing that is none?"""

import pytest

from agents.body import Body
from agents.listing import whole_list, whole_name
from schemas.facts import Source
from schemas.percepts import Entity
from tests.unit.agents.percepts import NOON


@pytest.mark.parametrize(
    ("text", "item", "told"),
    [
        ("The seats are 24A and 24C.", "24A", "24A and 24C"),
        ("We saw Rome, Naples and the Lido, and loved it.", "Rome", "Rome, Naples and the Lido"),
        ("We saw Rome, Naples and Bari.", "Bari", "Bari"),
        ("I have 24A and we like it.", "24A", "24A"),
        ("I have 24A, thanks.", "24A", "24A"),
        ("I have 24A. And 24C is free.", "24A", "24A"),
        ("I have 24A", "24C", "24C"),
    ],
)
def test_an_item_is_told_with_the_list_that_it_begins(text: str, item: str, told: str) -> None:
    assert whole_list(text, item) == told


def test_a_name_is_told_whole_for_a_part_of_it() -> None:
    entities = tuple(
        Entity(text=name, type=type_, start=0, end=len(name), score=0.9)
        for name, type_ in (
            ("Skoda Octavia.", "misc"), ("Leeds Ring", "place"), ("Leeds", "place"),
            ("10 March", "time"),
        )
    )  # fmt: skip
    told = Body(at=NOON, text="", entities=entities, source=Source(observation="m1"))
    for words, whole in (
        ("Skoda", "Skoda Octavia"), ("Oct", "Oct"), ("Leeds", "Leeds"), ("10", "10"),
    ):  # fmt: skip
        assert whole_name(words, told) == whole
