"""Which layer a memory belongs to: interact, insights, assets, by what it has proved to be worth.

By the rules, worth grows with accesses, with the days or sessions on which they fell, whichever are
more, and with salience; the score is worth x retrievability x confidence, and nothing rises that
was met on one day and in one session alone. With a trained network, the score for the insights is
how likely it says that the memory is asked for again, x confidence; the assets, which do not fade,
keep to the rules. The time at which a promoted memory will have fallen too low is known in advance,
so that only what was accessed or has fallen is looked at.
"""

from datetime import datetime, timedelta
from math import exp
from typing import Final, get_args

from agents.decision import Decision
from agents.due import Due
from agents.retention import DECAY, days_until, due, retrievability, salience, written
from agents.worth import features_of
from schemas.memories import JobRan, MemoryDemoted, MemoryPromoted, Strength
from schemas.observations import Ticked
from schemas.values import Layer

_LAYERS: Final[tuple[Layer, ...]] = get_args(Layer)
_DAY: Final = timedelta(days=1)
_AGE: Final = {"insights": 1.0, "assets": 7.0}  # least days since it was learned
_OFTEN: Final = {"insights": 1.5, "assets": 5.0}  # accesses, and days, that count for 63 %
_OCCASIONS: Final = 2  # distinct days or sessions, at least
_SHARES: Final = {"accesses": 0.4, "days": 0.3, "salience": 0.3}


def promote(decision: Decision, tick: Ticked) -> None:
    """Review the layer of every memory whose time for it has come, within the budget."""
    found = decision.known.due[: decision.policy.budget]
    kept = [staying for item in found if (staying := _reviewed(decision, item, tick.at))]
    decision.change(kept, tick.at)
    left = len(decision.known.due) > len(found)
    decision.events.append(
        JobRan(space=tick.space, job=tick.job, at=tick.at, changed=len(found), left=left)
    )


def _reviewed(decision: Decision, item: Due, at: datetime) -> Strength | None:
    """Move a memory by one layer, or say when it is to be looked at again."""
    policy = decision.policy
    layer = item.held.layer
    rank = _LAYERS.index(layer)
    age = item.age(at, decision.since)
    if layer != "assets":
        above = _LAYERS[rank + 1]
        ruled = above == "assets" or not policy.worth
        met = item.occasions >= _OCCASIONS or not ruled
        if met and _score(decision, item, above, at) >= policy.promote_at:
            if age >= _AGE[above]:
                _move(decision, item, above, at)
                return None
            ripe = at + _DAY * (_AGE[above] - age)
            return _strength(decision, item, layer, ripe)
    if layer != "interact" and _score(decision, item, layer, at) < policy.demote_below:
        _move(decision, item, _LAYERS[rank - 1], at)
        return None
    return _strength(decision, item, layer, _review(decision, item, layer, at))


def _move(decision: Decision, item: Due, layer: Layer, at: datetime) -> None:
    up = _LAYERS.index(layer) > _LAYERS.index(item.held.layer)
    judged: Layer = layer if up else item.held.layer
    score = _score(decision, item, judged, at)
    bound = decision.policy.promote_at if up else decision.policy.demote_below
    network = decision.policy.worth if judged == "insights" else None
    by = f"by the model {network.digest[:12]}" if network else "by the rules"
    kind = MemoryPromoted if up else MemoryDemoted
    decision.events.append(
        kind(
            space=item.whole.space,
            at=at,
            was=item.held.layer,
            score=round(score, 6),
            features=_features(decision, item, at) | {"confidence": item.held.confidence},
            reason=f"its score for {judged}, {score:.2f} {by}, is "
            f"{'at least' if up else 'below'} {bound:g}",
            whole=item.whole.model_copy(update={"layer": layer}),
            strength=_strength(decision, item, layer, _review(decision, item, layer, at)),
        )
    )


def _worth(item: Due, layer: Layer) -> float:
    often = _OFTEN[layer]
    return item.held.confidence * (
        _SHARES["accesses"] * (1 - exp(-item.accesses / often))
        + _SHARES["days"] * (1 - exp(-(item.occasions - 1) / often))
        + _SHARES["salience"] * salience(item.whole.importance, item.whole.emotion)
    )


def by_rules(
    item: Due, layer: Layer, at: datetime, since: datetime | None, decay: float = DECAY
) -> float:
    """Score a memory for a layer by the rules."""
    begun = max(item.held.accessed, since or item.held.accessed)
    return _worth(item, layer) * retrievability((at - begun) / _DAY, item.held.stability, decay)


def _features(decision: Decision, item: Due, at: datetime) -> dict[str, float]:
    return features_of(item, at, decision.since, decision.policy.fading.decay)


def _score(decision: Decision, item: Due, layer: Layer, at: datetime) -> float:
    network = decision.policy.worth
    if network and layer == "insights":
        return network.score(_features(decision, item, at)) * item.held.confidence
    return by_rules(item, layer, at, decision.since, decision.policy.fading.decay)


def _review(decision: Decision, item: Due, layer: Layer, at: datetime) -> datetime | None:
    """Say when the score for its own layer will have fallen too low; never for the lowest one."""
    if layer == "interact":
        return None
    if decision.policy.worth and layer == "insights":
        return _falls(decision, item, at)
    least = decision.policy.demote_below / max(_worth(item, layer), 1e-9)
    begun = max(item.held.accessed, decision.since or item.held.accessed)
    if least >= 1:
        return begun
    try:
        days = days_until(least, item.held.stability, decision.policy.fading.decay)
        return (begun + _DAY * days).replace(microsecond=0) + _S
    except OverflowError:
        return None


def _falls(decision: Decision, item: Due, at: datetime) -> datetime | None:
    """Try times ever further on, as a network's score has no closed form."""
    for step in range(_STEPS):
        try:
            later = at + _DAY * _WIDER**step
        except OverflowError:
            return None
        if _score(decision, item, "insights", later) < decision.policy.demote_below:
            return later.replace(microsecond=0) + _S
    return None


_S: Final = timedelta(seconds=1)  # so that it has fallen, whatever rounding did
_WIDER: Final = 1.5  # each time tried is so much further on
_STEPS: Final = 23  # from a day to twenty years


def _strength(decision: Decision, item: Due, layer: Layer, review: datetime | None) -> Strength:
    held = item.held._replace(layer=layer, review=review)
    return written(item.memory, held, due(held, decision.since, decision.policy.fading))
