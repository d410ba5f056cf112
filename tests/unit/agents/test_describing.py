"""Is it told who somebody is by whom they are kin of, and then by what they do?"""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from agents.answer import listed
from agents.body import FactBody
from agents.describing import asks_who, describing
from schemas.facts import Source

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True)
class One:
    body: FactBody
    predicate: str
    valid_from: datetime
    valid_to: datetime | None = None
    belief: float = 0.9
    beside: bool = False
    memory: str = "m1"


def fact(subject: str, predicate: str, object_: str, until: int | None = None) -> One:
    body = FactBody(subject=subject, object=object_, source=Source(observation="m1"))
    ends = datetime(2026, until, 1, tzinfo=UTC) if until else None
    return One(body, predicate, datetime(2026, 1, 1, tzinfo=UTC), ends)


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Who is Marta?", True),
        ("who's marta", True),
        ("What do you know about Marta?", True),
        ("Tell me about Marta", True),
        ("Who is Marta's boss?", False),
        ("Who is Marta married to?", False),
        ("Where is Marta?", False),
        ("What did Tom say about Marta?", False),
    ],
)
def test_a_question_that_says_no_more_than_a_name_asks_who_that_is(
    question: str, *, asks: bool
) -> None:
    assert asks_who(question, "Marta") is asks


def test_kin_is_told_first_then_what_somebody_does_and_nothing_that_is_over() -> None:
    facts = [
        fact("Marta", "lives_in", "Porto", until=3),
        fact("Marta", "likes", "tea"),
        fact("Marta", "job_title", "vet"),
        fact("Marta", "has_sibling", "Ines"),
        fact("Ines", "has_sibling", "Marta"),
        fact("Ines", "job_title", "Marta"),
    ]
    found = listed(describing(facts, "Marta", NOW), over=True)
    assert found is not None
    assert found.text == "Ines has the sibling Marta; Marta works as vet"


def test_what_is_over_is_told_where_nothing_else_is_known() -> None:
    left = fact("Marta", "works_for", "Farol", until=3)
    assert describing([left], "Marta", NOW) == [left]
    assert describing([fact("Marta", "likes", "tea")], "Marta", NOW) == []
