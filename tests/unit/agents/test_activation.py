"""How activation spreads and fades."""

from math import log

import pytest

from agents.activation import (
    SLOTS,
    Candidate,
    Edges,
    Node,
    Spreading,
    association,
    base_level,
    slots,
)

ANA, BEN = Node("entity", b"ana"), Node("entity", b"ben")


def memory(name: str) -> Node:
    return Node("memory", name)


def test_activation_of_one_encounter_falls_with_the_square_root_of_time() -> None:
    assert base_level(1, 100.0, 100.0) == pytest.approx(log(100**-0.5))
    assert base_level(1, 0.0, 0.0) == 0.0


def test_the_approximation_is_near_the_exact_sum() -> None:
    for times in ([3600.0, 7200.0, 10_800.0], [60.0 * n for n in range(1, 40)], [5.0, 5e5, 1e6]):
        exact = log(sum(t**-0.5 for t in times))
        assert base_level(len(times), times[0], times[-1]) == pytest.approx(exact, abs=0.15)


def test_what_was_met_often_or_lately_is_more_active() -> None:
    assert base_level(5, 100.0, 1000.0) > base_level(2, 100.0, 1000.0)
    assert base_level(2, 10.0, 1000.0) > base_level(2, 100.0, 1000.0)
    assert base_level(3, 50.0, 50.0) == pytest.approx(log(3 * 50**-0.5))


def test_a_source_lends_less_the_more_it_is_connected() -> None:
    assert association(1) > association(3) > association(30) > 0
    assert association(10_000) == 0.0


def test_working_memory_has_seven_slots_of_which_context_may_take_one() -> None:
    items = [Candidate(f"m{n}", n, 1, 100.0 - n, 100.0 - n) for n in range(12)]
    names = [name for name, _ in slots(items, {})]
    assert names == [f"m{n}" for n in range(11, 4, -1)]
    assert len(names) == SLOTS
    assert slots(items, {"m0": 1.0})[0][0] == "m0"


def spread(*steps: dict[Node, Edges], cues: dict[Node, float]) -> Spreading:
    spreading = Spreading.begin(cues)
    for edges in steps:
        spreading.step(edges)
    return spreading


def test_what_two_cues_lead_to_is_more_active_than_what_one_does() -> None:
    edges = {
        ANA: Edges(2, [memory("both"), memory("ana")]),
        BEN: Edges(2, [memory("both"), memory("ben")]),
    }
    active = spread(edges, cues={ANA: 1.0, BEN: 1.0}).active
    assert active[memory("both")] == pytest.approx(2 * active[memory("ana")])
    assert active[memory("ana")] == active[memory("ben")]


def test_one_step_gives_the_fan_effect_and_no_more_than_there_was() -> None:
    def one(fan: int) -> float:
        edges = {ANA: Edges(fan, [memory(str(n)) for n in range(fan)])}
        found = spread(edges, cues={ANA: 1.0})
        assert sum(found.active.values()) == pytest.approx(1.5)
        return found.activation(memory("0"))

    assert one(1) - one(3) == pytest.approx(log(3)) == association(1) - association(3)


def test_a_way_leads_from_a_cue_through_what_lent_most() -> None:
    first = {ANA: Edges(1, [memory("m")])}
    second = {memory("m"): Edges(2, [ANA, BEN])}
    third = {BEN: Edges(2, [memory("m"), memory("n")])}
    found = spread(first, second, third, cues={ANA: 1.0})
    assert found.path(memory("n")) == [ANA, memory("m"), BEN, memory("n")]
    assert found.active[ANA] == 1.0  # nothing goes straight back
    assert found.active[memory("n")] < found.active[BEN] < found.active[memory("m")]


def test_a_step_goes_on_from_few_nodes_however_many_were_reached() -> None:
    many = [memory(str(n)) for n in range(500)]
    found = spread({ANA: Edges(500, many)}, cues={ANA: 1.0})
    assert len(found.front()) == 32
