"""The command that takes observations in: `ingest`."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from infra.cli.app import (
    Home,
    Json,
    err,
    hint,
    input_lines,
    many,
    opened,
    out,
    printed,
    program,
)
from infra.cli.converting import Format, converted
from infra.clock import monotonic
from infra.host.ingest import Ingested, Ingestor
from infra.host.lines import bounded
from infra.memory import Memory
from schemas.envelope import input_id
from schemas.errors import InputError

_SHOWN: Final = 20  # rejected lines that are printed


@program.command()
def ingest(  # noqa: PLR0913 - a command's options
    file: Annotated[str, typer.Argument(help="A file, or - for standard input.")],
    *,
    format_: Annotated[
        Format,
        typer.Option(
            "--format", help="jsonl: observations; chat: a turn a line; text: a document."
        ),
    ] = Format.JSONL,
    space: Annotated[
        str | None, typer.Option("--space", "-s", help="Space of a chat or text.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            help="When a chat began or a text was written (RFC 3339); else the file's own time."
        ),
    ] = None,
    assistant: Annotated[
        list[str] | None,
        typer.Option(
            help="Who of a chat is an assistant, whose turns state nothing; `Assistant` is one."
        ),
    ] = None,
    wait: Annotated[
        bool, typer.Option(help="Return when everything can be recalled, not only when durable.")
    ] = True,
    home: Home = None,
    json_: Json = False,
) -> None:
    r"""Take observations in, one JSON object a line.

    Durable before it returns; the same file again changes nothing; bad lines go to the
    rejections with their reason, and the others go on. Exit code 2 if any line was rejected.

    A chat is one session, a turn a line: `Ana: hello`, `\[10:01] Ana: hello` or
    `2024-03-02 10:01 - Ana: hello`; other lines go on with the turn before. A turn is known by the
    file's name, its first turn and what is said in it, a text by the file's name and its words: the
    same file, written again, changes nothing, of a grown one only the new is added, and what is
    known keeps its time. The time before a turn is when it was said, in the zone of --at or UTC; a
    clock without a date is of the day of --at and those that follow, or ends on the day on which
    the file was written. Turns without one are a second apart, from --at or the file's time on.

    Example: anamnesis ingest examples/observations.jsonl
    """
    if assistant and format_ is not Format.CHAT:
        raise InputError("--assistant is for --format chat: an observation has its `role`")
    if format_ is Format.JSONL and (space or at):
        raise InputError(
            "--space and --at are for --format chat or text: a line of JSON has its own"
        )
    with input_lines(file) as lines, opened(home, new=True) as memory:
        # What an earlier run left unfinished is finished first: it would be published again.
        memory.host.drain()
        ingestor = memory.ingestor(f"file:{Path(file).name}")
        source: Iterable[bytes] = bounded(lines)
        if format_ is not Format.JSONL:
            ingestor.by_content = True
            knows = partial(_known, memory, space)
            source = converted(lines, format_, space, at, file, knows, assistant or ())
        size = os.fstat(lines.fileno()).st_size if file != "-" else 0
        result = Ingested()
        with _interruptible(result):
            took = _ingest(memory, ingestor, source, size, result, wait=wait)
        told = dict(memory.host.told)
    _report(result, told, took, as_json=json_)
    if result.rejected:
        raise typer.Exit(2)


@contextmanager
def _interruptible(result: Ingested) -> Iterator[None]:
    """Say to who interrupts what is durable."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        durable = result.published + result.known
        hint(f"interrupted: durable are {durable:,} observations; the same lines again go on there")
        raise


def _known(memory: Memory, space: str | None, ids: Sequence[str]) -> set[str]:
    """Say which of these observations a space has."""
    keys = {input_id(space or "", id_): id_ for id_ in ids}
    return {keys[key] for key in memory.host.decided(list(keys))}


def _ingest(  # noqa: PLR0913 - what to take in, and how
    memory: Memory,
    ingestor: Ingestor,
    lines: Iterable[bytes],
    size: int,
    result: Ingested,
    *,
    wait: bool,
) -> float:
    """Take lines in, and say how long that took."""
    began = monotonic()
    read = 0

    def counted() -> Iterator[bytes]:
        nonlocal read
        for line in lines:
            read += len(line)
            yield line

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[told]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("ingesting", total=size or None, told="")
        for _ in ingestor.lines(counted(), result):
            rate = result.lines / max(monotonic() - began, 1e-9)
            progress.update(task, completed=read, told=f"{result.lines:,} lines, {rate:,.0f}/s")
        progress.update(task, description="remembering")
        if wait:
            memory.host.drain()
    ingestor.settle(result)
    return monotonic() - began


def _report(result: Ingested, told: dict[str, int], took: float, *, as_json: bool) -> None:
    outcome = {
        "formed": told.get("memory_formed", 0),
        "reinforced": told.get("memory_reinforced", 0),
        "facts": told.get("fact_asserted", 0),
        "confirmed": told.get("fact_confirmed", 0),
        "superseded": told.get("fact_superseded", 0),
        "passed": told.get("input_passed", 0),
    }
    if as_json:
        faults = [{"line": line, "reason": reason} for line, reason in sorted(result.faults)]
        printed(
            {
                "lines": result.lines,
                "published": result.published,
                "known": result.known,
                "rejected": result.rejected,
                "conflicts": result.conflicts,
                "erased_before": result.erased,
                "ahead_of_clock": result.ahead,
                "odd_roles": result.odd_roles,
                **outcome,
                "position": result.position,
                "took_s": round(took, 3),
                "rejections": faults,
            }
        )
        return
    for line, reason in sorted(result.faults)[:_SHOWN]:
        where = f"line {line}" if line else "from before:"
        err.print(f"{where} rejected: {reason}", style="yellow", markup=False, soft_wrap=True)
    if result.rejected > _SHOWN:
        err.print(f"... and {result.rejected - _SHOWN} more: anamnesis log --stream rejections")
    if result.erased:
        err.print(f"{result.erased} observations were erased before: their ids stay known")
    tell_doubts(result)
    out.print(
        f"{result.lines:,} lines in {took:.1f} s: {result.published:,} new, "
        f"{result.known:,} known, {result.rejected:,} rejected"
    )
    out.print(
        f"memories: {outcome['formed']:,} formed, {outcome['reinforced']:,} reinforced; "
        f"facts: {outcome['facts']:,} new, {outcome['confirmed']:,} confirmed, "
        f"{outcome['superseded']:,} superseded; position {result.position or '-'}"
    )


def tell_doubts(result: Ingested) -> None:
    """Say what was taken in and may be meant otherwise: times to come, roles that state nothing."""
    if result.ahead:
        err.print(f"{many(result.ahead, 'observation', 'lie')} more than a day ahead of this clock")
    if roles := ", ".join(f"{role} ({n:,})" for role, n in result.odd_roles.most_common()):
        which = f"messages state facts only of the roles user and human, or none; not of {roles}"
        err.print(which, markup=False, soft_wrap=True)
