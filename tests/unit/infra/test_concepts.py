"""What consolidation makes of a space, and what taking back, forgetting and erasing leave of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from agents.concepts import rounded
from agents.lexicon import telling
from infra.host.scheduler import tick_of
from infra.keys.choosing import Choice
from infra.memory import Memory
from infra.recollection import Asked
from infra.views.refold import verify
from infra.views.sql_concepts import Shown, SqlConcepts
from infra.views.sql_tables import CONCEPTS, MEMBERS, MEMORIES
from schemas.wire import decode
from streams.sealed import read_concept, read_features
from tests.driving import alone_and_together, opened, said, state, take_in

DAY = datetime(2026, 4, 1, tzinfo=UTC)
GARDEN = [
    "We planted roses along the wall of the garden before lunch",
    "The roses along the wall of the garden are thirsty again",
    "Roses along the wall of the garden need water, somebody found",
]
SEA = ["A storm kept every boat in the harbour", "Every boat in the harbour rode out a storm"]


def lines(*texts: str) -> list[dict[str, Any]]:
    return [said(f"o{n}", text) for n, text in enumerate(texts)]


def tick(day: int = 0, job: str = "consolidate") -> dict[str, Any]:
    return tick_of("ana", job, DAY + timedelta(days=day)).model_dump(mode="json")


def found(memory: Memory) -> list[Shown]:
    return SqlConcepts(memory.reads).largest("ana", 10, 10)


def told(memory: Memory) -> list[list[str]]:
    return sorted(sorted(m.body.text for m, _ in one.members) for one in found(memory))


def words(memory: Memory) -> set[str]:
    """Give the words that the concepts count."""
    c = CONCEPTS.c
    with memory.views.engine.connect() as on:
        rows = on.execute(select(c.concept, c.size, c.body)).all()
    read = [read_concept(memory.codec, "ana", (row.concept, row.size), row.body) for row in rows]
    return {word for one in read for word in one.words}


def both(garden: list[str]) -> list[list[str]]:
    return sorted([sorted(garden), sorted(SEA)])


def checked(memory: Memory) -> None:
    """Check that every sum is that of its members, and that a replay comes to the same."""
    b, c, m = MEMBERS.c, CONCEPTS.c, MEMORIES.c
    with memory.views.engine.connect() as on:
        for row in on.execute(select(c.concept, c.space, c.size, c.body)).all():
            query = select(m.features).join(MEMBERS, b.memory == m.memory)
            sealed = on.scalars(query.where(b.concept == row.concept)).all()
            read = [read_features(memory.codec, row.space, one).vector for one in sealed]
            each = [rounded(np.frombuffer(vector, np.float16)).astype(int) for vector in read]
            concept = read_concept(memory.codec, row.space, (row.concept, row.size), row.body)
            assert len(each) == row.size
            assert np.sum(each, axis=0).tolist() == concept.sums.tolist()
    assert verify(memory.log, memory.views, memory.vectors, memory.codec).ok


def test_like_episodes_become_concepts_and_the_rest_waits(memory: Memory) -> None:
    take_in(memory, [*lines(*GARDEN, *SEA, "Nothing of the kind"), tick()])
    assert told(memory) == both(GARDEN)
    labels = {one.size: set(one.label) for one in found(memory)}
    assert labels[2] <= {"storm", "boat", "harbour", "every"}
    assert labels[3] <= {"roses", "wall", "garden", "along", "planted"}
    checked(memory)


def test_what_comes_later_joins_what_there_is(memory: Memory) -> None:
    take_in(memory, [*lines(*GARDEN[:2], SEA[0]), tick()])
    [before] = found(memory)
    later = [said("x", GARDEN[2]), said("y", SEA[1])]
    take_in(memory, [*later, tick(1)])
    assert told(memory) == both(GARDEN)
    assert found(memory)[0].id == before.id
    checked(memory)


def test_a_budget_carries_the_rest_over_and_comes_to_the_same(memory: Memory, home: Path) -> None:
    take_in(memory, [*lines(*GARDEN, *SEA), tick()])
    with opened(home.with_name("small"), tick_budget=1) as small:
        take_in(small, lines(*GARDEN, *SEA))
        left = []
        for day in range(5):
            take_in(small, [tick(day)])
            left.append(small.scheduler.ran()["ana", "consolidate"]["left"])
        assert left == [True, True, True, True, False]
        assert told(small) == told(memory)
        checked(small)


def test_only_a_space_with_new_episodes_is_due(memory: Memory) -> None:
    at = DAY + timedelta(hours=1)
    take_in(memory, [*lines(*GARDEN), tick()])
    jobs = [t.job for t in memory.scheduler.due(at + timedelta(days=1))]
    assert jobs == ["decay", "reconcile"]  # what was consolidated is to be read
    take_in(memory, [said("new", "Something new")])
    jobs = [t.job for t in memory.scheduler.due(at + timedelta(days=1))]
    assert jobs == ["decay", "consolidate"]


def test_what_is_taken_back_leaves_its_concept(memory: Memory) -> None:
    take_in(memory, [*lines(*GARDEN, *SEA), tick()])
    gone = {
        "id": "r", "space": "ana", "kind": "retract_requested", "at": DAY.isoformat(),
        "observation": "o1", "reason": "by mistake",
    }  # fmt: skip
    take_in(memory, [gone])
    assert told(memory) == both([GARDEN[0], GARDEN[2]])
    checked(memory)


def test_words_that_members_lost_leave_their_concept(home: Path) -> None:
    long = [f"{text}. Lanterns glowed until midnight" for text in GARDEN[:2]]
    with opened(home, detail=60) as memory:
        take_in(memory, [tick(0, "decay"), *lines(*long), tick(1)])
        assert {"lanterns", "midnight"} <= words(memory)
        take_in(memory, [tick(400, job) for job in ("decay", "compress")])
        [texts] = told(memory)
        assert not any("midnight" in text for text in texts)
        assert words(memory) == {word for text in texts for word in telling(text)}
        checked(memory)


def test_a_concept_is_forgotten_with_its_last_member(memory: Memory) -> None:
    take_in(memory, [tick(0, "decay"), *lines(*GARDEN, *SEA), tick(1)])
    for day in (400, 4000, 40_000, 400_000):
        take_in(memory, [tick(day, job) for job in ("decay", "compress", "decay")])
    assert memory.views.size() == 0
    with memory.views.engine.connect() as on:
        assert on.execute(select(CONCEPTS)).all() == on.execute(select(MEMBERS)).all() == []
    checked(memory)


def test_erasing_an_observation_leaves_no_trace_of_it_in_concepts(home: Path) -> None:
    with opened(home) as memory:
        take_in(memory, [*lines(*GARDEN, *SEA), tick()])
        memory.forget(Choice("ana", observation="o0"), "asked for", really=True)
    with opened(home) as memory:
        assert found(memory) == []
        events = b"".join(r.value for r in memory.log.scan("anamnesis.memories"))
        assert b"concept_changed" not in events
        take_in(memory, [tick(1)])
        assert told(memory) == both(GARDEN[1:])
        checked(memory)


def test_concepts_are_sealed_in_the_views(memory: Memory) -> None:
    take_in(memory, [*lines(*GARDEN), tick()])
    with memory.views.engine.connect() as on:
        body = on.scalars(select(CONCEPTS.c.body)).one()
    assert b"roses" not in body
    assert b"roses" in memory.codec.open("ana", body)


def test_recall_finds_the_same_after_as_before(memory: Memory) -> None:
    def recalled() -> list[tuple[str, float]]:
        asked = [*GARDEN, *SEA, "who planted roses", "where was the boat"]
        found = [memory.ask(Asked(question, "ana")).hits for question in asked]
        return [(hit.memory.id, hit.score) for hits in found for hit in hits]

    take_in(memory, lines(*GARDEN, *SEA))
    before = recalled()
    take_in(memory, [tick()])
    assert len(found(memory)) == 2
    assert recalled() == before


def test_the_same_tick_again_changes_nothing(memory: Memory) -> None:
    take_in(memory, [*lines(*GARDEN, *SEA), tick()])
    before = state(memory)
    assert take_in(memory, [tick()]).published == 0
    assert state(memory) == before


BLOOM = "Roses along the wall of the garden bloom"
WITHER = "Roses along the wall of the garden wither"


def two_alike(home: Path, **fields: Any) -> Memory:
    """Open a memory with two concepts that are nearly equal."""
    memory = opened(home, related_cosine=0.95, merged_cosine=0.7, **fields)
    both = [(text, who) for text in (BLOOM, WITHER) for who in ("Ana", "Ben")]
    take_in(memory, [said(f"o{n}", text, speaker=who) for n, (text, who) in enumerate(both)])
    take_in(memory, [tick()])
    for day in range(1, 4):
        if memory.scheduler.ran()["ana", "consolidate"]["left"]:
            take_in(memory, [tick(day)])
    assert told(memory) == [[BLOOM] * 2, [WITHER] * 2]
    return memory


def test_concepts_that_are_nearly_equal_become_one(home: Path) -> None:
    with two_alike(home) as memory:
        before = {one.id for one in found(memory)}
        take_in(memory, [said("new", "A letter came"), tick(10)])
        assert told(memory) == [[BLOOM] * 2 + [WITHER] * 2]
        [kept] = {one.id for one in found(memory)}
        events = [
            decode(r.headers["ce_type"], r.value)
            for r in memory.log.scan("anamnesis.memories")
            if r.headers["ce_type"] == "concept_changed.v1"
        ]
        assert [(e.concept, e.merged) for e in events if e.merged] == [
            (gone, kept) for gone in before - {kept}
        ]
        checked(memory)


def test_what_is_too_large_for_half_the_budget_does_not_merge(home: Path) -> None:
    with two_alike(home, tick_budget=3) as memory:
        take_in(memory, [said("new", "A letter came"), tick(10)])
        assert told(memory) == [[BLOOM] * 2, [WITHER] * 2]


def test_a_concept_that_did_not_change_for_long_is_met_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.views.sql_episodes.CONCEPTS_COMPARED", 1)
    with two_alike(home) as memory:
        for day in range(10, 30):
            take_in(memory, [said(f"n{day}", f"Letter{day} came{day}"), tick(day)])
        assert told(memory) == [[BLOOM] * 2 + [WITHER] * 2]
        checked(memory)


def test_what_merges_does_not_depend_on_the_batches() -> None:
    texts = [BLOOM, WITHER, *SEA, "Every boat in the harbour rode out another storm"]
    told_ = [
        said(f"{who}{n}", t, speaker=who) for n, t in enumerate(texts) for who in ("Ana", "Ben")
    ]
    ticks = [tick(), said("new", "A letter came"), tick(1), said("more", "And another"), tick(2)]
    alone, together = alone_and_together([*told_, *ticks])
    assert alone == together
