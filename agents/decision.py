"""What deciding one input works with: what is known, the policy, and the events so far."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from agents.known import Known
from agents.policy import Policy
from agents.retention import Grade, Held, due, met_again, written
from schemas.envelope import derive_id
from schemas.memories import InputPassed, MemoryEvent, Strength, StrengthsChanged
from schemas.observations import Perceivable, Said
from schemas.percepts import Perceived


@dataclass(frozen=True, slots=True)
class Input:
    """One record of the percepts stream: a percept, or a command passed through."""

    id: str
    digest: str
    event: Perceived | Said


@dataclass(slots=True)
class Decision:
    """One input on its way to what it changes."""

    known: Known
    policy: Policy
    input: Input
    space: str
    events: list[MemoryEvent] = field(default_factory=list)

    def passed(self, said: Said, reason: str) -> None:
        """Note that an input changes nothing, and why."""
        self.events.append(InputPassed(space=said.space, at=said.at, reason=reason))

    def new_id(self) -> str:
        """Derive the next id of something that this input begins."""
        return derive_id(self.input.id, f"new/{len(self.events)}")

    @property
    def since(self) -> datetime | None:
        """Say when time began to pass in the space, if it has; a command makes it begin."""
        said = self.input.event
        return self.known.since(self.space) or (None if isinstance(said, Perceived) else said.at)

    def strength(self, memory: str, held: Held) -> Strength:
        """Write a strength with the time at which it will not do any more."""
        return written(memory, held, due(held, self.since, self.policy.fading))

    def meet(self, met: Iterable[tuple[str, Grade]], at: datetime) -> None:
        """Let memories be met again; those that are not known in the space are left out."""
        changed = []
        for memory, grade in met:
            held = self.known.held.get(memory)
            if held and held.space == self.space:
                after = met_again(held, at, self.since, grade, self.policy.fading.decay)
                changed.append(self.strength(memory, after))
        self.change(changed, at)

    def change(self, strengths: list[Strength], at: datetime) -> None:
        """Note changed strengths as one event, if there are any."""
        if strengths:
            self.events.append(
                StrengthsChanged(space=self.space, at=at, strengths=tuple(strengths))
            )


def observed(event: Perceived) -> Perceivable:
    """Give the observation in a percept."""
    observation = event.observation
    if not isinstance(observation, Perceivable):
        raise TypeError(f"a {type(observation).__name__} is a command and cannot be perceived")
    return observation
