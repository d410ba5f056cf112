"""Are arguments and questions that nothing can hold refused with a sentence?"""

from pathlib import Path

import pytest

from tests.driving import run


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("recall", "x", "--space", "maya", "--known-at", f"{1 << 63}"), "2^63"),
        (("facts", "--space", "maya", "--known-at", f"0:{1 << 70}"), "2^63"),
        (("tick", "--at", "2300-01-01"), "200 years or more ahead"),
        (("recall", "Where \udcff?", "--space", "maya"), "not UTF-8"),
        (("timeline", "--space", "\udcff"), "not UTF-8"),
    ],
)
def test_what_no_store_can_hold_is_refused(filled: Path, words: tuple[str, ...], told: str) -> None:
    assert told in run(filled, *words, code=2).err


@pytest.mark.parametrize("command", ["perceive", "recall"])
def test_half_a_character_is_refused_where_it_stands(filled: Path, command: str) -> None:
    name = {"perceive": "text", "recall": "question"}[command]
    lines = b"\n".join(b'{"%s": "Where is %s?"}' % (name.encode(), w) for w in (b"Ana", b"\\ud800"))
    more = ("--space", "maya", "--no-record", "--json") if command == "recall" else ()
    ran = run(filled, command, "--batch", "-", *more, given=lines, code=2)
    assert "line 2: half of a character" in ran.err
    assert len(ran.rows) == 1


def test_turns_that_would_have_no_time_are_refused(home: Path) -> None:
    chat = ("ingest", "-", "--format", "chat", "--space", "ana", "--at", "9999-12-31T23:59:59Z")
    ran = run(home, *chat, given=b"Ana: Hello\nBen: Hi\nAna: Bye\n", code=2)
    assert "have no time" in ran.err
