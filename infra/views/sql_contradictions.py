"""What can be asked of the contradictions: which are open, and how others were settled."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, exists, func, or_, select

from agents.paradox import TIMED
from infra.views.sql_facts import KnownFact
from infra.views.sql_reads import Memory, SqlReads
from infra.views.sql_tables import CONTRADICTIONS, FACTS, MEMORIES


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Facts that cannot be true together; without a verdict it was not weighed yet.

    Of texts it is memories, the earlier one first, and no facts.
    """

    id: str
    kind: str
    verdict: str | None
    kept: str | None
    ended: str | None
    reason: str | None
    facts: tuple[KnownFact, ...]
    memories: tuple[Memory, ...] = ()

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
            "memories": [
                {
                    "memory": memory.id,
                    "at": memory.at.isoformat(),
                    "speaker": memory.body.speaker,
                    "text": memory.body.text,
                }
                for memory in self.memories
            ],
        }


def contradictions(
    reads: SqlReads, space: str, limit: int, *, settled: bool = False
) -> list[Contradiction]:
    """Give the contradictions that are open or not weighed yet, or those settled; newest first.

    Those of texts that are not both remembered any more are left out, and unsettled ones of which
    a fact was taken back, or, of times, was told anew.
    """
    c, f, one, other = CONTRADICTIONS.c, FACTS.c, MEMORIES.alias("one"), MEMORIES.alias("other")
    wanted = c.verdict == "settled"
    if not settled:
        # Two or three ids; what was taken back never held.
        ids = [func.substr(c.facts, start, 36) for start in (1, 38, 75)]
        never = exists().where(f.fact.in_(ids), f.valid_to == f.valid_from)
        over = and_(
            c.kind.in_(sorted(TIMED)), exists().where(f.fact.in_(ids), f.valid_to.is_not(None))
        )
        wanted = and_(or_(c.verdict.is_(None), c.verdict == "open"), ~never, ~over)
    # Two ids of 36 characters, with a space between them.
    there = exists().where(one.c.memory == func.substr(c.memories, 1, 36))
    too = exists().where(other.c.memory == func.substr(c.memories, 38))
    query = select(CONTRADICTIONS).where(
        c.space == space, wanted, or_(c.memories == "", and_(there, too))
    )
    with reads.engine.connect() as on:
        rows = on.execute(query.order_by(c.seq.desc(), c.contradiction).limit(limit)).all()
    facts = reads.facts.named(space, [fact for row in rows for fact in row.facts.split()])
    memories = reads.memories(space, [memory for row in rows for memory in row.memories.split()])
    return [
        Contradiction(
            row.contradiction,
            row.kind,
            row.verdict,
            row.kept,
            row.ended,
            row.reason,
            tuple(facts[fact] for fact in row.facts.split() if fact in facts),
            tuple(memories[memory] for memory in row.memories.split()),
        )
        for row in rows
        if memories.keys() >= set(row.memories.split())  # none of them was forgotten meanwhile
    ]
