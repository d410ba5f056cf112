"""What can be asked of the contradictions: which are open, and how others were settled."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from infra.views.sql_facts import KnownFact
from infra.views.sql_reads import SqlReads
from infra.views.sql_tables import CONTRADICTIONS


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Facts that cannot be true together; without a verdict it was not weighed yet."""

    id: str
    kind: str
    verdict: str | None
    kept: str | None
    ended: str | None
    reason: str | None
    facts: tuple[KnownFact, ...]

    def told(self) -> dict[str, Any]:
        """Give what is told of it."""
        return {
            "contradiction": self.id,
            "kind": self.kind,
            "verdict": self.verdict,
            "kept": self.kept,
            "ended": self.ended,
            "reason": self.reason,
            "facts": [fact.told() for fact in self.facts],
        }


def contradictions(
    reads: SqlReads, space: str, limit: int, *, settled: bool = False
) -> list[Contradiction]:
    """Give the contradictions that are open or not weighed yet, or those settled; newest first."""
    c = CONTRADICTIONS.c
    wanted = c.verdict == "settled" if settled else or_(c.verdict.is_(None), c.verdict == "open")
    query = select(CONTRADICTIONS).where(c.space == space, wanted)
    with reads.engine.connect() as on:
        rows = on.execute(query.order_by(c.seq.desc(), c.contradiction).limit(limit)).all()
    facts = reads.facts.named(space, [fact for row in rows for fact in row.facts.split()])
    return [
        Contradiction(
            row.contradiction,
            row.kind,
            row.verdict,
            row.kept,
            row.ended,
            row.reason,
            tuple(facts[fact] for fact in row.facts.split() if fact in facts),
        )
        for row in rows
    ]
