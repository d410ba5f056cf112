"""Is bad input refused with what and where, kept whole, and harmless to what is good beside it?"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.host.ingest import MAX_LINE
from infra.host.lines import MAX_KEPT
from infra.memory import Memory
from infra.recollection import Asked
from infra.views.sql_facts import FactPattern
from schemas.values import MAX_TEXT
from schemas.wire import parse_observation
from streams.log import Outgoing
from streams.topology import OBSERVATIONS
from tests.driving import (
    SOURCE,
    Line,
    ends,
    opened,
    rejections,
    run,
    said,
    state,
    take_in,
    taken_in,
    texts,
    written,
)

GOOD = [said("before", "The harbour opens early"), said("after", "The lighthouse closes late")]
KEPT = ["The harbour opens early", "The lighthouse closes late"]


def without(name: str) -> dict[str, Any]:
    return {k: v for k, v in said("x").items() if k != name}


def raw(**fields: Any) -> bytes:
    return json.dumps(said("x", **fields), ensure_ascii=False).encode()


# What is wrong, the line as it stands in the file, and what its message must say.
BAD: dict[str, tuple[Line, str]] = {
    "malformed JSON": (b'{"id": "x", "space": ', "Invalid JSON"),
    "no JSON at all": (b"once upon a time", "Invalid JSON"),
    "a line cut in the middle": (raw()[:60], "Invalid JSON"),
    "a list": (b"[1, 2]", "the line: must be an object"),
    "a number": (b"7", "the line: must be an object"),
    "null": (b"null", "the line: must be an object"),
    "a number as id": (said("x", id=7), "id: must be a text"),
    "a list as text": (raw().replace(b'"The word of x is x"', b"[]"), "text: "),
    "an unknown kind": (said("x", kind="rumour"), "kind: "),
    "a list as kind": (said("x", kind=["message"]), "kind: "),
    "no kind": (without("kind"), "kind: "),
    "no id": (without("id"), "id: is missing"),
    "a fact that ends as it begins": (
        {
            "id": "x",
            "space": "ana",
            "kind": "fact",
            "at": "2026-03-01T12:00:00Z",
            "subject": "Ana",
            "predicate": "lives_in",
            "object": "Rome",
            "valid_from": "2026-03-01T00:00:00Z",
            "valid_to": "2026-03-01T01:00:00+01:00",
        },
        "valid_to: it is valid_from",
    ),
    "a setting that no space has": (
        {
            "id": "x",
            "space": "ana",
            "kind": "space_configured",
            "at": "2026-03-01T12:00:00Z",
            "settings": {"detail": 9},
        },
        "a space has no setting detail",
    ),
    "no space": (without("space"), "space: is missing"),
    "no time": (without("at"), "at: is missing"),
    "no text": (without("text"), "text: is missing"),
    "an empty space": (said("x", space=""), "space: "),
    "a space with capitals": (
        said("x", space="Ana"),
        "space: must be of small letters (a-z), digits",
    ),
    "a space with a slash": (said("x", space="../etc"), "space: "),
    "a space with a line break": (said("x", space="ana\n"), "space: "),
    "a space that is too long": (said("x", space="a" * 129), "space: "),
    "an empty text": (raw().replace(b"The word of x is x", b""), "text: is empty"),
    "a blank text": (said("x", " \t\n"), "text: is empty"),
    "an empty id": (said("x", id=""), "id: is empty"),
    "an id that is too long": (said("x", id="x" * 513), "id: must have at most 512"),
    "a text that is too long": (said("x", "é " * (MAX_TEXT // 2 + 1)), "text: "),
    "10 MB of text": (said("x", "word " * 2_000_000), f"{MAX_LINE} at most"),
    "NaN as confidence": (
        said("x", kind="fact", subject="a", predicate="b", object="c", confidence=float("nan")),
        "confidence: ",
    ),
    "NaN in a carried field": (said("x", weather={"wind": [float("nan")]}), "nan"),
    "Infinity in a carried field": (said("x", weather=float("inf")), "inf"),
    "a control character": (said("x", "ring\x07ring"), "control character U+0007 at 4"),
    "a null character": (said("x", speaker="A\x00"), "speaker: control character U+0000"),
    "a raw control character": (raw().replace(b"word", b"wo\x01rd"), "control character"),
    "half a surrogate pair": (raw().replace(b"word", rb"wo\ud800rd"), "Invalid JSON"),
    "invalid UTF-8": (raw().replace(b"word", b"wo\xff\xfe"), "UTF-8"),
    "UTF-8 cut short": (raw().replace(b"word", b"wo\xc3"), "UTF-8"),
    "a naive time": (said("x", at="2026-03-01T12:00:00"), "at: has no zone"),
    "a date as time": (said("x", at="2026-03-01"), "at: "),
    "seconds as time": (said("x", at=1_772_000_000), "at: must be an RFC 3339 time"),
    "digits as time": (said("x", at="1772000000"), "at: must be an RFC 3339 time"),
    "no such day": (said("x", at="2026-02-30T12:00:00Z"), "at: "),
    "a year beyond 9999": (said("x", at="12026-03-01T12:00:00Z"), "at: "),
    "a time after the last in UTC": (said("x", at="9999-12-31T23:00:00-05:00"), "at: lies outside"),
    "a time before the first in UTC": (said("x", at="0001-01-01T00:00:00+05:00"), "at: lies outs"),
    "nesting without end": (b'{"a":' * 100_000, "Invalid JSON"),
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    """Give one memory for all the bad lines, since each case has a space of its own."""
    with opened(tmp_path_factory.mktemp("shared") / "home") as memory:
        yield memory


@pytest.mark.parametrize("case", BAD)
def test_a_bad_line_is_told_kept_and_alone(shared: Memory, case: str) -> None:
    bad, told = BAD[case]
    space = f"case.{list(BAD).index(case)}"
    content = written([GOOD[0] | {"space": space}, bad, GOOD[1] | {"space": space}])
    result = take_in(shared, content)

    ((line, reason),) = result.faults
    assert (line, result.rejected, result.published) == (2, 1, 2)
    assert told in reason
    rejected, kept = rejections(shared)[-1]
    assert kept == written([bad]).rstrip(b"\n")
    assert rejected.origin == f"{SOURCE}:2"
    named = reason.removesuffix(rejected.reason)
    assert named in {"", "x: ", "7: ", f"{'x' * 80}: "}
    assert texts(shared, space) == KEPT

    before = state(shared), ends(shared)
    again = take_in(shared, content)
    assert (again.known, again.rejected, again.published) == (2, 1, 0)
    assert (state(shared), ends(shared)) == before


def test_a_whole_file_of_bad_lines_is_told_by_the_command(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "mixed.jsonl"
    lines = [line for line, _ in BAD.values()]
    small = [line for line in lines if len(written([line])) < 100_000]
    file.write_bytes(written([GOOD[0], *small, GOOD[1]]))

    ran = run(home, "ingest", str(file), "--json", code=2)
    assert ran.row["lines"] == len(small) + 2
    assert (ran.row["published"], ran.row["rejected"]) == (2, len(small))
    assert [fault["line"] for fault in ran.row["rejections"]] == list(range(2, len(small) + 2))

    state_of = run(home, "verify", "--json").row["state_hash"]
    streams = run(home, "stats", "--json").row["streams"]
    assert streams["rejections"] == len(small)
    again = run(home, "ingest", str(file), code=2)
    assert f"0 new, 2 known, {len(small)} rejected" in again.out
    assert "line 2 rejected: the line: Invalid JSON" in again.err
    assert run(home, "verify", "--json").row["state_hash"] == state_of
    assert run(home, "stats", "--json").row["streams"] == streams


def test_a_line_beyond_all_bounds_is_kept_from_its_beginning(memory: Memory) -> None:
    endless = b"x" * (MAX_KEPT + 1000)
    result = take_in(memory, written([GOOD[0], endless, GOOD[1]]))
    assert result.faults == [(2, f"the line has more than {MAX_KEPT} bytes, {MAX_LINE} at most")]
    ((rejected, kept),) = rejections(memory)
    assert kept == endless[: MAX_KEPT + 1]
    assert f"more than {MAX_KEPT} bytes" in rejected.detail
    assert texts(memory) == KEPT


def test_an_id_used_again_for_other_content_is_a_conflict(memory: Memory) -> None:
    first, second = said("one", "I live in Porto"), said("one", "I live in Faro")
    content = written([GOOD[0], first, second, GOOD[1]])
    result = take_in(memory, content)

    ((line, reason),) = result.faults
    assert (line, result.conflicts, result.rejected) == (3, 1, 1)
    assert reason == "one in ana: the id was used before for other content"
    ((rejected, kept),) = rejections(memory)
    assert parse_observation(kept) == parse_observation(written([second]))
    assert rejected.origin.startswith("anamnesis.observations/")
    assert texts(memory) == sorted(["I live in Porto", *KEPT])
    facts = memory.reads.facts.find("ana", FactPattern(predicate="lives_in"))
    assert [fact.body.object for fact in facts] == ["Porto"]

    before = state(memory), ends(memory)
    again = take_in(memory, content)
    assert again.faults == result.faults
    assert (state(memory), ends(memory)) == before


def test_a_conflict_is_told_wherever_its_first_use_was(home: Path) -> None:
    taken_in(home, [said("one", "I live in Porto")])
    with opened(home) as memory:
        result = take_in(memory, [said("one", "I live in Faro")])
        assert result.faults == [(1, "one in ana: the id was used before for other content")]
        assert take_in(memory, [said("one", "I live in Porto")]).known == 1


def test_the_command_tells_a_conflict(home: Path) -> None:
    content = written([said("one", "I live in Porto"), said("one", "I live in Faro")])
    ran = run(home, "ingest", "-", given=content, code=2)
    assert "line 2 rejected: one in ana: the id was used before for other content" in ran.err
    assert "1 new, 0 known, 1 rejected" in ran.out


def test_what_another_producer_wrote_and_nobody_can_read_is_told(memory: Memory) -> None:
    headers = {"ce_type": "message.v1", "ce_id": "q", "ce_source": "someone:1"}
    memory.log.append([Outgoing(OBSERVATIONS, "ana", b"{garbage", headers)])
    memory.host.drain()
    result = take_in(memory, GOOD)
    assert (result.published, result.rejected) == (2, 1)
    [(_, reason)] = result.faults
    assert reason.startswith("someone, undecodable (")
    assert texts(memory) == KEPT


def test_the_same_id_in_another_space_is_no_conflict(memory: Memory) -> None:
    result = take_in(memory, [said("one", "I sing"), said("one", "I dance", space="ben")])
    assert result.rejected == 0
    assert (texts(memory), texts(memory, "ben")) == (["I sing"], ["I dance"])


def test_the_same_line_repeated_is_harmless(memory: Memory) -> None:
    result = take_in(memory, [GOOD[0], GOOD[0], GOOD[1], GOOD[0]])
    assert (result.rejected, texts(memory)) == (0, KEPT)


def test_keys_in_another_order_are_the_same_content(memory: Memory) -> None:
    line = said("one", zebra=1, apple=2)
    take_in(memory, [line])
    turned = dict(reversed(line.items()))
    assert take_in(memory, [turned]).known == 1


@pytest.mark.parametrize(
    "at",
    [
        "1600-02-29T00:00:00Z",
        "1969-12-31T23:59:59.999999Z",
        "0001-01-01T00:00:00Z",
        "2999-01-01T00:00:00+13:45",
        "9999-12-31T23:59:59.999999Z",
    ],
)
def test_a_time_far_away_is_kept_exactly(memory: Memory, at: str) -> None:
    text = "Tomorrow and last year I will move to Porto in 3 years"
    result = take_in(memory, [said("x", text, at=at)])
    assert (result.rejected, rejections(memory)) == (0, [])
    (found,) = memory.reads.timeline("ana", None, None, 10)
    assert found.at == datetime.fromisoformat(at)
    assert result.ahead == (found.at > datetime.now(UTC))
    assert found.id in {hit.memory.id for hit in memory.ask(Asked("Porto", "ana")).hits}


def test_roles_that_state_nothing_are_told_unless_they_are_the_agents(home: Path) -> None:
    lines = [said(role, role=role) for role in ("user", "assistant", "bot", "System")]
    assert "not of bot (1), System (1)" in run(
        home, "ingest", "-", given=written(lines)
    ).err  # fmt: skip
    told = run(home, "ingest", "-", "--json", given=written([said("t", role="tool")])).row
    assert told["odd_roles"] == {"tool": 1}


def test_a_time_ahead_of_the_clock_is_told(home: Path) -> None:
    content = written([said("x", at="2999-01-01T00:00:00Z")])
    ran = run(home, "ingest", "-", given=content)
    assert "1 observation lies more than a day ahead of this clock" in ran.err


def test_late_observations_find_their_place_in_time(memory: Memory) -> None:
    def moved(id_: str, day: int, to: str) -> dict[str, Any]:
        return said(id_, f"Ana lives in {to}", at=f"2026-03-{day:02}T12:00:00+00:00")

    take_in(memory, [moved("c", 20, "Lyon"), moved("a", 1, "Porto")])
    take_in(memory, [moved("b", 10, "Faro")])
    found = memory.reads.timeline("ana", None, None, 10)
    assert [m.at.day for m in found] == [1, 10, 20]
    facts = memory.reads.facts.find("ana", FactPattern(subject="Ana", predicate="lives_in"))
    assert [(f.body.object, f.valid_from.day, f.valid_to and f.valid_to.day) for f in facts] == [
        ("Porto", 1, 10),
        ("Faro", 10, 20),
        ("Lyon", 20, None),
    ]


def test_a_cut_file_goes_on_when_it_is_whole(memory: Memory) -> None:
    whole = written(GOOD)
    cut = take_in(memory, whole[:-20])
    assert [line for line, _ in cut.faults] == [2]
    assert texts(memory) == KEPT[:1]
    rest = take_in(memory, whole)
    assert (rest.known, rest.published, rest.rejected) == (1, 1, 0)
    assert texts(memory) == KEPT


@pytest.mark.parametrize(
    "content",
    {
        "a byte order mark": b"\xef\xbb\xbf" + written(GOOD),
        "CRLF": written(GOOD).replace(b"\n", b"\r\n"),
        "blank lines": b"\n\n" + written(GOOD).replace(b"\n", b"\n \t\r\n\n"),
        "no last line break": written(GOOD).rstrip(b"\n"),
        "spaces around": b"  " + written(GOOD).replace(b"\n", b"  \n  "),
    }.items(),
    ids=lambda item: item[0],
)
def test_what_editors_do_to_files_is_harmless(memory: Memory, content: tuple[str, bytes]) -> None:
    result = take_in(memory, content[1])
    assert (result.rejected, result.published) == (0, 2)
    assert texts(memory) == KEPT
    assert take_in(memory, written(GOOD)).known == 2


def test_a_bad_line_is_numbered_with_the_blank_ones(memory: Memory) -> None:
    result = take_in(memory, b"\n\r\n" + written([GOOD[0], b"", b"oops"]))
    assert [line for line, _ in result.faults] == [5]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_changes_nothing(memory: Memory, content: bytes) -> None:
    before = state(memory), ends(memory)
    result = take_in(memory, content)
    assert (result.published, result.rejected, result.position) == (0, 0, "")
    assert (state(memory), ends(memory)) == before


def test_files_that_cannot_be_read_are_named(home: Path, tmp_path: Path) -> None:
    missing = run(home, "ingest", str(tmp_path / "nowhere.jsonl"), code=2)
    assert "nowhere.jsonl cannot be read: No such file" in missing.err
    folder = run(home, "ingest", str(tmp_path), "--json", code=2)
    told = json.loads(folder.err)
    assert (told["error"], told["file"]) == ("NotFoundError", str(tmp_path))
    assert "Is a directory" in told["message"]
    assert not home.exists()


def test_a_large_document_among_others_is_kept_whole(memory: Memory) -> None:
    words = [f"w{n}" for n in range(40_000)]
    documents = [
        said(f"d{n}", " ".join(words[n:]), kind="document", title=f"Volume {n}") for n in range(2)
    ]
    result = take_in(memory, [GOOD[0], *documents, GOOD[1]])
    assert (result.rejected, rejections(memory)) == (0, [])
    found = " ".join(texts(memory)).split()
    assert set(words) <= set(found)
    assert set(KEPT) <= set(texts(memory))
