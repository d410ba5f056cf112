"""The command that makes views again from the log: `replay`."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.progress import Progress

from infra.addresses import without_password
from infra.cli.app import (
    Home,
    Json,
    err,
    hint,
    instant,
    not_empty,
    out,
    printed,
    program,
    settings_of,
    told_aside,
)
from infra.cli.stores import stored_on_kafka, stores
from infra.clock import monotonic
from infra.host.positions import read_position
from infra.keys.sealing import SealedCodec
from infra.opening import (
    NEW_VECTORS,
    REPLACED_VECTORS,
    VECTORS_FOLDER,
    on_kafka,
    view_store,
)
from infra.settings import Settings, read_settings
from infra.vectors.edge_vectors import EdgeVectors
from infra.views.projector import Projector
from infra.views.refold import Told, Until, combined, replace_views, replay_to
from infra.views.sql_reads import SqlReads
from infra.views.sql_views import SqlViews
from infra.views.sqlite_store import SqliteStore
from infra.views.view_store import ViewStore
from schemas.errors import InputError
from streams.codec import Codec
from streams.log import Log
from streams.topology import MEMORIES
from streams.vectors import Vectors
from streams.views import VIEWS

_PARTS: Final = ("all", "sql", "vectors")
_DATE: Final = 8  # digits of a date without dashes


@program.command()
def replay(  # noqa: PLR0913 - a command's options
    *,
    view: Annotated[str, typer.Option(help="all, sql (every SQL view) or vectors.")] = "all",
    until: Annotated[
        str | None,
        typer.Option(
            help="Stop at a position (0:12,3:7; 12 is that of every partition), or at the time at "
            "which memory learned it, not at which it was true; needs --to."
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            parser=not_empty,
            metavar="DIR|URL",
            help="Rebuild into this folder, or the SQL views into the database at "
            "postgresql+psycopg://..., and switch nothing. Such a folder has no log: it is for "
            "`anamnesis diff` alone.",
        ),
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="The log that is meant: sqlite or kafka.")
    ] = None,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Rebuild views from the log beside the old ones, compare, then switch.

    On Kafka, workers have the SQL views open: rebuild them with --to, then start workers there. A
    replay --to that was killed can be run again: it goes on where it stopped, or with --until
    begins anew.

    Example: anamnesis replay --view vectors
    """
    kafka = on_kafka(settings_of(home))
    _demand_replayable(view, until, to, from_, settings_of(home))
    began = monotonic()
    with (
        _sources(home, alone=kafka and to is not None) as (log, codec, reads),
        Progress(console=err, transient=True, disable=not err.is_terminal) as progress,
    ):
        settings, events, folded = settings_of(home), sum(log.ends(MEMORIES)), 0
        task = progress.add_task("replaying", total=events)

        def told(n: int) -> None:
            nonlocal folded
            folded += n
            progress.advance(task, n)

        result: dict[str, Any] = {"events": events}
        if to is not None:
            hashes = _replayed(
                log, codec, to, settings, view=view, until=_until(until, log), told=told
            )
            result["folded"] = folded
            if events and not folded:
                hint(f"nothing was learned by {until}: views without anything were made")
            result |= {"to": without_password(to), "spaces": hashes, "state_hash": combined(hashes)}
        else:
            if view != "vectors" and reads:
                store = view_store(settings)
                hashes, changed = replace_views(log, codec, store, reads.views, told)
                result |= {"state_hash": combined(hashes), "changed": changed}
            if view in ("all", "vectors") and reads:
                result["points"] = _revector(settings, log, reads.views)
    result["took_s"] = round(monotonic() - began, 3)
    if json_:
        printed(result)
    else:
        out.print(", ".join(f"{key}: {value}" for key, value in result.items()), markup=False)


def _demand_replayable(
    view: str, until: str | None, to: str | None, from_: str | None, settings: Settings
) -> None:
    """Refuse what cannot be replayed so. Raises InputError."""
    if view not in _PARTS:
        if view in {one.name for one in VIEWS}:
            raise InputError(f"{view} is folded with the other SQL views: say --view sql")
        raise InputError(f"there is no view {view}; there are {', '.join(_PARTS)}")
    if until and not to:
        raise InputError("--until makes views of the past: give a folder for them with --to")
    kafka = on_kafka(settings)
    if from_ not in (None, "kafka" if kafka else "sqlite"):
        raise InputError(f"--from {from_}: ANAMNESIS_LOG says {settings.log}")
    if kafka and view != "vectors" and not to:
        raise InputError("workers may have these views open: give a folder for new ones with --to")


@contextmanager
def _sources(home: Path | None, *, alone: bool) -> Iterator[tuple[Log, Codec, SqlReads | None]]:
    """Open what a replay reads: the log and the views, or the log on Kafka alone."""
    if alone:
        with stored_on_kafka(settings_of(home)) as (log, codec):
            yield log, codec, None
    else:
        with stores(home) as (log, reads):
            yield log, reads.codec, reads


def _replayed(  # noqa: PLR0913 - a command's options
    log: Log,
    codec: Codec,
    to: str,
    settings: Settings,
    *,
    view: str,
    until: Until | None,
    told: Told,
) -> dict[str, str]:
    """Rebuild into a folder, or into another database, or go on with what was begun there."""
    store: ViewStore
    vectors = None
    with ExitStack() as on_exit:
        if "://" in to:
            store = view_store(read_settings(views=to, store_name=settings.store_name))
        else:
            folder = Path(to)
            folder.mkdir(parents=True, exist_ok=True)
            store = SqliteStore(folder)
            if store.missing() and view in ("all", "vectors"):
                vectors = on_exit.enter_context(EdgeVectors(folder / VECTORS_FOLDER))
        return replay_to(
            log, codec, store, vectors=vectors, until=until, told=told,
            note=_identity(log, codec, settings), tell=told_aside,
        )  # fmt: skip


def _identity(log: Log, codec: Codec, settings: Settings) -> str:
    """Name the log and what of it was erased, so that nobody goes on with another one."""
    ring = codec.ring if isinstance(codec, SealedCodec) else None
    erased = f"{ring.id} {ring.destroyed}" if ring else ""
    if on_kafka(settings):
        from infra.kafka.kafka_log import KafkaLog  # noqa: PLC0415 - seldom, and slow

        return f"{log.identity()} {erased}" if isinstance(log, KafkaLog) else ""
    return f"{settings.home.resolve()} {erased}"


def _revector(settings: Settings, log: Log, views: SqlViews) -> int:
    """Build the vector view beside the old one, then switch."""
    if settings.vectors != "edge":
        from infra.vectors.qdrant_vectors import QdrantVectors  # noqa: PLC0415 - it is slow to load

        with QdrantVectors(settings.vectors, settings.store_name) as own, own.beside() as beside:
            count = _projected(log, views, beside)
            own.take(beside)
        return count
    new, old = settings.home / NEW_VECTORS, settings.home / VECTORS_FOLDER
    gone = settings.home / REPLACED_VECTORS
    for left in (new, gone):
        _removed(left)
    with EdgeVectors(new) as vectors:
        count = _projected(log, views, vectors)
    if old.exists() or old.is_symlink():
        old.rename(gone)  # who is killed here leaves one of both, which is taken back when opened
    new.rename(old)
    _removed(gone)
    return count


def _removed(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _projected(log: Log, views: SqlViews, vectors: Vectors) -> int:
    projector = Projector(log, views, vectors, views.codec)
    projector.catch_up_vectors()
    projector.flush()
    return vectors.count()


def _until(text: str | None, log: Log) -> Until | None:
    if text is None:
        return None
    if text.isdigit() and len(text) != _DATE:
        return Until(
            positions=read_position(",".join(f"{p}:{text}" for p in range(log.partitions)))
        )
    if ":" in text and "-" not in text:
        return Until(positions=read_position(text, log))
    return Until(time=instant(text, "--until"))
