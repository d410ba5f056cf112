"""What is said of what is remembered: it was useful, wrong or outdated, or is taken back."""

from datetime import datetime
from typing import Final, NamedTuple, TypeVar, get_args

from pydantic import ValidationError

from schemas.envelope import derive_id
from schemas.errors import InputError
from schemas.faults import in_words
from schemas.observations import Feedback, RetractRequested, Said
from schemas.values import Verdict

VERDICTS: Final = get_args(Verdict)
_Command = TypeVar("_Command", bound=Said)


class Retracted(NamedTuple):
    """How many memories and facts went with an observation, and how many facts hold again."""

    forgotten: int
    facts: int
    reopened: int


def demand_verdict(verdict: str) -> None:
    """Make sure that there is such a verdict. Raises InputError naming those that there are."""
    if verdict not in VERDICTS:
        raise InputError(f"there is no verdict {verdict}; there are {', '.join(VERDICTS)}")


def judgement(space: str, memory: str, verdict: str, at: datetime) -> Feedback:
    """Judge a memory. Raises InputError naming what is wrong."""
    id_ = derive_id(f"{memory}/{verdict}", at.isoformat())
    said = {"id": id_, "space": space, "at": at, "memory": memory, "verdict": verdict}
    return _valid(Feedback, said)


def retraction(space: str, observation: str, reason: str, at: datetime) -> RetractRequested:
    """Take an observation back. Raises InputError naming what is wrong."""
    id_ = derive_id(f"{space}/{observation}", at.isoformat())
    said = {"id": id_, "space": space, "at": at, "observation": observation, "reason": reason}
    return _valid(RetractRequested, said)


def _valid(kind: type[_Command], said: dict[str, object]) -> _Command:
    try:
        return kind.model_validate(said)
    except ValidationError as error:
        told = [(e["loc"][-1], in_words(e)) for e in error.errors()]
        raise InputError("; ".join(f"`{name}`: {what}" for name, what in told)) from error
