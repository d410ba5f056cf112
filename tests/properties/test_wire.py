import json
from collections.abc import Callable
from datetime import UTC
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # has no stubs
from pydantic import BaseModel

from schemas.documents import schema_documents
from schemas.errors import ObservationError, UnknownTagError
from schemas.observations import Said
from schemas.wire import decode, digest_of, encode, parse_observation, tag_of, tag_of_type, tags
from tests.golden import GOLDEN
from tests.properties.events import EVENTS, OBSERVATIONS
from tests.properties.parts import ANY_TEXT, CARRIED

LINES = [
    GOLDEN[name].written
    for name in GOLDEN
    if "kind" in GOLDEN[name].value and "tag" not in GOLDEN[name].value
]
FIELDS = sorted({name for line in LINES for name in json.loads(line)})
PRODUCERS = Draft202012Validator(schema_documents()["observation.json"])


def test_every_tag_has_a_strategy() -> None:
    assert {tag_of_type(kind) for kind in EVENTS} == set(tags())


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_an_event_that_is_written_is_read_back_equal(
    kind: type[BaseModel], data: st.DataObject
) -> None:
    event = data.draw(EVENTS[kind])
    written = encode(event)
    read = decode(tag_of(event), written)
    assert type(read) is kind
    assert read == event
    assert encode(read) == written


@given(OBSERVATIONS)
def test_a_line_that_is_an_observation_stays_one_with_the_same_digest(said: Said) -> None:
    read = parse_observation(encode(said))
    assert read == said
    assert digest_of(read) == digest_of(said)


@given(OBSERVATIONS)
def test_what_the_types_accept_the_producers_schema_accepts(said: Said) -> None:
    assert PRODUCERS.is_valid(json.loads(encode(said)))


def shuffled(value: Any, random: Random) -> Any:
    match value:
        case dict():
            names = list(value)
            random.shuffle(names)
            return {name: shuffled(value[name], random) for name in names}
        case list():
            return [shuffled(item, random) for item in value]
        case _:
            return value


@given(OBSERVATIONS, st.randoms(use_true_random=False))
def test_a_digest_does_not_depend_on_the_order_of_keys(said: Said, random: Random) -> None:
    turned = json.dumps(shuffled(json.loads(encode(said)), random)).encode()
    assert digest_of(parse_observation(turned)) == digest_of(said)


@given(OBSERVATIONS, ANY_TEXT)
def test_another_content_has_another_digest(said: Said, text: str) -> None:
    one, other = (said.model_copy(update={"carried": t}) for t in (text, text + "!"))
    assert digest_of(one) != digest_of(other)


def read_or_refused(line: bytes) -> None:
    """Check that a line is an observation that survives the log, or is refused with a reason."""
    try:
        said = parse_observation(line)
    except ObservationError as error:
        reason = str(error)
        assert reason
        assert len(reason) < 5000
        return
    said.at.astimezone(UTC)
    assert parse_observation(encode(said)) == said
    assert len(digest_of(said)) == 32


@given(st.binary(max_size=200) | ANY_TEXT.map(str.encode))
def test_any_bytes_are_read_or_refused(line: bytes) -> None:
    read_or_refused(line)


@given(CARRIED)
def test_any_json_is_read_or_refused(value: Any) -> None:
    read_or_refused(json.dumps(value).encode())


AWKWARD = [
    b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"-0.0", b"1e-400", b"9" * 400,
    b"9" * 5000, b"0." + b"1" * 5000, b"18446744073709551616", b"01", b"+1", b".5", b"0x10",
    b'"\\ud800"', b'"\\udfff\\ud800"', b'"\\u0000"', b'"\\u001b[2J"', b'"\x00"', b'"\xff"',
    b'"\xed\xa0\x80"', b'"\xc0\x80"', b'"\\x41"', b'"\\', b'"', b"", b"null", b"true", b"[]", b"{}",
    b"[" * 31 + b"]" * 31, b"[" * 199 + b"]" * 199, b"[" * 100_000, b'{"a":' * 100_000,
    b'"' + b" " * 600 + b'"', b'"' + b"a" * 1_000_001 + b'"', b'"\xe2\x80\xae"', b'"\xef\xbf\xbf"',
    b'"2026-02-03T19:42:11"', b'"10000-01-01T00:00:00Z"', b'"0001-01-01T00:00:00+23:59"',
    b'"9999-12-31T23:59:59-23:59"', b'"2026-02-03T19:42:11+99:99"', b'"1767225600"',
    b'"0000-00-00T00:00:00Z"', b'"2026-02-03T19:42:11Z\\n"', b"1767225600", b"1e18",
]  # fmt: skip


@given(st.sampled_from(LINES), st.sampled_from([*FIELDS, "carried"]), st.sampled_from(AWKWARD))
@settings(max_examples=1000)
def test_any_awkward_value_in_any_field_is_read_or_refused(
    line: bytes, field: str, value: bytes
) -> None:
    fields = {name: json.dumps(v).encode() for name, v in json.loads(line).items()}
    fields[field] = value
    parts = (json.dumps(name).encode() + b": " + written for name, written in fields.items())
    read_or_refused(b"{" + b", ".join(parts) + b"}")


def _cut(line: bytes, at: int, _: bytes) -> bytes:
    return line[:at]


def _insert(line: bytes, at: int, junk: bytes) -> bytes:
    return line[:at] + junk + line[at:]


def _overwrite(line: bytes, at: int, junk: bytes) -> bytes:
    return line[:at] + junk + line[at + len(junk) :]


@given(
    st.sampled_from(LINES),
    st.sampled_from([_cut, _insert, _overwrite]),
    st.integers(0, max(map(len, LINES))),
    st.binary(min_size=1, max_size=4)
    | st.sampled_from([b"{", b"[", b'"', b"\\", b",", b":", b"}"]),
)
@settings(max_examples=500)
def test_a_damaged_line_is_read_or_refused(
    line: bytes, damage: Callable[[bytes, int, bytes], bytes], at: int, junk: bytes
) -> None:
    read_or_refused(damage(line, at, junk))


@given(
    st.sampled_from(tags()) | ANY_TEXT,
    st.binary(max_size=100) | CARRIED.map(json.dumps).map(str.encode),
)
def test_any_record_is_an_event_or_refused(tag: str, value: bytes) -> None:
    try:
        event = decode(tag, value)
    except (ObservationError, UnknownTagError) as error:
        assert str(error)  # noqa: PT017 - either outcome is right
        return
    assert tag_of(event) == tag
