from concurrent.futures import Future
from pathlib import Path
from typing import Any

from infra.memory import Memory
from infra.settings import Settings
from streams.encoded import Encoded
from tests.driving import run, said, state, take_in
from tests.hash_encoder import HashEncoder

SPEAKER = said("any")["speaker"]


class Counting(HashEncoder):
    """Counts what it is asked to encode."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def submit(self, text: str) -> Future[Encoded]:
        """Encode at once, and note it."""
        if text != SPEAKER:  # who speaks is encoded once a process
            self.asked.append(text)
        return super().submit(text)


def ingested(home: Path, *lines: dict[str, Any], megabytes: float = 1) -> tuple[list[str], str]:
    """Ingest with a memory of its own; give what was encoded, and the state that came of it."""
    encoder = Counting()
    settings = Settings(home=home, sync="off", percept_cache_mb=megabytes)
    with Memory(settings, encoder=encoder) as memory:
        take_in(memory, list(lines))
        return encoder.asked, state(memory)


def test_a_text_is_not_encoded_again_after_a_restart(home: Path) -> None:
    first, again = said("a", "I moved to Lisbon"), said("b", "I moved to Lisbon")
    assert ingested(home, first)[0] == ["I moved to Lisbon"]
    assert ingested(home, again)[0] == []
    told = run(home, "stats", "--json").row["percept cache"]
    assert (told["entries"], told["hits"], told["misses"]) == (1, 1, 1)


def test_another_space_shares_nothing_of_it(home: Path) -> None:
    ingested(home, said("a", "I moved to Lisbon"))
    there = said("a", "I moved to Lisbon", space="tom")
    assert ingested(home, there)[0] == ["I moved to Lisbon"]


def test_what_is_remembered_does_not_depend_on_the_cache(tmp_path: Path) -> None:
    lines = [said(str(i), f"I live in Lisbon with Ana {i % 3}") for i in range(9)]
    states = []
    for name, megabytes in (("with", 1), ("without", 0)):
        home = tmp_path / name
        ingested(home, *lines[:4], megabytes=megabytes)
        states.append(ingested(home, *lines[4:], megabytes=megabytes))
    (kept, one), (none, other) = states
    assert one == other
    assert (len(kept), len(set(none))) == (0, 3)


def test_a_forgotten_space_is_encoded_again_and_others_are_not(home: Path) -> None:
    ana, tom = said("a", "I moved to Lisbon"), said("a", "I moved to Porto", space="tom")
    ingested(home, ana, tom)
    encoder = Counting()
    with Memory(Settings(home=home, sync="off"), encoder=encoder) as memory:
        memory.perceiver.kept.forget("ana")
        take_in(memory, [ana | {"id": "b"}, tom | {"id": "b"}])
    assert encoder.asked == ["I moved to Lisbon"]
