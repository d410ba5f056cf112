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

    `held_at` is a time by which it held, where it may have begun later than `valid_from`. What was
    told `beside` something else excludes nothing: "I also work at a bakery".
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
    beside: bool = False
    memory: str
    source: Source


class FactConfirmed(Frozen):
    """A statement that is already believed was made again, for the time `at`.

    `confidence` is what is had in it now, where that has risen. `alone` is what it would have
    asserted by itself, of what the fact covers: that stands once what was said before is erased.
    """

    tag: Literal["fact_confirmed.v1"] = "fact_confirmed.v1"
    fact: str
    space: Space
    at: Time
    memory: str
    source: Source
    confidence: Score | None = None
    alone: FactAsserted | None = None


class FactSuperseded(Frozen):
    """A statement stopped being valid at `valid_to`, because of fact `by` or as it was said.

    `already` says that it had ended before: this end counts once that one is taken back. Of an end
    that was said, `alone` is what that would have asserted by itself, as of a confirmation.
    """

    tag: Literal["fact_superseded.v1"] = "fact_superseded.v1"
    fact: str
    space: Space
    valid_to: Time
    by: str | None = None
    source: Source
    already: bool = False
    alone: FactAsserted | None = None


class FactReopened(Frozen):
    """What had ended a statement was taken back or erased: it is valid until `valid_to` again."""

    tag: Literal["fact_reopened.v1"] = "fact_reopened.v1"
    fact: str
    space: Space
    valid_to: Time | None = None
    by: str | None = None
    source: Source


Contradicting = Literal[
    "exclusive",
    "two_places",
    "ends_before_begins",
    "effect_before_cause",
    "texts",
    "two_places_at_once",
]


class ContradictionFound(Frozen):
    """Facts cannot be true together, and the decider ended none of them.

    The id follows from the facts, so that the same ones are found again under the same id. Of
    `texts` it is memories, the earlier one first, that a model takes to contradict each other, with
    a probability of `score`; of `two_places_at_once` those of episodes.
    """

    tag: Literal["contradiction_found.v1"] = "contradiction_found.v1"
    contradiction: str
    space: Space
    at: Time
    kind: Contradicting
    facts: tuple[str, ...]
    memories: tuple[str, ...] = ()
    score: Score | None = None


class ContradictionJudged(Frozen):
    """A contradiction was weighed: one fact was ended, or it was left open, or it was gone.

    What is ended holds until `valid_to`; `source` names the contradiction, and so it is taken back.
    """

    tag: Literal["contradiction_judged.v1"] = "contradiction_judged.v1"
    contradiction: str
    space: Space
    at: Time
    verdict: Literal["settled", "open", "gone"]
    kept: str | None = None
    ended: str | None = None
    valid_to: Time | None = None
    weights: dict[str, float] = Field(default_factory=dict)
    reason: str
    source: Source
