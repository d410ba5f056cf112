"""Whether what stays of an erasure still says all that it said, where it repeated what goes."""

from pathlib import Path
from typing import Any, Final

from infra.keys.choosing import Choice
from infra.keys.following import Following
from infra.memory import Memory
from infra.views.sql_facts import FactPattern
from schemas.wire import decode
from streams.topology import MEMORIES
from tests.driving import Line, opened, said, take_in, texts
from tests.golden import GOLDEN
from tests.unit.infra.test_following import Case, Told, agrees, believed, day, fact, of_each

EVER: Final = -1  # the day of what began at an unknown time
LIKE: Final = "My garden has three old fig trees"


def retraction(observation: str, on: int) -> dict[str, Any]:
    return {
        "id": f"retract {observation}", "space": "ana", "kind": "retract_requested",
        "at": day(on), "observation": observation, "reason": "untrue",
    }  # fmt: skip


def over(id_: str, place: str, on: int, until: int) -> dict[str, Any]:
    return fact(id_, place, on, valid_to=day(until))


def during(id_: str, place: str, on: int, since: int, until: int) -> dict[str, Any]:
    return fact(id_, place, on, valid_from=day(since), valid_to=day(until))


GONE: Final = fact("gone", "LISBON", 1)
AGAIN: Final = fact("again", "Lisbon", 3)
# What was said of somebody, of which what is `gone` is erased, and what is believed then.
CASES: Final[list[Case]] = [
    ([GONE, AGAIN, fact("third", "Lisbon", 5)], [("Lisbon", 3, None)]),
    ([GONE, fact("again", "Lisbon", 9, valid_from=day(4))], [("Lisbon", 4, None)]),
    ([GONE, during("again", "Lisbon", 4, 4, 9)], [("Lisbon", 4, 9)]),
    (
        [during("gone", "LISBON", 20, 1, 15), during("again", "Lisbon", 21, 3, 9)],
        [("Lisbon", 3, 9)],
    ),
    (  # in pieces, one of which was told before
        [during("gone", "LISBON", 20, 5, 8), during("again", "Lisbon", 21, 1, 9)],
        [("Lisbon", 1, 5), ("Lisbon", 5, 8), ("Lisbon", 8, 9)],
    ),
    # what ended it, whenever that was told
    ([GONE, AGAIN, fact("next", "Faro", 8)], [("Lisbon", 3, 8), ("Faro", 8, None)]),
    ([GONE, fact("next", "Faro", 8), AGAIN], [("Lisbon", 3, 8), ("Faro", 8, None)]),
    ([GONE, over("left", "Lisbon", 9, 8), AGAIN], [("Lisbon", 3, 8)]),
    # what it ended
    ([fact("before", "Faro", 0), GONE, AGAIN], [("Faro", 0, 3), ("Lisbon", 3, None)]),
    ([GONE, AGAIN, fact("before", "Faro", 0)], [("Faro", 0, 3), ("Lisbon", 3, None)]),
    # an end that was told, of which nobody else told the beginning, or the end
    ([GONE, over("left", "Lisbon", 9, 8)], [("Lisbon", EVER, 8)]),
    ([over("gone", "LISBON", 9, 8), over("left", "Lisbon", 9, 8)], [("Lisbon", EVER, 8)]),
    ([AGAIN, over("gone", "LISBON", 9, 6), over("left", "Lisbon", 9, 8)], [("Lisbon", 3, 8)]),
    # what was taken back is not told again, and what is erased is not taken back
    ([GONE, AGAIN, retraction("again", 5)], []),
    ([GONE, AGAIN, retraction("again", 5), fact("third", "Lisbon", 7)], [("Lisbon", 7, None)]),
    ([GONE, AGAIN, retraction("gone", 5)], [("Lisbon", 3, None)]),
    ([fact("first", "Lisbon", 1), fact("gone", "Lisbon", 3), retraction("first", 5)], []),
    # what was told of an earlier time later, and what was heard of again
    (
        [GONE, fact("again", "Lisbon", 5), fact("third", "Lisbon", 4)],
        [("Lisbon", 4, 5), ("Lisbon", 5, None)],
    ),
    (
        [fact("before", "Faro", 1), fact("gone", "FARO", 29), AGAIN],
        [("Faro", 1, 3), ("Lisbon", 3, None)],
    ),
]
NAMED: Final = Choice("ana", subject="Zoë")


def of_cases() -> list[Line]:
    """Give what was said in all cases; what is to go names Zoë."""
    return of_each(CASES, {"gone": "Zoë"})


def of_everybody(memory: Memory) -> list[Told]:
    """Give what is believed in each case, with the days on which it begins and ends."""
    found = [believed(memory, f"Ana {number}") for number in range(len(CASES))]
    return [[(place, max(since, EVER), end) for place, since, end in one] for one in found]


def written(memory: Memory) -> bytes:
    return b"".join(record.value for record in memory.log.scan(MEMORIES))


def test_a_fact_that_others_told_is_what_they_told(home: Path) -> None:
    repeated = said("echo", f"{LIKE}?!?!") | {"from": "Zoë"}
    with opened(home) as memory:
        take_in(memory, [*of_cases(), said("first", LIKE), repeated, retraction("first", 200)])
        assert memory.forget(NAMED, "asked", really=True).repeats == set()
    with opened(home) as memory:
        assert of_everybody(memory) == [expected for _, expected in CASES]
        assert all(one.evidence > 0 for one in memory.reads.facts.find("ana", FactPattern()))
        everything = written(memory)
        told = (b"LISBON", b"FARO", day(29)[:16].encode())
        assert [word for word in told if word in everything] == []
        assert not [text for text in texts(memory) if LIKE in text]
        assert agrees(memory)


def test_a_memory_that_others_repeated_says_what_they_said(home: Path) -> None:
    lines: list[Line] = [
        said("gone", f"{LIKE}?!?!", session="gone's"),
        said("again", f"{LIKE}!", session="another"),
        said("third", f"{LIKE}."),
    ]
    with opened(home) as memory:
        take_in(memory, lines)
        chosen = memory.forget(Choice("ana", observation="gone"), "asked", really=True)
        assert chosen.repeats == set()
    with opened(home) as memory:
        [found] = memory.reads.timeline("ana", None, None, 9)
        assert (found.body.text, found.session, found.ordinal) == (f"{LIKE}!", "another", 0)
        assert found.body.source.observation == "again"
        assert memory.reads.observations("ana", [found.id]) == {found.id: ["again", "third"]}
        everything = written(memory)
        assert (b"?!?!" in everything, b"gone's" in everything) == (False, False)
        assert agrees(memory)
        memory.forget(Choice("ana", observation="again"), "asked", really=True)
    with opened(home) as memory:
        assert texts(memory) == [f"{LIKE}."]
        assert agrees(memory)


def test_who_repeated_it_before_repeats_said_enough_is_named() -> None:
    following = Following()
    for tag, goes in (("fact_asserted.v1", True), ("fact_confirmed.v1", False)):
        following.takes(decode(tag, GOLDEN[tag].written), "memories/0:0", goes=goes)
    assert (following.repeats, following.heirs) == ({"crm-again"}, set())
