"""What mentions a name, whose memories are to be erased."""

import pytest

from infra.keys.naming import names


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


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Jos\u00e9 came", True),
        ("Jo\u00ads\u00e9 came", True),
        ("J\u200dos\u2060e\ufe0f\u0301 came", True),
        ("Ana\u200bJos\u00e9\u200bBen", True),
        ("Jos\u00e9s came", False),
    ],
)
def test_what_is_not_seen_in_a_name_does_not_hide_it(text: str, *, named: bool) -> None:
    assert names(text, "Jos\u00e9") == named
    assert names(text, "Jo\u00ads\u00e9") == named


@pytest.mark.parametrize("asked", ["151-234 5678", "0151 2345678", "\uff11\uff15\uff11 234.5678"])
@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("call +49151 2345678", True),
        ("call +49 (0)151/234-5678 12 times", True),
        ("call 0049-151-2345678.", True),
        ("call (151) 2345678 now", True),
        ("call \u0661\u0665\u0661 \u0662\u0663\u0664 5678", True),
        ("call 151 234 56789", False),
        ("call 1234567891512345678", False),
        ("151 people, 2345 of them", False),
    ],
)
def test_a_number_is_found_by_its_digits(text: str, asked: str, *, named: bool) -> None:
    assert names(text, asked) == named


def test_few_digits_are_a_word_as_any_other() -> None:
    assert names("in 2024 already", "2024")
    assert not names("call 12024", "2024")
