"""Whom or what a name means that is cut short, or begins as another does."""

import pytest

from agents.known import Known, evolve
from agents.policy import Policy
from agents.remember import decide
from tests.unit.agents.percepts import stated
from tests.unit.agents.tellings import Telling, believed, day, held

NOW = day(12, 31)


def employers(*names: str) -> list[str]:
    """Give whom somebody works for by the end of the year who named these, a day after another."""
    known = Known()
    for number, name in enumerate(names, 1):
        item = stated(f"{number}", f"I work for {name}", "works_for", name, at=day(10, number))
        evolve(known, item.id, item.digest, decide(known, item, Policy()))
    return held(known.facts["maya", "maya", "works_for"], NOW)


def test_a_name_cut_short_ends_nothing_and_ends_with_the_whole_one() -> None:
    assert employers("Shell Energy", "Shell") == ["shell", "shell energy"]
    assert employers("Shell Energy", "Shell", "Acme") == ["acme"]


@pytest.mark.parametrize(
    ("name", "short", "left"),
    [
        ("Delphin Software", "Delphin", []),
        ("Delphin", "Delphin Software", []),
        ("Delphin Software", "Dolphin", ["delphin software"]),
        ("Harlow & Pike", "H&P", []),
        ("UoM", "University of Michigan", []),
        ("Harlow & Pike", "HSBC", ["harlow & pike"]),
        ("Harlow", "H", ["harlow"]),
    ],
)
def test_whom_somebody_leaves_may_be_named_short(name: str, short: str, left: list[str]) -> None:
    known = Known()
    for number, (named, ended) in enumerate(((name, False), (short, True)), 1):
        text = f"I quit {named}" if ended else f"I work for {named}"
        item = stated(f"{number}", text, "works_for", named, at=day(10, number), ended=ended)
        evolve(known, item.id, item.digest, decide(known, item, Policy()))
    assert held(known.facts["maya", "maya", "works_for"], NOW) == left


def test_a_name_that_begins_with_the_same_letters_is_another() -> None:
    assert employers("Shellac", "Shell") == ["shell"]


def test_a_place_whose_name_begins_another_is_another() -> None:
    told = [Telling(day(10, 1), "Porto Alegre"), Telling(day(10, 5), "Porto")]
    assert held(believed(told), NOW) == ["porto"]


def owned(*told: tuple[str, bool]) -> list[str]:
    """Give what somebody owns in the end who told of these, or that they ended, day by day."""
    known = Known()
    for number, (name, ended) in enumerate(told, 1):
        text = f"I sold the {name}" if ended else f"I have a {name}"
        item = stated(f"{number}", text, "owns", name, at=day(10, number), ended=ended)
        evolve(known, item.id, item.digest, decide(known, item, Policy()))
    return held(known.facts["maya", "maya", "owns"], NOW)


def test_a_thing_ends_by_the_last_words_of_its_name() -> None:
    assert owned(("Skoda Octavia", False), ("bike", False), ("Octavia", True)) == ["bike"]


def test_last_words_that_two_things_share_end_neither() -> None:
    both = ["blue bike", "red bike"]
    assert owned(("red bike", False), ("blue bike", False), ("bike", True)) == both


def test_the_first_words_of_a_thing_are_of_another() -> None:
    assert owned(("bike shed", False), ("bike", True)) == ["bike shed"]
