"""What memory believes: when statements begin to hold, are repeated, and end."""

from typing import Literal

from pydantic import Field

from schemas.values import Frozen, Score, Space, Time


class Source(Frozen):
    """Where something comes from: observation, span in its text, models, confidence."""

    observation: str
    start: int = 0
    end: int = 0
    models: dict[str, str] = Field(default_factory=dict)
    confidence: Score = 1.0


class FactAsserted(Frozen):
    """A statement began to be believed, valid in [valid_from, valid_to).

    `held_at` is a time by which it held, where it may have begun later than `valid_from`.
    """

    tag: Literal["fact_asserted.v1"] = "fact_asserted.v1"
    fact: str
    space: Space
    subject: str
    predicate: str
    object: str
    valid_from: Time
    valid_to: Time | None = None
    held_at: Time | None = None
    memory: str
    source: Source


class FactConfirmed(Frozen):
    """A statement that is already believed was made again, for the time `at`."""

    tag: Literal["fact_confirmed.v1"] = "fact_confirmed.v1"
    fact: str
    space: Space
    at: Time
    memory: str
    source: Source


class FactSuperseded(Frozen):
    """A statement stopped being valid at `valid_to`, because of fact `by` or as it was said."""

    tag: Literal["fact_superseded.v1"] = "fact_superseded.v1"
    fact: str
    space: Space
    valid_to: Time
    by: str | None = None
    source: Source


class FactReopened(Frozen):
    """What had ended a statement was taken back: it is valid until `valid_to` again."""

    tag: Literal["fact_reopened.v1"] = "fact_reopened.v1"
    fact: str
    space: Space
    valid_to: Time | None = None
    by: str | None = None
    source: Source
