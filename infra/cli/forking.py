"""Commands that ask what if: `fork` and `diff`."""

import sys
from collections import Counter
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.markup import escape
from rich.progress import Progress

from infra.cli.app import Home, Json, err, out, path, printed, program, settings_of
from infra.cli.stores import stores_of
from infra.host.differences import Difference, differences, promotions
from infra.host.forking import changed, sees_anew
from infra.host.forking import fork as forked
from infra.opening import holds_log, on_kafka, open_replayed
from infra.settings import Settings
from infra.views.sql_reads import SqlReads
from infra.views.sqlite_store import SqliteStore
from schemas.errors import ConflictError, NotFoundError
from streams.log import Log

_LINES: Final = 100  # of text, unless it is said how many


@program.command()
def fork(
    *,
    settings: Annotated[
        Path,
        typer.Option(
            parser=path,
            metavar="PATH",
            help="TOML file with the settings that differ: faded_below = 0.9",
        ),
    ],
    to: Annotated[
        Path,
        typer.Option(
            parser=path, metavar="PATH", help="Folder for the copy; it must be empty or new."
        ),
    ],
    home: Home = None,
    json_: Json = False,
) -> None:
    """Decide the log again under other settings, in a copy; the data folder stays as it is.

    Percepts are taken from the log; where the file names `models`, `encoder` or `bindings`, every
    text is looked at again, and embedded by what they say. What is older than the log keeps
    percepts for (28 days) stays as it was decided. Ticks and recalls come as they came. A copy is
    for comparing: what is forgotten later in one of the two is still in the other, but for keys in
    ANAMNESIS_KEYS, which both have: the copy forgets nothing then. Its rows and points are its own.

    Example: anamnesis fork --settings slower.toml --to what-if
    """
    own = settings_of(home)
    other = changed(own, settings)
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("deciding", total=None)
        inputs, kept = forked(
            own,
            other,
            to,
            lambda done, all_: progress.update(task, completed=done, total=all_),
            anew=sees_anew(settings),
        )
    row = {"to": str(to), "inputs": inputs, "events_kept": kept}
    if json_:
        printed(row)
    else:
        out.print(
            f"{inputs:,} observations and commands decided again in {to}; {kept:,} events before "
            f"them kept\nsee what differs: anamnesis diff {to}",
            markup=False,
            soft_wrap=True,
        )


@program.command()
def diff(  # noqa: PLR0913 - a command's options
    a: Annotated[Path, typer.Argument(parser=path, help="A data folder.", show_default=False)],
    b: Annotated[
        Path | None,
        typer.Argument(parser=path, help="Another one; alone, --home is compared with A."),
    ] = None,
    *,
    space: Annotated[str | None, typer.Option("--space", "-s", help="Only this space.")] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", "-n", min=1, help="Most lines to print; as text, 100 unless said."),
    ] = None,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Say which memories and facts of one folder are not, or are otherwise, in the other.

    Memories are compared by the passages that they come from: their layer, whether they are
    vivid, faded or compressed, and the layers that they went through. Facts are compared by what
    they state and when it held. Views that `anamnesis replay --to` made can be one of the two
    folders; as they have no log, the ways through the layers are left out.

    Example: anamnesis diff what-if --space maya
    """
    first, second = (settings_of(home).home, a) if b is None else (a, b)
    if first.resolve() == second.resolve():
        raise ConflictError(f"{first} and {second} are one folder")
    sides = _settings_of(first, home), _settings_of(second, home)
    counts: Counter[str] = Counter()
    most = limit or (sys.maxsize if json_ else _LINES)
    with ExitStack() as both:
        (log, one), (other_log, other) = _sides(both, *sides)
        moved = promotions(log, other_log, space) if log and other_log else iter(())
        for number, difference in enumerate(chain(differences(one, other, space), moved)):
            counts[_kind(difference, first, second)] += 1
            if number >= most:
                continue
            if json_:
                printed(difference._asdict())
            else:
                _show(difference)
    if not json_:
        more = counts.total() - most
        out.print(f"... and {more:,} more" if more > 0 else "", end="\n" if more > 0 else "")
        out.print(
            "; ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items()))
            or "nothing differs",
            markup=False,
            soft_wrap=True,
        )


_Side = tuple[Log | None, SqlReads]


def _settings_of(folder: Path, home: Path | None) -> Settings:
    """Give a folder's settings: what stands on servers is that of the data folder in use."""
    settings = settings_of(folder)
    if on_kafka(settings) and not folder.is_dir():  # it would be made
        raise NotFoundError(f"there is no folder {folder}", home=str(folder))
    if folder.resolve() == settings_of(home).home.resolve() or SqliteStore(folder).missing():
        return settings
    return settings.model_copy(update={"views": "sqlite", "vectors": "edge"})


def _sides(both: ExitStack, first: Settings, second: Settings) -> tuple[_Side, _Side]:
    """Open both folders; one that has views alone is read with the keys of the other.

    Raises ConflictError where both would be read from one database.
    """
    if first.views == second.views != "sqlite":
        raise ConflictError(f"{first.home} and {second.home} have the same views, on a server")
    replayed = [side for side in (first, second) if _replayed(side)]
    if len(replayed) != 1:
        one, other = (both.enter_context(stores_of(side)) for side in (first, second))
        return one, other
    log, reads = both.enter_context(stores_of(second if replayed == [first] else first))
    views = open_replayed(replayed[0].home, reads.codec)
    both.callback(views.close)
    whole, alone = (log, reads), (None, SqlReads(views))
    return (alone, whole) if replayed == [first] else (whole, alone)


def _replayed(side: Settings) -> bool:
    """Say whether a folder has views alone: no log, or no keys to read the one on Kafka with."""
    held = side.keys_folder.exists() if on_kafka(side) else holds_log(side)
    return side.views == "sqlite" and not held and not SqliteStore(side.home).missing()


def _kind(difference: Difference, first: Path, second: Path) -> str:
    many = {"memory": "memories"}.get(difference.what, f"{difference.what}s")
    if difference.before is None:
        return f"{many} only in {second}"
    return f"{many} only in {first}" if difference.after is None else f"{many} otherwise"


def _show(difference: Difference) -> None:
    before, after = difference.before or "not there", difference.after or "not there"
    out.print(
        f"[dim]{difference.space}[/] {escape(difference.text)}\n    {before} -> {after}",
        soft_wrap=True,
    )
