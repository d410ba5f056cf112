"""Which episodes have somebody in two places at once.

That is an episode with a place, a time and participants, beside an earlier one of the same
participant whose time it overlaps. A place in the other, as far as that was told, is none apart,
nor is one whose words are all among the other's ("Lisbon", "Café Luna, Lisbon"). Which of the two
is wrong is for others to say: the contradiction is left open.
"""

from typing import Final

from agents.decision import Decision
from agents.exclude import around
from agents.whereabouts import Stay, stays, told
from schemas.envelope import derive_id
from schemas.facts import ContradictionFound
from schemas.observations import Perceivable

BESIDE: Final = 64  # earlier stays of somebody that a new one is held against, the latest ones


def locate(decision: Decision, observation: Perceivable, memory: str) -> None:
    """Note where an episode has people, and each earlier episode that has one of them elsewhere."""
    event = told(observation, memory)
    if event is None:
        return
    decision.events.append(event)
    found: set[str] = set()
    for key, stay in stays(event):
        before = [one for one in decision.known.stays.get(key, ()) if one.since < stay.until]
        before.sort(key=lambda one: (one.since, one.memory), reverse=True)
        found |= {one.memory for one in before[:BESIDE] if _apart(decision, stay, one)}
    for other in sorted(found - {memory}):
        decision.events.append(
            ContradictionFound(
                contradiction=derive_id(event.space, f"places/{other}/{memory}"),
                space=event.space,
                at=event.since,
                kind="two_places_at_once",
                facts=(),
                memories=(other, memory),
            )
        )


def _apart(decision: Decision, one: Stay, other: Stay) -> bool:
    if not one.meets(other):
        return False
    words, others = set(one.place.split()), set(other.place.split())
    if words <= others or others <= words:
        return False
    facts, at = decision.known.facts, max(one.since, other.since)
    return not (
        other.place in around(decision.space, one.place, facts, at)
        or one.place in around(decision.space, other.place, facts, at)
    )
