"""Which procedures were recognised."""

from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json
from sqlalchemy import select

from infra.views.sql_reads import SqlReads
from infra.views.sql_tables import PROCEDURES


@dataclass(frozen=True, slots=True)
class Procedure:
    """Steps that recur, and the sequences in which they do."""

    id: str
    steps: tuple[str, ...]
    sequences: tuple[str, ...]

    def told(self) -> dict[str, Any]:
        """Give what is told of it."""
        return {
            "procedure": self.id,
            "steps": list(self.steps),
            "evidence": len(self.sequences),
            "sequences": list(self.sequences),
        }


def procedures(reads: SqlReads, space: str, limit: int) -> list[Procedure]:
    """Give the procedures of a space, those with most evidence first."""
    p = PROCEDURES.c
    query = select(p.procedure, p.body).where(p.space == space)
    with reads.engine.connect() as on:
        rows = on.execute(query.order_by(p.evidence.desc(), p.procedure).limit(limit)).all()
    read = [(row.procedure, from_json(reads.codec.open(space, row.body))) for row in rows]
    return [Procedure(id_, tuple(b["steps"]), tuple(b["sequences"])) for id_, b in read]
