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
from infra.cli.stores import stores
from infra.host.differences import Difference, differences, promotions
from infra.host.forking import changed, sees_anew
from infra.host.forking import fork as forked
from infra.opening import holds_log, on_kafka, open_replayed
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
    for comparing: what is forgotten later in one of the two is still in the other.

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
    for folder in (first, second):
        if on_kafka(settings_of(folder)) and not folder.is_dir():  # it would be made
            raise NotFoundError(f"there is no folder {folder}", home=str(folder))
    counts: Counter[str] = Counter()
    most = limit or (sys.maxsize if json_ else _LINES)
    with ExitStack() as both:
        (log, one), (other_log, other) = _sides(both, first, second)
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


def _sides(both: ExitStack, first: Path, second: Path) -> tuple[_Side, _Side]:
    """Open both folders; one that has views alone is read with the keys of the other."""
    replayed = [folder for folder in (first, second) if _replayed(folder)]
    if len(replayed) != 1:
        one, other = (both.enter_context(stores(folder)) for folder in (first, second))
        return one, other
    log, reads = both.enter_context(stores(second if replayed == [first] else first))
    views = open_replayed(replayed[0], reads.codec)
    both.callback(views.close)
    whole, alone = (log, reads), (None, SqlReads(views))
    return (alone, whole) if replayed == [first] else (whole, alone)


def _replayed(folder: Path) -> bool:
    return not holds_log(settings_of(folder)) and not SqliteStore(folder).missing()


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
