"""Which stretches name a time, and which interval each means."""

from datetime import UTC, datetime

import pytest

from infra.models.time_expressions import find_times

WEDNESDAY = datetime(2026, 5, 13, 15, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("I moved last Friday", "2026-05-08T00", "2026-05-09T00"),
        ("on Tuesday we met", "2026-05-12T00", "2026-05-13T00"),
        ("yesterday evening", "2026-05-12T00", "2026-05-13T00"),
        ("the day before yesterday", "2026-05-11T00", "2026-05-12T00"),
        ("two weeks ago", "2026-04-27T00", "2026-05-04T00"),
        ("a few days ago", "2026-05-10T00", "2026-05-11T00"),
        ("see you next month", "2026-06-01T00", "2026-07-01T00"),
        ("in April 2019", "2019-04-01T00", "2019-05-01T00"),
        ("born on 12 March 1951", "1951-03-12T00", "1951-03-13T00"),
        ("since 2019", "2019-01-01T00", "2020-01-01T00"),
        ("dinner tomorrow at 7pm", "2026-05-14T19", "2026-05-14T20"),
        ("last weekend", "2026-05-09T00", "2026-05-11T00"),
        ("on 2026-03-01", "2026-03-01T00", "2026-03-02T00"),
    ],
)
def test_an_expression_is_resolved_against_the_time_of_saying(
    text: str, since: str, until: str
) -> None:
    [found] = find_times(text, WEDNESDAY)
    assert (found.since[:13], found.until[:13]) == (since, until)
    assert text[found.start : found.end] == found.text


@pytest.mark.parametrize("text", ["I may march on", "No time here", "", "The 3 cats sat", "Mary"])
def test_words_that_only_look_like_times_are_none(text: str) -> None:
    assert find_times(text, WEDNESDAY) == ()


def test_offsets_count_characters_not_bytes() -> None:
    text = "Olá 🎉 até amanhã, see you tomorrow"
    [found] = find_times(text, WEDNESDAY)
    assert text[found.start : found.end] == "tomorrow"


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_the_calendar_are_no_error(year: int) -> None:
    at = datetime(year, 1, 1, tzinfo=UTC) if year == 1 else datetime(9999, 12, 31, tzinfo=UTC)
    for text in ("last year", "next year", "yesterday", "tomorrow", "two weeks ago"):
        for found in find_times(text, at):
            assert found.since < found.until


@pytest.mark.parametrize(
    ("text", "planned", "since"),
    [
        ("We fly to Oslo on 14 March", (), "2025-03-14"),
        ("We fly to Oslo on 14 March", ((3, 14),), "2026-03-14"),
        ("In April I moved, and I'll start anew in May", (), "2025-04-01 2026-05-01"),
        ("I will call on Friday", (), "2026-01-16"),
        ("Last Friday I said that I will call", (), "2026-01-09"),
        ("I live in Oslo until June and work from May", (), "2026-06-01 2026-05-01"),
        ("We stay till Friday", (), "2026-01-16"),
        ("I was in Oslo until June", (), "2025-06-01"),
        ("I lived in Oslo from May", (), "2025-05-01"),
    ],
)
def test_what_is_planned_lies_ahead(
    text: str, planned: tuple[tuple[int, int], ...], since: str
) -> None:
    found = find_times(text, datetime(2026, 1, 14, 9, tzinfo=UTC), planned)
    assert " ".join(time.since[:10] for time in found) == since
