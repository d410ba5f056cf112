"""How a data folder is opened: locked, checked, and rebuilt from the log where it is damaged."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DatabaseError

from agents.policy import Policy
from agents.retention import Fading
from infra.addresses import KAFKA
from infra.clock import now_text
from infra.keys.key_ring import KeyRing
from infra.keys.sealing import SealedCodec
from infra.log.sqlite_file import FILE as LOG_FILE
from infra.log.sqlite_log import SqliteLog
from infra.log.sqlite_notes import keys_of
from infra.models.bound_encoder import HEADS, BoundEncoder
from infra.models.model_registry import ModelRegistry
from infra.models.onnx_encoder import OnnxEncoder
from infra.models.perceive import Encoder
from infra.models.percept_store import FILE as PERCEPTS_FILE
from infra.models.percept_store import PerceptStore
from infra.models.reading import Reading
from infra.models.role_bindings import FILE as BINDINGS_FILE
from infra.models.role_bindings import read_bindings
from infra.models.worth_model import bundled_worth
from infra.rereading import Rereading
from infra.settings import Settings
from infra.vectors.edge_vectors import EdgeVectors
from infra.views.sql_views import SqlViews
from infra.views.sqlite_store import SqliteStore
from infra.views.view_store import ViewStore
from schemas.errors import (
    AnamnesisError,
    ConflictError,
    NotFoundError,
    SettingsError,
    ViewDamagedError,
)
from streams.codec import Codec
from streams.log import Log
from streams.topology import MEMORIES, OBSERVATIONS
from streams.views import VIEWS

if TYPE_CHECKING:
    from infra.vectors.qdrant_vectors import QdrantVectors

VECTORS_FOLDER = "vectors"
_RERANKS = 10  # first memories that a reranker of the user's own orders anew, unless it is said
NEW_VECTORS = "vectors.new"  # while a replay makes them
REPLACED_VECTORS = "vectors.old"  # while a replay puts new ones in their place

Tell = Callable[[str], None]


def on_kafka(settings: Settings) -> bool:
    """Say whether the log is a Kafka cluster, and the agents run in workers."""
    return settings.log.startswith(KAFKA)


def holds_log(settings: Settings) -> bool:
    """Say whether there is a log: on Kafka, or in the data folder."""
    return on_kafka(settings) or (settings.home / LOG_FILE).exists()


def demand_memory(settings: Settings) -> None:
    """Make sure that there is a log, before one is made. Raises NotFoundError, ConflictError."""
    demand_log(settings)
    if not holds_log(settings):
        told = "is a file, not a data folder" if settings.home.is_file() else "holds no memory yet"
        raise NotFoundError(f"{settings.home} {told}", home=str(settings.home))


def demand_log(settings: Settings) -> None:
    """Refuse views in the data folder that have no log, before one is made beside them.

    Raises ConflictError.
    """
    store = SqliteStore(settings.home)
    if not holds_log(settings) and not store.missing():
        raise _without_log(store)


def open_log(settings: Settings, codec: SealedCodec) -> SqliteLog:
    """Open or create the local log. Raises LogDamagedError when it cannot be trusted."""
    if settings.log != "sqlite":
        raise SettingsError(f"ANAMNESIS_LOG={settings.log}: neither `sqlite` nor kafka://host:port")
    settings.home.mkdir(parents=True, exist_ok=True)
    log = SqliteLog(settings.home, partitions=settings.partitions, sync=settings.sync, codec=codec)
    log.notes.add_keys(codec.ring.id)
    return log


def view_store(settings: Settings) -> ViewStore:
    """Say where the SQL views are kept."""
    if settings.views == "sqlite":
        return SqliteStore(settings.home)
    # Imported where it is used: it brings a driver that the embedded store does without.
    from infra.views.postgres_store import PostgresStore  # noqa: PLC0415

    return PostgresStore(settings.views, settings.store_name)


def open_views(settings: Settings, log: Log, codec: Codec, tell: Tell) -> SqlViews:
    """Open the SQL views; damaged ones, old ones, and ones ahead of the log begin anew."""
    store = view_store(settings)
    if reason := _views_fault(store, log, codec):
        tell(f"the views are rebuilt from the log: {reason}")
        store.remove()
    return begin_views(store, log, codec)


def open_replayed(folder: Path, codec: Codec) -> SqlViews:
    """Open views that `replay --to` made, which have no log of their own. Raises ConflictError."""
    store = SqliteStore(folder)
    views = SqlViews(store.engine(), codec)
    if views.versions() != {view.name: view.version for view in VIEWS}:
        views.close()
        raise ConflictError(
            f"{store.name} was made by other versions of the folds", views=store.name
        )
    return views


def begin_views(store: ViewStore, log: Log, codec: Codec, *, new: bool = False) -> SqlViews:
    """Open the views of a store, laid out anew where there are none."""
    views = SqlViews(store.engine(new=new), codec)
    try:
        store.lay_out(views.engine)
        views.begin(log.partitions)
    except BaseException:
        views.close()
        raise
    return views


def _views_fault(store: ViewStore, log: Log, codec: Codec) -> str | None:
    """Say why the views must be made again, or None.

    Raises ConflictError for views ahead of the log in a database that others use as well: they
    may be another log's, and are not for us to remove.
    """
    if reason := store.damage():
        return reason
    if store.missing():
        return "they are missing" if any(log.ends(MEMORIES)) else None
    views = SqlViews(store.engine(), codec)
    try:
        if views.versions() != {view.name: view.version for view in VIEWS}:
            return "they were made by other versions of the folds"
        ends = log.ends(MEMORIES)
        at = views.positions()
        if len(at) == len(ends) and all(at[p] <= end for p, end in enumerate(ends)):
            if store.shared:
                views.demand_own(store.name)
            return None
    except (ViewDamagedError, DatabaseError, LookupError) as error:
        return f"they are damaged ({error.__cause__ or error})"
    finally:
        views.close()
    if store.shared and any(at.values()):
        raise ConflictError(
            f"{store.name} stands at {at}, beyond the log, which ends at {ends}: its views are "
            "another log's, or this log has lost its newest records (then `anamnesis replay "
            "--view sql` makes them again); ANAMNESIS_STORE_NAME names another schema",
            views=store.name,
        )
    if any(at.values()) and not any(ends) and not any(log.ends(OBSERVATIONS)):
        raise _without_log(store)
    return "they are ahead of the log, which has lost its newest records"


def _without_log(store: ViewStore) -> ConflictError:
    return ConflictError(
        f"{store.name} holds views, but there is no log: `replay --to` made them, to be compared "
        "by `anamnesis diff`, or the log is lost. They would be replaced by empty ones: move them "
        "away to begin anew",
        views=store.name,
    )


def open_vectors(settings: Settings, log: Log, tell: Tell) -> "EdgeVectors | QdrantVectors":
    """Open the vector view, and say when it has to begin anew."""
    if settings.vectors != "edge":
        # Imported where it is used: its client takes a second to load.
        from infra.vectors.qdrant_vectors import QdrantVectors  # noqa: PLC0415

        return QdrantVectors(settings.vectors, settings.store_name)
    folder = settings.home
    left = folder / REPLACED_VECTORS
    if left.is_dir() and not (folder / VECTORS_FOLDER).exists():
        left.rename(folder / VECTORS_FOLDER)
    missing = not (folder / VECTORS_FOLDER / "checkpoint.json").exists() and any(log.ends(MEMORIES))
    vectors = EdgeVectors(folder / VECTORS_FOLDER)
    if reason := vectors.rebuilt or ("they are missing" if missing else None):
        tell(f"the vectors are rebuilt from the log: {reason}")
    return vectors


def remove_vectors(folder: Path) -> None:
    """Remove the vector view; the log can make it again."""
    shutil.rmtree(folder / VECTORS_FOLDER, ignore_errors=True)


def open_registry(settings: Settings) -> ModelRegistry:
    """Read which roles the user has bound; nothing is loaded. Raises SettingsError."""
    if settings.bindings:
        return ModelRegistry(read_bindings(settings.bindings))
    return ModelRegistry(read_bindings(settings.home / BINDINGS_FILE, must_exist=False))


def open_encoder(settings: Settings, registry: ModelRegistry | None = None) -> Encoder:
    """Load the encoder, and what is bound to its heads. Raises ModelError naming role and file."""
    registry = registry or open_registry(settings)
    threads = _threads(settings)
    bundled = OnnxEncoder(settings.models / settings.encoder, threads=threads)
    if not set(HEADS) & set(registry.roles):
        return bundled
    try:
        return BoundEncoder(bundled, registry, threads)
    except AnamnesisError:
        bundled.close()
        raise


def open_reading(settings: Settings, registry: ModelRegistry | None = None) -> Reading:
    """Say what reads pairs of texts; it is loaded when it is first asked. Raises ModelError."""
    return Reading(settings.models, registry or open_registry(settings), _threads(settings))


def rereading_of(settings: Settings, reading: Reading) -> Rereading:
    """Say how many memories of a recall are read, and for what."""
    reranks = settings.reader_reranks
    if reranks is None:
        reranks = _RERANKS if "reranker" in reading.own else 0
    return Rereading(
        reading.reader, reranks, settings.reader_answers, settings.reader_doubts,
        settings.reader_sure,
    )  # fmt: skip


def _threads(settings: Settings) -> int:
    return settings.threads or os.cpu_count() or 1


def open_percepts(settings: Settings, codec: Codec) -> PerceptStore | None:
    """Open what was seen before, unless nothing is to be kept."""
    file, megabytes = settings.home / PERCEPTS_FILE, settings.percept_cache_mb
    if not megabytes:
        return None
    return PerceptStore(file, codec, megabytes=megabytes)


def policy_of(settings: Settings) -> Policy:
    """Take the decider's thresholds from the settings."""
    return Policy(
        duplicate_cosine=settings.duplicate_cosine,
        relation_score=settings.relation_score,
        fading=Fading(
            settings.faded_below,
            settings.compressed_below,
            settings.forgotten_below,
            settings.decay,
        ),
        detail=settings.detail,
        budget=settings.tick_budget,
        promote_at=settings.promote_at,
        demote_below=settings.demote_below,
        related_cosine=settings.related_cosine,
        merged_cosine=settings.merged_cosine,
        contradiction_score=settings.contradiction_score,
        worth=bundled_worth(settings.models) if settings.promotion == "model" else None,
    )


def open_codec(settings: Settings) -> SealedCodec:
    """Open the keys of a data folder, or make them. Raises KeysError when they are lost."""
    ring = keys_of(settings.home)
    durable = settings.sync == "full"
    keys = KeyRing(settings.keys_folder, ring, now_text, durable=durable)
    return SealedCodec(keys)
