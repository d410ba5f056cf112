"""Does a chat or a text that is taken in again add what is new, and nothing else?"""

import os
from pathlib import Path

from tests.driving import run


def state_of(home: Path) -> str:
    return str(run(home, "verify", "--json").row["state_hash"])


def test_a_chat_that_has_grown_adds_what_is_new_and_another_of_its_name_is_another(
    home: Path, tmp_path: Path
) -> None:
    chat = tmp_path / "chat.txt"
    chat.write_text("Ana: I live in Porto\nBen: Nice!\nAna: Yes\nBen: Nice!\n")
    arguments = ("--format", "chat", "--space", "ana", "--json")
    assert run(home, "ingest", str(chat), *arguments).row["published"] == 4
    before = state_of(home)
    os.utime(chat, (2e9, 2e9))
    told = run(home, "ingest", str(chat), *arguments).row
    assert (told["published"], told["known"], told["rejected"]) == (0, 4, 0)
    assert state_of(home) == before
    with chat.open("a") as more:
        more.write("Ana: And you?\nBen: Yes\n")
    told = run(home, "ingest", str(chat), *arguments).row
    assert (told["published"], told["known"], told["rejected"]) == (2, 4, 0)
    other = tmp_path / "other" / "chat.txt"
    other.parent.mkdir()
    other.write_text("Ana: I live in Lyon\nBen: Nice!\n")
    told = run(home, "ingest", str(other), *arguments).row
    assert (told["published"], told["known"], told["rejected"]) == (2, 0, 0)


def test_a_text_that_has_grown_adds_what_is_new(home: Path, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("The ferry leaves at noon.\n")
    arguments = ("ingest", str(text), "--format", "text", "--space", "ana", "--json")
    run(home, *arguments)
    text.write_text("The ferry leaves at noon.\n\nThe museum opens at nine.\n")
    os.utime(text, (2e9, 2e9))
    assert run(home, *arguments).row["published"] == 1
    assert run(home, *arguments).row["known"] == 1
    rows = run(home, "timeline", "--space", "ana", "--json").rows
    assert [row["text"] for row in rows] == [
        "The ferry leaves at noon.", "The museum opens at nine.",
    ]  # fmt: skip
    assert [row["reinforced"] for row in rows] == [0, 0]


def test_whose_words_a_chat_with_times_are(home: Path, tmp_path: Path) -> None:
    chat = tmp_path / "chat.txt"
    chat.write_text("[10:01] Tom: I live in Porto.\n[10:02] Bob: I live in Lyon.\n")
    run(home, "ingest", str(chat), "--format", "chat", "--space", "ana", "--at", "2026-03-01")
    rows = run(home, "timeline", "--space", "ana", "--json").rows
    assert [(row["at"], row["speaker"], row["text"]) for row in rows] == [
        ("2026-03-01T10:01:00+00:00", "Tom", "I live in Porto."),
        ("2026-03-01T10:02:00+00:00", "Bob", "I live in Lyon."),
    ]


def test_who_is_an_assistant_in_a_chat_states_nothing(home: Path, tmp_path: Path) -> None:
    chat = tmp_path / "talk.txt"
    chat.write_text(
        "Ana: I live in Porto.\nAssistant: You live in Lisbon.\nPip: I work for Shell.\n"
    )
    arguments = ("ingest", str(chat), "--format", "chat", "--space", "ana")
    run(home, *arguments, "--assistant", "pip")
    rows = run(home, "facts", "--space", "ana", "--json").rows
    assert [(row["subject"], row["object"]) for row in rows] == [("Ana", "Porto")]
    assert len(run(home, "timeline", "--space", "ana", "--json").rows) == 3


def test_an_assistant_is_named_for_chats_only(home: Path) -> None:
    told = run(home, "ingest", "-", "--assistant", "Pip", given=b"", code=2).err
    assert "--format chat" in told
