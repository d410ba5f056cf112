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
        ("Oslo on 20 December", (), "2025-12-20"),
        ("Oslo on 20 December", ((0, 4),), "2026-12-20"),
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


SUMMER = datetime(2026, 6, 2, 9, tzinfo=UTC)  # a Tuesday


def first_days(text: str, at: datetime = SUMMER) -> str:
    return " ".join(time.since[:10] for time in find_times(text, at))


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("We move to Roskilde on June 20", "2026-06-20"),
        ("I start at Northspan on December 1", "2026-12-01"),
        ("My sister is getting married on August 8", "2026-08-08"),
        ("My sister\u2019s getting married on August 8", "2026-08-08"),
        ("Tom's moving out on August 8", "2026-08-08"),
        ("My exam is on October 12", "2026-10-12"),
        ("I've got an exam on 12 October", "2026-10-12"),
        ("The concert is on Friday", "2026-06-05"),
        ("Ahmed starts on Monday", "2026-06-08"),
        ("My parents arrive on Monday", "2026-06-08"),
        ("My mum turns 70 on January 8", "2027-01-08"),
        ("The shop is closed on Monday", "2026-06-08"),
        ("The shop will be closed on Monday", "2026-06-08"),
        ("I need to be seen on Monday", "2026-06-08"),
        ("I won't come on Monday", "2026-06-08"),
        ("We've booked a table for Monday", "2026-06-08"),
        ("The wedding on August 8 is in Rome", "2026-08-08"),
        ("We fly to Oslo in March", "2027-03-01"),
        ("We move in June", "2026-06-01"),
        ("The baby is due in May", "2027-05-01"),
        ("She moves in from the 18th.", "2026-06-18"),
        ("We collect it on the 1st", "2026-07-01"),
        ("We see Ana on June 2", "2026-06-02"),
        ("We marry next March", "2027-03-01"),
    ],
)
def test_the_present_and_the_future_tense_mean_the_coming_date(text: str, since: str) -> None:
    assert first_days(text) == since


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("We moved to Roskilde on June 20", "2025-06-20"),
        ("On June 20, we moved to Roskilde", "2025-06-20"),
        ("My sister was getting married on August 8", "2025-08-08"),
        ("I met you on Friday", "2026-05-29"),
        ("I bought a car on Friday", "2026-05-29"),
        ("On Friday I also bought a hat", "2026-05-29"),
        ("Visited Porto on Friday", "2026-05-29"),
        ("Did you start on Friday?", "2026-05-29"),
        ("We went to Tom's wedding on August 8", "2025-08-08"),
        ("Tom's wedding on August 8 was lovely", "2025-08-08"),
        ("We moved to Oslo in July", "2025-07-01"),
        ("I got married last June", "2025-06-01"),
        ("I live here since July", "2025-07-01"),
        ("We collected it on the 21st", "2026-05-21"),
        ("Back at work since the 31st", "2026-05-31"),
        ("I work here since July 3", "2025-07-03"),
    ],
)
def test_the_past_tense_means_the_latest_date(text: str, since: str) -> None:
    assert first_days(text) == since


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("Dentist on Friday", "2026-06-05"),
        ("Dentist on Sunday", "2026-05-31"),
        ("Party, June 20", "2026-06-20"),
        ("Updated: party on October 20", "2026-10-20"),
        ("Party, May 20", "2026-05-20"),
        ("Oslo in July", "2026-07-01"),
        ("Oslo in May", "2026-05-01"),
        ("Rome, March 3 to 9", "2027-03-03"),
        ("My passport runs out in April", "2027-04-01"),
        ("My lease lapses on 3 April", "2027-04-03"),
        ("I've found a house, June 20", "2026-06-20"),
        ("due in July", "2026-07-01"),
        ("You charged me 7.99 in July", "2025-07-01"),
    ],
)
def test_without_a_verb_the_nearest_day_and_the_coming_month_are_meant(
    text: str, since: str
) -> None:
    assert first_days(text) == since


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("The exam was moved to 20 July", "2026-07-20"),
        ("My appointment got pushed to the 12th", "2026-06-12"),
        ("I booked it for the 12th", "2026-06-12"),
        ("They have to move me, it's now the 12th at 9", "2026-06-12"),
        ("Got it booked, 20 July", "2026-07-20"),
        ("He changed the plan, finished by 20 July", "2026-07-20"),
        ("Your pass expires on 20 July, and you asked", "2026-07-20"),
        ("Got it booked, 20 March", "2026-03-20"),
        ("They opened a shop, in July", "2025-07-01"),
    ],
)
def test_beside_a_verb_in_the_past_tense_a_day_may_lie_ahead(text: str, since: str) -> None:
    assert first_days(text) == since


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("My birthday is 19 July", "2025-07-19"),
        ("I was born on July 19", "2025-07-19"),
        ("Our anniversary is on July 19", "2025-07-19"),
        ("We swim every Friday", "2026-05-29"),
        ("Her birthday party is on July 19", "2026-07-19"),
    ],
)
def test_what_recurs_is_told_by_its_latest_date(text: str, since: str) -> None:
    assert first_days(text) == since


@pytest.mark.parametrize(
    ("text", "at", "days"),
    [
        ("I'm on holiday from February 16 to 27, in Morocco", "2026-02-09", "02-16 02-28 2026"),
        ("I'm on holiday from February 16 to 27", "2026-02-20", "02-16 02-28 2026"),
        ("I was in Rome from March 3-9", "2026-06-02", "03-03 03-10 2026"),
        ("We were in Rome 28\u201330 December", "2026-06-02", "12-28 12-31 2025"),
        ("We're in Rome from 28 December to 3 January", "2026-06-02", "12-28 01-04 2026"),
        ("Rome, March 3-9, 2024", "2026-06-02", "03-03 03-10 2024"),
        ("I'm on leave from the 6th to the 24th of July", "2026-06-22", "07-06 07-25 2026"),
        ("We have a hotel from the 9th to the 13th", "2026-04-04", "04-09 04-14 2026"),
        ("We were in Rome from the 28th to the 3rd", "2026-04-04", "03-28 04-04 2026"),
    ],
)
def test_days_from_one_to_another_are_one_time(text: str, at: str, days: str) -> None:
    [found] = find_times(text, datetime.fromisoformat(f"{at}T09:00:00+00:00"))
    assert f"{found.since[5:10]} {found.until[5:10]} {found.since[:4]}" == days


@pytest.mark.parametrize(
    "text",
    [
        "I worked there from 2015 to 2018.",
        "Between 2015 and 2018 I was in Rome",
        "Farol (2015-2018)",
        "Farol, 2015 \u2013 2018",
    ],
)
def test_a_range_of_years_ends_with_its_last(text: str) -> None:
    (found,) = find_times(text, datetime(2026, 6, 2, 15, 30, tzinfo=UTC))
    assert (found.since[:16], found.until[:16]) == ("2015-01-01T00:00", "2019-01-01T00:00")
