"""Does time pass the same whatever the order, the batches, the repeats and the crashes?"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.jobs import JOBS
from infra.host.scheduler import tick_of
from infra.memory import Memory
from infra.views.refold import verify
from schemas.envelope import derive_id, input_id
from streams.topology import OBSERVATIONS
from tests.crashing import crash
from tests.driving import alone_and_together, ends, grown, opened, said, state, take_in, texts

few = settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
SUBJECTS = ("harbour", "garden", "kitchen")


def at(day: int) -> str:
    return (START + timedelta(days=day)).isoformat()


def tick(day: int, job: str, space: str = "ana") -> dict[str, Any]:
    moment = START + timedelta(days=day)
    return tick_of(space, job, moment).model_dump(mode="json")


def told(number: int, day: int, space: str = "ana") -> dict[str, Any]:
    subject = SUBJECTS[number % 3]
    text = (
        f"Hello again! The {subject} has {number % 5} lanterns. "
        f"Did you know? Ben moved to Faro with {number % 5} ladders, and it rained all the way "
        "to the sea, where nobody was waiting for him any more that late in the evening."
    )
    return said(f"o{number}", text, at=at(day), space=space)


def memories(space: str) -> list[str]:
    """Name what the first observations of a space form, if they are observations."""
    return [derive_id(input_id(space, f"o{number}"), "new/0") for number in range(3)]


def line(number: int, drawn: tuple[str, str, int]) -> dict[str, Any]:
    space, what, day = drawn
    if what == "say":
        return told(number, day, space)
    if what == "recall":
        return {
            "id": f"r{number}", "space": space, "kind": "recalled", "at": at(day),
            "question": "?", "memories": memories(space),
        }  # fmt: skip
    if what in ("useful", "wrong"):
        return {
            "id": f"f{number}", "space": space, "kind": "feedback", "at": at(day),
            "memory": memories(space)[number % 3], "verdict": what,
        }  # fmt: skip
    if what == "compare":
        one, other, third = memories(space)
        said_of = {"one": one, "other": other, "contradicts": number % 3 / 2}
        return {
            "id": f"c{number}", "space": space, "kind": "compared", "at": at(day),
            "memories": [other, third], "pairs": [said_of], "models": {"nli": "some"},
        }  # fmt: skip
    return tick(day, what, space)


drawn_days = st.lists(
    st.tuples(
        st.sampled_from(["ana", "ben"]),
        st.sampled_from(["say", "say", "say", *JOBS, "compare", "recall", "useful", "wrong"]),
        st.sampled_from([0, 1, 5, 9, 40, 200, 900, 3000]),
    ),
    min_size=2,
    max_size=15,
).map(lambda drawn: [line(n, one) for n, one in enumerate(drawn)])


@few
@given(lines=drawn_days)
def test_one_by_one_equals_a_batch(lines: list[dict[str, Any]]) -> None:
    alone, together = alone_and_together(lines)
    assert alone == together


@few
@given(lines=drawn_days, data=st.data())
def test_repeated_ticks_change_nothing(lines: list[dict[str, Any]], data: st.DataObject) -> None:
    repeats = data.draw(st.lists(st.sampled_from(lines), max_size=10))
    with TemporaryDirectory() as folder, opened(Path(folder) / "once") as memory:
        take_in(memory, lines)
        once, before = state(memory), ends(memory)
        assert take_in(memory, repeats).published == 0
        assert (state(memory), ends(memory)) == (once, before)


@few
@given(lines=drawn_days)
def test_spaces_may_come_in_any_order(lines: list[dict[str, Any]]) -> None:
    spaced = sorted(lines, key=lambda one: str(one["space"]))
    with TemporaryDirectory() as folder:
        mixed = grown(Path(folder) / "mixed", lines, batch=5)
        assert grown(Path(folder) / "sorted", spaced, batch=5) == mixed


@settings(few, max_examples=6)
@given(
    lines=drawn_days,
    where=st.sampled_from(["commit", "apply"]),
    nth=st.integers(1, 8),
    after=st.booleans(),
)
def test_a_crash_in_a_tick_equals_no_crash(
    lines: list[dict[str, Any]], where: str, nth: int, *, after: bool
) -> None:
    with TemporaryDirectory() as folder:
        calm = grown(Path(folder) / "calm", lines)
        home = Path(folder) / "crashed"
        crash(home, lines, where, nth, after=after)
        with opened(home) as memory:
            take_in(memory, lines)
            assert state(memory) == calm
            assert memory.vectors.count() == memory.views.size()


def lived(memory: Memory) -> None:
    """Say something, and let ten years pass in which nobody asks for it."""
    take_in(memory, [tick(0, "decay"), told(1, 1), told(2, 1)])
    for year in (1, 2, 10):
        take_in(memory, [tick(365 * year, job) for job in JOBS])


def test_what_nobody_asks_for_fades_loses_details_and_is_forgotten(memory: Memory) -> None:
    take_in(memory, [tick(0, "decay"), told(1, 1)])
    states = []
    for day in (3, 10, 80, 1500):
        take_in(memory, [tick(day, job) for job in JOBS])
        found = memory.reads.timeline("ana", None, None, 10)
        states.append((found[0].state, len(found[0].body.text)) if found else ("forgotten", 0))
    lengths = dict(states)
    assert list(lengths) == ["vivid", "faded", "compressed", "forgotten"]
    assert lengths["compressed"] <= 160 < lengths["vivid"]
    assert memory.views.size() == memory.vectors.count() == 0
    assert memory.reads.frequencies("ana", [1])[1] == 0


def test_a_forgotten_memory_is_in_the_log_and_nowhere_else(memory: Memory) -> None:
    lived(memory)
    assert texts(memory) == []
    assert memory.reads.entities("ana", 10) == []
    assert sum(memory.log.ends(OBSERVATIONS)) == 3 + 3 * len(JOBS)
    assert b"lanterns" in b"".join(r.value for r in memory.log.scan(OBSERVATIONS))


def test_what_was_forgotten_is_the_same_after_a_replay(memory: Memory) -> None:
    lived(memory)
    take_in(memory, [told(3, 4000)])
    found = verify(memory.log, memory.views, memory.vectors, memory.codec)
    assert found.ok


def test_what_is_asked_for_stays(memory: Memory) -> None:
    take_in(memory, [tick(0, "decay"), told(1, 1), told(2, 1)])
    kept = memory.reads.timeline("ana", None, None, 10)[0].id
    for year in range(1, 6):
        recall = {
            "id": f"r{year}", "space": "ana", "kind": "recalled", "at": at(365 * year - 1),
            "question": "?", "memories": [kept],
        }  # fmt: skip
        take_in(memory, [recall, *(tick(365 * year, job) for job in JOBS)])
    assert [m.id for m in memory.reads.timeline("ana", None, None, 10)] == [kept]


def test_an_old_archive_is_not_forgotten_when_its_clock_begins(memory: Memory) -> None:
    take_in(memory, [told(1, -4000), told(2, -4000)])
    before = texts(memory)
    take_in(memory, [tick(0, job) for job in JOBS])
    take_in(memory, [tick(1, job) for job in JOBS])
    assert texts(memory) == before
    assert {m.state for m in memory.reads.timeline("ana", None, None, 10)} == {"vivid"}
