"""What a job finds whose time has come: a memory, and what is known of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from agents.retention import Held
from schemas.memories import Whole


@dataclass(frozen=True, slots=True)
class Due:
    """A memory whose state has ended, with everything that changing it takes.

    Of one that only fades its id is enough, and nothing else was read. `names` are those in the
    facts that it stated: of each its subject, then its object. It was `recalled` and `repeated` so
    often, in so many `sessions` as far as these were told, and `learned` then, where that is not
    when it was true.
    """

    of: Whole | str
    held: Held
    names: tuple[str, ...] = ()
    recalled: int = 0
    repeated: int = 0
    learned: datetime | None = None
    sessions: int = 0

    @property
    def memory(self) -> str:
        """Give the memory's id."""
        return self.of if isinstance(self.of, str) else self.of.memory

    @property
    def whole(self) -> Whole:
        """Give all of the memory."""
        if isinstance(self.of, str):
            raise TypeError(f"of {self.of} only the strength was read")
        return self.of

    @property
    def accesses(self) -> int:
        """Count how often it was met again."""
        return self.recalled + self.repeated

    @property
    def occasions(self) -> int:
        """Count the days on which it was met, or the sessions in which, if these are more."""
        return max(self.held.days, self.sessions)

    def age(self, at: datetime, since: datetime | None) -> float:
        """Give the days since it was learned, or since time began to pass in its space."""
        learned = self.learned or self.whole.at
        return (at - max(learned, since or learned)) / timedelta(days=1)
