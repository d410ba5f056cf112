"""What is told to be over ends what it ends, whichever of them is told first."""

from datetime import datetime
from itertools import permutations
from typing import Any

import pytest

from agents.claims import ALWAYS
from agents.decision import Input
from agents.known import Known, evolve
from agents.policy import Policy
from agents.remember import decide
from schemas.facts import FactAsserted
from schemas.observations import Fact
from schemas.percepts import Relation
from tests.unit.agents.percepts import message, perceived
from tests.unit.agents.tellings import (
    ANTWERP,
    LAST_WEEK,
    NOW,
    Line,
    Telling,
    believed,
    day,
    held,
    on_days,
    places,
)


def test_who_left_in_a_vague_time_lives_there_no_more() -> None:
    left = Telling(day(10, 5), "Antwerp", LAST_WEEK, ended=True)
    assert held(believed([ANTWERP, left]), NOW) == []


def test_who_left_before_it_was_told_again_still_lives_there() -> None:
    left = Telling(day(10, 5), "Antwerp", (day(8, 1), day(9, 1)), ended=True)
    assert held(believed([ANTWERP, left]), NOW) == ["antwerp"]


def test_what_is_first_told_of_when_it_is_over_held_from_an_unknown_time_on() -> None:
    left = Telling(day(10, 5), "Antwerp", ended=True)
    (belief,) = believed([left])
    assert (belief.valid_from, belief.valid_to) == (ALWAYS, day(10, 5).replace(hour=12))
    assert len(believed([left, left._replace(day=day(10, 7))])) == 1


def test_what_is_over_was_so_before_what_holds_now_began() -> None:
    bruges = Telling(day(10, 1), "Bruges")
    left = Telling(day(10, 5), "Antwerp", ended=True)
    by = {belief.object: belief for belief in believed([bruges, left])}
    assert by["antwerp"].valid_to == by["bruges"].valid_from == day(10, 1).replace(hour=12)


def _stated(id_: str, **fields: Any) -> Input:
    given: dict[str, Any] = {"space": "maya", "subject": "Pieter", "predicate": "works_for"}
    fact = Fact(id=id_, at=NOW, object="Acme", **(given | fields))
    return perceived(fact, "Pieter works for Acme")


def _believed(*items: Input) -> list[tuple[datetime, datetime | None]]:
    """Give when it held, after all that producers stated."""
    known = Known()
    for item in items:
        evolve(known, item.id, item.digest, decide(known, item, Policy()))
    beliefs = known.facts.get(("maya", "pieter", "works_for"), [])
    return [(b.valid_from, b.valid_to) for b in beliefs]


@pytest.mark.parametrize("since", [day(1, 1, 2020), None])
def test_an_end_that_a_producer_states_later_ends_it(since: datetime | None) -> None:
    began, over = day(1, 1, 2020), day(1, 1, 2024)
    items = [_stated("a", valid_from=began), _stated("b", valid_from=since, valid_to=over)]
    assert _believed(*items) == [(began, over)]


def test_what_was_to_end_later_is_over_when_it_is_told_to_be() -> None:
    contract = _stated("a", valid_from=day(1, 1, 2020), valid_to=day(1, 1, 2030))
    text = "Pieter left Acme"
    relation = Relation(
        subject="Pieter", predicate="works_for", object="Acme", start=12, end=16, score=0.9,
        ended=True,
    )  # fmt: skip
    left = perceived(message("b", text, at=day(3, 1)), text, (relation,))
    assert _believed(contract, left) == [(day(1, 1, 2020), day(3, 1))]


def test_an_end_that_arrives_before_the_beginning_ends_it() -> None:
    left = Telling(day(10, 5), "Antwerp", ended=True)
    for order in permutations((ANTWERP, left)):
        assert held(believed(order), day(10, 3)) == ["antwerp"]
        assert held(believed(order), NOW) == []


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("I'm not allergic to cats", 0),
        ("I never worked for cats", 0),
        ("I no longer work for cats. Not bad", 1),
        ("I do not work for cats any more", 1),
        ("Not bad! I quit cats", 1),
    ],
)
def test_what_is_denied_need_never_have_been(text: str, ends: int) -> None:
    start = text.index("cats")
    relation = Relation(
        subject="Maya", predicate="works_for", object="cats", start=start, end=start + 4,
        score=0.9, spoken=True, ended=True,
    )  # fmt: skip
    events = decide(Known(), perceived(message("1", text), text, (relation,)), Policy())
    assert sum(isinstance(event, FactAsserted) for event in events) == ends


def test_what_held_until_a_time_that_is_past_is_over() -> None:
    named = (day(1, 1, 2009), day(1, 1, 2010))
    (belief,) = believed([Telling(day(2, 2), "Ghent", named, words="until 2009")])
    assert (belief.valid_from, belief.valid_to) == (ALWAYS, day(1, 1, 2009))


YEAR_2019 = (day(1, 1, 2019), day(1, 1, 2020))


def test_what_ended_in_a_time_held_until_then() -> None:
    left = Telling(day(10, 5), "Ghent", YEAR_2019, ended=True, words="no longer, since")
    beliefs = believed([left])
    assert held(beliefs, day(6, 1, 2018)) == ["ghent"]
    assert held(beliefs, day(6, 1, 2019)) == []


LYON, FARO = ("Lyon", 2, None, None), ("Faro", 20, None, None)


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ([LYON, ("Kiel", 30, 5, 10)], {3: ["lyon"], 7: ["kiel", "lyon"], 12: ["lyon"]}),
        ([LYON, ("Kiel", 30, 5, 10), FARO], {7: ["kiel", "lyon"], 12: ["lyon"], 25: ["faro"]}),
        ([LYON, ("Kiel", 30, 15, 25), FARO], {17: ["kiel", "lyon"], 22: ["faro"]}),
        ([("Lyon", 5, 5, None), ("Kiel", 30, 5, 10)], {7: ["kiel", "lyon"], 12: ["lyon"]}),
        ([LYON, FARO, ("Kiel", 30, 22, 25)], {15: ["lyon"], 23: ["faro", "kiel"], 27: ["faro"]}),
    ],
)
def test_what_is_over_itself_ends_nothing_whatever_is_told_first(
    lines: list[Line], wanted: dict[int, list[str]]
) -> None:
    for order in permutations(lines):
        days = on_days(places(*order))
        assert {number: days[number - 1] for number in wanted} == wanted


def test_an_end_is_also_the_end_of_what_was_to_follow() -> None:
    lines: list[Line] = [("Rome", 30, 1, 10), ("Rome", 30, 5, 20), ("Rome", 30, None, 8)]
    assert on_days(places(*lines)) == [["rome"]] * 7 + [[]] * 24


def test_what_ends_one_time_does_not_end_another_that_outlasts_it() -> None:
    lines: list[Line] = [("Rome", 30, 5, 15), ("Rome", 30, 12, 25)]
    for order in permutations(lines):
        days = on_days(places(("Oslo", 30, 13, 23), *order))
        assert ["rome" in day for day in days] == [5 <= n < 25 for n in range(1, 32)]


@pytest.mark.parametrize("began", [("Rome", 10, 4, None), ("Rome", 4, None, None)])
@pytest.mark.parametrize("before", [[], [("Oslo", 2, None, None)]])
def test_an_end_that_is_told_first_ends_what_is_told_to_have_begun_before(
    began: Line, before: list[Line]
) -> None:
    lines: list[Line] = [*before, ("Rome", 9, None, 9), began]
    oslo = [["oslo"]] * 2 if before else [[]] * 2
    for order in permutations(lines):
        assert on_days(places(*order)) == [[], *oslo, *[["rome"]] * 5, *[[]] * 23]


def test_an_end_that_is_told_first_does_not_end_what_began_after_it() -> None:
    lines: list[Line] = [("Rome", 12, None, None), ("Rome", 4, 4, None)]
    for order in permutations(lines):
        assert (
            on_days(places(("Rome", 9, None, 9), *order))[3:]
            == [["rome"]] * 5 + [[]] * 3 + [["rome"]] * 20
        )


def test_an_end_that_is_told_with_a_beginning_ends_what_was_told_without() -> None:
    lines: list[Line] = [("Rome", 5, None, None), ("Rome", 30, 1, 10)]
    for order in permutations(lines):
        assert on_days(places(*order)) == [["rome"]] * 9 + [[]] * 22


def test_what_was_so_in_a_time_is_not_denied_by_other_words_of_its_sentence() -> None:
    words = "then, not far from the sea"
    (belief,) = believed(
        [Telling(day(10, 5), "Ghent", YEAR_2019, ended=True, words=words, held=True)]
    )
    assert (belief.valid_from, belief.valid_to) == YEAR_2019
