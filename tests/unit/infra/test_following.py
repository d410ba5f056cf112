"""Whether what is believed after an erasure is what would be believed without what it took."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from infra.host.scheduler import tick_of
from infra.keys.choosing import Choice, Chosen
from infra.memory import Memory
from infra.views.refold import verify
from infra.views.sql_facts import FactPattern
from streams.topology import MEMORIES
from tests.driving import Line, opened, take_in

FIRST = datetime(2026, 1, 1, 12, tzinfo=UTC)
Told = list[tuple[str, int, int | None]]
Case = tuple[list[dict[str, Any]], Told]  # what is said, and what is believed then
TEA = {"subject": "Zed", "predicate": "likes"}


def day(number: int) -> str:
    return (FIRST + timedelta(days=number)).isoformat()


def fact(id_: str, told: str, on: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": id_, "space": "ana", "kind": "fact", "at": day(on),
        "subject": "Ana", "predicate": "lives_in", "object": told, **fields,
    }  # fmt: skip


def reconcile(on: int) -> dict[str, Any]:
    return tick_of("ana", "reconcile", FIRST + timedelta(days=on)).model_dump(mode="json")


def believed(memory: Memory, who: str = "Ana") -> Told:
    """Give what is believed of somebody, with the days on which it begins and ends."""
    found = memory.reads.facts.find("ana", FactPattern(subject=who))
    return [
        (
            one.body.object,
            (one.valid_from - FIRST).days,
            (one.valid_to - FIRST).days if one.valid_to else None,
        )
        for one in found
    ]


def of_each(cases: Sequence[Case], names: Mapping[str, str]) -> list[Line]:
    """Give what is said in all cases, each of somebody else; some of it, by id, comes from one."""
    lines: list[Line] = []
    for number, (case, _) in enumerate(cases):
        for line in case:
            ids = {key: f"{line[key]} {number}" for key in ("id", "observation") if key in line}
            who = {"subject": f"Ana {number}"} if line.get("subject") == "Ana" else {}
            lines.append(line | ids | who | {"from": names.get(line["id"])})
    return lines


def without(home: Path, lines: list[Line], observation: str) -> Chosen:
    """Take lines in, and erase an observation."""
    with opened(home) as memory:
        for line in lines:
            take_in(memory, [line])
        return memory.forget(Choice("ana", observation=observation), "asked", really=True)


def agrees(memory: Memory) -> bool:
    return verify(memory.log, memory.views, memory.vectors, memory.codec).ok


def test_what_was_settled_between_facts_that_stay_stays_settled(home: Path) -> None:
    lines: list[Line] = [
        fact("x", "tea", 0, **TEA),
        fact("o1", "Lisbon", 1),
        fact("o2", "Porto", 5, confidence=0.3),
        reconcile(6),
        fact("o3", "Faro", 8),
    ]
    without(home, lines, "x")
    with opened(home) as memory:
        assert believed(memory) == [("Lisbon", 1, 8), ("Faro", 8, None)]
        take_in(memory, [reconcile(9)])
        assert believed(memory) == [("Lisbon", 1, 8), ("Faro", 8, None)]
        assert agrees(memory)


def test_what_was_settled_by_what_goes_is_weighed_again(home: Path) -> None:
    lines: list[Line] = [
        fact("o1", "Lisbon", 1, confidence=0.5),
        fact("o2", "Porto", 5, confidence=0.3),
        fact("again", "Lisbon", 6, confidence=0.9),
        reconcile(7),
    ]
    without(home, lines, "again")
    with opened(home) as memory:
        assert believed(memory) == [("Lisbon", 1, None), ("Porto", 5, None)]
        take_in(memory, [reconcile(9)])
        assert believed(memory) == [("Lisbon", 1, None)]
        assert agrees(memory)


def test_what_lost_against_a_fact_that_goes_holds_again(home: Path) -> None:
    lines: list[Line] = [
        fact("o1", "Lisbon", 1),
        fact("o2", "Porto", 5, confidence=0.3),
        reconcile(6),
    ]
    without(home, lines, "o1")
    with opened(home) as memory:
        assert believed(memory) == [("Porto", 5, None)]
        assert agrees(memory)


def test_an_end_that_a_fact_gave_goes_with_it_whoever_told_of_it(home: Path) -> None:
    lines: list[Line] = [
        fact("o1", "Lisbon", 1),
        fact("o3", "Porto", 10),
        fact("o2", "Faro", 11, valid_from=day(5)),
    ]
    without(home, lines, "o3")
    with opened(home) as memory:
        assert believed(memory) == [("Lisbon", 1, 5), ("Faro", 5, None)]
        assert day(10)[:16].encode() not in b"".join(r.value for r in memory.log.scan(MEMORIES))
        assert agrees(memory)


# The tick comes first: it would settle what others leave open.
LOSING: Final[list[Case]] = [
    (  # what a settlement had ended is ended by what came after it
        [
            fact("gone", "Lisbon", 1),
            fact("b", "Porto", 5, confidence=0.3),
            reconcile(6),
            fact("c", "Faro", 8),
        ],
        [("Porto", 5, 8), ("Faro", 8, None)],
    ),
    (  # what comes next ends what came before
        [fact("a", "Lisbon", 1), fact("gone", "Porto", 10), fact("c", "Faro", 20)],
        [("Lisbon", 1, 20), ("Faro", 20, None)],
    ),
    (  # whoever told of the end
        [
            fact("a", "Lisbon", 1),
            fact("gone", "Porto", 10),
            fact("b", "Kiel", 15),
            fact("c", "Faro", 20, valid_from=day(5)),
        ],
        [("Lisbon", 1, 5), ("Faro", 5, 15), ("Kiel", 15, None)],
    ),
    (  # what is much less sure does not
        [
            fact("a", "Lisbon", 1),
            fact("gone", "Porto", 10, confidence=0.3),
            fact("c", "Faro", 20, confidence=0.3),
        ],
        [("Lisbon", 1, None), ("Faro", 20, None)],
    ),
    (  # nor does a place in that place
        [
            fact("in", "Lisbon", 0, subject="Alfama", predicate="located_in"),
            fact("a", "Lisbon", 1),
            fact("gone", "Porto", 10),
            fact("c", "Alfama", 20),
        ],
        [("Lisbon", 1, None), ("Alfama", 20, None)],
    ),
    (  # an end that was told stays
        [
            fact("a", "Lisbon", 1, valid_to=day(15)),
            fact("gone", "Porto", 10),
            fact("c", "Faro", 20),
        ],
        [("Lisbon", 1, 15), ("Faro", 20, None)],
    ),
]


def test_what_loses_its_end_ends_when_the_next_begins(home: Path) -> None:
    expected = [one for _, one in LOSING]
    with opened(home) as memory:
        take_in(memory, of_each(LOSING, {"gone": "Zoë", "c": "Yan"}))
        memory.forget(Choice("ana", subject="Zoë"), "asked", really=True)
    with opened(home) as memory:
        assert [believed(memory, f"Ana {n}") for n in range(len(LOSING))] == expected
        assert agrees(memory)
        memory.forget(Choice("ana", subject="Yan"), "asked", really=True)
    with opened(home) as memory:
        for number, told in enumerate(expected):
            found = [one[:2] for one in told if one[0] not in ("Faro", "Alfama")]
            assert [one[:2] for one in believed(memory, f"Ana {number}")] == found
        assert day(20)[:10].encode() not in b"".join(r.value for r in memory.log.scan(MEMORIES))
        assert agrees(memory)


def test_an_end_that_was_taken_back_does_not_come_back(home: Path) -> None:
    retraction = {
        "id": "r", "space": "ana", "kind": "retract_requested", "at": day(21),
        "observation": "o2", "reason": "untrue",
    }  # fmt: skip
    lines: list[Line] = [
        fact("o1", "Lisbon", 1),
        fact("gone", "Porto", 10),
        fact("o2", "Faro", 20, valid_from=day(5)),
        fact("o4", "Kiel", 20),
        retraction,
    ]
    without(home, lines, "gone")
    with opened(home) as memory:
        assert believed(memory) == [("Lisbon", 1, 20), ("Kiel", 20, None)]
        assert agrees(memory)
