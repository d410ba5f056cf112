"""What memory makes of steps that are taken one after another: procedures, where they recur."""

from typing import Literal

from schemas.values import Frozen, Space, Time


class StepsObserved(Frozen):
    """Steps were told as part of a sequence: the episodes of a session, or a procedure's steps.

    `memory` is the one that remembers them.
    """

    tag: Literal["steps_observed.v1"] = "steps_observed.v1"
    space: Space
    sequence: str
    at: Time
    observation: str
    memory: str
    steps: tuple[str, ...]


class SequencesCompared(Frozen):
    """These sequences were compared with those that share steps with them."""

    tag: Literal["sequences_compared.v1"] = "sequences_compared.v1"
    space: Space
    at: Time
    sequences: tuple[str, ...]


class ProcedureRecognised(Frozen):
    """The same steps stand one after another in several sequences, which are its evidence.

    The id follows from the steps, so that what is recognised again is the same procedure.
    """

    tag: Literal["procedure_recognised.v1"] = "procedure_recognised.v1"
    procedure: str
    space: Space
    at: Time
    steps: tuple[str, ...]
    sequences: tuple[str, ...]
