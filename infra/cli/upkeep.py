"""Commands that keep a memory sound: `verify`, `replay`, `doctor`."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.progress import Progress

from infra.cli.app import (
    Home,
    Json,
    err,
    instant,
    not_empty,
    opened,
    out,
    path,
    printed,
    program,
    settings_of,
    told_aside,
)
from infra.cli.checking import reported
from infra.cli.stores import stored_on_kafka, stores
from infra.clock import monotonic
from infra.folder_lock import FolderLock
from infra.host.ingest import read_position
from infra.keys.sealing import SealedCodec
from infra.log.sqlite_salvage import salvage
from infra.opening import (
    VECTORS_FOLDER,
    demand_memory,
    on_kafka,
    view_store,
)
from infra.settings import Settings, read_settings, without_password
from infra.vectors.edge_vectors import EdgeVectors
from infra.views.projector import Projector
from infra.views.refold import Told, Until, Verified, combined, replace_views, replay_to, verify
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


@program.command("verify")
def verify_(*, home: Home = None, json_: Json = False) -> None:
    """Fold the whole log again and compare: equal state, no gaps, no repeats.

    Exit code 1 when something does not agree.
    """
    with (
        opened(home) as memory,
        Progress(console=err, transient=True, disable=not err.is_terminal) as progress,
    ):
        memory.host.drain()
        task = progress.add_task("folding", total=sum(memory.log.ends(MEMORIES)))
        found = verify(
            memory.log, memory.views, memory.vectors, memory.codec,
            lambda n: progress.advance(task, n),
        )  # fmt: skip
    if json_:
        printed(_verified(found))
    else:
        _show(found)
    if not found.ok:
        raise typer.Exit(1)


def _verified(found: Verified) -> dict[str, Any]:
    return {
        "ok": found.ok,
        "state_hash": found.state_hash,
        "spaces": found.spaces,
        "gaps": found.gaps,
        "repeats": found.repeats,
        "faults": found.faults,
        "differing": [s for s, h in found.spaces.items() if found.kept.get(s) != h],
        "events": found.events,
        "memories": found.memories,
        "points": found.points,
    }


def _show(found: Verified) -> None:
    out.print(f"{found.events:,} events folded again, {found.memories:,} memories")
    for space, value in found.spaces.items():
        same = "[green]equal[/]" if found.kept.get(space) == value else "[red]differs[/]"
        out.print(f"  {space:<24}{value[:16]}  {same}")
    for name in ("gaps", "repeats", "faults"):
        out.print(f"{name}: {', '.join(getattr(found, name)) or 'none'}", markup=False)
    out.print(f"state {found.state_hash}  " + ("[green]ok[/]" if found.ok else "[red]not ok[/]"))


@program.command()
def replay(  # noqa: PLR0913 - a command's options
    *,
    view: Annotated[str, typer.Option(help="all, sql, vectors, or a view's name.")] = "all",
    until: Annotated[
        str | None, typer.Option(help="Stop at a position (0:12,3:7) or a time; needs --to.")
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            parser=not_empty,
            metavar="DIR|URL",
            help="Rebuild into this folder, or the SQL views into the database at "
            "postgresql+psycopg://..., and switch nothing.",
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
    names = {"all", "sql", "vectors", *(v.name for v in VIEWS)}
    if view not in names:
        raise InputError(f"there is no view {view}; there are {', '.join(sorted(names))}")
    if until and not to:
        raise InputError("--until makes views of the past: give a folder for them with --to")
    kafka = on_kafka(settings_of(home))
    if from_ not in (None, "kafka" if kafka else "sqlite"):
        raise InputError(f"--from {from_}: ANAMNESIS_LOG says {settings_of(home).log}")
    if kafka and view != "vectors" and not to:
        raise InputError("workers may have these views open: give a folder for new ones with --to")
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
    new, old = settings.home / "vectors.new", settings.home / VECTORS_FOLDER
    shutil.rmtree(new, ignore_errors=True)
    with EdgeVectors(new) as vectors:
        count = _projected(log, views, vectors)
    shutil.rmtree(old, ignore_errors=True)
    new.rename(old)
    return count


def _projected(log: Log, views: SqlViews, vectors: Vectors) -> int:
    projector = Projector(log, views, vectors, views.codec)
    projector.catch_up_vectors()
    projector.flush()
    return vectors.count()


def _until(text: str | None, log: Log) -> Until | None:
    if text is None:
        return None
    if ":" in text and "-" not in text:
        return Until(positions=read_position(text, log))
    return Until(time=instant(text, "--until"))


@program.command("salvage")
def salvage_(
    *,
    to: Annotated[
        Path,
        typer.Option(
            parser=path, metavar="PATH", help="A new data folder for what can still be read."
        ),
    ],
    home: Home = None,
    json_: Json = False,
) -> None:
    """Copy what can still be read of a damaged log to a new data folder, and say what is missing.

    Example: anamnesis salvage --to /var/lib/anamnesis-saved
    """
    settings = settings_of(home)
    if on_kafka(settings):
        raise InputError(
            "salvage reads the file of a local log, and ANAMNESIS_LOG names Kafka: `anamnesis "
            "replay --from kafka --to DIR` makes views of what it has"
        )
    demand_memory(settings)
    with FolderLock(settings.home):
        told = salvage(settings.home, to)
        if settings.keys is None and settings.keys_folder.exists():
            shutil.copytree(settings.keys_folder, to / settings.keys_folder.name)
    if json_:
        printed(told)
    else:
        for name, value in told.items():
            out.print(f"{name}: {value}", markup=False, soft_wrap=True)


@program.command()
def doctor(*, home: Home = None, json_: Json = False) -> None:
    """Check models, engines, disk and settings, and say what is wrong."""
    report = reported(settings_of(home))
    ok = all(check["ok"] for check in report["checks"])
    if json_:
        printed({"ok": ok, **report})
    else:
        out.print(f"anamnesis {report['version']}, Python {report['python']}, {report['cpu']}")
        for key, value in report["settings"].items():
            out.print(f"  [dim]{key:<18}{escape(value)}[/]")
        for check in report["checks"]:
            mark = "[green]ok[/]   " if check["ok"] else "[red]wrong[/]"
            out.print(f"{mark} {check['name']:<10}{escape(check['told'])}")
    if not ok:
        raise typer.Exit(4)
