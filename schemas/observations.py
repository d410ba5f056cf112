"""What producers may say: observations of the world, and commands to memory."""

from datetime import datetime
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, model_validator

from schemas.predicates import Predicates
from schemas.values import MAX_MANY, Frozen, Name, Open, Score, Space, Text, Time, Verdict


class Said(Open):
    """What every line on the observations stream has; `id` is unique within its space.

    A kind's tag is `<kind>.v<version>`.
    """

    version: ClassVar[int] = 1
    id: Name
    space: Space
    at: Time


ASSISTANT: Final = "assistant"  # an agent's own turns
# Whatever else there is (system, tool, developer, function, bot, ai, model) is a machine's.
_PEOPLE: Final = frozenset({"user", "human"})


class Message(Said):
    """Something that a speaker said in a session.

    Facts are taken only from people: from messages without a role, and of the roles `user` and
    `human`, in any case of letters. Of any other role (`assistant`, `system`, `tool`, `bot`, ...) a
    message is remembered as said, and states nothing: what an agent tells it has from memory.
    """

    kind: Literal["message"] = "message"
    session: Name | None = None
    speaker: Name | None = None
    role: Name | None = None
    text: Text

    @property
    def believed(self) -> bool:
        """Say whether somebody speaks whose words state facts: a person."""
        return self.role is None or _plain(self.role) in _PEOPLE

    @property
    def odd_role(self) -> str | None:
        """Give the role, where it is neither a person's nor an agent's."""
        return None if self.believed or _plain(self.role or "") == ASSISTANT else self.role


def _plain(role: str) -> str:
    return role.strip().casefold()


def _check_order(start: datetime | None, end: datetime | None) -> None:
    if start and end and end < start:
        raise ValueError(f"the end {end.isoformat()} lies before the start {start.isoformat()}")


class Emotion(Frozen):
    """How it felt: a label, valence in [-1, 1] and arousal in [0, 1]."""

    label: Literal["anger", "disgust", "fear", "joy", "sadness", "surprise", "neutral"]
    valence: Annotated[float, Field(ge=-1, le=1)] = 0.0
    arousal: Score = 0.0


class When(Frozen):
    """An interval; without an end, it lasts or is not known to have ended."""

    start: Time
    end: Time | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "When":
        _check_order(self.start, self.end)
        return self


class Episode(Said):
    """Something that happened: what, where, when, who, and how it felt."""

    kind: Literal["episode"] = "episode"
    session: Name | None = None
    what: Text
    where: Name | None = None
    when: When | None = None
    participants: Annotated[tuple[Name, ...], Field(max_length=MAX_MANY)] = ()
    emotion: Emotion | None = None


class Fact(Said):
    """A statement that holds in an interval of valid time."""

    kind: Literal["fact"] = "fact"
    subject: Name
    predicate: Name
    object: Name
    valid_from: Time | None = None
    valid_to: Time | None = None
    confidence: Score = 1.0

    @model_validator(mode="after")
    def _in_order(self) -> "Fact":
        _check_order(self.valid_from, self.valid_to)
        return self


class Procedure(Said):
    """How something is done: a trigger and steps."""

    kind: Literal["procedure"] = "procedure"
    name: Name
    trigger: Name | None = None
    steps: Annotated[tuple[Text, ...], Field(max_length=MAX_MANY)]
    succeeded: bool | None = None


class Document(Said):
    """A longer text with a title."""

    kind: Literal["document"] = "document"
    title: Name
    text: Text


class Recalled(Said):
    """Command: these memories were recalled for this question."""

    kind: Literal["recalled"] = "recalled"
    question: Text
    session: Name | None = None
    memories: Annotated[tuple[Name, ...], Field(max_length=MAX_MANY)]


class Feedback(Said):
    """Command: a memory was useful, wrong or outdated."""

    kind: Literal["feedback"] = "feedback"
    memory: Name
    verdict: Verdict


class ForgetRequested(Said):
    """Command: note that a space, or a subject or an observation in it, was forgotten.

    It is what `anamnesis forget` leaves when all is erased; from others it is refused. Subject and
    observation are tokens, which tell neither. `facts` stay, but lose an end or who told them
    first: when they end is decided anew. They were the keys of `ends` in receipts of before.
    `mark` is what only who has the keys can make of the rest.
    """

    kind: Literal["forget_requested"] = "forget_requested"
    subject: Name | None = None
    observation: Name | None = None
    reason: Text
    facts: tuple[Name, ...] | None = None
    ends: dict[Name, Name] = Field(default_factory=dict)
    mark: Name | None = None


class RetractRequested(Said):
    """Command: take back an observation and everything that came of it alone."""

    kind: Literal["retract_requested"] = "retract_requested"
    observation: Name
    reason: Text


class SpaceConfigured(Said):
    """Command: settings of one space, and predicates that it declares.

    What is declared under a name again replaces what was.
    """

    kind: Literal["space_configured"] = "space_configured"
    settings: dict[Name, str | int | float | bool] = Field(default_factory=dict)
    predicates: Predicates | None = None


class Beside(Frozen):
    """Two memories, the earlier first, and how surely a model takes them to contradict."""

    one: Name
    other: Name
    contradicts: Score


class Compared(Said):
    """Command: a model read these memories beside earlier ones; `models` has its digest.

    What it says is no more than that: an inference, recorded once, for memory to decide on.
    """

    kind: Literal["compared"] = "compared"
    memories: Annotated[tuple[Name, ...], Field(max_length=MAX_MANY)]
    pairs: Annotated[tuple[Beside, ...], Field(max_length=MAX_MANY)] = ()
    models: dict[Name, str]


class Ticked(Said):
    """The scheduler's clock: a job is due in a space."""

    kind: Literal["ticked"] = "ticked"
    job: Name


KINDS: tuple[type[Said], ...] = (
    Message,
    Episode,
    Fact,
    Procedure,
    Document,
    Recalled,
    Feedback,
    ForgetRequested,
    RetractRequested,
    SpaceConfigured,
    Compared,
    Ticked,
)


Observation = Annotated[
    Message
    | Episode
    | Fact
    | Procedure
    | Document
    | Recalled
    | Feedback
    | ForgetRequested
    | RetractRequested
    | SpaceConfigured
    | Compared
    | Ticked,
    Field(discriminator="kind"),
]
Perceivable = Message | Episode | Fact | Procedure | Document
