"""What mentions a name, whose memories are to be erased."""

import pytest

from infra.keys.choosing import names


@pytest.mark.parametrize(
    ("text", "name", "named"),
    [
        ("Ana met Ben", "ana", True),
        ("Anabel met Ben", "Ana", False),
        ("Ren\u00e9 came", "Rene\u0301", True),
        ("He met O\u2019Brien", "O'Brien", True),
        ("He met O'Brien", "O\u2019Brien", True),
        ("\u7530\u4e2d\u3055\u3093 visited us", "\u7530\u4e2d", True),
        ("\u7530\u4e2d visited us", "\u9234\u6728", False),
    ],
)
def test_a_name_is_found_as_a_word_and_where_no_blanks_part_words_anywhere(
    text: str, name: str, *, named: bool
) -> None:
    assert names(text, name) == named
