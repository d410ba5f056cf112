"""Which procedures are recognised in sequences of steps."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from infra.host.scheduler import tick_of
from infra.keys.choosing import Choice
from infra.memory import Memory
from infra.views.refold import verify
from infra.views.sql_procedures import Procedure, procedures
from tests.driving import alone_and_together, opened, said, state, take_in

START = datetime(2026, 4, 1, 7, tzinfo=UTC)
COFFEE = ["Grind the beans", "Heat the water", "Pour it over the coffee", "Wait four minutes"]


def tick(day: int = 100) -> dict[str, Any]:
    return tick_of("ana", "consolidate", START + timedelta(days=day)).model_dump(mode="json")


def morning(day: int, steps: list[str]) -> list[dict[str, Any]]:
    """Give a session's episodes."""
    return [
        {
            "id": f"{day}-{n}", "space": "ana", "kind": "episode", "session": f"day {day}",
            "at": (START + timedelta(days=day, minutes=n)).isoformat(), "what": step,
        }
        for n, step in enumerate(steps)
    ]  # fmt: skip


def recipe(id_: str, steps: list[str]) -> dict[str, Any]:
    return {
        "id": id_, "space": "ana", "kind": "procedure", "at": START.isoformat(),
        "name": f"How {id_} makes coffee", "steps": steps,
    }  # fmt: skip


def found(memory: Memory) -> list[Procedure]:
    return procedures(memory.reads, "ana", 20)


def steps(memory: Memory) -> list[list[str]]:
    return [list(one.steps) for one in found(memory)]


def checked(memory: Memory) -> None:
    assert verify(memory.log, memory.views, memory.vectors, memory.codec).ok


DAYS = [
    *morning(0, ["Feed the cat", *COFFEE]),
    *morning(1, [*COFFEE, "Read the paper"]),
    *morning(2, ["Open the window", *COFFEE, "Call Dora"]),
]


def test_steps_that_recur_in_three_sessions_are_a_procedure(memory: Memory) -> None:
    take_in(memory, [*DAYS, tick()])
    [one] = found(memory)
    assert list(one.steps) == COFFEE
    assert one.sequences == ("day 0", "day 1", "day 2")
    checked(memory)


def test_two_sessions_are_not_enough(memory: Memory) -> None:
    take_in(memory, [*DAYS[:10], tick()])
    assert found(memory) == []


def test_two_steps_are_not_enough(memory: Memory) -> None:
    take_in(memory, [line for day in range(4) for line in morning(day, COFFEE[:2])] + [tick()])
    assert found(memory) == []


def test_steps_in_another_order_are_no_procedure(memory: Memory) -> None:
    orders = (COFFEE, COFFEE[::-1], [COFFEE[n] for n in (1, 0, 3, 2)])
    take_in(memory, [line for n, one in enumerate(orders) for line in morning(n, one)] + [tick()])
    assert found(memory) == []


def test_what_is_told_as_a_procedure_counts_as_well(memory: Memory) -> None:
    take_in(memory, [recipe("Ana", COFFEE), recipe("Ben", ["Wash up", *COFFEE]), *DAYS[:5], tick()])
    [one] = found(memory)
    assert one.sequences == ("day 0", "procedure:Ana", "procedure:Ben")


def test_evidence_grows_with_what_comes_later(memory: Memory) -> None:
    take_in(memory, [*DAYS, tick()])
    before = found(memory)[0]
    take_in(memory, [*morning(3, COFFEE), tick(101)])
    [after] = found(memory)
    assert after.id == before.id
    assert after.sequences == (*before.sequences, "day 3")
    checked(memory)


def test_messages_are_not_taken_for_steps(memory: Memory) -> None:
    lines = [
        said(f"{day} {n}", step, session=f"{day}")
        for day in range(4)
        for n, step in enumerate(COFFEE)
    ]
    take_in(memory, [*lines, tick()])
    assert found(memory) == []


def test_a_tick_is_due_for_new_steps_although_no_episode_is_new(memory: Memory) -> None:
    take_in(memory, [*DAYS, tick()])
    later = START + timedelta(days=200)

    def due() -> bool:
        return "consolidate" in {t.job for t in memory.scheduler.due(later)}

    assert not due()
    take_in(memory, morning(3, COFFEE))
    assert due()


def test_a_budget_carries_the_rest_over(home: Path) -> None:
    with opened(home, tick_budget=1) as memory:
        take_in(memory, DAYS)
        for day in range(100, 120):
            take_in(memory, [tick(day)])
        assert steps(memory) == [COFFEE]
        assert memory.scheduler.ran()["ana", "consolidate"]["left"] is False


def test_erasing_an_observation_leaves_no_procedure_of_it(home: Path) -> None:
    with opened(home) as memory:
        take_in(memory, [*DAYS, tick()])
        memory.forget(Choice("ana", observation="1-3"), "asked for", really=True)
    with opened(home) as memory:
        assert found(memory) == []
        take_in(memory, [tick(101)])
        assert steps(memory) == [COFFEE[:3]]
        checked(memory)


def test_what_is_recognised_does_not_depend_on_batches_or_repeats() -> None:
    alone, together = alone_and_together([*DAYS, tick(), tick(), *morning(3, COFFEE), tick(101)])
    assert alone == together


def test_the_same_tick_again_changes_nothing(memory: Memory) -> None:
    take_in(memory, [*DAYS, tick()])
    before = state(memory)
    take_in(memory, [tick()])
    assert state(memory) == before
