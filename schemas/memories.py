"""What memory decided: the events that every view is a fold of."""

from typing import Annotated, Final, Literal, get_args

from pydantic import Field

from schemas.concepts import (
    ConceptChanged,
    EpisodesCompared,
    EpisodesLinked,
    MemoriesCompared,
)
from schemas.facts import (
    ContradictionFound,
    ContradictionJudged,
    FactAsserted,
    FactConfirmed,
    FactReopened,
    FactSuperseded,
    Source,
)
from schemas.percepts import Entity, TimeSpan
from schemas.predicates import Predicate
from schemas.procedures import ProcedureRecognised, SequencesCompared, StepsObserved
from schemas.values import Frozen, Layer, MemoryKind, Score, Space, State, Time, Verdict
from schemas.whereabouts import WhereaboutsTold


class Whole(Frozen):
    """A memory with everything that it is; `ordinal` is its place in its session.

    `in_facts` are entities that its text lost when it was compressed, but not the facts that it
    stated: it is still about them.
    """

    memory: str
    space: Space
    kind: MemoryKind
    layer: Layer = "interact"
    at: Time
    session: str
    ordinal: int
    speaker: str | None = None
    text: str
    vector: str
    tokens: str
    entities: tuple[Entity, ...] = ()
    in_facts: tuple[Entity, ...] = ()
    times: tuple[TimeSpan, ...] = ()
    intent: str | None = None
    emotion: dict[str, float] | None = None
    importance: float | None = None
    source: Source


class MemoryFormed(Whole):
    """A new memory; `learned` is when it was learned, where that is later than `at`."""

    tag: Literal["memory_formed.v1"] = "memory_formed.v1"
    learned: Time | None = None


class MemoryReinforced(Frozen):
    """An observation repeated a memory; what it said differently is kept in `text`.

    `alone` is what it would have formed by itself: that stands once what it repeated is erased.
    """

    tag: Literal["memory_reinforced.v1"] = "memory_reinforced.v1"
    memory: str
    space: Space
    at: Time
    similarity: float
    text: str
    source: Source
    alone: MemoryFormed | None = None


class MemoriesRecalled(Frozen):
    """Memories were recalled for a question, in a `session` where that was told."""

    tag: Literal["memories_recalled.v1"] = "memories_recalled.v1"
    space: Space
    at: Time
    memories: tuple[str, ...]
    session: str | None = None


class Strength(Frozen):
    """How strongly a memory is held: stability in days, difficulty from 1 to 10 (FSRS).

    `due` is when its state will end unless something strengthens it, `review` when its layer is
    to be looked at; None is never. `days` counts the days on which it was met.
    """

    memory: str
    stability: float
    difficulty: float
    accessed: Time
    state: State
    due: Time | None = None
    days: int = 1
    confidence: Score = 1.0
    review: Time | None = None


class StrengthsChanged(Frozen):
    """Memories became stronger, weaker, or less vivid."""

    tag: Literal["strengths_changed.v1"] = "strengths_changed.v1"
    space: Space
    at: Time
    strengths: tuple[Strength, ...]


class Trace(Frozen):
    """What a memory was found by before it changed, and the entities that are gone from it."""

    at: Time
    speaker: str | None = None
    text: str
    entities: tuple[Entity, ...] = ()


class MemoryCompressed(Frozen):
    """A memory lost details, the least important first; its gist, the vector, stays."""

    tag: Literal["memory_compressed.v1"] = "memory_compressed.v1"
    space: Space
    at: Time
    whole: Whole
    strength: Strength
    before: Trace


class MemoryForgotten(Frozen):
    """A memory left every view; the log still has it."""

    tag: Literal["memory_forgotten.v1"] = "memory_forgotten.v1"
    memory: str
    space: Space
    at: Time
    reason: str
    before: Trace


class Moved(Frozen):
    """A memory, whole, in the layer that it has now, with why it is no more in `was`."""

    space: Space
    at: Time
    was: Layer
    score: float
    features: dict[str, float]
    reason: str
    whole: Whole
    strength: Strength


class MemoryPromoted(Moved):
    """A memory proved its worth and moved up a layer."""

    tag: Literal["memory_promoted.v1"] = "memory_promoted.v1"


class MemoryDemoted(Moved):
    """A memory was not asked for any more, or was doubted, and moved down a layer."""

    tag: Literal["memory_demoted.v1"] = "memory_demoted.v1"


class FeedbackNoted(Frozen):
    """Someone judged a memory; `facts` have the confidence that is left in what it stated."""

    tag: Literal["feedback_noted.v1"] = "feedback_noted.v1"
    memory: str
    space: Space
    at: Time
    verdict: Verdict
    facts: dict[str, float] = Field(default_factory=dict)


class SourceRetracted(Frozen):
    """An observation was taken back; these memories and facts have other sources, and stay."""

    tag: Literal["source_retracted.v1"] = "source_retracted.v1"
    space: Space
    at: Time
    observation: str
    reason: str
    memories: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


class JobRan(Frozen):
    """A scheduled job looked at what was due; `left` says that more is due than it may touch."""

    tag: Literal["job_ran.v1"] = "job_ran.v1"
    space: Space
    job: str
    at: Time
    changed: int
    left: bool = False


class SpaceAdjusted(Frozen):
    """Settings of one space changed, or the predicates that it declares."""

    tag: Literal["space_adjusted.v1"] = "space_adjusted.v1"
    space: Space
    at: Time
    settings: dict[str, str | int | float | bool]
    predicates: tuple[Predicate, ...] | None = None


class InputPassed(Frozen):
    """An input was decided and changed no memory, for this reason."""

    tag: Literal["input_passed.v1"] = "input_passed.v1"
    space: Space
    at: Time
    reason: str


class SpaceErased(Frozen):
    """The receipt of an erasure: nothing that a space held before is left, nor its keys."""

    tag: Literal["space_erased.v1"] = "space_erased.v1"
    space: Space
    at: Time
    reason: str


class ObservationsErased(Frozen):
    """The receipt of an erasure: observations and all that came of them are gone.

    `token` stands for the id or the name that was asked for; neither can be read from it.
    """

    tag: Literal["observations_erased.v1"] = "observations_erased.v1"
    space: Space
    at: Time
    reason: str
    asked: Literal["subject", "observation"]
    token: str


MemoryEvent = Annotated[
    MemoryFormed
    | MemoryReinforced
    | MemoriesRecalled
    | FactAsserted
    | FactConfirmed
    | FactSuperseded
    | StrengthsChanged
    | MemoryCompressed
    | MemoryForgotten
    | MemoryPromoted
    | MemoryDemoted
    | FeedbackNoted
    | SourceRetracted
    | FactReopened
    | ContradictionFound
    | ContradictionJudged
    | ConceptChanged
    | EpisodesCompared
    | EpisodesLinked
    | MemoriesCompared
    | StepsObserved
    | SequencesCompared
    | ProcedureRecognised
    | WhereaboutsTold
    | JobRan
    | SpaceAdjusted
    | InputPassed
    | SpaceErased
    | ObservationsErased,
    Field(discriminator="tag"),
]
MEMORY_EVENTS: Final[tuple[type[Frozen], ...]] = get_args(get_args(MemoryEvent)[0])


class Rejected(Frozen):
    """A message that could not be decoded or processed: its bytes (base64), place and reason."""

    tag: Literal["rejected.v1"] = "rejected.v1"
    origin: str
    reason: str
    detail: str
    raw: str
