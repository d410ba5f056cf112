"""Commands that keep a memory sound: `verify`, `salvage`, `doctor`."""

import shutil
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.progress import Progress

from infra.cli.app import (
    Home,
    Json,
    err,
    opened,
    out,
    path,
    printed,
    program,
    settings_of,
)
from infra.cli.checking import reported
from infra.folder_lock import FolderLock
from infra.log.sqlite_salvage import salvage
from infra.opening import demand_memory, on_kafka
from infra.views.refold import Verified, verify
from schemas.errors import InputError, LogDamagedError
from streams.topology import MEMORIES


@program.command("verify")
def verify_(*, home: Home = None, json_: Json = False) -> None:
    """Fold the whole log again and compare: equal state, no gaps, no repeats.

    Exit code 1 when something does not agree.
    """
    try:
        found = _folded(home)
    except LogDamagedError as error:
        if error.fields.get("stream") != MEMORIES or "last" not in error.fields:
            raise
        where = "{partition}:{offset}-{last}".format_map(error.fields)
        found = Verified("", {}, {}, 0, gaps=[where], faults=[str(error)])
    if json_:
        printed(_verified(found))
    else:
        _show(found)
    if not found.ok:
        raise typer.Exit(1)


def _folded(home: Path | None) -> Verified:
    with (
        opened(home) as memory,
        Progress(console=err, transient=True, disable=not err.is_terminal) as progress,
    ):
        memory.host.drain()
        task = progress.add_task("folding", total=sum(memory.log.ends(MEMORIES)))
        return verify(
            memory.log, memory.views, memory.vectors, memory.codec,
            lambda n: progress.advance(task, n),
        )  # fmt: skip


def _verified(found: Verified) -> dict[str, Any]:
    return {
        "ok": found.ok,
        "state_hash": found.state_hash,
        "spaces": found.spaces,
        "gaps": found.gaps,
        "lost": found.lost,
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
    if found.lost:
        out.print(f"lost before, as its salvage noted: {', '.join(found.lost)}", markup=False)
    out.print(f"state {found.state_hash}  " + ("[green]ok[/]" if found.ok else "[red]not ok[/]"))


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
    """Check models, engines, disk and settings, and say what is wrong.

    Exit code 4 when something is.
    """
    report = reported(settings_of(home))
    ok = all(check["ok"] for check in report["checks"])
    if json_:
        printed({"ok": ok, **report})
    else:
        out.print(f"anamnesis {report['version']}, Python {report['python']}, {report['cpu']}")
        for key, value in report["settings"].items():
            out.print(f"  [dim]{key:<20} {escape(value)}[/]")
        for check in report["checks"]:
            mark = "[green]ok[/]   " if check["ok"] else "[red]wrong[/]"
            out.print(f"{mark} {check['name']:<10}{escape(check['told'])}")
    if not ok:
        raise typer.Exit(4)
