"""Is what real models answer of the matter and of the person that is asked for?"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.memory import Memory
from infra.recollection import Asked
from infra.settings import Settings
from tests.driving import said, take_in

Turn = tuple[int, str, str]  # day of March, who, what
TOLD: dict[str, Sequence[Turn]] = {
    "friday": (
        (8, "Amara", "The dentist is on Friday."),
        (11, "Tom", "The party is on Friday at 8."),
    ),
    "rent": (
        (8, "Amara", "The rent is due on the 5th."),
        (12, "Tom", "The concert is on the 5th of July."),
    ),
    "demo": ((8, "Tom", "The demo is on Wednesday."), (9, "Tom", "The demo moved to Friday")),
    "billing": (
        (8, "Priya", "Grace is on billing."),
        (9, "Priya", "Mark Oyelaran takes over from Grace."),
    ),
    "visa": (
        (8, "Amara", "The visa appointment is on June 17 at the consulate."),
        (15, "Amara", "The consulate has moved the appointment to June 24."),
    ),
    "dentist": (
        (8, "Ana", "My dentist is Dr. Berg."),
        (9, "Ana", "My dentist is Dr. Klein now, not Berg."),
    ),
    "host": (
        (8, "Bo", "Production runs on prod-1."),
        (9, "Bo", "Production has moved. prod-1 is retired, everything runs on prod-2."),
    ),
    "pool": (
        (8, "Di", "I swim at the Lido on Mondays."),
        (9, "Di", "I stopped swimming at the Lido. I go to the Portway pool now."),
    ),
    "car": (
        (8, "Di", "We drive to the lake in our Skoda Octavia."),
        (9, "Di", "Sold the Octavia, we are getting an electric, a Kia Niro."),
    ),
    "camping": ((8, "Maya", "I'm planning to go camping in April."),),
    "graz": ((8, "Maya", "I live in Graz."), (9, "Maya", "I moved to Linz.")),
    "nine": ((8, "Maya", "I see the dentist tomorrow at 9."),),
    "rust": ((8, "Mark", "Snuffer is now rewritten in Rust. Just kidding. It's still Python."),),
    "seats": ((8, "Amara", "The seats are 24A and 24C."),),
    "bosch": ((8, "Tom", "My parents live in Ghent."), (9, "Tom", "Ana got a job at Bosch")),
    "oslo": (
        (8, "Tom", "I live in Oslo. I'm allergic to nuts."),
        (8, "Amara", "I like jazz."),
    ),
    "left": (
        (8, "Maya", "I work at Brightquay as a data analyst."),
        (9, "Maya", "My sister Ana is vegan."),
        (20, "Maya", "Last day at Brightquay today! On Monday I start at Farol."),
        (21, "Maya", "Tom and I got divorced."),
    ),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    """A memory in which each conversation has a space."""
    home: Path = tmp_path_factory.mktemp("answers") / "home"
    with Memory(Settings(home=home, sync="off", threads=1)) as memory:
        take_in(
            memory,
            [
                said(f"{n}", text, space=space, speaker=who, session=f"{day}", at=at.isoformat())
                for space, turns in TOLD.items()
                for n, (day, who, text) in enumerate(turns)
                for at in [datetime(2026, 3, day, 10, n, tzinfo=UTC)]
            ],
        )
        yield memory


@pytest.mark.parametrize(
    ("space", "question", "answer"),
    [
        ("friday", "When is the dentist?", "Friday (13 March 2026)"),
        ("rent", "When is the rent due?", "the 5th (5 April 2026)"),
        ("demo", "When is the demo?", "Friday"),
        ("dentist", "Who is my dentist?", "Dr. Klein"),
        ("visa", "When was the visa appointment?", "June 24 (24 June 2026)"),
        ("host", "Where does production run?", "prod-1 is retired, everything runs on prod-2."),
        ("pool", "Where does Di swim?", "Portway pool"),
        ("car", "Which car do we have?", "Kia Niro"),
        ("graz", "Where did Maya live previously?", "Maya lives in Graz until 2026-03-09"),
        ("nine", "When do I see the dentist?", "9 (9 March 2026)"),
        ("rust", "Is snuffer written in Rust?", "Snuffer is now rewritten in Rust. Just kidding."),
        ("seats", "What seats do we have?", "24A and 24C"),
    ],
)
def test_what_is_said_of_the_same_answers_whole_and_what_is_said_of_it_last(
    told: Memory, space: str, question: str, answer: str
) -> None:
    found = told.ask(Asked(question, space)).answer
    assert found is not None
    assert found.text.startswith(answer)


def test_what_says_an_answer_later_is_looked_for_behind_all_that_is_brought_back(
    told: Memory,
) -> None:
    found = told.ask(Asked("When is the dentist?", "friday", k=1))
    assert found.answer is not None
    assert found.answer.text == "Friday (13 March 2026)"
    assert [hit.memory.id for hit in found.hits] == [found.answer.memory]


def test_what_renews_an_answer_is_brought_back_with_it(told: Memory) -> None:
    found = told.ask(Asked("Who is on billing?", "billing", k=1))
    assert found.answer is not None
    assert found.answer.text == "Mark Oyelaran"
    assert [hit.memory.id for hit in found.hits] == [found.answer.memory]


@pytest.mark.parametrize("question", ["Where do I live?", "What am I allergic to?"])
def test_who_asks_of_themselves_is_not_told_what_is_so_of_others(
    told: Memory, question: str
) -> None:
    assert told.ask(Asked(question, "oslo", speaker="Amara")).answer is None
    assert told.ask(Asked(question, "oslo", speaker="Tom")).answer is not None


@pytest.mark.parametrize("question", ["Where do I live?", "Where do I work?"])
def test_what_somebody_states_of_others_does_not_answer_what_they_ask_of_themselves(
    told: Memory, question: str
) -> None:
    assert told.ask(Asked(question, "bosch", speaker="Tom")).answer is None


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Does Maya still work at Brightquay?", "Maya works for Brightquay until 2026-03-"),
        ("Did I ever work at Brightquay?", "Maya works for Brightquay until 2026-03-"),
        ("Does Maya work at Farol?", "Maya works for Farol"),
        ("Is Ana vegan?", "Ana has the diet vegan"),
        ("Is Maya married?", "Maya is married to Tom until 2026-03-21"),
        ("Am I vegan?", ""),
        ("Does Maya like Farol?", ""),
    ],
)
def test_whether_something_is_so_is_told_by_the_fact_that_says_all_of_it(
    told: Memory, question: str, answer: str
) -> None:
    found = told.ask(Asked(question, "left", speaker="Maya")).answer
    text = found.text if found else ""
    assert (bool(text), text.startswith(answer)) == (bool(answer), True)


def test_who_somebody_is_is_told_by_facts(told: Memory) -> None:
    found = told.ask(Asked("Who is Ana?", "left")).answer
    assert found is not None
    assert (found.text, found.kind) == ("Maya has the sibling Ana", "fact")


def test_a_plan_whose_time_has_come_is_told_as_it_was_said(told: Memory) -> None:
    found = told.ask(Asked("Maya, camping", "camping")).answer
    assert found is not None
    assert found.text == "I'm planning to go camping in April."
    planned = told.ask(Asked("Did Maya plan to go camping?", "camping")).answer
    assert planned is not None
    assert planned.text == "Maya planned: go camping"
    (plan,) = told.facts("camping", predicate="plans_to")
    assert plan.valid_to == datetime(2026, 5, 1, tzinfo=UTC)
