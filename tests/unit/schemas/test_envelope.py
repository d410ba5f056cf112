from dataclasses import replace

import pytest

from schemas.envelope import Envelope, derive_id, input_id

FULL = Envelope(
    id="f3bb54c1-2f5d-5a0c-8a5e-7b6ef0b0a7de",
    tag="memory_formed.v1",
    source="anamnesis/remember",
    space="lena",
    at="2026-02-03T19:42:11+01:00",
    cause="0c2b1a52-6c0f-5f53-9f0e-8d8f4d0b7a11",
    digest="9f86d081884c7d659a2feaa0c55ad015",
    position="3:17",
    traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
)


def test_every_attribute_becomes_a_header_of_the_kafka_binding() -> None:
    assert FULL.headers() == {
        "ce_specversion": "1.0",
        "ce_id": "f3bb54c1-2f5d-5a0c-8a5e-7b6ef0b0a7de",
        "ce_type": "memory_formed.v1",
        "ce_source": "anamnesis/remember",
        "ce_time": "2026-02-03T19:42:11+01:00",
        "ce_partitionkey": "lena",
        "ce_causationid": "0c2b1a52-6c0f-5f53-9f0e-8d8f4d0b7a11",
        "ce_contentdigest": "9f86d081884c7d659a2feaa0c55ad015",
        "ce_position": "3:17",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "content-type": "application/json",
    }


def test_headers_give_the_envelope_back() -> None:
    assert Envelope.of(FULL.headers()) == FULL


@pytest.mark.parametrize("name", ["cause", "digest", "position", "traceparent", "space"])
def test_an_empty_attribute_has_no_header_and_comes_back_empty(name: str) -> None:
    envelope = replace(FULL, **{name: ""})
    assert "" not in envelope.headers().values()
    assert Envelope.of(envelope.headers()) == envelope


def test_foreign_headers_are_ignored_and_missing_ones_are_empty() -> None:
    assert Envelope.of({"b3": "1", "ce_id": "x"}) == Envelope("x", "", "", "", "")


def test_extension_attributes_are_named_as_cloudevents_demands() -> None:
    names = [name.removeprefix("ce_") for name in FULL.headers() if name.startswith("ce_")]
    assert all(name.isalnum() and name.islower() and len(name) <= 20 for name in names)


def test_a_derived_id_follows_from_cause_and_place_alone() -> None:
    assert derive_id("a", 0) == "747d110a-b073-5e72-b040-b1153aa7c5e2"
    assert len({derive_id("a", 0), derive_id("a", 1), derive_id("b", 0)}) == 3


def test_the_same_observation_id_in_two_spaces_is_two_inputs() -> None:
    assert input_id("ana", "1") != input_id("ben", "1")
    # A space has no slash, so the first slash ends it.
    assert input_id("ana", "1/2") != input_id("ana.1", "2")
