"""Which memories move between the layers, and when they are looked at again."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from agents.decision import Input
from agents.due import Due
from agents.known import Clock, Known
from agents.policy import Policy
from agents.remember import decide
from agents.retention import Held
from agents.worth import FEATURES, Network
from schemas.memories import (
    FeedbackNoted,
    InputPassed,
    JobRan,
    MemoryDemoted,
    MemoryEvent,
    MemoryPromoted,
    Strength,
    StrengthsChanged,
)
from schemas.observations import Feedback, Ticked
from schemas.values import Layer
from schemas.wire import digest_of
from tests.unit.agents.percepts import NOON
from tests.unit.agents.test_decay import whole

DAY = timedelta(days=1)


def met(accesses: int, days: int, layer: Layer = "interact", **fields: Any) -> Due:
    held = Held("maya", 20.0, 5.0, NOON, "vivid", layer, days, 1.0, NOON)._replace(**fields)
    begun = whole().model_copy(update={"layer": layer, "importance": 0.6, "at": NOON - 30 * DAY})
    return Due(begun, held, (), accesses)


def reviewed(*found: Due, at: datetime = NOON, policy: Policy | None = None) -> list[MemoryEvent]:
    tick = Ticked(id="t", space="maya", at=at, job="promote")
    known = Known(clocks={"maya": Clock(NOON - 60 * DAY, NOON)}, due=list(found))
    events = decide(known, Input("t", digest_of(tick), tick), policy or Policy())
    assert isinstance(events[-1], JobRan)
    return events[:-1]


def strength(events: list[MemoryEvent]) -> Strength:
    [event] = events
    if isinstance(event, StrengthsChanged):
        return event.strengths[0]
    assert isinstance(event, MemoryPromoted | MemoryDemoted)
    return event.strength


def test_what_is_asked_for_on_several_days_is_promoted_whole_and_with_reasons() -> None:
    [event] = reviewed(met(5, 4))
    assert isinstance(event, MemoryPromoted)
    assert (event.was, event.whole.layer) == ("interact", "insights")
    assert event.score >= 0.7
    assert event.whole.text == whole().text
    assert event.features["recalled"] == 5
    assert list(event.features) == [*FEATURES, "confidence"]
    assert "insights" in event.reason
    assert event.strength.review is not None


def test_what_is_asked_for_once_stays_and_is_not_looked_at_again() -> None:
    kept = strength(reviewed(met(1, 1)))
    assert kept.review is None


def test_many_accesses_on_one_day_are_not_enough() -> None:
    assert not [e for e in reviewed(met(40, 1)) if isinstance(e, MemoryPromoted)]


def test_several_sessions_count_as_several_days() -> None:
    [event] = reviewed(replace(met(5, 1), sessions=4))
    assert isinstance(event, MemoryPromoted)
    [by_days] = reviewed(met(5, 4))
    assert isinstance(by_days, MemoryPromoted)
    assert event.score == by_days.score


def test_what_was_met_on_one_day_in_one_session_does_not_rise_by_the_rules() -> None:
    low = Policy(promote_at=0.3, demote_below=0.1)
    for days, sessions, events in ((1, 0, 0), (1, 1, 0), (1, 2, 1), (2, 0, 1)):
        found = reviewed(replace(met(5, days), sessions=sessions), policy=low)
        assert len([e for e in found if isinstance(e, MemoryPromoted)]) == events


def test_what_is_too_young_is_looked_at_when_it_is_old_enough() -> None:
    at = NOON - 30 * DAY + DAY / 2
    young = met(5, 4, accessed=at)
    assert strength(reviewed(young, at=at)).review == NOON - 29 * DAY


def test_age_counts_from_when_it_was_learned() -> None:
    late = replace(met(5, 4), learned=NOON - DAY / 2)
    assert strength(reviewed(late)).review == NOON + DAY / 2
    assert late.age(NOON, None) == late.age(NOON, NOON - 60 * DAY) == 0.5
    assert late.age(NOON, NOON - DAY / 4) == 0.25


def test_layers_are_climbed_one_by_one_and_assets_are_never_due() -> None:
    [event] = reviewed(met(40, 30))
    assert isinstance(event, MemoryPromoted)
    assert event.whole.layer == "insights"
    [event] = reviewed(met(40, 30, "insights"))
    assert isinstance(event, MemoryPromoted)
    assert event.whole.layer == "assets"
    assert event.strength.due is None


def test_a_promoted_memory_is_looked_at_again_when_its_score_has_fallen_and_then_demoted() -> None:
    promoted = strength(reviewed(met(5, 4)))
    assert promoted.review is not None
    later = met(5, 4, "insights", review=promoted.review)
    before = reviewed(later, at=promoted.review - DAY)
    assert strength(before).review == promoted.review
    [event] = reviewed(later, at=promoted.review)
    assert isinstance(event, MemoryDemoted)
    assert (event.was, event.whole.layer) == ("insights", "interact")
    assert event.score <= 0.5


def test_between_the_two_thresholds_nothing_moves() -> None:
    between = met(5, 4, "insights", stability=2.0)
    assert isinstance(reviewed(between, at=NOON + 5 * DAY)[0], StrengthsChanged)


def test_doubt_demotes() -> None:
    [event] = reviewed(met(5, 4, "insights", confidence=0.25))
    assert isinstance(event, MemoryDemoted)


def judged(verdict: str, held: Held | None = None) -> list[MemoryEvent]:
    said = Feedback.model_validate(
        {"id": "f", "space": "maya", "at": NOON + DAY, "memory": "m", "verdict": verdict}
    )
    known = Known(held={"m": held} if held else {}, told={"m": {"f1": 0.8}})
    return decide(known, Input("f", digest_of(said), said), Policy())


def test_feedback_moves_strength_and_confidence_of_a_memory_and_its_facts() -> None:
    held = met(0, 1).held
    for verdict, facts in (("useful", 0.9), ("outdated", 0.4), ("wrong", 0.2)):
        noted, changed = judged(verdict, held)
        assert isinstance(noted, FeedbackNoted)
        assert noted.facts == {"f1": facts}
        after = strength([changed])
        assert (after.stability > held.stability) is (verdict == "useful")
        assert (after.confidence < 1) is (verdict != "useful")
        assert after.review == NOON + DAY


def test_feedback_on_what_is_not_known_here_is_passed_with_its_reason() -> None:
    for held in (None, met(0, 1).held._replace(space="ana")):
        [event] = judged("wrong", held)
        assert isinstance(event, InputPassed)


def leaning(feature: str, weight: float, bias: float) -> Network:
    """Make a network of one unit that looks at one feature."""
    unit = [weight if name == feature else 0.0 for name in FEATURES]
    return Network(((*unit, 10.0),), (1.0, bias - 10.0), (1e6,) * 12, "0123456789abcdef")


def test_a_network_moves_memories_to_the_insights_and_the_event_says_so() -> None:
    network = leaning("recalled", 5.0, -4.0)
    policy = Policy(worth=network)
    assert isinstance(reviewed(met(0, 1), policy=policy)[0], StrengthsChanged)
    [event] = reviewed(met(2, 1), policy=policy)
    assert isinstance(event, MemoryPromoted)
    assert event.score == round(network.score(event.features), 6) >= 0.7
    assert "by the model 0123456789ab" in event.reason


def test_what_a_network_promoted_is_demoted_once_its_score_has_fallen() -> None:
    policy = Policy(worth=leaning("idle_days", -2.0, 3.0))
    promoted = strength(reviewed(met(0, 1), policy=policy))
    assert promoted.review is not None
    assert promoted.review > NOON
    later = met(0, 1, "insights", review=promoted.review)
    [event] = reviewed(later, at=promoted.review, policy=policy)
    assert isinstance(event, MemoryDemoted)
    assert event.score < 0.5
    assert event.strength.review is None


def test_assets_keep_to_the_rules_beside_a_network() -> None:
    policy = Policy(worth=leaning("recalled", 5.0, -4.0))
    assert isinstance(reviewed(met(2, 1, "insights"), policy=policy)[0], StrengthsChanged)
    [event] = reviewed(met(40, 30, "insights"), policy=policy)
    assert isinstance(event, MemoryPromoted)
    assert event.whole.layer == "assets"
    assert "by the rules" in event.reason


def test_doubt_demotes_beside_a_network_as_well() -> None:
    policy = Policy(worth=leaning("recalled", 5.0, -4.0))
    [event] = reviewed(met(5, 4, "insights", confidence=0.25), policy=policy)
    assert isinstance(event, MemoryDemoted)
