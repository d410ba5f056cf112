"""How a model's word on contradictions enters the log, and what becomes of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agents.reading import Odds, Pairs
from infra.host.scheduler import tick_of
from infra.keys.choosing import Choice
from infra.memory import Memory
from infra.models.reading import Reading
from infra.views.refold import verify
from infra.views.sql_contradictions import contradictions
from schemas.errors import ModelError
from schemas.observations import Compared
from schemas.wire import decode
from streams.topology import OBSERVATIONS
from tests.driving import alone_and_together, ends, opened, said, state, take_in, texts

DAY = datetime(2026, 4, 1, tzinfo=UTC)
TOLD = [
    said("1", "I drink coffee every morning before work"),
    said("2", "Do you drink coffee every morning before work?"),
    said("3", "I drink no coffee every morning before work", at="2026-03-09T12:00:00+00:00"),
    said("4", "The boats are back in the harbour"),
]


def told(memory: Memory) -> list[Compared]:
    found = [decode(r.headers["ce_type"], r.value) for r in memory.log.scan(OBSERVATIONS)]
    return [event for event in found if isinstance(event, Compared)]


def listed(memory: Memory) -> list[tuple[str, ...]]:
    found = contradictions(memory.reads, "ana", 20)
    return [tuple(one.body.text for one in each.memories) for each in found]


def tick(memory: Memory, day: int = 0) -> None:
    for job in ("consolidate", "reconcile"):
        memory.tick([tick_of("ana", job, DAY + timedelta(days=day))])


def compared(memory: Memory, contradicts: float = 0.9, id_: str = "c") -> dict[str, Any]:
    """Give what a model would say of the first two statements."""
    one, other = (
        m.id
        for text in (TOLD[0]["text"], TOLD[2]["text"])
        for m in memory.reads.timeline("ana", None, None, 10)
        if m.body.text == text
    )
    return {
        "id": id_, "space": "ana", "kind": "compared", "at": DAY.isoformat(), "memories": [other],
        "pairs": [{"one": one, "other": other, "contradicts": contradicts}],
        "models": {"nli": "5f"},
    }  # fmt: skip


def checked(memory: Memory) -> None:
    assert verify(memory.log, memory.views, memory.vectors, memory.codec).ok


def test_the_bundled_model_is_asked_once_about_new_statements(memory: Memory) -> None:
    take_in(memory, TOLD)
    tick(memory)
    [event] = told(memory)
    assert len(event.memories) == 3  # a question states nothing
    [pair] = event.pairs
    read = memory.reads.memories("ana", [pair.one, pair.other])
    assert [read[m].body.text for m in (pair.one, pair.other)] == [
        TOLD[0]["text"], TOLD[2]["text"],
    ]  # fmt: skip
    assert set(event.models) == {"nli"}
    tick(memory, 1)
    assert told(memory) == [event]
    checked(memory)


def test_reconciling_is_due_for_what_was_consolidated_and_not_read(memory: Memory) -> None:
    def due() -> list[str]:
        return [t.job for t in memory.scheduler.due(DAY) if t.job in ("consolidate", "reconcile")]

    take_in(memory, TOLD)
    assert due() == ["consolidate"]
    memory.tick(memory.scheduler.due(DAY))
    assert due() == ["reconcile"]
    memory.tick(memory.scheduler.due(DAY))
    assert due() == []


@pytest.mark.parametrize("own", [{"contradiction_pairs": 0}, {"models": "without"}])
def test_nothing_is_asked_where_no_model_serves_or_none_may_be(
    home: Path, own: dict[str, Any], tmp_path: Path
) -> None:
    if "models" in own:
        own = {"models": tmp_path, "promotion": "rules"}
    with opened(home, **own) as memory:
        take_in(memory, TOLD)
        tick(memory)
        assert told(memory) == []
        assert {t.job for t in memory.scheduler.due(DAY)} == {"decay"}


def test_a_model_that_does_not_work_stops_no_tick(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Reading, pairs: Pairs) -> list[Odds]:
        raise ModelError(role="nli", file="it", expected="a network", found=str(len(pairs)))

    monkeypatch.setattr(Reading, "_says", broken)
    take_in(memory, TOLD)
    tick(memory)
    assert told(memory) == []
    assert memory.scheduler.ran()["ana", "reconcile"]["changed"] == 0


def test_what_a_model_takes_to_contradict_is_listed_and_stays(memory: Memory) -> None:
    take_in(memory, TOLD)
    before = texts(memory)
    take_in(memory, [compared(memory)])
    assert listed(memory) == [(TOLD[0]["text"], TOLD[2]["text"])]
    [found] = contradictions(memory.reads, "ana", 20)
    assert (found.kind, found.verdict) == ("texts", "open")
    assert found.told()["memories"][1]["speaker"] == "Ana"
    tick(memory)
    assert listed(memory) == [(TOLD[0]["text"], TOLD[2]["text"])]
    assert texts(memory) == before
    checked(memory)


def test_it_is_taken_back_like_a_settlement(memory: Memory) -> None:
    take_in(memory, TOLD)
    take_in(memory, [compared(memory)])
    [found] = contradictions(memory.reads, "ana", 20)
    back = {
        "id": "back", "space": "ana", "kind": "retract_requested", "at": DAY.isoformat(),
        "observation": found.id, "reason": "both are true",
    }  # fmt: skip
    take_in(memory, [back])
    assert memory.host.told["source_retracted"] == 1
    assert listed(memory) == []
    assert len(texts(memory)) == len(TOLD)
    checked(memory)


def test_what_is_said_in_another_space_leaves_them_alone(memory: Memory) -> None:
    take_in(memory, TOLD)
    tick(memory)
    waits = state(memory)
    ids = [m.id for m in memory.reads.timeline("ana", None, None, 10)]
    foreign = {"id": "f", "space": "ben", "memories": ids}
    take_in(memory, [compared(memory) | foreign])
    assert memory.host.told["memories_compared"] == 2
    assert state(memory) == waits


def test_an_observation_of_another_space_is_no_contradiction_of_this_one(memory: Memory) -> None:
    take_in(memory, TOLD)
    take_in(memory, [compared(memory)])
    [found] = contradictions(memory.reads, "ana", 20)
    take_in(memory, [said(found.id, space="ben")])
    back = {
        "id": "back", "space": "ben", "kind": "retract_requested", "at": DAY.isoformat(),
        "observation": found.id, "reason": "never mind",
    }  # fmt: skip
    take_in(memory, [back])
    assert texts(memory, "ben") == []
    assert listed(memory) == [(TOLD[0]["text"], TOLD[2]["text"])]
    checked(memory)


def test_what_is_forgotten_or_erased_is_in_no_contradiction(home: Path) -> None:
    with opened(home) as memory:
        take_in(memory, TOLD)
        take_in(memory, [compared(memory)])
        memory.forget(Choice("ana", observation="1"), "asked to", really=True)
    with opened(home) as memory:
        assert listed(memory) == []
        checked(memory)


def test_replay_and_repeats_and_batches_come_to_the_same(memory: Memory) -> None:
    take_in(memory, TOLD)
    tick(memory)
    once, before = state(memory), ends(memory)
    event = told(memory)[0].model_dump(mode="json")
    assert take_in(memory, [event]).published == 0
    assert (state(memory), ends(memory)) == (once, before)
    ticks = [
        tick_of("ana", job, DAY).model_dump(mode="json") for job in ("consolidate", "reconcile")
    ]
    alone, together = alone_and_together([*TOLD, ticks[0], event, ticks[1]])
    assert alone == together == once
