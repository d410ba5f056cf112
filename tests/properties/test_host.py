"""Does the host decide the same whatever the batches, repeats and crashes on the way?"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.views.refold import refold, verify
from infra.views.sqlite_store import SqliteStore
from schemas.wire import parse_observation
from streams.topology import MEMORIES
from tests.crashing import Crashing, crash
from tests.driving import (
    alone_and_together,
    ends,
    grown,
    opened,
    rejections,
    said,
    state,
    take_in,
)

few = settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
PLACES = ("Porto", "Lyon", "Faro", "Bonn")
TEAMS = ("Red", "Blue")


def line(number: int, drawn: tuple[str, str, str, int]) -> dict[str, Any]:
    space, who, what, day = drawn
    at = f"2026-03-{day:02}T12:00:00+00:00"
    told = {"id": f"o{number}", "space": space, "at": at}
    if what == "declared":
        team = {"name": "team", "functional": day % 2 == 0, "asks": ["squad"]}
        return told | {"kind": "space_configured", "predicates": [team], "text": what}
    if what in TEAMS:
        return told | {
            "kind": "fact", "subject": who, "predicate": "team", "object": what, "text": what,
        }  # fmt: skip
    return said(f"o{number}", what, space=space, speaker=who, at=at, session=f"{who}{day % 3}")


sentences = st.one_of(
    st.sampled_from(PLACES).map(lambda place: f"I live in {place}"),
    st.sampled_from(PLACES).map(lambda place: f"Ben moved to {place} with all of his books"),
    st.sampled_from((*TEAMS, "declared")),
    st.text(alphabet="abcdefgh ", min_size=1, max_size=60).filter(str.strip),
)
drawn_lines = st.lists(
    st.tuples(
        st.sampled_from(["ana", "ben", "cleo"]),
        st.sampled_from(["Ana", "Ben"]),
        sentences,
        st.integers(1, 28),
    ),
    min_size=1,
    max_size=25,
).map(lambda drawn: [line(n, one) for n, one in enumerate(drawn)])


@few
@given(lines=drawn_lines)
def test_one_by_one_equals_a_batch(lines: list[dict[str, Any]]) -> None:
    alone, together = alone_and_together(lines)
    assert alone == together


@few
@given(lines=drawn_lines, data=st.data())
def test_repeats_change_nothing(lines: list[dict[str, Any]], data: st.DataObject) -> None:
    repeats = data.draw(st.lists(st.sampled_from(lines), max_size=10))
    with TemporaryDirectory() as folder:
        with opened(Path(folder) / "once", batch=5) as memory:
            take_in(memory, lines)
            once, before = state(memory), ends(memory)
            assert take_in(memory, [*lines, *repeats]).published == 0
            assert (state(memory), ends(memory)) == (once, before)
        # Within one run, and so before anything was decided, they reach the decider itself.
        assert grown(Path(folder) / "more", [*lines, *repeats], batch=5) == once


@settings(few, max_examples=12)
@given(
    lines=drawn_lines,
    where=st.sampled_from(["append", "commit", "apply"]),
    at=st.integers(1, 6),
    after=st.booleans(),
)
def test_a_crash_anywhere_equals_no_crash(
    lines: list[dict[str, Any]], where: str, at: int, *, after: bool
) -> None:
    with TemporaryDirectory() as folder:
        calm = grown(Path(folder) / "calm", lines)
        home = Path(folder) / "crashed"
        crash(home, lines, where, at, after=after)
        with opened(home) as memory:
            take_in(memory, lines)
            assert state(memory) == calm
            ids = [r.headers["ce_id"] for r in memory.log.scan(MEMORIES)]
            assert len(ids) == len(set(ids))
            assert memory.vectors.count() == memory.views.size()


@few
@given(lines=drawn_lines)
def test_a_view_from_zero_equals_the_view_kept_up_to_date(lines: list[dict[str, Any]]) -> None:
    with TemporaryDirectory() as folder, opened(Path(folder) / "home", batch=3) as memory:
        take_in(memory, lines)
        beside = Path(folder) / "beside"
        beside.mkdir()
        again = refold(memory.log, memory.codec, SqliteStore(beside))
        assert again.state_hashes() == memory.views.state_hashes()
        again.close()
        found = verify(memory.log, memory.views, memory.vectors, memory.codec)
        assert found.ok


@few
@given(lines=drawn_lines, data=st.data())
def test_what_cannot_be_perceived_is_rejected_alone(
    lines: list[dict[str, Any]], data: st.DataObject
) -> None:
    chosen = data.draw(st.sets(st.integers(0, len(lines)), min_size=1, max_size=4))
    mixed: list[dict[str, Any]] = list(lines)
    for number in sorted(chosen, reverse=True):
        mixed.insert(number, said(f"p{number}", f"poison {number}"))
    with TemporaryDirectory() as folder:
        clean = grown(Path(folder) / "clean", lines)
        with opened(Path(folder) / "mixed", batch=64) as memory:
            result = take_in(memory, mixed)
            assert state(memory) == clean
            kept = [parse_observation(raw).id for _, raw in rejections(memory)]
            assert sorted(kept) == sorted(f"p{number}" for number in chosen)
            told = {number for number, _ in result.faults}
            assert told == {n for n, one in enumerate(mixed, 1) if "poison" in one["text"]}
            assert all("cannot be perceived" in reason for _, reason in result.faults)


@pytest.mark.parametrize("where", ["append", "commit", "apply"])
def test_a_crash_is_told_to_who_waits(home: Path, where: str) -> None:
    memory = opened(home)
    Crashing(memory.views if where == "apply" else memory.log, where, 1, after=False)
    with pytest.raises(Exception, match=r"CrashError|^$"):
        take_in(memory, [said("a")])
    memory.close()
