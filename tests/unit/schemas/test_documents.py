import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # has no stubs

from infra.host.documents import ROOT, drifted, main
from schemas.documents import FAMILIES, header_schema, schema_documents
from schemas.envelope import Envelope
from schemas.errors import ObservationError
from schemas.wire import decode, tag_of_type, tags
from streams.asyncapi import HOLDS, asyncapi_document
from streams.topology import STREAMS, TOPOLOGY
from tests.golden import GOLDEN

DOCUMENTS = schema_documents()
ASYNCAPI = asyncapi_document("0.1.0")
FAMILY_OF = {tag_of_type(model): name for name, (_, models) in FAMILIES.items() for model in models}
FULL = Envelope("id", "fact.v1", "source", "lena", "2026-01-01T00:00:00Z", "c", "d", "0:1", "t")


def valid(tag: str, value: object, family: str | None = None) -> bool:
    return bool(Draft202012Validator(DOCUMENTS[f"{family or FAMILY_OF[tag]}.json"]).is_valid(value))


def refs(document: object) -> Iterator[str]:
    match document:
        case dict():
            for name, part in document.items():
                if name == "$ref":
                    yield part
                yield from refs(part)
        case list():
            for part in document:
                yield from refs(part)


def resolve(document: dict[str, Any], ref: str) -> Any:
    assert ref.startswith("#/")
    part: Any = document
    for name in ref[2:].split("/"):
        part = part[name]
    return part


def test_the_documents_are_what_the_types_say() -> None:
    assert drifted(ROOT / "docs") == [], "run python -m infra.host.documents"


def test_drift_is_told_and_mended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", "--to", str(tmp_path)]) == 1
    assert "asyncapi.json" in capsys.readouterr().err
    assert main(["--to", str(tmp_path)]) == 0
    assert main(["--check", "--to", str(tmp_path)]) == 0
    (tmp_path / "schemas" / "dream.json").write_text("{}")
    (tmp_path / "asyncapi.json").write_text("{}")
    assert drifted(tmp_path) == ["asyncapi.json", "schemas/dream.json"]
    assert main(["--to", str(tmp_path)]) == 0
    assert drifted(tmp_path) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_schema_is_valid_and_self_contained(name: str) -> None:
    document = json.loads(json.dumps(DOCUMENTS[name]))
    Draft202012Validator.check_schema(document)
    assert all(resolve(document, ref) for ref in refs(document))


def test_every_tag_belongs_to_a_family() -> None:
    assert set(FAMILY_OF) == set(tags())


@pytest.mark.parametrize("tag", GOLDEN)
def test_a_golden_event_is_valid_in_its_family(tag: str) -> None:
    assert valid(tag, GOLDEN[tag].value)


@pytest.mark.parametrize("tag", GOLDEN)
def test_what_a_schema_accepts_of_a_broken_event_the_types_accept_too(tag: str) -> None:
    golden = GOLDEN[tag].value
    required = 0
    for name in golden:
        for broken in (
            {k: v for k, v in golden.items() if k != name},
            {**golden, name: 7},
            {**golden, name: None},
            {**golden, name: [[]]},
            {**golden, name: "\x00"},
            {**golden, name: ""},
        ):
            if valid(tag, broken):
                assert decode(tag, json.dumps(broken).encode())
            else:
                required += 1
                with pytest.raises(ObservationError):
                    decode(tag, json.dumps(broken).encode())
    assert required > len(golden)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "rumour"},
        {"space": "Lena"},
        {"at": "2026-02-03T19:42:11"},
        {"at": "1767225600"},
        {"at": 1767225600},
        {"text": " \n"},
        {"text": "a\x00b"},
        {"text": "a" * 1_000_001},
        {"id": ""},
        {"speaker": 7},
    ],
)
def test_a_wrong_line_is_refused_by_the_producers_schema(wrong: dict[str, Any]) -> None:
    assert not valid("message.v1", GOLDEN["message.v1"].value | wrong)


def test_an_unknown_field_is_carried_by_observations_and_refused_elsewhere() -> None:
    assert valid("message.v1", GOLDEN["message.v1"].value | {"weather": {"rain": True}})
    assert not valid("rejected.v1", GOLDEN["rejected.v1"].value | {"weather": "rain"})
    assert not valid("fact_asserted.v1", GOLDEN["fact_asserted.v1"].value | {"weather": "rain"})


def test_commands_pass_through_the_percepts() -> None:
    assert valid("recalled.v1", GOLDEN["recalled.v1"].value, "percept")
    assert valid("recalled.v1", GOLDEN["recalled.v1"].value, "observation")
    assert not valid("message.v1", GOLDEN["message.v1"].value, "percept")


def test_the_headers_are_those_of_an_envelope() -> None:
    schema = header_schema()
    assert list(schema["properties"]) == list(FULL.headers())
    assert Draft202012Validator(schema).is_valid(FULL.headers())
    assert not Draft202012Validator(schema).is_valid(FULL.headers() | {"ce_specversion": "0.3"})
    assert not Draft202012Validator(schema).is_valid({"ce_id": "1"})


def test_every_stream_is_a_channel_with_its_topic() -> None:
    channels = ASYNCAPI["channels"].values()
    assert [channel["address"] for channel in channels] == list(STREAMS)
    assert [channel["bindings"]["kafka"]["topic"] for channel in channels] == list(STREAMS)
    assert list(HOLDS) == list(STREAMS)


def test_every_reference_of_the_asyncapi_document_resolves() -> None:
    found = list(refs(ASYNCAPI))
    assert len(found) > len(tags())
    assert all(resolve(ASYNCAPI, ref) is not None for ref in found)


def test_every_tag_is_a_message_on_a_channel_and_is_keyed_by_the_space() -> None:
    messages = ASYNCAPI["components"]["messages"]
    assert set(messages) == set(tags())
    carried = {tag for channel in ASYNCAPI["channels"].values() for tag in channel["messages"]}
    assert carried == set(tags())
    for tag, message in messages.items():
        key = Draft202012Validator(message["bindings"]["kafka"]["key"])
        assert key.is_valid("lena")
        assert not key.is_valid("Lena")
        assert key.is_valid(None) == (tag == "rejected.v1")


@pytest.mark.parametrize("tag", GOLDEN)
def test_a_golden_event_is_valid_as_a_message(tag: str) -> None:
    message = ASYNCAPI["components"]["messages"][tag]
    within = {"components": ASYNCAPI["components"]}
    assert Draft202012Validator(message["payload"] | within).is_valid(GOLDEN[tag].value)
    headers = Draft202012Validator(message["headers"] | within)
    assert headers.is_valid(FULL.headers() | {"ce_type": tag})
    assert not headers.is_valid(FULL.headers() | {"ce_type": "another.v1"})


def test_every_step_of_the_topology_is_an_operation() -> None:
    told = {
        (name.partition(".")[0], op["action"], resolve(ASYNCAPI, op["channel"]["$ref"])["address"])
        for name, op in ASYNCAPI["operations"].items()
    }
    assert told == {
        (step.agent, action, stream)
        for step in TOPOLOGY
        for action, streams in (("receive", (step.reads,)), ("send", step.writes))
        for stream in streams
    }
