"""What the sealed part of a row says: a memory's text and what was seen in it, a fact's names."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from agents.predicates import name_key
from schemas.facts import Source
from schemas.percepts import Entity, TimeSpan


class Body(BaseModel):
    """The personal part of a memory."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    memory: str = ""
    at: datetime
    speaker: str | None = None
    text: str
    entities: tuple[Entity, ...] = ()
    in_facts: tuple[Entity, ...] = ()
    times: tuple[TimeSpan, ...] = ()
    intent: str | None = None
    emotion: dict[str, float] | None = None
    importance: float | None = None
    source: Source


class FactBody(BaseModel):
    """The personal part of a fact."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    subject: str
    object: str
    source: Source
    beside: bool = False

    @property
    def object_key(self) -> str:
        """Give the object as facts are compared by."""
        return name_key(self.object)
