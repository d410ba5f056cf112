"""What can be asked of the SQL views: memories, facts as of and as known at, timelines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select, text

from agents.beliefs import BELIEVED
from agents.body import Body
from agents.predicates import name_key
from infra.views.sql_declared import declared
from infra.views.sql_facts import SqlFacts
from infra.views.sql_keys import LATEST, by_keys
from infra.views.sql_tables import (
    DECIDED,
    ENTITIES,
    FACTS,
    MEMORIES,
    MENTIONS,
    SIZES,
)
from infra.views.sql_views import SqlViews
from schemas.errors import NotFoundError
from schemas.predicates import Predicate
from streams.instants import from_micros, to_micros
from streams.sealed import read_body


@dataclass(frozen=True, slots=True)
class Memory:
    """A memory as it is read: its row and its opened body."""

    id: str
    space: str
    kind: str
    layer: str
    at: datetime
    session: str
    ordinal: int
    position: int
    seq: int
    reinforced: int
    recalled: int
    body: Body
    stability: float
    difficulty: float
    accessed: datetime
    state: str
    due: datetime | None
    confidence: float

    @property
    def believed(self) -> bool:
        """Say whether it is rather believed than not: nobody has judged it wrong."""
        return self.confidence >= BELIEVED


_COLUMNS: Final = (
    "memory", "space", "kind", "layer", "at", "session", "ordinal", "position", "seq",
    "reinforced", "recalled", "body", "stability", "difficulty", "last_access", "state", "due",
    "confidence",
)  # fmt: skip
_MEMORY: Final = [MEMORIES.c[name] for name in _COLUMNS]
# Prepared as text: putting a statement together takes longer than running it.
_BY_ID: Final = f"""
    SELECT {", ".join(f"m.{name}" for name in _COLUMNS)} FROM wanted CROSS JOIN memories m
    WHERE m.memory = wanted.memory AND m.space = :space
"""  # noqa: S608 - only names are formatted in
_SOURCES: Final = """
    SELECT s.seq, s.memory, s.observation FROM wanted CROSS JOIN sources s
    WHERE s.memory = wanted.memory AND s.space = :space AND s.position <= :known
"""
# The newest of each entity, however many there are.
_MENTIONED: Final = """
    SELECT m.seq, m.memory FROM wanted CROSS JOIN mentions m
    WHERE m.space = :space AND m.entity = wanted.entity AND m.seq >= COALESCE((
        SELECT o.seq FROM mentions o WHERE o.space = :space AND o.entity = wanted.entity
        ORDER BY o.seq DESC LIMIT 1 OFFSET :offset), 0)
"""
_TERMS: Final = """
    SELECT t.term, t.count FROM wanted CROSS JOIN terms t
    WHERE t.space = :space AND t.term = wanted.term
"""
_LEFT: Final = text(
    "SELECT 1 FROM sizes WHERE space = :space UNION ALL SELECT 1 FROM facts WHERE space = :space "
    "UNION ALL SELECT 1 FROM clocks WHERE space = :space LIMIT 1"
)
_SIZE: Final = text("SELECT s.count FROM sizes s WHERE s.space = :space")


class SqlReads:
    """Questions to the SQL views; every one of them is inside one space."""

    def __init__(self, views: SqlViews) -> None:
        self.views = views
        self.engine = views.engine
        self.codec = views.codec
        self.facts = SqlFacts(views)

    def memories(self, space: str, ids: Sequence[str]) -> dict[str, Memory]:
        """Read memories of a space by id; unknown ids are left out."""
        keys = [(id_,) for id_ in ids]
        with self.engine.connect() as on:
            rows = by_keys(on, "memory", keys, _BY_ID, space=space) if keys else ()
        return {memory.id: memory for memory in map(self._memory, rows)}

    def memory(self, id_: str, space: str | None = None) -> Memory:
        """Read one memory by its id or the beginning of it. Raises NotFoundError."""
        m = MEMORIES.c
        query = select(*_MEMORY).where(m.memory >= id_, m.memory < f"{id_}~").limit(2)
        if space is not None:
            query = query.where(m.space == space)
        with self.engine.connect() as on:
            found = [self._memory(row) for row in on.execute(query)]
        if not found:
            raise NotFoundError(f"no memory has the id {id_}", memory=id_)
        if len(found) > 1:
            raise NotFoundError(f"several memories' ids begin with {id_}", memory=id_)
        return found[0]

    def timeline(
        self, space: str, since: datetime | None, until: datetime | None, limit: int
    ) -> list[Memory]:
        """Read a space's memories in the order of when they were true."""
        m = MEMORIES.c
        query = select(*_MEMORY).where(m.space == space)
        if since:
            query = query.where(m.at >= to_micros(since))
        if until:
            query = query.where(m.at < to_micros(until))
        with self.engine.connect() as on:
            rows = on.execute(query.order_by(m.at, m.memory).limit(limit)).all()
        return [self._memory(row) for row in rows]

    def newest(self, space: str, limit: int) -> list[str]:
        """Give the memories that were true last."""
        m = MEMORIES.c
        query = select(m.memory).where(m.space == space).order_by(m.at.desc(), m.memory)
        with self.engine.connect() as on:
            return list(on.scalars(query.limit(limit)))

    def _memory(self, row: Any) -> Memory:  # noqa: ANN401 - a row
        return Memory(
            id=row.memory,
            space=row.space,
            kind=row.kind,
            layer=row.layer,
            at=from_micros(row.at),
            session=row.session,
            ordinal=row.ordinal,
            position=row.position,
            seq=row.seq,
            reinforced=row.reinforced,
            recalled=row.recalled,
            body=read_body(self.codec, row.space, row.memory, row.body),
            stability=row.stability,
            difficulty=row.difficulty,
            accessed=from_micros(row.last_access),
            state=row.state,
            due=None if row.due is None else from_micros(row.due),
            confidence=row.confidence,
        )

    def observations(
        self, space: str, memories: Sequence[str], known_at: int | None = None
    ) -> dict[str, list[str]]:
        """Give the observations that each memory comes from, the first one first."""
        keys = [(memory,) for memory in memories]
        known = LATEST if known_at is None else known_at
        with self.engine.connect() as on:
            rows = by_keys(on, "memory", keys, _SOURCES, space=space, known=known)
        found: dict[str, list[str]] = {}
        for _, memory, observation in sorted(map(tuple, rows)):
            kept = found.setdefault(memory, [])
            if observation not in kept:
                kept.append(observation)
        return found

    def about(self, space: str, names: Sequence[str], limit: int) -> list[str]:
        """Give the newest memories that mention one of these entities (one hop in the graph)."""
        keys = [(self.codec.blind(space, name_key(name)),) for name in names]
        with self.engine.connect() as on:
            rows = by_keys(on, "entity", keys, _MENTIONED, space=space, offset=limit - 1)
        newest = sorted((-seq, memory) for seq, memory in rows)
        return list(dict.fromkeys(memory for _, memory in newest))[:limit]

    def entities(self, space: str, limit: int) -> list[dict[str, Any]]:
        """Read the entities that a space mentions most."""
        e = ENTITIES.c
        often = e["count"]
        query = (
            select(e.name, e.type, e.last_at, often.label("often"))
            .where(e.space == space)
            .order_by(often.desc(), e.last_at.desc(), e.entity)
        )
        with self.engine.connect() as on:
            found = [
                {
                    "name": self.codec.reveal(space, row.name).decode(),
                    "type": row.type,
                    "mentions": row.often,
                    "last_at": from_micros(row.last_at).isoformat(),
                }
                for row in on.execute(query.limit(limit))
            ]
        # Tokens have no order of their own, so that equals are ordered by their names.
        return sorted(found, key=lambda row: (-row["mentions"], row["name"]))

    def frequencies(self, space: str, terms: Sequence[int]) -> tuple[dict[int, int], int]:
        """Give in how many memories of the space each term occurs, and how many there are."""
        with self.engine.connect() as on:
            rows = by_keys(on, "term", [(term,) for term in terms], _TERMS, space=space)
            size = on.scalar(_SIZE, {"space": space})
        return {int(term): int(count) for term, count in rows}, int(size or 0)

    def declared(self, space: str) -> dict[str, Predicate]:
        """Give the predicates that a space declares, by name."""
        with self.engine.connect() as on:
            return declared(on, self.codec, [space]).get(space, {})

    def spaces(self) -> dict[str, int]:
        """Count the memories of every space."""
        with self.engine.connect() as on:
            return {row[0]: row[1] for row in on.execute(select(SIZES).order_by(SIZES.c.space))}

    def knows(self, space: str) -> bool:
        """Say whether there is a space, though all that it held may be forgotten."""
        with self.engine.connect() as on:
            return on.execute(_LEFT, {"space": space}).first() is not None

    def demand(self, space: str) -> None:
        """Make sure that there is a space. Raises NotFoundError."""
        if not self.knows(space):
            raise NotFoundError(f"there is no space {space}", space=space)

    def counts(self) -> dict[str, int]:
        """Count the rows of what is told in statistics."""
        tables = {
            "memories": MEMORIES,
            "facts": FACTS,
            "entities": ENTITIES,
            "mentions": MENTIONS,
            "decided": DECIDED,
        }
        with self.engine.connect() as on:
            return {
                name: int(on.scalar(select(func.count()).select_from(table)) or 0)
                for name, table in tables.items()
            }
