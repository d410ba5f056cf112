"""Which memories are read beside each other, and what is made of what a model says."""

from datetime import UTC, datetime, timedelta

import numpy as np

from agents.compare import Statement, Times, pairs, states
from agents.decision import Input
from agents.known import Known
from agents.likeness import Near
from agents.policy import Policy
from agents.remember import decide, needs
from agents.retention import Held
from schemas.concepts import MemoriesCompared
from schemas.facts import ContradictionFound
from schemas.memories import MemoryEvent
from schemas.observations import Beside, Compared

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def statement(seq: int, text: str, *, turn: float = 0.0, speaker: str = "Ana", day: int = -1) -> (
    Statement
):  # fmt: skip
    vector = np.zeros(384, np.float16)
    vector[:2] = (np.cos(turn), np.sin(turn))
    times = () if day < 0 else (Times(NOON + day * DAY, NOON + (day + 1) * DAY),)
    return Statement(Near(f"m{seq}", speaker, text, vector), seq, times)


def chosen(*told: Statement, fresh: int = 1, most: int = 10) -> list[tuple[str, str]]:
    found = pairs(told[-fresh:], told, most)
    return [(one.memory, other.memory) for one, other in found]


TEA = "I drink green tea every day"


def test_a_new_statement_is_read_beside_the_most_alike_earlier_ones() -> None:
    told = [
        statement(0, TEA, turn=0.9),
        statement(1, TEA, turn=0.5),
        statement(2, TEA, turn=0.1),
        statement(3, f"{TEA} now"),
    ]
    assert chosen(*told) == [("m2", "m3"), ("m1", "m3")]
    assert chosen(*told, most=1) == [("m2", "m3")]
    assert chosen(*told, fresh=4, most=1) == [("m2", "m3")]
    assert set(chosen(*told, fresh=4)) == {
        ("m2", "m3"), ("m1", "m3"), ("m1", "m2"), ("m0", "m2"), ("m0", "m1"),
    }  # fmt: skip


def test_what_is_not_alike_or_says_other_words_or_is_by_others_is_not_read() -> None:
    new = statement(1, TEA)
    assert chosen(statement(0, TEA, turn=1.5), new) == []
    assert chosen(statement(0, "The garden wall is high"), new) == []
    assert chosen(statement(0, TEA, speaker="Ben"), new) == []
    assert chosen(statement(0, f"{TEA}, and coffee in the evening"), new) == [("m0", "m1")]


def test_what_is_said_of_different_times_is_not_read() -> None:
    assert chosen(statement(0, TEA, day=1), statement(1, TEA, day=2)) == []
    assert chosen(statement(0, TEA, day=1), statement(1, TEA, day=1)) == [("m0", "m1")]
    assert chosen(statement(0, TEA, day=1), statement(1, TEA)) == [("m0", "m1")]


def test_only_what_states_something_can_contradict() -> None:
    assert states(3, 0)
    assert not states(2, 0)
    assert not states(9, 4)


def test_nothing_is_read_where_nothing_is_new() -> None:
    assert pairs([], [statement(0, TEA)], 5) == []


def decided(*beside: Beside, policy: Policy | None = None) -> list[MemoryEvent]:
    event = Compared(
        id="c", space="ana", at=NOON, memories=("b", "c"), pairs=beside, models={"nli": "5f"}
    )
    held = {m: Held("ana", 1.0, 5.0, NOON, "vivid", "interact") for m in ("a", "b", "c")}
    item = Input("input", "digest", event)
    assert needs([item], Policy()).memories == {
        ("ana", memory) for memory in ("b", "c", *(m for p in beside for m in (p.one, p.other)))
    }
    return decide(Known(held=held), item, policy or Policy())


def test_a_model_that_is_sure_enough_is_heard_and_ends_nothing() -> None:
    read = MemoriesCompared(space="ana", at=NOON, memories=("b", "c"))
    sure = Beside(one="a", other="b", contradicts=0.9)
    [first, found] = decided(sure)
    assert first == read
    assert isinstance(found, ContradictionFound)
    assert (found.kind, found.memories, found.score) == ("texts", ("a", "b"), 0.9)
    assert decided(sure)[1] == found  # the same id for the same memories
    assert decided(Beside(one="a", other="b", contradicts=0.3)) == [read]
    assert decided(sure, policy=Policy(contradiction_score=0.95)) == [read]


def test_what_is_not_remembered_any_more_contradicts_nothing() -> None:
    [only] = decided(Beside(one="gone", other="b", contradicts=0.9))
    assert only == MemoriesCompared(space="ana", at=NOON, memories=("b", "c"))


def test_only_memories_of_the_space_are_read() -> None:
    event = Compared(id="c", space="ben", at=NOON, memories=("a",), pairs=(), models={"nli": "5f"})
    held = {"a": Held("ana", 1.0, 5.0, NOON, "vivid", "interact")}
    [only] = decide(Known(held=held), Input("input", "digest", event), Policy())
    assert only == MemoriesCompared(space="ben", at=NOON, memories=())
