"""What cues bring to mind, and what a session has in mind."""

from datetime import UTC, datetime, timedelta

import pytest

from infra.associating import Associated, Associating
from infra.memory import Memory
from infra.views.sql_working import SqlWorking
from schemas.errors import NotFoundError
from tests.driving import said, take_in

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def told(*texts: str) -> list[dict[str, object]]:
    return [said(f"o{n}", text, speaker="Zoe", session=f"s{n}") for n, text in enumerate(texts)]


def asked(memory: Memory, *cues: str) -> list[Associated]:
    return Associating(memory.reads, memory.vectors, memory.perceiver).ask("ana", cues, 20)


def active(found: list[Associated]) -> dict[str, float]:
    return {one.text: one.activation for one in found}


def test_a_name_brings_what_is_told_of_it_and_who_else_is_in_it(memory: Memory) -> None:
    take_in(memory, told("the boat of Mara carried Ivo home", "an old clock of Nils struck nine"))
    found = asked(memory, "Mara")
    assert found[0].text in {"the boat of Mara carried Ivo home", "Zoe"}
    names = active(found)
    assert "Ivo" in names
    [ivo] = [one for one in found if one.text == "Ivo"]
    assert ivo.path == ("Mara", "the boat of Mara carried Ivo home", "Ivo")
    assert "Mara" not in names  # what was said is no news


def test_the_more_there_is_of_a_name_the_less_each_is_brought_to_mind(memory: Memory) -> None:
    words = ("glass", "stone", "paper", "copper", "velvet", "amber")
    lines = told(
        "a lone heron saw Oda", *(f"{word} things were what {word} Ugo sold" for word in words)
    )
    take_in(memory, lines)
    few, many = active(asked(memory, "Oda")), active(asked(memory, "Ugo"))
    of_many = [value for text, value in many.items() if "Ugo sold" in text]
    assert few["a lone heron saw Oda"] > max(of_many) > 0


def test_a_part_brings_back_the_whole(memory: Memory) -> None:
    take_in(memory, told("the boat of Mara carried Ivo home", "an old clock of Nils struck nine"))
    found = asked(memory, "an old clock struck")
    whole = [one for one in found if one.text == "an old clock of Nils struck nine"]
    assert whole
    assert whole[0].path == (whole[0].text,)
    assert "Nils" in active(found)


def test_cues_that_lead_nowhere_are_told(memory: Memory) -> None:
    take_in(memory, told("the boat of Mara carried Ivo home"))
    with pytest.raises(NotFoundError, match="xyzzy"):
        asked(memory, "xyzzy")


def test_a_session_has_its_last_things_in_mind_and_what_is_about_the_same(memory: Memory) -> None:
    words = ["fig", "oak", "elm", "ash", "yew", "fir", "bay", "box", "rye", "hop"]
    texts = [f"{word} {word} grows by the {word} gate" for word in words]
    texts[0] += " of Mara"
    texts[-1] += " near Mara"
    lines = [
        said(f"o{n}", text, speaker=None, at=(NOON + timedelta(minutes=n)).isoformat())
        for n, text in enumerate(texts)
    ]
    take_in(memory, [{k: v for k, v in line.items() if v is not None} for line in lines])
    at = NOON + timedelta(hours=1)
    found = [one.body.text for one, _ in SqlWorking(memory.reads).memories("ana", "s", at)]
    assert len(found) == 7
    assert found[0] == texts[-1]
    assert texts[0] in found  # it is the oldest, but of whom was spoken last
    assert texts[1] not in found
    assert SqlWorking(memory.reads).memories("ana", "nobody's", at) == []
