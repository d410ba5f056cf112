"""Is what a space declares refused by name and place where it cannot be?"""

import json
from pathlib import Path
from typing import Any

import pytest

from agents import predicates as known
from schemas.errors import ObservationError
from schemas.observations import SpaceConfigured
from schemas.predicates import BUILT_IN, MOST
from schemas.wire import digest_of, encode, parse_observation

MODELS = Path(__file__).parents[3] / "models"
DATABASE = {
    "name": "database",
    "functional": True,
    "asks": ["database", "data store"],
}


def declared(*predicates: dict[str, Any], **more: Any) -> bytes:
    said = {"id": "c1", "space": "atlas", "at": "2026-01-01T00:00:00Z", "kind": "space_configured"}
    return json.dumps(said | {"predicates": predicates} | more).encode()


def refusal(content: bytes) -> str:
    with pytest.raises(ObservationError) as caught:
        parse_observation(content)
    return str(caught.value)


def test_a_declaration_is_read_as_it_is_written() -> None:
    read = parse_observation(declared(DATABASE, {"name": "deadline"}))
    assert isinstance(read, SpaceConfigured)
    assert [one.name for one in read.predicates or ()] == ["database", "deadline"]
    assert [one.functional for one in read.predicates or ()] == [True, False]
    assert parse_observation(encode(read)) == read


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"name": "lives_in"}, "predicates.0.name: lives_in is built in"),
        ({"name": "employer"}, "predicates.0.name: employer is built in"),
        ({"name": "favourite_tea"}, "predicates.0.name: favourite_tea is built in"),
        ({"name": "Data base"}, "predicates.0.name: must be words of small letters"),
        ({"name": "x" * 65}, "predicates.0.name: must have at most 64 characters"),
        ({"asks": [" "]}, "predicates.0.asks.0: is empty"),
        ({"asks": ["a"] * 17}, "predicates.0.asks: must have at most 16 items"),
        ({"functional": "yes"}, "predicates.0.functional: must be true or false"),
        ({"unique": True}, "predicates.0.unique: is not known here"),
    ],
)
def test_what_cannot_be_declared_is_told_with_its_place(wrong: dict[str, Any], reason: str) -> None:
    assert reason in refusal(declared(DATABASE | wrong))


def test_a_declaration_names_each_predicate_once_and_not_too_many() -> None:
    assert "predicates: declared twice: database" in refusal(declared(DATABASE, DATABASE))
    many = [{"name": f"p{number}"} for number in range(MOST + 1)]
    assert parse_observation(declared(*many[:MOST]))
    assert "predicates: must have at most 32 items" in refusal(declared(*many))


def test_what_memory_knows_of_itself_is_built_in() -> None:
    labels = {
        relation
        for encoder in ("encoder", "encoder_small")
        for relation in json.loads((MODELS / encoder / "labels.json").read_text())["relations"]
    }
    tables = (
        known.FUNCTIONAL, known.PLACES, known.ALIASES, known.ALIASES.values(), known.KINDS,
        known.ROLES, known.ENDS, known.BEGINS, {known.LOCATED, known.CAUSE, known.HAPPENED},
    )  # fmt: skip
    assert labels.union(*tables) | {"related_to", known.INSTRUCTS} == BUILT_IN


def test_a_command_without_predicates_is_the_same_as_before_there_were_any() -> None:
    said = json.loads(declared()) | {"settings": {"decay_hours": 6}}
    del said["predicates"]
    read = parse_observation(json.dumps(said).encode())
    assert "predicates" not in json.loads(encode(read))
    assert digest_of(read) == "7b4fba34b918108f6b3ade6fc0ad2f74"
