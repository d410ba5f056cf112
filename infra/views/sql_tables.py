"""Which tables the SQL views are kept in, on SQLite and PostgreSQL alike."""

from typing import Any, Final

from sqlalchemy import Column, Index, Integer, MetaData, Table
from sqlalchemy import text as condition

from infra.views.sql_columns import blob, integer, partial_index, real, text

METADATA: Final = MetaData()


def _table(name: str, *columns: Column[Any] | Index) -> Table:
    return Table(name, METADATA, *columns, sqlite_with_rowid=name in _WIDE)


# Rows with long values are kept by rowid, so that the key's tree stays shallow.
_WIDE: Final = {"steps", "procedures", "memories", "facts", "sources", "entities", "concepts"}


MEMORIES: Final = _table(
    "memories",
    text("memory", key=True),
    text("space"),
    text("kind"),
    text("layer"),
    integer("at"),
    integer("learned"),
    integer("position"),
    integer("seq"),
    text("session"),
    integer("segment"),
    integer("ordinal"),
    integer("stated"),
    integer("asked"),
    integer("tells_time"),
    real("importance"),
    blob("body"),
    blob("features"),
    integer("reinforced"),
    integer("recalled"),
    real("stability"),
    real("difficulty"),
    integer("last_access"),
    text("state"),
    integer("due", null=True),
    integer("days"),
    real("confidence"),
    integer("review", null=True),
    integer("changed"),
    Index("memories_by_due", "space", "state", "due"),
    partial_index("memories_by_review", "review IS NOT NULL", "space", "review"),
    # Tells which spaces have something due, without a look into every one.
    Index("memories_due", "state", "due", "space"),
    Index("memories_by_time", "space", "at"),
    Index("memories_by_place", "memory", "space", "session", "segment"),
    # The last change of a segment is told by the index alone.
    Index("memories_by_segment", "space", "session", "segment", "changed"),
)
SOURCES: Final = _table(
    "sources",
    text("memory", key=True),
    text("observation", key=True),
    integer("start", key=True),
    text("space"),
    integer("at"),
    integer("position"),
    integer("seq"),
    blob("text"),
    blob("body"),
    Index("sources_by_observation", "observation", "space"),
)
BLOCKS: Final = _table(
    "blocks",
    text("space", key=True),
    integer("key", key=True),
    integer("seq", key=True),
    text("memory"),
)
TERMS: Final = _table("terms", text("space", key=True), integer("term", key=True), integer("count"))
SESSIONS: Final = _table(
    "sessions",
    text("space", key=True),
    text("session", key=True),
    integer("last_ordinal"),
    integer("count"),
)
SIZES: Final = _table("sizes", text("space", key=True), integer("count"))
FACTS: Final = _table(
    "facts",
    text("fact", key=True),
    text("space"),
    blob("subject"),
    text("predicate"),
    blob("object"),
    blob("body"),
    integer("valid_from"),
    integer("valid_to", null=True),
    integer("asserted_to", null=True),
    integer("last_held"),
    text("ended_by", null=True),
    text("memory"),
    integer("position"),
    integer("seq"),
    integer("evidence"),
    real("confidence"),
    Index("facts_by_subject", "space", "subject", "predicate", "object"),
    Index("facts_by_object", "space", "object"),
    Index("facts_by_predicate", "space", "predicate", "valid_from"),
    Index("facts_by_memory", "memory"),
)
FACT_ENDS: Final = _table(
    "fact_ends",
    text("fact", key=True),
    integer("seq", key=True),
    text("space"),
    integer("position"),
    integer("valid_to", null=True),
    text("by", null=True),
    text("observation"),
    integer("stands"),
    integer("already"),
    blob("body"),
    Index("fact_ends_by_observation", "observation", "space"),
)
FACT_SOURCES: Final = _table(
    "fact_sources",
    text("fact", key=True),
    text("observation", key=True),
    text("space"),
    text("memory"),
    integer("position"),
    integer("seq"),
    blob("body"),
    Index("fact_sources_by_memory", "memory"),
    Index("fact_sources_by_observation", "observation", "space"),
)
ENTITIES: Final = _table(
    "entities",
    text("space", key=True),
    blob("entity", key=True),
    blob("name"),
    text("type"),
    integer("count"),
    integer("last_at"),
)
MENTIONS: Final = _table(
    "mentions",
    text("memory", key=True),
    blob("entity", key=True),
    text("space"),
    integer("seq"),
    Index("mentions_by_age", "space", "entity", "seq"),
)
CONCEPTS: Final = _table(
    "concepts",
    text("concept", key=True),
    text("space"),
    integer("size"),
    blob("body"),
    integer("changed_at"),
    integer("seq"),
    Index("concepts_by_change", "space", "seq"),
    Index("concepts_by_id", "space", "concept"),
)
# What was compared with other episodes by its vector, but not read beside them by a model.
UNREAD: Final = condition("read_at IS NULL AND concept IS NOT NULL")
MEMBERS: Final = _table(
    "members",
    text("memory", key=True),
    text("space"),
    text("concept", null=True),
    real("typicality", null=True),
    integer("read_at", null=True),
    integer("seq"),
    partial_index("members_by_concept", "concept IS NOT NULL", "space", "concept", "seq"),
    partial_index("members_new", "concept IS NULL", "space", "seq"),
    partial_index("members_unread", UNREAD.text, "space", "seq"),
)
LINKS: Final = _table(
    "links",
    text("memory", key=True),
    text("earlier", key=True),
    text("space"),
    text("because"),
    integer("seq"),
    Index("links_by_earlier", "earlier", "seq"),
)
STEPS: Final = _table(
    "steps",
    text("space", key=True),
    text("sequence", key=True),
    text("observation", key=True),
    integer("number", key=True),
    text("memory"),
    integer("key"),
    blob("body"),
    integer("seq"),
    Index("steps_by_key", "space", "key", "seq"),
    Index("steps_by_memory", "memory"),
)
SEQUENCES: Final = _table(
    "sequences",
    text("space", key=True),
    text("sequence", key=True),
    integer("compared_at", null=True),
    integer("seq"),
    partial_index("sequences_new", "compared_at IS NULL", "space", "seq"),
)
PROCEDURES: Final = _table(
    "procedures",
    text("procedure", key=True),
    text("space"),
    integer("evidence"),
    blob("body"),
    integer("recognised_at"),
    integer("seq"),
    Index("procedures_by_evidence", "space", "evidence"),
)
WHEREABOUTS: Final = _table(
    "whereabouts",
    text("memory", key=True),
    text("observation", key=True),
    blob("entity", key=True),
    text("space"),
    integer("since"),
    integer("until"),
    blob("place"),
    integer("seq"),
    Index("whereabouts_by_time", "space", "entity", "since"),
)
RECALLS: Final = _table(
    "recalls", text("memory", key=True), text("session", key=True), text("space")
)
CONTRADICTIONS: Final = _table(
    "contradictions",
    text("contradiction", key=True),
    text("space"),
    text("kind"),
    text("facts"),
    text("memories"),
    text("verdict", null=True),
    text("kept", null=True),
    text("ended", null=True),
    text("reason", null=True),
    integer("judged_at", null=True),
    integer("seq"),
    partial_index("contradictions_new", "verdict IS NULL", "space", "seq"),
    Index("contradictions_by_age", "space", "seq"),
)
CLOCKS: Final = _table(
    "clocks", text("space", key=True), integer("since"), integer("last_at"), integer("count")
)
JOBS: Final = _table(
    "jobs",
    text("space", key=True),
    text("job", key=True),
    integer("ran_at"),
    integer("changed"),
    integer("left"),
)
SPACE_SETTINGS: Final = _table(
    "space_settings", text("space", key=True), text("name", key=True), text("value")
)
SPACE_PREDICATES: Final = _table(
    "space_predicates", text("space", key=True), text("name", key=True), blob("body")
)
_PARTITION: Final = Column("partition", Integer, primary_key=True, autoincrement=False)
# The host's own: what was decided, and up to where each partition is folded.
DECIDED: Final = _table(
    "decided", text("input", key=True), text("digest", key=True), integer("seq")
)
POSITIONS: Final = _table("positions", _PARTITION, integer("next"))
FOLDED: Final = _table("folded", text("view", key=True), integer("version"))
# Columns that say where and when something was learned, not what memory is.
NOT_STATE: Final = frozenset({"position", "seq", "changed"})
STATE: Final = (
    MEMORIES, SOURCES, FACTS, FACT_ENDS, FACT_SOURCES, ENTITIES, MENTIONS, CONCEPTS, MEMBERS,
    LINKS, CONTRADICTIONS, STEPS, SEQUENCES, PROCEDURES, WHEREABOUTS, RECALLS, CLOCKS, JOBS,
    SPACE_SETTINGS, SPACE_PREDICATES,
)  # fmt: skip
