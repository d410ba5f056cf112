"""What the models saw in one observation."""

from typing import Final, Literal

from schemas.observations import Observation
from schemas.values import Frozen, Score

TOKEN_WIDTH: Final = 48  # of the vector of a token


class Entity(Frozen):
    """A named thing at character offsets [start, end) of its passage."""

    text: str
    type: str
    start: int
    end: int
    score: Score


class Relation(Frozen):
    """A statement found in a passage; `spoken` when its subject is the speaker.

    `times` holds the indices of the passage's times that date it; nothing where no tree told, and
    then it is those of its sentence. `subject_of` and `object_of` name whose it is who is told by
    a role alone: of "my mum", the speaker. `kind` is of what something is the favourite: "my
    favourite colour is green". What is told `beside` something is so as well: "I also
    work at a bakery". What has `ended` was `held` in the times that date it, or is over by them: "I
    lived there in 2019", "I left in 2019".
    """

    subject: str
    predicate: str
    object: str
    start: int
    end: int
    score: Score
    spoken: bool = False
    ended: bool = False
    times: tuple[int, ...] | None = None
    subject_of: str | None = None
    object_of: str | None = None
    kind: str | None = None
    beside: bool = False
    held: bool = False


class OpenRelation(Frozen):
    """A statement in the passage's own words, read off the tree where no known relation is.

    `predicate` is what stands between them, `start` and `end` are the object's; `spoken` says that
    the subject is the speaker. Nothing is believed of it.
    """

    subject: str
    predicate: str
    object: str
    start: int
    end: int
    spoken: bool = False


class TimeSpan(Frozen):
    """A time expression at [start, end), resolved to an interval (RFC 3339, end exclusive)."""

    text: str
    start: int
    end: int
    since: str
    until: str


class Arc(Frozen):
    """A word at [start, end) and its head's index in the tree (-1 for the root)."""

    start: int
    end: int
    head: int
    relation: str


class Passage(Frozen):
    """One stretch [start, end) of the perceived text and what the encoder gave for it.

    `vector` is base64 of float16[d]; `tokens` base64 of int8[n, width], L2-normalised x 127. d is
    384 by the bundled encoder, 768 or 1024 by some others.
    """

    start: int
    end: int
    text: str
    vector: str
    tokens: str
    entities: tuple[Entity, ...] = ()
    relations: tuple[Relation, ...] = ()
    times: tuple[TimeSpan, ...] = ()
    intent: str | None = None
    emotion: dict[str, float] | None = None
    importance: float | None = None


class Perceived(Frozen):
    """An observation with everything that the models saw in it, and the models' digests."""

    tag: Literal["perceived.v1"] = "perceived.v1"
    observation: Observation
    passages: tuple[Passage, ...]
    models: dict[str, str]
