"""Is a list told whole, and nothing that is none?"""

import pytest

from agents.listing import whole_list


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
