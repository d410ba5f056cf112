"""What goes with the outcome of erased inputs, though other inputs led to it."""

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
)


@dataclass(slots=True)
class Following:
    """What was seen to go so far: memories, facts, and what only repeated one of them, but stays.

    `weighed` are facts that inputs which go have told, too: what they weighed by that is no more
    so. `disputed` has what those contradictions are between that inputs which stay have found.
    """

    memories: set[str] = field(default_factory=set)
    facts: set[str] = field(default_factory=set)
    repeats: set[str] = field(default_factory=set)
    weighed: set[str] = field(default_factory=set)
    disputed: dict[str, set[str]] = field(default_factory=dict)

    def takes(self, event: MemoryEvent, *, goes: bool) -> bool:
        """See the next event, in order; say whether it follows what goes, if it does not `go`."""
        if goes:
            self._gone(event)
            return False
        self._stays(event)
        return self._follows(event)

    def _gone(self, event: MemoryEvent) -> None:
        match event:
            case MemoryFormed():
                self.memories.add(event.memory)
            case FactAsserted():
                self.facts.add(event.fact)
                self.weighed.add(event.fact)
            case FactConfirmed():
                self.weighed.add(event.fact)
            case _:
                pass

    def _stays(self, event: MemoryEvent) -> None:
        match event:
            case MemoryReinforced() if event.memory in self.memories:
                self.repeats.add(event.source.observation)
            case FactConfirmed() if event.fact in self.facts:
                self.repeats.add(event.source.observation)
            case ContradictionFound():
                self.disputed[event.contradiction] = {*event.facts, *event.memories}
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
                return between is None or not between.isdisjoint(self.weighed | self.memories)
            case _:
                return False
