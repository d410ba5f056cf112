import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from schemas.errors import ObservationError
from schemas.observations import Emotion, Episode, Fact, Message, SpaceConfigured, When
from schemas.values import MAX_DEPTH, MAX_MANY, MAX_TEXT
from schemas.wire import parse_observation

AT = "2026-02-03T19:42:11+01:00"
MORE: dict[str, dict[str, Any]] = {
    "message": {"text": "Good morning"},
    "episode": {"what": "Dinner"},
    "fact": {"subject": "Lena", "predicate": "lives_in", "object": "Lisbon"},
    "procedure": {"name": "Back up", "steps": ["Plug in."]},
    "document": {"title": "Note", "text": "Meters are read."},
    "recalled": {"question": "Where?", "memories": ["m1"]},
    "feedback": {"memory": "m1", "verdict": "wrong"},
    "forget_requested": {"reason": "asked"},
    "space_configured": {"settings": {"capacity": 7}},
    "ticked": {"job": "consolidate"},
}


def line(kind: str = "message", **fields: object) -> bytes:
    said = {"id": "1", "space": "lena", "kind": kind, "at": AT, **MORE[kind], **fields}
    return json.dumps(said).encode()


def refusal(line: bytes) -> str:
    with pytest.raises(ObservationError) as refused:
        parse_observation(line)
    return str(refused.value)


def test_a_message_is_read_whole() -> None:
    read = parse_observation(line(session="s", speaker="Lena"))
    assert read == Message(
        id="1",
        space="lena",
        at=datetime(2026, 2, 3, 19, 42, 11, tzinfo=timezone(timedelta(hours=1))),
        session="s",
        speaker="Lena",
        text="Good morning",
    )


@pytest.mark.parametrize("kind", MORE)
def test_every_kind_needs_only_what_names_it_and_its_own_content(kind: str) -> None:
    read = json.loads(parse_observation(line(kind)).model_dump_json(exclude_unset=True))
    assert read == json.loads(line(kind))


@pytest.mark.parametrize("kind", MORE)
@pytest.mark.parametrize("missing", ["id", "space", "at", "kind"])
def test_what_every_line_has_is_needed(kind: str, missing: str) -> None:
    fields = json.loads(line(kind))
    del fields[missing]
    assert refusal(json.dumps(fields).encode()).startswith(f"{missing}: ")


def test_what_is_not_known_is_carried_along() -> None:
    read = parse_observation(line(channel={"app": "telegram", "edited": None}))
    assert read.model_extra == {"channel": {"app": "telegram", "edited": None}}


def test_what_is_carried_along_may_be_called_like_our_own_names() -> None:
    names = dict.fromkeys(["tag", "version", "self", "model_extra", "json", "__dict__"], "theirs")
    assert parse_observation(line(**names)).model_extra == names


@pytest.mark.parametrize(
    "at",
    [
        "2026-02-03T19:42:11Z",
        "2026-02-03t19:42:11z",
        "2026-02-03 19:42:11.123456+05:30",
        "2026-02-03T19:42:11.123456789Z",
        "2026-02-03T19:42+0100",
        "1906-02-03T19:42:11-00:30",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ],
)
def test_a_time_with_an_offset_is_read(at: str) -> None:
    assert parse_observation(line(at=at)).at.tzinfo


@pytest.mark.parametrize("at", ["2016-12-31T23:59:60Z", "2017-01-01t05:29:60.25+05:30"])
def test_a_leap_second_is_the_next_one(at: str) -> None:
    assert parse_observation(line(at=at)).at.replace(microsecond=0) == datetime(
        2017, 1, 1, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        ("9999-12-31T23:59:60Z", "datetime"),
        ("2026-02-03T19:42:11", "has no zone"),
        ("2026-02-03", "RFC 3339"),
        ("1767225600", "RFC 3339"),
        (1767225600, "RFC 3339"),
        (None, "RFC 3339"),
        (["2026-02-03T19:42:11Z"], "RFC 3339"),
        ("yesterday", "RFC 3339"),
        ("2026-02-03T19:42:11Z\n", "RFC 3339"),
        ("٢٠٢٦-02-03T19:42:11Z", "RFC 3339"),
        ("10000-01-01T00:00:00Z", "RFC 3339"),
        ("2026-02-30T00:00:00Z", "day"),
        ("2026-02-03T19:42:60Z", "datetime"),
        ("2026-02-03T19:42:11+24:00", "datetime"),
        ("0000-01-01T00:00:00Z", "year 0"),
        ("0001-01-01T00:00:00+00:01", "years 1 to 9999"),
        ("9999-12-31T23:59:59-00:01", "years 1 to 9999"),
    ],
)
def test_another_time_is_refused_with_its_reason(at: object, reason: str) -> None:
    refused = refusal(line(at=at))
    assert refused.startswith("at: ")
    assert reason in refused


@pytest.mark.parametrize("space", ["", "Lena", "-lena", "le na", "lena/1", "lena\n", "a" * 129, 7])
def test_a_space_is_lower_case_short_and_plain(space: object) -> None:
    assert refusal(line(space=space)).startswith("space: ")


@pytest.mark.parametrize(
    "text", ["", "  \n", "a\x00b", "a\x1bb", "a\x7fb", "a" * (MAX_TEXT + 1), 7]
)
def test_a_text_is_not_empty_not_too_long_and_has_no_control_characters(text: object) -> None:
    assert refusal(line(text=text)).startswith("text: ")


def test_the_longest_text_and_every_kind_of_space_in_it_are_taken() -> None:
    for text in ("a" * MAX_TEXT, "a\tb\nc\r\nd", "a\u2028\u00a0\U0001f4f7"):
        assert parse_observation(line(text=text)).model_dump()["text"] == text


@pytest.mark.parametrize("id_", ["", " ", "a" * 513, "a\x00", 1, None])
def test_an_id_is_a_short_printable_text(id_: object) -> None:
    assert refusal(line(id=id_)).startswith("id: ")


def test_a_fact_may_not_end_before_it_begins() -> None:
    early, late = "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"
    assert "before" in refusal(line("fact", valid_from=late, valid_to=early))
    assert isinstance(parse_observation(line("fact", valid_from=early, valid_to=late)), Fact)
    assert isinstance(parse_observation(line("fact", valid_from=early, valid_to=early)), Fact)
    assert isinstance(parse_observation(line("fact", valid_to=early)), Fact)


def test_an_episode_may_not_end_before_it_begins() -> None:
    when = {"start": "2026-02-07T23:15:00Z", "end": "2026-02-08T00:10:00+01:00"}
    assert refusal(line("episode", when=when)).startswith("when: the end")
    open_ended = parse_observation(line("episode", when={"start": when["start"]}))
    assert isinstance(open_ended, Episode)
    assert open_ended.when == When(start=datetime(2026, 2, 7, 23, 15, tzinfo=UTC))


@pytest.mark.parametrize("field", [{"valence": 1.01}, {"valence": -1.01}, {"arousal": -0.01}])
def test_a_feeling_has_its_range(field: dict[str, float]) -> None:
    refused = refusal(line("episode", emotion={"label": "joy", **field}))
    assert refused.startswith(f"emotion.{next(iter(field))}: ")


def test_a_feeling_may_be_at_the_border_of_its_range() -> None:
    read = parse_observation(line("episode", emotion={"label": "joy", "valence": -1, "arousal": 1}))
    assert isinstance(read, Episode)
    assert read.emotion == Emotion(label="joy", valence=-1, arousal=1)


@pytest.mark.parametrize("confidence", [-0.1, 1.1, True, "0.5", float("nan"), 10**400, None])
def test_a_confidence_is_a_number_from_0_to_1(confidence: object) -> None:
    assert refusal(line("fact", confidence=confidence)).startswith("confidence: ")


@pytest.mark.parametrize(
    ("kind", "name"),
    [("episode", "participants"), ("procedure", "steps"), ("recalled", "memories")],
)
def test_a_list_has_a_limit(kind: str, name: str) -> None:
    assert parse_observation(line(kind, **{name: ["x"] * MAX_MANY}))
    assert refusal(line(kind, **{name: ["x"] * (MAX_MANY + 1)})).startswith(f"{name}: ")


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_a_number_that_json_cannot_say_is_refused_wherever_it_stands(number: float) -> None:
    assert "number" in refusal(line(weight=number))
    assert "number" in refusal(line(weights=[{"a": number}]))
    assert "settings.a" in refusal(line("space_configured", settings={"a": number}))
    assert "number" in refusal(line().replace(b"}", b', "weight": 1e999}'))


def nested(levels: int) -> Any:
    value: Any = "deep"
    for level in range(levels):
        value = [value] if level % 2 else {"in": value}
    return value


def test_what_is_carried_along_is_only_so_deep() -> None:
    assert parse_observation(line(carried=nested(MAX_DEPTH - 1)))
    assert "nested" in refusal(line(carried=nested(MAX_DEPTH + 1)))
    assert "recursion" in refusal(b'{"carried": ' + b"[" * 100_000)


@pytest.mark.parametrize("setting", [None, [1], {"a": 1}])
def test_a_setting_is_a_plain_value(setting: object) -> None:
    assert "settings.capacity" in refusal(line("space_configured", settings={"capacity": setting}))


def test_settings_keep_their_types() -> None:
    settings = {"capacity": 7, "forget_below": 0.05, "language": "de", "promote": True}
    read = parse_observation(line("space_configured", settings=settings))
    assert isinstance(read, SpaceConfigured)
    assert [type(value) for value in read.settings.values()] == [int, float, str, bool]


def test_a_kind_that_nobody_knows_is_refused_without_echo() -> None:
    refused = refusal(line(kind="message").replace(b'"message"', b'"' + b"x" * 10_000 + b'"'))
    assert refused.startswith("kind: must be one of 'message', 'episode'")
    assert "xxx" not in refused


def test_a_refusal_is_short_however_much_is_wrong() -> None:
    refused = refusal(line("procedure", steps=[7] * 5000))
    assert refused.endswith("and 4992 more")
    assert len(refused) < 1000
    assert len(refusal(line("episode", emotion={"label": "joy", "k" * 100_000: 1}))) < 200


@pytest.mark.parametrize("content", [b"null", b"[]", b"7", b'"text"', b"true"])
def test_a_line_is_an_object(content: bytes) -> None:
    assert refusal(content) == "the line: must be an object"


@pytest.mark.parametrize(
    "content", [b"", b" ", b"{", b"{}{}", b"\xff", b"{'id': 1}", b"\xef\xbb\xbf{}"]
)
def test_what_is_not_json_is_told_so(content: bytes) -> None:
    assert refusal(content).startswith("the line: Invalid JSON")
