"""Which concepts become one."""

from collections.abc import Sequence

import numpy as np

from agents.concepts import Concept
from agents.merge import near_equal


def concept(id_: str, size: int, *parts: float) -> Concept:
    """Give a concept whose centre has these parts."""
    centre = np.zeros(384)
    centre[: len(parts)] = parts
    sums = np.rint(1024 * size * centre / np.linalg.norm(centre)).astype(np.int32)
    return Concept(id_, size, sums, {"rose": size})


def pairs(concepts: Sequence[Concept], most: int = 100) -> list[tuple[str | None, str | None]]:
    return [(m.kept.id, m.gone.id) for m in near_equal(concepts, 0.8, most)]


NEAR = [
    concept("a", 2, 1, 0),
    concept("b", 5, 1, 0.1),
    concept("c", 3, 0, 1),
    concept("d", 3, 0.2, 1),
    concept("e", 9, -1, 0),
]


def test_the_smaller_of_two_near_ones_goes_into_the_larger() -> None:
    assert pairs(NEAR) == [("b", "a"), ("c", "d")]
    assert pairs(NEAR[::-1]) == pairs(NEAR)


def test_each_is_merged_once_with_the_nearest() -> None:
    three = [concept("a", 2, 1, 0), concept("b", 2, 1, 0.5), concept("c", 2, 1, 0.4)]
    assert pairs(three) == [("b", "c")]


def test_no_more_members_move_than_may() -> None:
    assert pairs(NEAR, most=2) == [("b", "a")]
    assert pairs(NEAR, most=1) == []


def test_what_becomes_of_both_has_the_members_of_both() -> None:
    [merging] = near_equal(NEAR[:2], 0.8, 100)
    both = merging.both
    assert (both.id, both.size, both.words) == ("b", 7, {"rose": 7})
    assert both.sums.tolist() == (NEAR[0].sums + NEAR[1].sums).tolist()


def test_nothing_merges_where_there_is_nothing() -> None:
    assert pairs([]) == pairs(NEAR[:1]) == []
