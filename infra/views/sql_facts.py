"""What can be asked of the facts: by pattern, as of a valid time, as known at a position."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection, TextClause, func, select, text

from agents.beliefs import BELIEVED
from agents.body import FactBody
from agents.claims import ALWAYS
from agents.predicates import name_key, pattern_key, predicate_key
from agents.validity import ever_held, holds, is_over
from infra.clock import now
from infra.views.sql_keys import LATEST, by_keys
from infra.views.sql_tables import FACTS
from infra.views.sql_views import SqlViews
from streams.instants import from_micros, to_micros
from streams.sealed import read_fact


@dataclass(frozen=True, slots=True)
class KnownFact:
    """A fact as it was known: valid in [valid_from, valid_to).

    Evidence and confidence are what they are now: what they were is not kept.
    """

    id: str
    space: str
    predicate: str
    body: FactBody
    valid_from: datetime
    valid_to: datetime | None
    ended_by: str | None
    memory: str
    position: int
    seq: int
    evidence: int
    confidence: float

    @property
    def belief(self) -> float:
        """Say how surely it is believed; that grows with its confidence and evidence."""
        return 1 - (1 - self.confidence) ** self.evidence

    @property
    def believed(self) -> bool:
        """Say whether it is rather believed than not, which ends when it is judged wrong."""
        return self.belief >= BELIEVED

    @property
    def beside(self) -> bool:
        """Say whether it was told to be so as well as something else."""
        return self.body.beside

    @property
    def days(self) -> tuple[str, str]:
        """Give the days on which it begins and ends; nothing where that is not known, or not so."""
        begins = "" if self.valid_from == ALWAYS else f"{self.valid_from:%Y-%m-%d}"
        return begins, f"{self.valid_to:%Y-%m-%d}" if self.valid_to else ""

    def told(self) -> dict[str, Any]:
        """Give what is told of a fact; what is to end is not superseded yet."""
        return {
            "fact": self.id,
            "subject": self.body.subject,
            "predicate": self.predicate,
            "object": self.body.object,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
            "superseded": is_over(self, now()),
            "evidence": self.evidence,
            "confidence": round(self.confidence, 4),
            "memory": self.memory,
        }


@dataclass(frozen=True, slots=True)
class FactPattern:
    """Which facts are asked for; `*` and `?` match any text in names and predicates."""

    subject: str | None = None
    predicate: str | None = None
    object: str | None = None
    as_of: datetime | None = None
    known_at: int | None = None


_MANY: Final = 200  # facts of one question
_LIKE: Final = str.maketrans({"*": "%", "?": "_", "_": "!_"})
_WHERES: Final = {
    "known": "f.position <= :known",
    # What is stated as "Is it so?" is asked for like that, too.
    "like": "(f.predicate LIKE :like ESCAPE '!' OR f.predicate = :predicate)",
}
_COLUMNS: Final = ", ".join(f"f.{column.name}" for column in FACTS.columns)
_OF: Final = f"""
    SELECT s.memory AS of, s.seq AS learned, {_COLUMNS}
    FROM wanted CROSS JOIN fact_sources s CROSS JOIN facts f
    WHERE s.memory = wanted.memory AND s.space = :space
    AND f.fact = s.fact AND f.position <= :known
"""  # noqa: S608 - only names are formatted in
# Of what can have many values, the latest: one who likes a thousand things still lives somewhere.
_HOLDING: Final = f"""
    SELECT * FROM (
        SELECT {_COLUMNS}, ROW_NUMBER() OVER (
            PARTITION BY f.subject, f.predicate ORDER BY f.valid_from DESC, f.fact
        ) AS place
        FROM wanted CROSS JOIN facts f
        WHERE f.space = :space AND f.subject = wanted.subject AND f.valid_from <= :at
        AND (f.valid_to IS NULL OR f.valid_to > :at)
    ) AS held WHERE place <= :limit ORDER BY subject, predicate, place
"""  # noqa: S608 - only names are formatted in


_BY_ID: Final = f"""
    SELECT {_COLUMNS} FROM wanted CROSS JOIN facts f
    WHERE f.fact = wanted.fact AND f.space = :space
"""  # noqa: S608 - only names are formatted in
# Whichever of subject and object is asked for, the other one is named.
_NAMED: Final = f"""
    SELECT wanted.name AS name, {_COLUMNS} FROM wanted CROSS JOIN facts f
    WHERE f.space = :space AND f.COLUMN = wanted.name AND f.predicate = :predicate
    AND f.position <= :known ORDER BY f.valid_from DESC, f.fact LIMIT :limit
"""  # noqa: S608 - only names are formatted in
_NAMING: Final = {side: _NAMED.replace("COLUMN", side) for side in ("subject", "object")}
_ENDS: Final = """
    SELECT e.fact, e.valid_to, e."by" FROM wanted CROSS JOIN fact_ends e
    WHERE e.fact = wanted.fact AND e.position <= :known AND e.already = 0 ORDER BY e.seq
"""


class SqlFacts:
    """Questions to the view of facts; every one of them is inside one space."""

    def __init__(self, views: SqlViews) -> None:
        self.engine = views.engine
        self.codec = views.codec

    def find(
        self,
        space: str,
        pattern: FactPattern,
        limit: int | None = None,
        *,
        latest: int | None = None,
    ) -> list[KnownFact]:
        """Find facts by pattern, as of a valid time and as known at a position.

        In the order in which they began, without those that never held; where a number is given,
        the `latest` alone, last first. Of sealed names with wildcards all are read.
        """
        bound: dict[str, object] = {"space": space}
        sealed = False
        for side, name in (("subject", pattern.subject), ("object", pattern.object)):
            if name and _wild(name):
                sealed = True
            elif name:
                bound[side] = self.codec.blind(space, name_key(name))
        if pattern.predicate:
            bound["predicate"] = predicate_key(pattern.predicate)
        if pattern.predicate and _wild(pattern.predicate):
            bound["like"] = pattern_key(pattern.predicate).translate(_LIKE)
        if pattern.known_at is not None:
            bound["known"] = pattern.known_at
        query = _finding(*bound, last=latest is not None)
        bound |= {} if latest is None else {"latest": LATEST if sealed else latest}
        with self.engine.connect() as on:
            facts = self._facts(on, on.execute(query, bound).all(), pattern.known_at)
        return [fact for fact in facts if _matches(fact, pattern)][:latest][:limit]

    def of(
        self, space: str, memories: Sequence[str], known_at: int | None = None
    ) -> dict[str, list[KnownFact]]:
        """Give the facts that each of these memories asserted or confirmed, as far as they held."""
        keys = [(memory,) for memory in memories]
        known = LATEST if known_at is None else known_at
        with self.engine.connect() as on:
            rows = by_keys(on, "memory", keys, _OF, space=space, known=known)
            facts = {fact.id: fact for fact in self._facts(on, rows, known_at)}
        found: dict[str, list[KnownFact]] = {}
        for row in sorted(rows, key=lambda row: (row.learned, row.fact)):
            known_of = found.setdefault(row.of, [])
            if ever_held(facts[row.fact]) and facts[row.fact] not in known_of:
                known_of.append(facts[row.fact])
        return found

    def holding(
        self, space: str, subjects: Sequence[str], at: datetime, limit: int
    ) -> list[KnownFact]:
        """Give what is valid at a time of these subjects, of each predicate the latest facts."""
        keys = [(self.codec.blind(space, name_key(subject)),) for subject in subjects]
        bound = {"space": space, "at": to_micros(at), "limit": limit}
        with self.engine.connect() as on:
            rows = by_keys(on, "subject", keys, _HOLDING, **bound)
            return self._facts(on, rows, None)

    def naming(
        self, space: str, predicate: str, side: str, names: Sequence[str], known_at: int | None
    ) -> dict[str, list[KnownFact]]:
        """Give the latest facts of a predicate by which of these names is their `side`.

        That is "subject" or "object"; those that never held are left out.
        """
        blind = {self.codec.blind(space, name_key(name)): name for name in reversed(names)}
        known = LATEST if known_at is None else known_at
        bound = {"space": space, "predicate": predicate, "known": known, "limit": _MANY}
        keys = [(token,) for token in blind]
        with self.engine.connect() as on:
            rows = by_keys(on, "name", keys, _NAMING[side], **bound)
            facts = self._facts(on, rows, known_at)
        found: dict[str, list[KnownFact]] = {}
        for row, fact in zip(rows, facts, strict=True):
            if ever_held(fact):
                found.setdefault(blind[bytes(row.name)], []).append(fact)
        return found

    def named(self, space: str, ids: Sequence[str]) -> dict[str, KnownFact]:
        """Give these facts, as they are known now; those that are not there are left out."""
        with self.engine.connect() as on:
            rows = by_keys(on, "fact", [(id_,) for id_ in ids], _BY_ID, space=space)
            return {fact.id: fact for fact in self._facts(on, rows, None)}

    def predicates(self, space: str) -> dict[str, int]:
        """Count a space's facts by predicate, the most frequent first."""
        f = FACTS.c
        many = func.count()
        query = select(f.predicate, many).where(f.space == space).group_by(f.predicate)
        with self.engine.connect() as on:
            rows = on.execute(query.order_by(many.desc(), f.predicate)).all()
        return {str(predicate): int(count) for predicate, count in rows}

    def _facts(self, on: Connection, rows: Sequence[Any], known_at: int | None) -> list[KnownFact]:
        ends: dict[str, tuple[int, str | None]] = {}
        if known_at is not None:
            keys = [(row.fact,) for row in rows]
            latest = by_keys(on, "fact", keys, _ENDS, known=known_at)
            ends = {row.fact: (row.valid_to, row.by) for row in latest}
        facts = []
        for row in rows:
            valid_to, by = row.valid_to, row.ended_by
            if known_at is not None:
                valid_to, by = ends.get(row.fact, (row.asserted_to, None))
            facts.append(
                KnownFact(
                    id=row.fact,
                    space=row.space,
                    predicate=row.predicate,
                    body=read_fact(self.codec, row.space, row.body),
                    valid_from=from_micros(row.valid_from),
                    valid_to=None if valid_to is None else from_micros(valid_to),
                    ended_by=by,
                    memory=row.memory,
                    position=row.position,
                    seq=row.seq,
                    evidence=row.evidence,
                    confidence=row.confidence,
                )
            )
        return facts


@lru_cache
def _finding(*columns: str, last: bool) -> TextClause:
    """Give the query by these columns, each bound under its name; `known` bounds the position."""
    wheres = {one: _WHERES.get(one, f"f.{one} = :{one}") for one in columns}
    if "like" in wheres:
        del wheres["predicate"]
    order = "f.valid_from DESC, f.fact LIMIT :latest" if last else "f.valid_from, f.fact"
    found = f"SELECT {_COLUMNS} FROM facts f WHERE {' AND '.join(wheres.values())} ORDER BY {order}"  # noqa: S608 - only names are formatted in
    return text(found)


def _wild(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern


def _matches(fact: KnownFact, pattern: FactPattern) -> bool:
    if not ever_held(fact) or (pattern.as_of is not None and not holds(fact, pattern.as_of)):
        return False
    named = (
        (pattern.subject, name_key(fact.body.subject)),
        (pattern.object, name_key(fact.body.object)),
    )
    return all(_like(value, name_key(name)) for name, value in named if name and _wild(name))


def has_predicate(predicate: str, wanted: str) -> bool:
    """Say whether a predicate is the one that is asked for, which may have wildcards."""
    return predicate == predicate_key(wanted) or _like(predicate, pattern_key(wanted))


def _like(value: str, wanted: str) -> bool:
    # Brackets would be a class of characters.
    return fnmatchcase(value, wanted.replace("[", "[[]"))
