import json
from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.errors import ObservationError, UnknownTagError
from schemas.facts import FactSuperseded, Source
from schemas.memories import InputPassed
from schemas.observations import KINDS, Message, SpaceConfigured
from schemas.percepts import Perceived
from schemas.wire import (
    Upcasts,
    decode,
    digest_of,
    encode,
    parse_observation,
    tag_of,
    tag_of_type,
    tags,
)
from tests.golden import GOLDEN

AT = datetime(2026, 2, 3, 18, 42, 11, tzinfo=UTC)
MESSAGE = Message(id="1", space="lena", at=AT, text="Good morning")
PASSED = InputPassed(space="lena", at=AT, reason="no rule")


def test_an_event_is_json_without_what_is_none() -> None:
    assert json.loads(encode(MESSAGE)) == {
        "id": "1",
        "space": "lena",
        "at": "2026-02-03T18:42:11Z",
        "kind": "message",
        "text": "Good morning",
    }


def test_a_null_that_is_carried_along_stays() -> None:
    carried = {"edited": None, "app": {"version": None, "tags": [None]}}
    said = MESSAGE.model_copy(update=carried)
    assert parse_observation(encode(said)).model_extra == carried
    percept = Perceived(observation=said, passages=(), models={})
    assert decode("perceived.v1", encode(percept)).observation.model_extra == carried


def test_the_end_of_a_fact_without_a_successor_can_be_read_back() -> None:
    ended = FactSuperseded(
        fact="f", space="lena", valid_to=AT, by=None, source=Source(observation="1")
    )
    assert decode(tag_of(ended), encode(ended)) == ended


def test_an_observation_is_tagged_by_kind_and_version() -> None:
    assert [tag_of_type(kind) for kind in KINDS[:2]] == ["message.v1", "episode.v1"]
    assert tag_of(MESSAGE.model_copy(update={"tag": "mine", "version": 7})) == "message.v1"


def test_an_unknown_tag_is_told() -> None:
    with pytest.raises(UnknownTagError) as unknown:
        decode("memory_dreamt.v1", b"{}")
    assert unknown.value.fields == {"tag": "memory_dreamt.v1"}


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ("fact.v1", encode(MESSAGE)),
        ("memory_formed.v1", encode(PASSED)),
        ("perceived.v1", encode(PASSED)),
    ],
)
def test_a_value_that_is_another_event_than_its_header_says_is_refused(
    tag: str, written: bytes
) -> None:
    with pytest.raises(ObservationError, match=f"its header says {tag}"):
        decode(tag, written)


@pytest.mark.parametrize("tag", [tag for tag in GOLDEN if tag != "perceived.v1"])
def test_every_missing_field_is_named(tag: str) -> None:
    golden = GOLDEN[tag].value
    name = "kind" if "kind" in golden and "tag" not in golden else "tag"
    with pytest.raises(ObservationError) as refused:
        decode(tag, json.dumps({name: golden[name]}).encode())
    told = {r.partition(":")[0] for r in str(refused.value).split("; ") if "is missing" in r}
    assert told
    assert told <= set(golden)


def test_a_fault_inside_a_percept_is_told_by_its_path() -> None:
    percept = json.loads(GOLDEN["perceived.v1"].written)
    percept["observation"]["at"] = "yesterday"
    with pytest.raises(ObservationError, match=r"^observation\.message\.at: must be an RFC 3339"):
        decode("perceived.v1", json.dumps(percept).encode())
    percept["observation"]["kind"] = "rumour"
    with pytest.raises(ObservationError, match=r"^observation\.kind: must be one of 'message'"):
        decode("perceived.v1", json.dumps(percept).encode())


def test_a_digest_does_not_depend_on_the_order_of_keys() -> None:
    def said(**carried: Any) -> str:
        return digest_of(MESSAGE.model_copy(update=carried))

    one = said(a=1, b={"c": [{"d": 1, "e": 2}], "f": 3})
    assert one == said(b={"f": 3, "c": [{"e": 2, "d": 1}]}, a=1)
    assert one != said(a=1, b={"c": [{"d": 2, "e": 1}], "f": 3})
    assert one != said(a=1, b={"c": [{"d": 1, "e": 2}], "f": 3}, g=None)


def test_a_digest_does_not_depend_on_the_order_of_settings() -> None:
    settings: dict[str, str | int | float | bool] = {"capacity": 7, "language": "de"}
    turned = dict(reversed(settings.items()))
    one, other = (
        SpaceConfigured(id="1", space="lena", at=AT, settings=s) for s in (settings, turned)
    )
    assert digest_of(one) == digest_of(other)


def test_a_digest_is_the_same_for_ever() -> None:
    assert digest_of(MESSAGE) == "60a4782974a0fd6b34c0d7bc896e5511"
    golden = parse_observation(GOLDEN["message.v1"].written)
    assert digest_of(golden) == "170e27948943257536bc96cd857159da"


def joined(fields: dict[str, Any]) -> dict[str, Any]:
    """A reason was once a list of words."""
    return {**fields, "reason": " ".join(fields["reason"])}


def renamed(fields: dict[str, Any]) -> dict[str, Any]:
    """Before that, it was called why."""
    return {"reason" if name == "why" else name: value for name, value in fields.items()}


OLD: Upcasts = {
    "input_dropped.v0": ("input_dropped.v1", renamed),
    "input_dropped.v1": ("input_passed.v1", joined),
    "utterance.v1": ("message.v1", lambda fields: {**fields, "text": fields["words"]}),
    "nowhere.v1": ("memory_dreamt.v1", dict),
}
DROPPED = {"space": "lena", "at": "2026-02-03T18:42:11Z"}


def written(**fields: object) -> bytes:
    return json.dumps(fields).encode()


def test_an_old_shape_is_read_as_the_new_one() -> None:
    old = written(tag="input_dropped.v1", reason=["no", "rule"], **DROPPED)
    assert decode("input_dropped.v1", old, OLD) == PASSED


def test_a_shape_that_is_older_still_takes_every_step() -> None:
    old = written(tag="input_dropped.v0", why=["no", "rule"], **DROPPED)
    assert decode("input_dropped.v0", old, OLD) == PASSED


def test_an_old_observation_changes_its_kind_and_keeps_what_it_carries() -> None:
    old = written(id="1", kind="utterance", words="Hello", **DROPPED)
    read = decode("utterance.v1", old, OLD)
    assert (type(read), read.text, read.model_extra) == (Message, "Hello", {"words": "Hello"})


@pytest.mark.parametrize(
    "broken",
    [b"", b"null", b"[]", b"7", b'{"tag": "input_dropped.v1"}', b'{"reason": 7}', b"[" * 100_000],
)
def test_an_old_shape_that_is_broken_is_refused_as_a_new_one_would_be(broken: bytes) -> None:
    with pytest.raises(ObservationError):
        decode("input_dropped.v1", broken, OLD)


def test_an_old_shape_that_leads_nowhere_is_an_unknown_tag() -> None:
    with pytest.raises(UnknownTagError, match="memory_dreamt"):
        decode("nowhere.v1", b"{}", OLD)


def test_old_tags_are_listed_with_the_present_ones() -> None:
    assert set(tags(OLD)) == set(tags()) | set(OLD)
