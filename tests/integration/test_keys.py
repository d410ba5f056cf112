"""Are keys listed and rotated, and missed at once when they are lost?"""

import shutil
from pathlib import Path

import pytest

from schemas.errors import KeysError
from tests.driving import opened, run, said, state, take_in, texts, written
from tests.searching import BUSY, secret_lines


def test_keys_are_listed_and_rotated(filled: Path, home: Path) -> None:
    shutil.copytree(filled, home)
    before = run(home, "verify", "--json").row["state_hash"]
    assert run(home, "keys", "rotate", "--json").row == {"space": None, "key": "master"}
    assert run(home, "keys", "rotate", "--space", "maya", "--json").row["key"] == 2
    assert "no key" in run(home, "keys", "rotate", "--space", "nobody", code=2).err
    rows = {row["space"]: row for row in run(home, "keys", "list", "--json").rows}
    assert (rows["maya"]["newest"], rows["maya"]["living"]) == (2, [1, 2])
    assert "maya" in run(home, "keys", "list").out
    assert run(home, "verify", "--json").row["state_hash"] == before
    line = written([said("new", "Maya keeps bees", space="maya")])
    run(home, "ingest", "-", given=line)
    assert run(home, "verify", "--json").row["ok"]


def test_a_lost_key_file_is_told_at_the_start(home: Path, tmp_path: Path) -> None:
    with opened(home) as memory:
        take_in(memory, BUSY)
    shutil.move(home / "keys", tmp_path / "safe")
    with pytest.raises(KeysError, match="ANAMNESIS_KEYS"):
        opened(home)
    assert "KeysError" in run(home, "facts", "--space", "ben", code=4).err
    with opened(home, keys=tmp_path / "safe") as memory:
        assert len(texts(memory, "ben")) == len(BUSY)


def test_the_state_does_not_depend_on_the_keys(home: Path, tmp_path: Path) -> None:
    lines = [*secret_lines(), *BUSY]
    with opened(home) as one, opened(tmp_path / "other") as other:
        take_in(one, lines)
        take_in(other, lines)
        assert state(one) == state(other)
