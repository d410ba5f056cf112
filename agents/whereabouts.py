"""Where people were, as far as deciding needs it: stays at places, by who was there."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from agents.predicates import is_pronoun, name_key
from schemas.observations import Episode, Perceivable
from schemas.whereabouts import WhereaboutsTold

StayKey = tuple[str, str]  # space, who


class Stay(NamedTuple):
    """Where somebody was, by a memory; a moment where both times are one."""

    memory: str
    place: str
    since: datetime
    until: datetime

    def meets(self, other: "Stay") -> bool:
        """Say whether the times overlap; of a moment, whether it lies within the other's."""
        begins, ends = max(self.since, other.since), min(self.until, other.until)
        if begins == ends:
            return any(
                one.since == one.until and two.since < one.since < two.until
                for one, two in ((self, other), (other, self))
            )
        return begins < ends


def told(observation: Perceivable, memory: str) -> WhereaboutsTold | None:
    """Give who was where by an observation, if it is an episode that tells it."""
    if not isinstance(observation, Episode) or not (observation.where and observation.when):
        return None
    who = {name_key(name): name for name in observation.participants if not is_pronoun(name)}
    if not who or not name_key(observation.where):
        return None
    when = observation.when
    return WhereaboutsTold(
        space=observation.space,
        memory=memory,
        observation=observation.id,
        place=observation.where,
        since=when.start.astimezone(UTC),
        until=(when.end or when.start).astimezone(UTC),
        who=tuple(who.values()),
    )


def stays(event: WhereaboutsTold) -> Iterator[tuple[StayKey, Stay]]:
    """Give the stay of each of those that an event tells of."""
    stay = Stay(event.memory, name_key(event.place), event.since, event.until)
    for name in event.who:
        yield (event.space, name_key(name)), stay
