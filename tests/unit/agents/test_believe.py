"""What is believed of statements that name a time, in whatever order they arrive."""

from dataclasses import replace
from datetime import datetime
from itertools import permutations
from typing import Any

import pytest

from agents.known import Known, evolve
from agents.policy import Policy
from agents.remember import decide
from schemas.facts import FactAsserted, FactConfirmed
from schemas.percepts import Perceived, Relation, TimeSpan
from tests.unit.agents.percepts import message, perceived, stated
from tests.unit.agents.tellings import (
    ANTWERP,
    LAST_WEEK,
    NOW,
    Days,
    Line,
    Telling,
    believed,
    day,
    held,
    on_days,
    places,
)


@pytest.mark.parametrize(
    "named",
    [
        LAST_WEEK,
        (day(10, 4), day(10, 5)),  # yesterday
        (day(10, 5), day(10, 6)),  # today
        (day(9, 1), day(10, 1)),  # last month; its end touches the first of October
        (day(1, 1), day(1, 1, 2027)),  # this year
        None,
    ],
)
def test_who_moved_in_a_time_that_reaches_past_the_older_statement_lives_elsewhere_now(
    named: Days | None,
) -> None:
    bruges = Telling(day(10, 5), "Bruges", named)
    for order in permutations((ANTWERP, bruges)):
        beliefs = believed(order)
        assert held(beliefs, NOW) == ["bruges"]
        assert "antwerp" in held(beliefs, day(10, 1).replace(hour=12))


@pytest.mark.parametrize(
    "named",
    [
        (day(1, 1, 2025), day(1, 1)),  # last year
        (day(1, 1, 2024), day(1, 1, 2025)),  # two years ago
        (day(1, 1, 2019), day(1, 1, 2020)),  # in 2019
        (day(8, 1), day(9, 1)),  # in August
    ],
)
def test_what_is_told_later_of_a_past_before_the_older_statement_does_not_end_it(
    named: Days,
) -> None:
    bruges = Telling(day(10, 5), "Bruges", named)
    for order in permutations((ANTWERP, bruges)):
        beliefs = believed(order)
        assert held(beliefs, NOW) == ["antwerp"]
        assert held(beliefs, named[1]) == ["bruges"]


def test_what_is_told_on_the_last_day_there_is_can_be_decided() -> None:
    yesterday = (day(12, 30, 9999), day(12, 31, 9999))
    (bruges,) = believed([Telling(day(12, 31, 9999), "Bruges", yesterday)])
    assert (bruges.valid_from, bruges.valid_to) == (yesterday[0], None)


def test_a_move_in_a_vague_time_comes_after_what_was_told_within_it() -> None:
    antwerp, bruges = believed([ANTWERP, Telling(day(10, 5), "Bruges", LAST_WEEK)])
    assert antwerp.valid_to == bruges.valid_from == day(10, 5).replace(hour=12)


def test_a_move_after_an_older_statement_is_dated_as_early_as_it_may_be() -> None:
    antwerp, bruges = believed(
        [Telling(day(9, 1), "Antwerp"), Telling(day(10, 5), "Bruges", LAST_WEEK)]
    )
    assert antwerp.valid_to == bruges.valid_from == day(9, 28)


def test_one_observation_tells_a_fact_once() -> None:
    item = stated("a", "I work for Acme", "works_for", "Acme")
    assert isinstance(item.event, Perceived)
    twice = item.event.model_copy(update={"passages": item.event.passages * 2})
    events = decide(Known(), replace(item, event=twice), Policy())
    told = [e for e in events if isinstance(e, FactAsserted | FactConfirmed)]
    assert [type(event) for event in told] == [FactAsserted]


def test_what_was_told_again_is_not_ended_by_what_was_said_before_and_arrives_late() -> None:
    again = Telling(day(10, 9), "Antwerp")
    between = Telling(day(10, 5), "Bruges")
    for order in permutations((ANTWERP, again, between)):
        beliefs = believed(order)
        assert held(beliefs, NOW) == ["antwerp"]
        assert "bruges" in held(beliefs, day(10, 6))


def test_what_holds_since_a_time_holds_when_it_is_said() -> None:
    since = Telling(day(10, 5), "Antwerp", (day(1, 1, 2019), day(1, 1, 2020)), words="since 2019")
    between = Telling(day(3, 1, 2022), "Bruges")
    for order in permutations((since, between)):
        assert held(believed(order), NOW) == ["antwerp"]


@pytest.mark.parametrize("words", ["until June", "till 1 June"])
def test_what_holds_until_a_time_to_come_ends_then(words: str) -> None:
    named = (day(6, 1), day(7, 1))
    (belief,) = believed([Telling(day(2, 2), "Ghent", named, words=words)])
    assert (belief.valid_from, belief.valid_to) == (day(2, 2).replace(hour=12), day(6, 1))


def test_of_two_statements_of_the_same_time_the_later_in_the_log_holds() -> None:
    assert held(believed([ANTWERP, ANTWERP._replace(place="Bruges")]), NOW) == ["bruges"]


def test_a_plan_begins_as_planned() -> None:
    plan = Telling(day(10, 5), "Rome", (day(11, 1), day(12, 1)))
    beliefs = believed([ANTWERP, plan])
    assert held(beliefs, day(10, 31)) == ["antwerp"]
    assert held(beliefs, day(11, 1)) == ["rome"]


@pytest.mark.parametrize(
    ("since", "until", "valid"),
    [
        (day(6, 12, 2027), day(6, 13, 2027), (NOW, day(6, 13, 2027))),
        (day(1, 1, 2020), day(1, 1, 2021), (day(1, 1, 2020), None)),
    ],
)
def test_a_plan_is_over_once_the_time_is_that_it_is_for(
    since: datetime, until: datetime, valid: tuple[datetime, datetime | None]
) -> None:
    text = "I'm going to Rome then"
    then = TimeSpan(text="then", start=18, end=22, since=str(since), until=str(until))
    relation = Relation(
        subject="Maya", predicate="plans_to", object="Rome", start=0, end=17, score=0.9,
        spoken=True, times=(0,),
    )  # fmt: skip
    item = perceived(message("1", text, at=NOW), text, (relation,), (then,))
    [fact] = [e for e in decide(Known(), item, Policy()) if isinstance(e, FactAsserted)]
    assert (fact.valid_from, fact.valid_to) == valid


def test_a_time_that_is_stated_is_not_when_that_began() -> None:
    text = "My birthday is 19 May"
    may = TimeSpan(text="19 May", start=15, end=21, since=str(day(5, 19)), until=str(day(5, 20)))
    relation = Relation(
        subject="Maya", predicate="born_on", object="19 May", start=15, end=21, score=0.9,
        spoken=True, times=(0,),
    )  # fmt: skip
    item = perceived(message("1", text, at=NOW), text, (relation,), (may,))
    [fact] = [e for e in decide(Known(), item, Policy()) if isinstance(e, FactAsserted)]
    assert fact.valid_from == NOW


@pytest.mark.parametrize("at", [day(10, 1), day(10, 5), day(10, 9)])
def test_a_statement_without_a_time_holds_from_when_it_is_made(at: datetime) -> None:
    (belief,) = believed([Telling(at, "Antwerp")])
    assert (belief.valid_from, belief.valid_to) == (at.replace(hour=12), None)


YEAR_2019 = (day(1, 1, 2019), day(1, 1, 2020))


def test_what_was_so_in_a_time_held_in_it() -> None:
    lived = Telling(day(10, 5), "Ghent", YEAR_2019, ended=True, held=True)
    for order in permutations((ANTWERP, lived)):
        beliefs = believed(order)
        assert held(beliefs, day(6, 1, 2019)) == ["ghent"]
        assert held(beliefs, day(12, 31, 2018)) == held(beliefs, day(1, 1, 2020)) == []
        assert held(beliefs, NOW) == ["antwerp"]


def test_moving_back_to_where_one_used_to_live_is_a_move() -> None:
    text = "I used to live in Porto, but now I live in Lisbon."
    given: dict[str, Any] = {"subject": "Maya", "predicate": "lives_in", "score": 0.9}
    used_to = Relation(object="Porto", start=18, end=23, spoken=True, ended=True, **given)
    now = Relation(object="Lisbon", start=43, end=49, spoken=True, **given)
    back = stated("2", "I moved back to Porto", "lives_in", "Porto", at=day(10, 9))
    for relations in ((used_to, now), (now, used_to)):
        known = Known()
        for item in (perceived(message("1", text, at=day(10, 1)), text, relations), back):
            evolve(known, item.id, item.digest, decide(known, item, Policy()))
        beliefs = known.facts["maya", "maya", "lives_in"]
        assert held(beliefs, day(10, 5)) == ["lisbon"]
        assert held(beliefs, NOW) == ["porto"]


@pytest.mark.parametrize(
    "told",
    [
        [(1, 10), (5, 20)],
        [(1, 20), (5, 10)],
        [(1, 10), (5, 20), (15, 25)],
        [(1, 30), (5, 8), (12, 15)],
        [(1, 10), (15, 20), (5, 17)],
        [(1, 5), (10, 15)],
    ],
)
@pytest.mark.parametrize("predicate", ["lives_in", "likes"])
def test_what_is_told_of_several_times_holds_in_all_of_them(
    told: list[tuple[int, int]], predicate: str
) -> None:
    wanted = [["rome"] if any(a <= n < b for a, b in told) else [] for n in range(1, 32)]
    lines: list[Line] = [("Rome", 30, *interval) for interval in told]
    for order in permutations(lines):
        assert on_days(places(*order, predicate=predicate)) == wanted


def test_what_holds_until_a_later_time_still_makes_room_for_what_came_then() -> None:
    lines: list[Line] = [("Rome", 30, 1, 10), ("Rome", 30, 5, 20), ("Oslo", 12, None, None)]
    for order in permutations(lines):
        days = on_days(places(*order))
        assert days == [["rome"]] * 11 + [["oslo"]] * 20


@pytest.mark.parametrize("predicate", ["lives_in", "likes"])
def test_what_arrives_late_is_no_second_fact_beside_the_one_that_is_known(predicate: str) -> None:
    lines: list[Line] = [("Tea", 9, None, None), ("Tea", 1, None, None)]
    for order in permutations(lines):
        days = on_days(places(*order, predicate=predicate))
        assert days == [["tea"]] * 31
