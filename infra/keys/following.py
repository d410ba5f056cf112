"""What goes with the outcome of erased inputs, though other inputs led to it, and what is left.

What stays may have repeated what goes (`infra/keys/inheriting.py`).
"""

from dataclasses import dataclass, field
from datetime import datetime

from agents.predicates import name_key
from infra.keys.inheriting import Told, told_apart
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
class Following:
    """What was seen to go so far: memories and facts, with who else tells them.

    `weighed` are facts that inputs which go have told, too: what they weighed by that is no more
    so, nor what ended when they were `heard` of again. `disputed` has what those contradictions are
    between that inputs which stay have found. `ends` are facts that lose an end, `telling` what
    each observation that stays tells again, `began` when what stays begins. `formed` are the places
    of memories that stay, and `sources` who told them and was not taken back.
    """

    memories: dict[str, Told] = field(default_factory=dict)
    facts: dict[str, Told] = field(default_factory=dict)
    ends: set[str] = field(default_factory=set)
    weighed: set[str] = field(default_factory=set)
    disputed: dict[str, set[str]] = field(default_factory=dict)
    telling: dict[str, list[Told]] = field(default_factory=dict)
    heard: set[tuple[str | None, datetime]] = field(default_factory=set)
    began: dict[tuple[str, ...], datetime] = field(default_factory=dict)
    formed: dict[str, str] = field(default_factory=dict)
    sources: dict[str, set[str]] = field(default_factory=dict)

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
                self.heard.add((event.fact, event.at))
            case _:
                pass

    def _stays(self, event: MemoryEvent, place: str) -> None:
        match event:
            case MemoryFormed():
                self.formed[event.memory] = place
                self.sources[event.memory] = {event.source.observation}
            case MemoryReinforced():
                self._repeated(event, place)
            case MemoryForgotten() if event.memory in self.memories:
                self.memories[event.memory] = Told()
            case SourceRetracted():
                for told in self.telling.pop(event.observation, ()):
                    told.without(event.observation)
                for memory in event.memories:
                    self.sources.get(memory, set()).discard(event.observation)
            case ContradictionFound():
                self.disputed[event.contradiction] = {*event.facts, *event.memories}
            case FactAsserted():
                began = self.began.get(_statement(event), event.valid_from)
                self.began[_statement(event)] = min(began, event.valid_from)
            case FactConfirmed() | FactSuperseded() if event.fact in self.facts:
                self._stated(event, place)
            case _:
                pass

    def _repeated(self, event: MemoryReinforced, place: str) -> None:
        if told := self.memories.get(event.memory):
            self._told(told, event.source.observation)
            told.again(event, place)
        else:
            self.sources.setdefault(event.memory, set()).add(event.source.observation)

    def _stated(self, event: FactConfirmed | FactSuperseded, place: str) -> None:
        told = self.facts[event.fact]
        if isinstance(event, FactConfirmed):
            self._told(told, event.source.observation)
            told.again(event, place)
        elif event.alone:
            self._told(told, event.source.observation)
            told.over(event, place)

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
            case FactSuperseded():
                return event.by in self.facts or (event.by, event.valid_to) in self.heard
            case FactReopened():
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
        return {place for one in told if (place := self._heir(one))}

    @property
    def apart(self) -> set[str]:
        """Give the places of what stands beside these."""
        return {place for one in self.facts.values() for place in one.apart.values()}

    @property
    def repeats(self) -> set[str]:
        """Name the observations that stay and whose repeats are lost: they do not say of what."""
        told = (*self.memories.values(), *self.facts.values())
        return {by for one in told if not self._heir(one) for by in one.by}

    @property
    def left(self) -> set[str]:
        """Give the facts that stay but whose end is to be decided anew."""
        inherited = {fact for fact, one in self.facts.items() if self._heir(one)}
        inherited |= {told_apart(fact, by) for fact, one in self.facts.items() for by in one.apart}
        return (self.ends | self.weighed) - set(self.facts) | inherited

    @property
    def unsourced(self) -> dict[str, str]:
        """Give the memories that were taken back, and that only what goes has told, with places."""
        return {memory: self.formed[memory] for memory, by in self.sources.items() if not by}

    def _heir(self, told: Told) -> str | None:
        """Say where one stands in for it; an end tells nothing new of what stays beside it."""
        over = told.ended
        known = over and over.valid_to and self.began.get(_statement(over), over.valid_to)
        begun = over and over.valid_to and known and known < over.valid_to
        return told.first or (None if begun else told.end)


def _statement(event: FactAsserted) -> tuple[str, ...]:
    return name_key(event.subject), event.predicate, name_key(event.object)
