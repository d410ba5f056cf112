"""Which tables the SQL views are kept in, on SQLite and PostgreSQL alike."""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

METADATA: Final = MetaData()


def _table(name: str, *columns: Column[Any] | Index) -> Table:
    return Table(name, METADATA, *columns, sqlite_with_rowid=name in _WIDE)


# Rows with long values are kept by rowid, so that the key's tree stays shallow.
_WIDE: Final = {"steps", "procedures", "memories", "facts", "sources", "entities", "concepts"}


# PostgreSQL orders text by its bytes too, as SQLite does, whatever the database's own order is.
_TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")


def _text(name: str, *, key: bool = False, null: bool = False) -> Column[object]:
    return Column(name, _TEXT, primary_key=key, nullable=null)


def _int(name: str, *, key: bool = False, null: bool = False) -> Column[object]:
    return Column(name, BigInteger, primary_key=key, nullable=null, autoincrement=False)


def _bytes(name: str, *, key: bool = False) -> Column[object]:
    return Column(name, LargeBinary, primary_key=key, nullable=False)


def _of_some(name: str, column: str, *before: str) -> Index:
    """Make an index of the few rows in which a column is not empty."""
    where = text(f"{column} IS NOT NULL")
    return Index(name, *before, column, sqlite_where=where, postgresql_where=where)


MEMORIES: Final = _table(
    "memories",
    _text("memory", key=True),
    _text("space"),
    _text("kind"),
    _text("layer"),
    _int("at"),
    _int("learned"),
    _int("position"),
    _int("seq"),
    _text("session"),
    _int("segment"),
    _int("ordinal"),
    _int("stated"),
    _int("asked"),
    _int("tells_time"),
    Column("importance", Float, nullable=False),
    _bytes("body"),
    _bytes("features"),
    _int("reinforced"),
    _int("recalled"),
    Column("stability", Float, nullable=False),
    Column("difficulty", Float, nullable=False),
    _int("last_access"),
    _text("state"),
    _int("due", null=True),
    _int("days"),
    Column("confidence", Float, nullable=False),
    _int("review", null=True),
    _int("changed"),
    Index("memories_by_due", "space", "state", "due"),
    _of_some("memories_by_review", "review", "space"),
    # These two tell which spaces have something due, without a look into every one.
    Index("memories_due", "state", "due", "space"),
    _of_some("memories_reviewed", "space", "review"),
    Index("memories_by_time", "space", "at"),
    Index("memories_by_place", "memory", "space", "session", "segment"),
    # The last change of a segment is told by the index alone.
    Index("memories_by_segment", "space", "session", "segment", "changed"),
)
SOURCES: Final = _table(
    "sources",
    _text("memory", key=True),
    _text("observation", key=True),
    _int("start", key=True),
    _text("space"),
    _int("at"),
    _int("position"),
    _int("seq"),
    _bytes("text"),
    _bytes("body"),
    Index("sources_by_observation", "observation", "space"),
)
BLOCKS: Final = _table(
    "blocks",
    _text("space", key=True),
    _int("key", key=True),
    _int("seq", key=True),
    _text("memory"),
)
TERMS: Final = _table("terms", _text("space", key=True), _int("term", key=True), _int("count"))
SESSIONS: Final = _table(
    "sessions",
    _text("space", key=True),
    _text("session", key=True),
    _int("last_ordinal"),
    _int("count"),
)
SIZES: Final = _table("sizes", _text("space", key=True), _int("count"))
FACTS: Final = _table(
    "facts",
    _text("fact", key=True),
    _text("space"),
    _bytes("subject"),
    _text("predicate"),
    _bytes("object"),
    _bytes("body"),
    _int("valid_from"),
    _int("valid_to", null=True),
    _int("asserted_to", null=True),
    _int("last_held"),
    _text("ended_by", null=True),
    _text("memory"),
    _int("position"),
    _int("seq"),
    _int("evidence"),
    Column("confidence", Float, nullable=False),
    Index("facts_by_subject", "space", "subject", "predicate", "object"),
    Index("facts_by_object", "space", "object"),
    Index("facts_by_predicate", "space", "predicate", "valid_from"),
    Index("facts_by_memory", "memory"),
)
FACT_ENDS: Final = _table(
    "fact_ends",
    _text("fact", key=True),
    _int("seq", key=True),
    _text("space"),
    _int("position"),
    _int("valid_to", null=True),
    _text("by", null=True),
    _text("observation"),
    _int("stands"),
    _int("already"),
    _bytes("body"),
    Index("fact_ends_by_observation", "observation", "space"),
)
FACT_SOURCES: Final = _table(
    "fact_sources",
    _text("fact", key=True),
    _text("observation", key=True),
    _text("space"),
    _text("memory"),
    _int("position"),
    _int("seq"),
    _bytes("body"),
    Index("fact_sources_by_memory", "memory"),
    Index("fact_sources_by_observation", "observation", "space"),
)
ENTITIES: Final = _table(
    "entities",
    _text("space", key=True),
    _bytes("entity", key=True),
    _bytes("name"),
    _text("type"),
    _int("count"),
    _int("last_at"),
)
MENTIONS: Final = _table(
    "mentions",
    _text("memory", key=True),
    _bytes("entity", key=True),
    _text("space"),
    _int("seq"),
    Index("mentions_by_age", "space", "entity", "seq"),
)
CONCEPTS: Final = _table(
    "concepts",
    _text("concept", key=True),
    _text("space"),
    _int("size"),
    _bytes("body"),
    _int("changed_at"),
    _int("seq"),
    Index("concepts_by_change", "space", "seq"),
    Index("concepts_by_id", "space", "concept"),
)
_OLD: Final = text("concept IS NOT NULL")
_NEW: Final = text("concept IS NULL")
# What was compared with other episodes by its vector, but not read beside them by a model.
UNREAD: Final = text("read_at IS NULL AND concept IS NOT NULL")
MEMBERS: Final = _table(
    "members",
    _text("memory", key=True),
    _text("space"),
    _text("concept", null=True),
    Column("typicality", Float),
    _int("read_at", null=True),
    _int("seq"),
    Index(
        "members_by_concept", "space", "concept", "seq", sqlite_where=_OLD, postgresql_where=_OLD
    ),
    Index("members_new", "space", "seq", sqlite_where=_NEW, postgresql_where=_NEW),
    Index("members_unread", "space", "seq", sqlite_where=UNREAD, postgresql_where=UNREAD),
)
LINKS: Final = _table(
    "links",
    _text("memory", key=True),
    _text("earlier", key=True),
    _text("space"),
    _text("because"),
    _int("seq"),
    Index("links_by_earlier", "earlier", "seq"),
)
STEPS: Final = _table(
    "steps",
    _text("space", key=True),
    _text("sequence", key=True),
    _text("observation", key=True),
    _int("number", key=True),
    _text("memory"),
    _int("key"),
    _bytes("body"),
    _int("seq"),
    Index("steps_by_key", "space", "key", "seq"),
    Index("steps_by_memory", "memory"),
)
_UNCOMPARED: Final = text("compared_at IS NULL")
SEQUENCES: Final = _table(
    "sequences",
    _text("space", key=True),
    _text("sequence", key=True),
    _int("compared_at", null=True),
    _int("seq"),
    Index(
        "sequences_new", "space", "seq",
        sqlite_where=_UNCOMPARED, postgresql_where=_UNCOMPARED,
    ),
)  # fmt: skip
PROCEDURES: Final = _table(
    "procedures",
    _text("procedure", key=True),
    _text("space"),
    _int("evidence"),
    _bytes("body"),
    _int("recognised_at"),
    _int("seq"),
    Index("procedures_by_evidence", "space", "evidence"),
)
WHEREABOUTS: Final = _table(
    "whereabouts",
    _text("memory", key=True),
    _text("observation", key=True),
    _bytes("entity", key=True),
    _text("space"),
    _int("since"),
    _int("until"),
    _bytes("place"),
    _int("seq"),
    Index("whereabouts_by_time", "space", "entity", "since"),
)
RECALLS: Final = _table(
    "recalls", _text("memory", key=True), _text("session", key=True), _text("space")
)
_JUDGED: Final = text("verdict IS NULL")
CONTRADICTIONS: Final = _table(
    "contradictions",
    _text("contradiction", key=True),
    _text("space"),
    _text("kind"),
    _text("facts"),
    _text("memories"),
    _text("verdict", null=True),
    _text("kept", null=True),
    _text("ended", null=True),
    _text("reason", null=True),
    _int("judged_at", null=True),
    _int("seq"),
    Index("contradictions_new", "space", "seq", sqlite_where=_JUDGED, postgresql_where=_JUDGED),
    Index("contradictions_by_age", "space", "seq"),
)
CLOCKS: Final = _table(
    "clocks", _text("space", key=True), _int("since"), _int("last_at"), _int("count")
)
JOBS: Final = _table(
    "jobs",
    _text("space", key=True),
    _text("job", key=True),
    _int("ran_at"),
    _int("changed"),
    _int("left"),
)
SPACE_SETTINGS: Final = _table(
    "space_settings", _text("space", key=True), _text("name", key=True), _text("value")
)
SPACE_PREDICATES: Final = _table(
    "space_predicates", _text("space", key=True), _text("name", key=True), _bytes("body")
)
_PARTITION: Final = Column("partition", Integer, primary_key=True, autoincrement=False)
# The host's own: what was decided, and up to where each partition is folded.
DECIDED: Final = _table("decided", _text("input", key=True), _text("digest", key=True), _int("seq"))
POSITIONS: Final = _table("positions", _PARTITION, _int("next"))
FOLDED: Final = _table("folded", _text("view", key=True), _int("version"))
# Columns that say where and when something was learned, not what memory is.
NOT_STATE: Final = frozenset({"position", "seq", "changed"})
STATE: Final = (
    MEMORIES, SOURCES, FACTS, FACT_ENDS, FACT_SOURCES, ENTITIES, MENTIONS, CONCEPTS, MEMBERS,
    LINKS, CONTRADICTIONS, STEPS, SEQUENCES, PROCEDURES, WHEREABOUTS, RECALLS, CLOCKS, JOBS,
    SPACE_SETTINGS, SPACE_PREDICATES,
)  # fmt: skip
