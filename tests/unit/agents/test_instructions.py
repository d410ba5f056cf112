"""Which standing instructions hold after some were taken back?"""

import pytest

from agents.known import Known, evolve
from agents.policy import Policy
from agents.remember import decide
from schemas.percepts import Relation
from tests.unit.agents.percepts import message, perceived
from tests.unit.agents.tellings import day, held

NOW = day(12, 31)


@pytest.mark.parametrize(
    ("said", "lifted", "left"),
    [
        ("round every amount to whole euros", "rounding to whole euros", False),
        ("be brief", "be brief in mails to Tom", False),
        ("never suggest anything with peanuts", "suggest peanuts", False),
        ("answer in German", "answer in French", True),
    ],
)
def test_an_instruction_is_taken_back_in_some_of_its_words(
    said: str, lifted: str, *, left: bool
) -> None:
    known = Known()
    for number, (words, ended) in enumerate(((said, False), (lifted, True))):
        relation = Relation(
            subject="Ann", predicate="instructs", object=words, start=0, end=len(words),
            score=0.9, spoken=True, ended=ended,
        )  # fmt: skip
        item = message(f"{number}", words, at=day(number + 1, 1), speaker="Ann")
        wish = perceived(item, words, relations=(relation,))
        evolve(known, wish.id, wish.digest, decide(known, wish, Policy()))
    beliefs = known.facts["maya", "ann", "instructs"]
    assert (said.lower() in held(beliefs, NOW)) is left
