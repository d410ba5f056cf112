"""What ends what was said, and what is so as well, from what somebody says to the answers."""

from pathlib import Path

import pytest

from infra.memory import Memory
from infra.recollection import Asked
from infra.settings import read_settings


def holding(home: Path, *said: str) -> Memory:
    memory = Memory(read_settings(home=home))
    memory.take(
        {
            "id": f"m{number}",
            "space": "kim",
            "kind": "message",
            "at": f"2026-{number:02}-01T10:00:00+00:00",
            "session": f"s{number}",
            "speaker": "Kim",
            "text": text,
        }
        for number, text in enumerate(said, 1)
    )
    return memory


@pytest.mark.parametrize(
    ("said", "question", "answer"),
    [
        (
            ("I work for Google.", "I also work at a bakery on weekends.", "I work for Google."),
            "Where do I work?",
            "Kim works for Google, bakery",
        ),
        (
            ("I also work at a bakery.", "I work for Google.", "I work for Apple now."),
            "Where do I work?",
            "Kim works for bakery, Apple",
        ),
        (
            ("I'm a nurse.", "I'm also a volunteer firefighter."),
            "What is my job?",
            "Kim works as nurse, volunteer firefighter",
        ),
        (("I work for Google.", "I left Google for Apple."), "Where do I work?", "Apple"),
        (
            ("I work for Google.", "I moved to Rome, and I also got a new job at Farol."),
            "Where do I work?",
            "Kim works for Farol",
        ),
        (
            ("My favourite colour is blue.", "Green is my favourite colour now."),
            "What is my favourite colour?",
            "Kim has the favourite colour Green",
        ),
        (
            ("My favourite colour is blue.", "My favourite food is ramen."),
            "What's Kim's favourite food?",
            "Kim has the favourite food ramen",
        ),
        (
            ("My favourite colour is blue.", "My favorite food is ramen."),
            "What are Kim's favourites?",
            "Kim has the favourite colour blue; Kim has the favourite food ramen",
        ),
    ],
)
def test_what_is_so_as_well_and_of_another_kind_ends_nothing(
    tmp_path: Path, said: tuple[str, ...], question: str, answer: str
) -> None:
    with holding(tmp_path, *said) as memory:
        found = memory.ask(Asked(question, "kim", speaker="Kim"), record=False).answer
        assert found is not None
        assert found.text.endswith(answer)
        assert memory.host.told["contradiction_found"] == 0


def test_what_is_moved_is_told_by_when_it_is_now_though_nobody_is_named(tmp_path: Path) -> None:
    said = (
        "Dan's wedding is on 12 September.",
        "I need to buy a present for Dan.",
        "The wedding's been moved, the barn is flooded. It's on 26 September now.",
    )
    with holding(tmp_path, *said) as memory:
        asked = Asked("When is Dan's wedding?", "kim", speaker="Kim")
        found = memory.ask(asked, record=False).answer
        assert found is not None
        assert "26 September" in found.text
