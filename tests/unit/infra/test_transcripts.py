"""Are the forms read in which chats are exported: who said what, and when?"""

from datetime import UTC, datetime, timedelta

import pytest

from infra.cli.transcripts import times, turns

BEGAN = datetime(2024, 3, 2, 9, 0, tzinfo=UTC)


def read(*lines: str, ended: bool = False) -> list[tuple[str, str, str]]:
    said = list(turns(lines))
    found = times(said, BEGAN, ended=ended)
    return [
        (f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}", turn.speaker, turn.text)
        for turn, at in zip(said, found, strict=True)
    ]


@pytest.mark.parametrize(
    "line",
    [
        "[10:01] Bob: hi",
        "10:01 Bob: hi",
        "(10:01) Bob: hi",
        "10:01 - Bob: hi",
        "10:01:00 AM Bob: hi",
        "2024-03-02 10:01 - Bob: hi",
        "2024-03-02T10:01:00Z Bob: hi",
        "[2024-03-02 10:01:00] Bob: hi",
        "[02/03/2024, 10:01:00] Bob: hi",
        "\u200e[02.03.24, 10:01:00] \u200eBob: hi",
        "02/03/2024, 10:01 - Bob: hi",
        "3/2/24, 10:01\u202fAM - Bob: hi",
        "2024-03-02 12:01+02:00 Bob: hi",
        "Bob [10:01]: hi",
        "Bob (2024-03-02 10:01): hi",
    ],
)
def test_a_time_before_a_turn_is_when_it_was_said(line: str) -> None:
    assert read("Tom: hello", line, "and warm")[1] == (
        "2024-03-02 10:01:00", "Bob", "hi\nand warm",
    )  # fmt: skip


def test_turns_without_times_are_a_second_apart() -> None:
    assert read("Tom: hello", "Bob: hi", "", "12:30 is fine", "Tom: see http://there") == [
        ("2024-03-02 09:00:00", "Tom", "hello"),
        ("2024-03-02 09:00:01", "Bob", "hi\n\n12:30 is fine"),
        ("2024-03-02 09:00:02", "Tom", "see http://there"),
    ]


def test_turns_of_one_minute_stay_in_their_order() -> None:
    assert [at for at, _, _ in read("[10:01] A: x", "[10:01] B: y", "C: z", "[10:02] A: w")] == [
        f"2024-03-02 10:{clock}" for clock in ("01:00", "01:01", "01:02", "02:00")
    ]


@pytest.mark.parametrize("ended", [False, True])
def test_a_clock_that_passes_midnight_is_of_the_next_day(*, ended: bool) -> None:
    found = read("[23:58] A: x", "[00:03] B: y", "[23:00] A: z", "[07:00] B: w", ended=ended)
    first = datetime(2024, 3, 2, tzinfo=UTC) - timedelta(days=2 * ended)
    expected = [first + timedelta(days=passed) for passed in (0, 1, 1, 2)]
    assert [at[:10] for at, _, _ in found] == [f"{day:%Y-%m-%d}" for day in expected]


def test_dates_are_read_as_the_others_have_to_be() -> None:
    month_first = read("03/04/2024, 10:01 - A: x", "03/25/2024, 10:01 - B: y")
    assert [at[:10] for at, _, _ in month_first] == ["2024-03-04", "2024-03-25"]
    day_first = read("03/04/2024, 10:01 - A: x", "25/04/2024, 10:01 - B: y", "[11:00] A: z")
    assert [at[:10] for at, _, _ in day_first] == ["2024-04-03", "2024-04-25", "2024-04-25"]


def test_what_a_transcript_tells_of_itself_is_said_by_nobody() -> None:
    assert read(
        "Chat with Bob", "02/03/2024, 10:01 - Messages are encrypted.",
        "02/03/2024, 10:02 - +44 7700 900123: hi",
    ) == [
        ("2024-03-02 10:00:59", "", "Chat with Bob"),
        ("2024-03-02 10:01:00", "", "Messages are encrypted."),
        ("2024-03-02 10:02:00", "+44 7700 900123", "hi"),
    ]  # fmt: skip


def test_what_is_no_time_begins_no_turn() -> None:
    assert len(read("Tom: hello", "[25:99] Bob: hi", "2024-13-41 10:01 - Bob: hi")) == 1
