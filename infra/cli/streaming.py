"""Commands that work with a Kafka cluster: `topics`, `produce` and `worker`."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn

from infra.cli.app import Home, Json, err, input_lines, out, printed, program, settings_of
from infra.cli.taking import tell_doubts
from infra.clock import monotonic
from infra.host.ingest import Ingested
from infra.host.lines import bounded
from infra.settings import Settings

if TYPE_CHECKING:
    # Imported where it is used: kafka-python takes half a second, which other commands spare.
    from infra.kafka.kafka_topics import Difference, Topics

_SHOWN = 20  # rejected lines that are printed

topics = typer.Typer(help="Plan, create and check the topics on Kafka.", no_args_is_help=True)
program.add_typer(topics, name="topics")


@contextmanager
def _connected(settings: Settings) -> "Iterator[Topics]":
    from infra.kafka.kafka_client import Access  # noqa: PLC0415 - as above
    from infra.kafka.kafka_topics import Topics, wanted  # noqa: PLC0415

    found = Topics(Access.of(settings), wanted(settings))
    try:
        yield found
    finally:
        found.close()


@topics.command()
def plan(*, home: Home = None, json_: Json = False) -> None:
    """Show what `apply` would change, and what it would refuse.

    Example: ANAMNESIS_LOG=kafka://127.0.0.1:9092 anamnesis topics plan
    """
    with _connected(settings_of(home)) as found:
        _show(found.plan(), as_json=json_)


@topics.command("apply")
def apply_(
    *,
    lower: Annotated[
        bool, typer.Option("--lower", help="Keep records shorter, or on fewer nodes, too.")
    ] = False,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Create missing topics and mend settings; refuses what would lose records or their order.

    A retention that gets shorter, and fewer replicas that must be in sync, need --lower.

    Example: ANAMNESIS_LOG=kafka://127.0.0.1:9092 anamnesis topics apply
    """
    with _connected(settings_of(home)) as found:
        _show(found.apply(lower=lower), as_json=json_)


@topics.command()
def check(*, home: Home = None, json_: Json = False) -> None:
    """Compare the topics with what they should be; exit code 1 when anything differs."""
    with _connected(settings_of(home)) as found:
        differences = found.plan()
    _show(differences, as_json=json_)
    if differences:
        raise typer.Exit(1)


def _show(differences: "list[Difference]", *, as_json: bool) -> None:
    if as_json:
        for one in differences:
            printed(one.told())
        return
    for one in differences:
        refused = f"  [red]refused: {one.refusal}[/]" if one.refusal else ""
        out.print(
            f"[bold]{one.topic}[/] {one.what}: [red]{one.now}[/] -> [green]{one.wanted}[/]{refused}"
        )
    if not differences:
        out.print("every topic is as it should be")


@program.command()
def produce(
    file: Annotated[str, typer.Argument(help="A file, or - for standard input.")],
    *,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Publish observations to Kafka, one JSON object a line, as any producer would.

    Durable before it returns. Nothing is read back: what was published before is published
    again, and decided once. Bad lines go to the rejections with their reason, and the others go
    on. Exit code 2 if any line was rejected.

    Example: ANAMNESIS_LOG=kafka://127.0.0.1:9092 anamnesis produce examples/observations.jsonl
    """
    from infra.kafka.kafka_client import Access  # noqa: PLC0415 - as above
    from infra.kafka.producing import producing  # noqa: PLC0415

    settings = settings_of(home)
    began = monotonic()
    result = Ingested()
    columns = (SpinnerColumn(), TextColumn("publishing"), BarColumn(), TaskProgressColumn())
    with (
        input_lines(file) as lines,
        producing(Access.of(settings), f"file:{file}") as ingestor,
        Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress,
    ):
        size = os.fstat(lines.fileno()).st_size if file != "-" else 0
        task = progress.add_task("publishing", total=size or None)

        def counted() -> Iterator[bytes]:
            for line in bounded(lines):
                progress.advance(task, len(line))
                yield line

        for result in ingestor.lines(counted(), result):  # noqa: B007, B020 - the last one counts
            pass
    took = monotonic() - began
    if json_:
        faults = [{"line": line, "reason": reason} for line, reason in sorted(result.faults)]
        printed(
            {
                "lines": result.lines,
                "published": result.published,
                "rejected": result.rejected,
                "ahead_of_clock": result.ahead,
                "odd_roles": result.odd_roles,
                "position": result.position,
                "took_s": round(took, 3),
                "rejections": faults,
            }
        )
    else:
        for line, reason in sorted(result.faults)[:_SHOWN]:
            told = f"line {line} rejected: {reason}"
            err.print(told, style="yellow", markup=False, soft_wrap=True)
        if result.rejected > _SHOWN:
            err.print(f"... and {result.rejected - _SHOWN} more")
        tell_doubts(result)
        out.print(
            f"{result.lines:,} lines in {took:.1f} s: {result.published:,} published, "
            f"{result.rejected:,} rejected; position {result.position or '-'}"
        )
    if result.rejected:
        raise typer.Exit(2)


class Role(StrEnum):
    """Which agents a worker runs."""

    PERCEIVE = "perceive"
    REMEMBER = "remember"
    ALL = "all"


@program.command()
def worker(  # noqa: PLR0913 - a command's options
    *,
    role: Annotated[Role, typer.Option(help="Which agents to run.")] = Role.ALL,
    until_idle: Annotated[
        float | None, typer.Option(min=0, help="End when idle for so many seconds.")
    ] = None,
    instance: Annotated[
        str | None,
        typer.Option(help="A name of this worker's own: a restart takes its partitions back."),
    ] = None,
    metrics_port: Annotated[
        int,
        typer.Option(
            min=0, max=65_535, help="Answer Prometheus at this port's /metrics; 0: not at all."
        ),
    ] = 0,
    metrics_host: Annotated[
        str, typer.Option(help="The address to answer Prometheus at.")
    ] = "127.0.0.1",
    home: Home = None,
) -> None:
    """Run agents on Kafka; any number of workers share the partitions.

    Ends with exit code 70 when nothing moves for ANAMNESIS_STALL_SECONDS though there is work, or
    when it was told to stop and has not stopped after 15 seconds.
    SIGHUP loads the models again: the next batch is read by them, and none is read by two.

    Example: ANAMNESIS_LOG=kafka://127.0.0.1:9092 anamnesis worker --role all
    """
    # Until the worker listens it would end it; the newest models are loaded at the start anyway.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # Imported where it is used: Faust takes a second, which other commands spare.
    from infra.kafka.worker import Worker  # noqa: PLC0415

    metrics = (metrics_host, metrics_port) if metrics_port else None
    asyncio.run(
        Worker(settings_of(home), role, instance=instance).run(
            until_idle=until_idle, metrics=metrics
        )
    )
