"""Is it said why there is nothing to see: a slip in a name, or nothing there yet?"""

from pathlib import Path

import pytest

from infra.cli.app import many
from tests.driving import run, said, taken_in, written


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with one fact, for looking only."""
    home = tmp_path_factory.mktemp("small") / "home"
    fact = {"kind": "fact", "subject": "Ana", "predicate": "lives in", "object": "Porto"}
    taken_in(home, [said("a"), {"id": "b", "space": "ana", "at": "2026-03-01T00:00:00Z"} | fact])
    return home


def test_a_question_to_a_space_or_by_a_speaker_that_nobody_knows_is_hinted_at(small: Path) -> None:
    ask = ("recall", "the word", "--no-record")
    ran = run(small, *ask, "--space", "nosuch", "--json")
    assert ran.row["note"] == "there is no space nosuch"
    assert ran.row["results"] == []
    assert "there is no space nosuch" in ran.err
    assert "nobody in ana is called Joana" in run(
        small, *ask, "--space", "ana", "--speaker", "Joana"
    ).err  # fmt: skip
    known = run(small, *ask, "--space", "ana", "--speaker", "ANA", "--json")
    assert "note" not in known.row
    lines = [{"id": n, "space": n, "question": "the word"} for n in ("nosuch", "ana")]
    rows = run(small, "recall", "--batch", "-", "--no-record", given=written(lines)).rows
    assert [row.get("note") for row in rows] == ["there is no space nosuch", None]


def test_a_predicate_that_no_fact_has_is_answered_by_those_that_are_there(small: Path) -> None:
    told = "no fact of ana has the predicate lives; there are lives_in"
    assert told in run(small, "facts", "--space", "ana", "--predicate", "lives").out
    ran = run(small, "facts", "--space", "ana", "--predicate", "lives", "--json")
    assert (ran.out, told in ran.err) == ("", True)
    assert "no fact matches" in run(
        small, "facts", "--space", "ana", "--predicate", "lives*", "--object", "x"
    ).out  # fmt: skip
    assert "confidence" in run(small, "facts", "--space", "ana").out


@pytest.mark.parametrize(
    "command",
    [
        ("contradictions", "--space", "ana"),
        ("concepts", "--space", "ana"),
        ("procedures", "--space", "ana"),
        ("timeline", "--space", "ana", "--until", "1999-01-01"),
        ("promotions",),
        ("log", "--stream", "rejections"),
    ],
)
def test_an_empty_list_is_said_to_be_empty(small: Path, command: tuple[str, ...]) -> None:
    for more in ((), ("--json",)):
        ran = run(small, *command, *more)
        assert ran.out == ""
        assert len(ran.err.splitlines()) == 1


def test_a_tag_that_no_event_has_is_refused_with_those_that_there_are(small: Path) -> None:
    told = run(small, "log", "--type", "nonsense", code=2).err
    assert "there is no tag nonsense; there are message.v1," in told
    assert run(small, "log", "--type", "memory_formed.v1").out


def test_refused_lines_are_exported_as_they_were_written(home: Path) -> None:
    taken_in(home, [said("a"), b'{"id": "b", "space": "ana"', b"what?"])
    out = run(home, "log", "--stream", "rejections", "--export").out
    assert sorted(out.splitlines()) == ["what?", '{"id": "b", "space": "ana"']


def test_a_position_that_cannot_come_is_refused_at_once(small: Path) -> None:
    ran = run(small, "recall", "x", "--space", "ana", "--after", "0:99", code=2)
    assert "--after 0:99: the log ends at " in ran.err


def test_what_a_person_is_to_know_is_a_sentence_and_no_line_of_a_log(home: Path) -> None:
    taken_in(home, [said("a")])
    forget = run(home, "forget", "--space", "ana", "--reason", "asked to").err.splitlines()
    assert "nothing is erased yet: say --yes to do it, and it cannot be undone" in forget
    tick = run(home, "tick", "--job", "decay", "--at", "2120-01-01").err.splitlines()
    assert "in ana it is 2120-01-01 from now on: time never goes back there" in tick


def test_what_will_be_known_at_a_position_to_come_is_not_asked(small: Path) -> None:
    asked = ("recall", "x", "--space", "ana")
    told = run(small, *asked, "--known-at", "0:99", code=2).err
    assert "the question: known_at 0:99: the log ends at " in told
    told = run(small, "facts", "--space", "ana", "--known-at", "99", code=2).err
    assert "--known-at 99: the log ends at " in told
    lines = [{"space": "ana", "question": "x", "known_at": at} for at in ("0:99", None)]
    first, second = run(small, "recall", "--batch", "-", given=written(lines), code=2).rows
    assert first["error"].startswith("line 1: known_at 0:99: the log ends at ")
    assert second["results"]


def test_one_observation_lies_and_two_lie() -> None:
    assert many(1, "observation", "lie") == "1 observation lies"
    assert many(2, "observation", "lie") == "2 observations lie"


def test_lines_are_whole_where_no_terminal_shows_them(home: Path) -> None:
    words = " ".join(["a long tale of boats and bees"] * 9)
    fact = {"kind": "fact", "subject": "Ana of the old harbour " * 3, "predicate": "has_condition"}
    at = {"id": "b", "space": "ana", "at": "2026-03-01T00:00:00Z", "object": words}
    taken_in(home, [said("a", words), fact | at])
    (told,) = run(home, "facts", "--space", "ana").out.splitlines()[1:]
    assert fact["subject"].strip() in told
    assert f" has_condition  {words} " in told
    assert len(run(home, "timeline", "--space", "ana").out.splitlines()) == 2
    assert run(home, "--version").out.startswith("anamnesis 0.")
