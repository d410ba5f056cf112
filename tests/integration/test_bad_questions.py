"""Is a bad question refused with what is wrong and where, before it is asked?"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.cli.recalling import asked_of
from infra.memory import Memory
from schemas.errors import InputError, ObservationError
from tests.driving import opened, run, said, taken_in

# What is wrong, and what its message must say.
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no question": ({"question": None}, "`question` is missing"),
    "a number as question": ({"question": 7}, "`question` is missing"),
    "a blank question": ({"question": " "}, "`question` is missing"),
    "no space": ({"space": None}, "`space` is missing"),
    "a bad space": ({"space": "A B"}, "`space`: must be of small letters (a-z)"),
    "a control character": ({"question": "W\u0007"}, "`question`: "),
    "k of zero": ({"k": 0}, "`k` must be a whole number"),
    "k of a text": ({"k": "3"}, "`k` must be a whole number"),
    "k of true": ({"k": True}, "`k` must be a whole number"),
    "a number as time": ({"as_of": 5}, "as_of 5 is not a time"),
    "a bad time": ({"since": "soon"}, "since 'soon' is not a time"),
    "a time beyond UTC": ({"until": "9999-12-31T23:00:00-05:00"}, "is not a time"),
    "a time that is none": (
        {"since": "2026-05-01", "until": "2026-04-01"},
        "`since` (2026-05-01 00:00:00+00:00) must be before `until` (2026-04-01",
    ),
    "an unknown kind": (
        {"kind": "odd"},
        "there is no kind odd; there are episodic, semantic, procedural",
    ),
    "a number as layer": ({"layer": 3}, "there is no layer 3"),
    "a number as speaker": ({"speaker": 3}, "`speaker` must be a name"),
}


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    """Give one memory for all the questions, which none of them changes."""
    with opened(tmp_path_factory.mktemp("questions") / "home") as memory:
        yield memory


@pytest.mark.parametrize("case", BAD)
def test_a_bad_question_is_told_before_it_is_asked(memory: Memory, case: str) -> None:
    wrong, told = BAD[case]
    with pytest.raises(InputError) as refused:
        asked_of(memory, {"space": "ana", "question": "Who?", "k": 5} | wrong, "line 3")
    assert str(refused.value).startswith("line 3: ")
    assert told in str(refused.value)


def test_a_bad_position_is_told(memory: Memory) -> None:
    with pytest.raises(ObservationError, match="'soon' is not a position such as 0:12"):
        asked_of(memory, {"space": "ana", "question": "Who?", "k": 5, "known_at": "soon"}, "")


def test_a_bad_question_in_a_batch_is_told_with_its_line(home: Path) -> None:
    taken_in(home, [said("a", "The harbour opens early")])
    good = b'\xef\xbb\xbf{"id": 1, "space": "ana", "question": "harbour"}\r\n\r\n'
    ran = run(home, "recall", "--batch", "-", given=good + b"where?", code=2)
    assert "line 3: not JSON" in ran.err
    assert [row["id"] for row in ran.rows] == [1, None]
    assert ran.rows[1]["error"].startswith("line 3: not JSON")
