"""Are arguments and questions that nothing can hold refused with a sentence?"""

from pathlib import Path
from typing import Any

import pytest

from infra.cli.app import refuse_misspelt
from schemas.errors import InputError
from tests.driving import run, written


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("recall", "x", "--space", "maya", "--known-at", f"{1 << 63}"), "2^63"),
        (("facts", "--space", "maya", "--known-at", f"0:{1 << 70}"), "2^63"),
        (
            ("timeline", "--space", "maya", "--since", "2026-05-01", "--until", "2026-05-01"),
            "before",
        ),
        (("recall", "x", "--space", "maya", "--context", "9", "--explain"), "add --json for both"),
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
    assert [row.get("error") for row in ran.rows] == [
        None, "line 2: half of a character (a lone surrogate)",
    ]  # fmt: skip


def test_turns_that_would_have_no_time_are_refused(home: Path) -> None:
    chat = ("ingest", "-", "--format", "chat", "--space", "ana", "--at", "9999-12-31T23:59:59Z")
    ran = run(home, *chat, given=b"Ana: Hello\nBen: Hi\nAna: Bye\n", code=2)
    assert "have no time" in ran.err


@pytest.mark.parametrize("command", ["perceive", "recall"])
def test_a_bad_line_of_a_batch_is_told_and_the_others_go_on(filled: Path, command: str) -> None:
    name = {"perceive": "text", "recall": "question"}[command]
    wrong = {"perceive": "speeker", "recall": "as-of"}[command]
    known = {"perceive": "speaker", "recall": "as_of"}[command]
    lines: list[dict[str, Any] | bytes] = [
        {"id": "a", name: ""}, b"[", {"id": "b", name: "Hello", wrong: "2026-01-01"},
        {"id": "c", name: "Hello", "expects": ["x"], "question_id": 7},
    ]  # fmt: skip
    more = ("--space", "maya", "--no-record") if command == "recall" else ()
    ran = run(filled, command, "--batch", "-", *more, given=written(lines), code=2)
    assert [row["id"] for row in ran.rows] == ["a", None, "b", "c"]
    assert ran.rows[2]["error"] == f"line 3: there is no key `{wrong}`: it is `{known}`"
    assert "error" not in ran.rows[3]
    both = run(filled, command, "Hello", "--batch", "-", code=2)
    assert "not both" in both.err


@pytest.mark.parametrize("key", ["asof", "as-of", "kindz", "Space", "untill", "layers"])
def test_a_misspelt_key_is_named(key: str) -> None:
    known = ("as_of", "kind", "space", "until", "layer", "question", "id", "k")
    with pytest.raises(InputError, match=f"line 1: there is no key `{key}`: it is `"):
        refuse_misspelt({key: 1}, known, "line 1")
