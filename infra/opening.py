"""How a data folder is opened: locked, checked, and rebuilt from the log where it is damaged."""

import gc
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, ExceptionContext, create_engine, event
from sqlalchemy.exc import DatabaseError

from agents.decision import Policy
from agents.retention import Fading
from infra.bound_encoder import HEADS, BoundEncoder
from infra.edge_vectors import EdgeVectors
from infra.model_registry import ModelRegistry
from infra.onnx_encoder import OnnxEncoder
from infra.perceive import Encoder
from infra.role_bindings import FILE as BINDINGS_FILE
from infra.role_bindings import read_bindings
from infra.settings import Settings
from infra.sql_views import SqlViews
from infra.sqlite_log import SqliteLog
from schemas.errors import AnamnesisError, DiskFullError, SettingsError, ViewDamagedError
from streams.codec import Codec, PlainCodec
from streams.topology import MEMORIES
from streams.views import VIEWS

VIEWS_FILE = "views.db"
VECTORS_FOLDER = "vectors"
_DAMAGED = "-damaged"
_KEPT = ("journal_mode=WAL", "synchronous=NORMAL")

Tell = Callable[[str], None]


def calm_collector() -> None:
    """Let Python look for cycles less often: there are hardly any, and looking costs a quarter.

    What is loaded by now stays, and a batch makes tens of thousands of short-lived objects.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def open_log(settings: Settings, codec: Codec) -> SqliteLog:
    """Open or create the log. Raises LogDamagedError when it cannot be trusted."""
    if settings.log != "sqlite":
        raise SettingsError(f"ANAMNESIS_LOG={settings.log}: only `sqlite` runs in this process")
    settings.home.mkdir(parents=True, exist_ok=True)
    return SqliteLog(settings.home, partitions=settings.partitions, sync=settings.sync, codec=codec)


def sqlite_engine(file: Path, *, beside: bool = False) -> Engine:
    """Open a view database that is rebuilt from the log if power fails, so it need not fsync.

    One that is made `beside` what is in use keeps no journal: if making it fails, it goes away.
    """
    engine = create_engine(f"sqlite:///{file}")
    kept = ("journal_mode=OFF", "synchronous=OFF") if beside else _KEPT

    def prepare(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own
        for pragma in (*kept, "cache_size=-32768"):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "handle_error", partial(_explain, file))
    return engine


def _explain(file: Path, context: ExceptionContext) -> None:
    """Say in our words what SQLite complains of; damage is noted, so that opening mends it."""
    error = context.original_exception
    if not isinstance(error, sqlite3.Error):
        return
    kind = getattr(error, "sqlite_errorcode", -1) & 0xFF
    if kind in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        with suppress(OSError):
            file.with_name(f"{file.name}{_DAMAGED}").touch()
        raise ViewDamagedError(
            f"{file} is damaged ({error}): the next command makes it again from the log, "
            "and so does `anamnesis replay`",
            file=str(file),
        ) from error
    if kind in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        raise DiskFullError(f"{file} cannot grow: {error}", file=str(file)) from error


def open_views(folder: Path, log: SqliteLog, codec: Codec, tell: Tell) -> SqlViews:
    """Open the SQL views; damaged ones, old ones, and ones ahead of the log begin anew."""
    file = folder / VIEWS_FILE
    reason = _views_fault(file, log, codec)
    if reason:
        tell(f"the views are rebuilt from the log: {reason}")
        remove_views(folder)
    views = SqlViews(sqlite_engine(file), codec)
    views.create(log.partitions)
    return views


def remove_views(folder: Path) -> None:
    """Remove the SQL views; the log can make them again."""
    for suffix in ("", "-wal", "-shm", _DAMAGED):
        (folder / f"{VIEWS_FILE}{suffix}").unlink(missing_ok=True)


def _views_fault(file: Path, log: SqliteLog, codec: Codec) -> str | None:
    if file.with_name(f"{file.name}{_DAMAGED}").exists():
        return "they were found damaged"
    if not file.exists() or not file.stat().st_size:
        return "they are missing" if any(log.ends(MEMORIES)) else None
    views = SqlViews(sqlite_engine(file), codec)
    try:
        views.create(log.partitions)
        if views.versions() != {view.name: view.version for view in VIEWS}:
            return "they were made by other versions of the folds"
        ends = log.ends(MEMORIES)
        at = views.positions()
        if len(at) != len(ends) or any(at[p] > end for p, end in enumerate(ends)):
            return "they are ahead of the log, which has lost its newest records"
    except (ViewDamagedError, DatabaseError, LookupError) as error:
        return f"they are damaged ({error.__cause__ or error})"
    finally:
        views.close()
    return None


def open_vectors(folder: Path, log: SqliteLog, tell: Tell) -> EdgeVectors:
    """Open the vector view, and say when it has to begin anew."""
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


def open_encoder(settings: Settings) -> Encoder:
    """Load the encoder, and what is bound to its heads. Raises ModelError naming role and file."""
    registry = open_registry(settings)
    threads = settings.threads or os.cpu_count() or 1
    bundled = OnnxEncoder(settings.models / "encoder", threads=threads)
    if not set(HEADS) & set(registry.roles):
        return bundled
    try:
        return BoundEncoder(bundled, registry, threads)
    except AnamnesisError:
        bundled.close()
        raise


def policy_of(settings: Settings) -> Policy:
    """Take the decider's thresholds from the settings."""
    return Policy(
        duplicate_cosine=settings.duplicate_cosine,
        relation_score=settings.relation_score,
        fading=Fading(settings.faded_below, settings.compressed_below, settings.forgotten_below),
        detail=settings.detail,
        budget=settings.tick_budget,
    )


def plain_codec() -> Codec:
    """Give the codec of personal content."""
    return PlainCodec()
