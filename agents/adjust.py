"""Which settings one space may have of its own, and what becomes of a command that sets them."""

from collections.abc import Mapping
from typing import Final

from agents.decision import Decision
from agents.jobs import JOBS, LEAST_HOURS, MOST_HOURS
from schemas.memories import SpaceAdjusted
from schemas.observations import SpaceConfigured
from schemas.predicates import MOST

SETTINGS: Final = tuple(f"{job}_hours" for job in JOBS)
_SHOWN: Final = 80  # characters of a wrong value that are told

Value = str | int | float | bool


def refusal(settings: Mapping[str, Value]) -> str | None:
    """Say what is wrong with the first of a space's settings that cannot be; nothing if all can."""
    for name, value in sorted(settings.items()):
        if name not in SETTINGS:
            return f"a space has no setting {name}; it has {', '.join(SETTINGS)}"
        if isinstance(value, bool | str) or not LEAST_HOURS <= value <= MOST_HOURS:
            told = f"{value!r}"[:_SHOWN]
            return f"{name} is {told}; it must be a number of hours, from 1/3600 to {MOST_HOURS}"
    return None


def adjust(decision: Decision, event: SpaceConfigured) -> None:
    """Set what a space has of its own; a command that sets anything else changes nothing."""
    if wrong := refusal(event.settings) or _too_many(decision, event):
        decision.passed(event, wrong)
        return
    decision.events.append(
        SpaceAdjusted(
            space=event.space,
            at=event.at,
            settings=event.settings,
            predicates=event.predicates,
        )
    )


def _too_many(decision: Decision, event: SpaceConfigured) -> str | None:
    said = event.predicates or ()
    own = {*decision.known.declared.get(event.space, ()), *(one.name for one in said)}
    own -= {one.name for one in said if one.withdrawn}
    if len(own) <= MOST:
        return None
    return f"a space declares at most {MOST} predicates; with these it would be {len(own)}"
