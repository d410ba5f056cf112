"""What goes with the outcome of erased inputs, though other inputs led to it, and what is left.

What stays may have repeated what goes. It says then what it would have begun by itself, and the
first one that does stands in the place of what it repeated.
"""

from dataclasses import dataclass, field

from schemas.facts import (
    ContradictionFound,
    ContradictionJudged,
    FactAsserted,
    FactConfirmed,
    FactReopened,
    FactSuperseded,
)
from schemas.memories import (
    MemoryCompressed,
    MemoryEvent,
    MemoryForgotten,
    MemoryFormed,
    MemoryReinforced,
    Moved,
    SourceRetracted,
)


@dataclass(slots=True)
class Told:
    """Who tells a memory or a fact that goes, and stays: observations, and where the first does.

    `end` is where a fact is told to be over, which tells that it held.
    """

    by: set[str] = field(default_factory=set)
    first: str | None = None
    ended_by: set[str] = field(default_factory=set)
    end: str | None = None

    def again(self, observation: str, place: str | None) -> None:
        """See it told again, at a place where that can stand by itself."""
        self.by.add(observation)
        self.first = self.first or place

    def over(self, observation: str, place: str) -> None:
        """See it told to be over."""
        self.ended_by.add(observation)
        self.end = self.end or place

    def without(self, observation: str) -> None:
        """See an observation taken back: what it alone told is gone then."""
        self.by.discard(observation)
        self.ended_by.discard(observation)
        self.first = self.first if self.by else None
        self.end = self.end if self.ended_by else None


@dataclass(slots=True)
class Following:
    """What was seen to go so far: memories and facts, with who else tells them.

    `weighed` are facts that inputs which go have told, too: what they weighed by that is no more
    so. `disputed` has what those contradictions are between that inputs which stay have found.
    `ends` are facts that lose an end, `telling` what each observation that stays tells again.
    """

    memories: dict[str, Told] = field(default_factory=dict)
    facts: dict[str, Told] = field(default_factory=dict)
    ends: set[str] = field(default_factory=set)
    weighed: set[str] = field(default_factory=set)
    disputed: dict[str, set[str]] = field(default_factory=dict)
    telling: dict[str, list[Told]] = field(default_factory=dict)

    def takes(self, event: MemoryEvent, place: str, *, goes: bool) -> bool:
        """See the next event, in order; say whether it follows what goes, if it does not `go`."""
        follows = not goes and self._follows(event)
        if goes:
            self._gone(event)
        else:
            self._stays(event, place)
        if goes or follows:
            self._loses(event)
        return follows

    def _gone(self, event: MemoryEvent) -> None:
        match event:
            case MemoryFormed():
                self.memories[event.memory] = Told()
            case FactAsserted():
                self.facts[event.fact] = Told()
                self.weighed.add(event.fact)
            case FactConfirmed():
                self.weighed.add(event.fact)
            case _:
                pass

    def _stays(self, event: MemoryEvent, place: str) -> None:
        match event:
            case MemoryReinforced() if told := self.memories.get(event.memory):
                self._told(told, event.source.observation)
                told.again(event.source.observation, place if event.alone else None)
            case FactConfirmed() if told := self.facts.get(event.fact):
                self._told(told, event.source.observation)
                told.again(event.source.observation, place if event.alone else None)
            case FactSuperseded() if event.alone and (told := self.facts.get(event.fact)):
                self._told(told, event.source.observation)
                told.over(event.source.observation, place)
            case SourceRetracted():
                for told in self.telling.pop(event.observation, ()):
                    told.without(event.observation)
            case MemoryForgotten() if event.memory in self.memories:
                self.memories[event.memory] = Told()
            case ContradictionFound():
                self.disputed[event.contradiction] = {*event.facts, *event.memories}
            case _:
                pass

    def _told(self, told: Told, observation: str) -> None:
        self.telling.setdefault(observation, []).append(told)

    def _loses(self, event: MemoryEvent) -> None:
        match event:
            case FactSuperseded() | FactReopened():
                self.ends.add(event.fact)
            case ContradictionJudged() if event.ended:
                self.ends.add(event.ended)
            case _:
                pass

    def _follows(self, event: MemoryEvent) -> bool:
        match event:
            case MemoryCompressed() | Moved():
                return event.whole.memory in self.memories
            case MemoryForgotten():
                return event.memory in self.memories
            case FactSuperseded() | FactReopened():
                return event.by in self.facts
            case ContradictionJudged():
                # Where what stays has found it, the next tick weighs it again.
                between = self.disputed.get(event.contradiction)
                return between is None or any(
                    one in self.weighed or one in self.memories for one in between
                )
            case _:
                return False

    @property
    def heirs(self) -> set[str]:
        """Give the places of what stands for what goes, as it was told again or told to be over."""
        told = (*self.memories.values(), *self.facts.values())
        return {place for one in told if (place := one.first or one.end)}

    @property
    def repeats(self) -> set[str]:
        """Name the observations that stay and whose repeats are lost: they do not say of what."""
        told = (*self.memories.values(), *self.facts.values())
        return {by for one in told if not (one.first or one.end) for by in one.by}

    @property
    def left(self) -> set[str]:
        """Give the facts that stay but whose end is to be decided anew."""
        inherited = {fact for fact, one in self.facts.items() if one.first or one.end}
        return self.ends - set(self.facts) | inherited
