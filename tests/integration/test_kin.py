"""Who is meant by "my mum", from what several people say to the answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.memory import Memory
from infra.recollection import Asked
from infra.settings import read_settings

SAID = (
    ("Tom", "My mum lives in Leeds, she's a nurse."),
    ("Ana", "My mum moved to York last week. My brother works for Siemens."),
    ("Tom", "My sister Nora lives in Bergen and her boyfriend works for Equinor."),
    ("Tom", "My wife Anna is a vet."),
    ("Tom", "my wife hates coriander"),
)


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    home: Path = tmp_path_factory.mktemp("kin")
    with Memory(read_settings(home=home)) as opened:
        opened.take(
            {
                "id": f"m{number}",
                "space": "home",
                "kind": "message",
                "at": f"2026-01-{number:02}T10:00:00+00:00",
                "session": f"s{number}",
                "speaker": speaker,
                "text": text,
            }
            for number, (speaker, text) in enumerate(SAID, 1)
        )
        yield opened


@pytest.mark.parametrize(
    ("speaker", "question", "answer"),
    [
        (None, "Where does Tom's mum live?", "Tom's mum lives in Leeds"),
        (None, "Where does Ana's mother live?", "Ana's mum lives in York"),
        ("Tom", "Where does my mum live?", "Tom's mum lives in Leeds"),
        ("Ana", "Where does my mum live?", "Ana's mum lives in York"),
        (None, "Where does my brother work?", "Ana's brother works for Siemens"),
        ("Tom", "Where does my sister live?", "Nora lives in Bergen"),
        ("Tom", "Where does my sister's boyfriend work?", "Nora's boyfriend works for Equinor"),
        ("Tom", "What is my wife's job?", "Anna works as vet"),
        (None, "What does Anna hate?", "Tom's wife dislikes coriander"),
        (None, "Who is Tom's wife?", "Tom is married to Anna"),
    ],
)
def test_who_is_meant_by_a_role_is_told_by_whose_they_are(
    memory: Memory, speaker: str | None, question: str, answer: str
) -> None:
    found = memory.ask(Asked(question, "home", speaker=speaker), record=False).answer
    assert found is not None
    assert found.text == answer


def test_a_sister_is_nobody_s_brother(memory: Memory) -> None:
    for question in ("What is my brother's name?", "What is the name of Tom's brother?"):
        found = memory.ask(Asked(question, "home", speaker="Tom"), record=False)
        assert found.answer is None or "Nora" not in found.answer.text


def test_what_each_says_of_their_own_ends_nothing_of_the_others(memory: Memory) -> None:
    facts = memory.facts("home", predicate="lives_in")
    assert {(f.body.subject, f.body.object, f.valid_to) for f in facts} == {
        ("Tom's mum", "Leeds", None),
        ("Ana's mum", "York", None),
        ("Nora", "Bergen", None),
    }


def test_a_later_move_ends_the_home_of_whom_it_is_told(tmp_path: Path) -> None:
    with Memory(read_settings(home=tmp_path)) as memory:
        for day, text in ((1, "My mum lives in Leeds."), (9, "My mother moved to Hull.")):
            memory.take(
                [
                    {
                        "id": f"m{day}",
                        "space": "home",
                        "kind": "message",
                        "at": f"2026-02-{day:02}T10:00:00+00:00",
                        "session": "s",
                        "speaker": "Tom",
                        "text": text,
                    }
                ]
            )
        homes = memory.facts("home", predicate="lives_in")
        assert [(f.body.object, f.valid_to is None) for f in homes] == [
            ("Leeds", False),
            ("Hull", True),
        ]


def test_who_only_takes_a_wife_for_granted_ends_no_marriage(memory: Memory) -> None:
    (married,) = memory.facts("home", predicate="spouse")
    assert (married.body.object, married.valid_to, married.evidence) == ("Anna", None, 1)
