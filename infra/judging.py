"""What is said of what is remembered: it was useful, wrong or outdated, or is taken back."""

from datetime import datetime
from typing import NamedTuple

from pydantic import ValidationError

from schemas.envelope import derive_id
from schemas.errors import InputError
from schemas.observations import Feedback, RetractRequested


class Retracted(NamedTuple):
    """How many memories and facts went with an observation, and how many facts hold again."""

    forgotten: int
    facts: int
    reopened: int


def judgement(space: str, memory: str, verdict: str, at: datetime) -> Feedback:
    """Judge a memory. Raises InputError naming what is wrong."""
    id_ = derive_id(f"{memory}/{verdict}", at.isoformat())
    said = {"id": id_, "space": space, "at": at, "memory": memory, "verdict": verdict}
    try:
        return Feedback.model_validate(said)
    except ValidationError as error:
        raise _wrong(error) from error


def retraction(space: str, observation: str, reason: str, at: datetime) -> RetractRequested:
    """Take an observation back. Raises InputError naming what is wrong."""
    id_ = derive_id(f"{space}/{observation}", at.isoformat())
    said = {"id": id_, "space": space, "at": at, "observation": observation, "reason": reason}
    try:
        return RetractRequested.model_validate(said)
    except ValidationError as error:
        raise _wrong(error) from error


def _wrong(error: ValidationError) -> InputError:
    told = [(e["loc"][-1], e["msg"].removeprefix("Value error, ")) for e in error.errors()]
    return InputError("; ".join(f"`{name}`: {what}" for name, what in told))
