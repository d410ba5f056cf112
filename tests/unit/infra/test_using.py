"""What an agent does with an open memory, and what it is told where that is wrong."""

import gc
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from infra.cli.stores import stores_of
from infra.host.ingest import Ingested, Ingestor
from infra.host.scheduler import tick_of
from infra.judging import Retracted, retraction
from infra.keys.choosing import Choice
from infra.memory import Memory
from infra.recollection import Asked
from infra.recording import Recording, recalled
from infra.settings import Settings
from infra.views.sql_facts import KnownFact
from schemas.errors import (
    ClosedError,
    DiskFullError,
    InputError,
    NotFoundError,
    ObservationError,
)
from schemas.observations import Recalled
from schemas.wire import decode
from streams.log import Record
from streams.topology import OBSERVATIONS, REJECTIONS
from tests.driving import opened, said, texts
from tests.hash_encoder import HashEncoder

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
JOY = {
    "id": "joy", "space": "ana", "kind": "fact", "at": "2026-03-01T09:00:00Z",
    "subject": "Joy", "predicate": "lives_in", "object": "Bonn",
}  # fmt: skip
WHERE = Asked("Where does Joy live?", "ana")


def recalls(memory: Memory) -> list[tuple[str, int]]:
    """Give the recalls on the log: their questions, and how many memories they brought."""
    memory.recording.wait()
    memory.host.drain()
    return [
        (event.question, len(event.memories))
        for event in map(decoded, memory.log.scan(OBSERVATIONS))
        if isinstance(event, Recalled)
    ]


def decoded(record: Record) -> Any:
    return decode(record.headers["ce_type"], record.value)


def objects(facts: list[KnownFact]) -> list[str]:
    return [fact.body.object for fact in facts]


def test_a_closed_memory_says_so_at_once(home: Path) -> None:
    memory = opened(home)
    memory.take([said("a"), said("b")])
    memory.forget(Choice("ana", observation="a"), "asked to", really=True)
    uses = (
        lambda: memory.ask(Asked("the word", "ana")),
        lambda: memory.take([said("c")]),
        lambda: memory.facts("ana"),
        lambda: memory.feedback("m", "wrong"),
        lambda: memory.retract("a", "ana", "a mistake"),
        lambda: memory.tick([]),
        lambda: memory.forget(Choice("ana"), "asked to", really=False),
        memory.renew,
        memory.host.repair_vectors,
        lambda: memory.host.publish([], []),
    )
    for use in uses:
        with pytest.raises(ClosedError, match="the memory is closed"):
            use()
    memory.close()


def test_a_memory_leaves_the_interpreter_of_its_host_as_it_is(home: Path) -> None:
    before = _interpreter()
    with opened(home) as memory:
        memory.take([said("a")])
        assert _interpreter() == before
    assert _interpreter() == before
    with stores_of(Settings(home=home)):
        assert _interpreter() == before


def _interpreter() -> tuple[object, ...]:
    return gc.get_threshold(), gc.get_freeze_count(), sys.getswitchinterval()


def test_an_answer_is_recorded_unless_that_is_not_wanted(memory: Memory) -> None:
    memory.take([said("a", "Ana keeps bees")])
    asked = Asked("Who keeps bees?", "ana")
    memory.ask(asked, record=False)
    assert recalls(memory) == []
    found = memory.ask(asked)
    assert recalls(memory) == [("Who keeps bees?", 1)]
    assert memory.reads.memory(found.hits[0].memory.id).recalled == 1
    assert memory.ask(Asked("Who?", "nobody")).note == "there is no space nobody"
    assert memory.ask(Asked("Who?", "ana", speaker="Ben")).note == "nobody in ana is called Ben"
    assert len(recalls(memory)) == 2
    assert memory.views.size() == 1


def test_a_recall_that_cannot_be_recorded_is_told_and_raised() -> None:
    told: list[str] = []

    def publish(_: Recalled) -> None:
        raise DiskFullError("nothing more can be written")

    recording = Recording(publish, told.append)
    recording.later(recalled("ana", "Who?", NOON, ()))
    with pytest.raises(DiskFullError):
        recording.close()
    assert told == ["a recall is not recorded: nothing more can be written"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"question": "  "}, "`question` is missing or empty"),
        ({"question": None}, "`question` is missing or empty"),
        ({"question": "Where \ud800?"}, "`question`: "),
        ({"space": "My Space"}, "`space`: "),
        ({"k": 0}, "`k` must be a whole number from 1 to 1000"),
        ({"k": True}, "`k` must be"),
        ({"as_of": datetime(2026, 3, 1)}, "`as_of` must be a time with a zone"),  # noqa: DTZ001
        ({"since": "2026-03-01"}, "`since` must be a time with a zone"),
        ({"since": NOON, "until": NOON}, "`since` (2026-"),
        ({"kinds": "episodic"}, "`kinds` must be a tuple"),
        ({"kinds": ("message",)}, "there is no kind message; there are episodic, "),
        ({"layers": (3,)}, "there is no layer 3"),
        ({"speaker": 3}, "`speaker` must be a name"),
        ({"known_at": "0:3"}, "`known_at` must be an offset"),
        ({"mood": {"glee": 1.0}}, "`mood` must be shares of some of joy, "),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as caught:
        Asked(**{"question": "Where?", "space": "ana"} | wrong).demand()
    assert told in str(caught.value)


def test_a_memory_refuses_what_cannot_be_asked(memory: Memory) -> None:
    with pytest.raises(InputError, match="`k` must be"):
        memory.ask(Asked("Where?", "ana", k=-1))
    with pytest.raises(InputError, match="`as_of` must be"):
        memory.facts("ana", as_of=datetime(2026, 3, 1))  # noqa: DTZ001
    with pytest.raises(NotFoundError, match="no space nobody"):
        memory.facts("nobody")
    memory.take([said("a")])
    for ask in (partial(memory.ask, Asked("Where?", "ana", known_at=99)),
                partial(memory.facts, "ana", known_at=99)):  # fmt: skip
        with pytest.raises(InputError, match=r"`known_at` \d+:99: the log ends at "):
            ask()


def test_observations_have_times_with_a_zone_and_wrong_ones_are_named(memory: Memory) -> None:
    taken = memory.take(
        [
            said("a", at=NOON),
            said("b", at=NOON.replace(tzinfo=None)),
            said("c", "half \ud83d of it"),
        ]
    )
    assert (taken.published, taken.rejected) == (1, 2)
    (late, reason), (half, why) = taken.faults
    assert (late, reason.startswith("b: at: has no zone")) == (2, True)
    assert (half, why.startswith("c: the line: not UTF-8")) == (3, True)
    with pytest.raises(ObservationError, match=r"observation 2: `tags` .*\(it is a set\)"):
        memory.take([said("d"), said("e", tags={"x"})])
    given: list[tuple[Any, str]] = [(said("f"), "this is one alone"), ("a", "this is a text alone")]
    for alone, what in given:
        with pytest.raises(ObservationError, match=what):
            memory.take(alone)


def test_what_is_judged_wrong_is_not_told_any_more(memory: Memory) -> None:
    memory.take(
        [JOY, said("b", "Joy lives in Bonn near the old bridge", at="2026-03-02T09:00:00Z")]
    )
    before = memory.ask(WHERE, record=False)
    assert before.answer
    assert "Bonn" in before.answer.text
    for hit in before.hits:
        assert memory.feedback(hit.memory.id[:12], "wrong").confidence == 0.25
    after = memory.ask(WHERE, record=False)
    assert (after.answer, after.context()) == (None, "")
    assert after.confidence <= 0.2
    assert [fact.believed for fact in memory.facts("ana")] == [False]
    for hit in before.hits:
        memory.feedback(hit.memory.id, "useful")
    found = memory.ask(WHERE, record=False)
    assert "Bonn" in found.context()
    assert found.context(characters=9) == ""


def test_what_is_outdated_is_answered_less_surely(memory: Memory) -> None:
    memory.take([said("b", "The garage code is 4711")])
    asked = Asked("What is the garage code?", "ana")
    before = memory.ask(asked, record=False)
    memory.feedback(before.hits[0].memory.id, "outdated")
    after = memory.ask(asked, record=False)
    assert before.answer
    assert after.answer == before.answer
    assert after.confidence == pytest.approx(before.confidence / 2, abs=0.01)


def test_facts_are_found_and_observations_taken_back(memory: Memory) -> None:
    memory.take([JOY, JOY | {"id": "moved", "object": "Linz", "at": "2026-04-01T09:00:00Z"}])
    assert objects(memory.facts("ana", subject="joy", predicate="lives_in")) == ["Bonn", "Linz"]
    assert objects(memory.facts("ana", object="L*", as_of=datetime(2026, 5, 1, tzinfo=UTC))) == [
        "Linz"
    ]
    assert memory.retract("moved", "ana", "a mistake", really=False) == Retracted(1, 1, 1)
    assert objects(memory.facts("ana")) == ["Bonn", "Linz"]
    assert memory.retract("moved", "ana", "a mistake") == Retracted(1, 1, 1)
    assert objects(memory.facts("ana")) == ["Bonn"]
    with pytest.raises(NotFoundError, match="came of moved"):
        memory.retract("moved", "ana", "a mistake")
    with pytest.raises(InputError, match="`reason`: is empty"):
        memory.retract("joy", "ana", "")
    with pytest.raises(NotFoundError, match="no memory has the id"):
        memory.feedback("nothing", "wrong")
    with pytest.raises(InputError, match="no verdict bad; there are useful, wrong, outdated"):
        memory.feedback("nope", "bad")
    with pytest.raises(InputError, match="no verdict"):
        memory.feedback(memory.reads.timeline("ana", None, None, 1)[0].id, "odd")


class Shared(Memory):
    """A memory in which somebody else takes something back whenever somebody commands."""

    def ingestor(self, source: str) -> Ingestor:
        """Let the other one be faster."""
        if source in {"anamnesis/retract", "anamnesis/scheduler"}:
            theirs = retraction("ana", "theirs", "a mistake, too", NOON)
            super().ingestor("others").observations([theirs], Ingested())
        return super().ingestor(source)


def test_who_takes_back_hears_nothing_of_what_others_take_back(home: Path) -> None:
    with Shared(Settings(home=home, sync="off"), encoder=HashEncoder()) as memory:
        memory.take([said("mine", "I moved to Porto"), said("theirs", "The boat is green")])
        assert memory.retract("mine", "ana", "a mistake") == Retracted(1, 1, 0)
        assert texts(memory) == []


def test_who_ticks_hears_nothing_of_what_others_take_back(home: Path) -> None:
    with Shared(Settings(home=home, sync="off"), encoder=HashEncoder()) as memory:
        memory.take([said("mine", "I moved to Porto"), said("theirs", "The boat is green")])
        came = memory.tick([tick_of("ana", "decay", NOON)])
        assert (came, texts(memory)) == ({"job_ran.v1": 1}, ["I moved to Porto"])


def test_judging_or_taking_back_what_is_not_there_is_a_fault(memory: Memory) -> None:
    judging = {"id": "f", "kind": "feedback", "memory": "m", "verdict": "wrong"}
    taking = {"id": "r", "kind": "retract_requested", "observation": "zz", "reason": "a mistake"}
    lines = [said("a"), *({"space": "ana", "at": NOON} | one for one in (judging, taking))]
    taken = memory.take(lines)
    assert taken.faults == [
        (2, "f in ana: feedback on m, which is no memory of this space"),
        (3, "r in ana: nothing that is remembered came of zz"),
    ]
    assert sum(memory.log.ends(REJECTIONS)) == 2
    assert memory.take(lines).faults == []


@pytest.mark.parametrize(
    "role",
    ["Assistant", "system", "tool", "developer", "function", "Bot", "ai", "model", "AIMessage"],
)
def test_what_a_machine_says_is_believed_of_nobody_however_its_role_is_spelt(
    memory: Memory, role: str
) -> None:
    taken = memory.take([said("a", "I moved to Porto", role=role)])
    assert memory.facts("ana") == []
    assert texts(memory) == ["I moved to Porto"]
    assert taken.odd_roles == ({} if role == "Assistant" else {role: 1})


@pytest.mark.parametrize("role", [None, "user", "User", "HUMAN "])
def test_what_a_person_says_is_believed_however_the_role_is_spelt(
    memory: Memory, role: str | None
) -> None:
    taken = memory.take([said("a", "I moved to Porto", **({"role": role} if role else {}))])
    assert objects(memory.facts("ana")) == ["Porto"]
    assert taken.odd_roles == {}


def test_what_the_agent_said_itself_is_remembered_and_believed_of_nobody(memory: Memory) -> None:
    memory.take([said("a", "I moved to Porto"), said("b", "I moved to Graz", role="assistant")])
    assert objects(memory.facts("ana")) == ["Porto"]
    assert texts(memory) == ["I moved to Graz", "I moved to Porto"]
