"""What must be gathered before a batch is decided."""

from dataclasses import dataclass, field
from datetime import datetime

from agents.beliefs import FactKey
from agents.whereabouts import StayKey
from schemas.values import State

BlockKey = tuple[str, int]  # space, key
SessionKey = tuple[str, str]  # space, session
MemoryKey = tuple[str, str]  # space, memory


@dataclass(frozen=True, slots=True)
class Look:
    """What a job looks for: so many memories of a space whose state ended before a time.

    Without states, those whose layer is to be reviewed by then.
    """

    space: str
    states: tuple[State, ...]
    at: datetime
    most: int


@dataclass(frozen=True, slots=True)
class NewEpisodes:
    """What consolidating looks for: so many new episodes of a space, and concepts to merge.

    Concepts merge whose centres have a cosine of `merged`; from `pivot` on, which is an id, some
    are looked at that did not change lately.
    """

    space: str
    most: int
    merged: float
    pivot: str


@dataclass(slots=True)
class Needs:
    """The keys that must be gathered before a batch is decided.

    `facts` are wanted whatever their object, or those of one object, where it is named: all of
    those, where a space has declared their predicate functional or is `declaring` it.
    """

    inputs: set[str] = field(default_factory=set)
    blocks: set[BlockKey] = field(default_factory=set)
    facts: set[tuple[FactKey, str | None]] = field(default_factory=set)
    sessions: set[SessionKey] = field(default_factory=set)
    memories: set[MemoryKey] = field(default_factory=set)
    judged: set[MemoryKey] = field(default_factory=set)
    spaces: set[str] = field(default_factory=set)
    stays: set[tuple[StayKey, datetime]] = field(default_factory=set)  # that began before a time
    look: Look | None = None
    episodes: NewEpisodes | None = None
    disputes: tuple[str, int] | None = None  # space, how many
    weighed: tuple[str, set[str]] | None = None  # space, facts
    retracted: tuple[str, str] | None = None  # space, observation
    declaring: set[tuple[str, str]] = field(default_factory=set)  # space, functional predicate
