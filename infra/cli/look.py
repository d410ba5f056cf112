"""Commands that look at what is there: `timeline`, `log`, `stats`."""

import base64
import json
from collections import deque
from heapq import merge
from itertools import islice
from typing import Annotated, Any, Final

import typer
from rich.markup import escape

from infra.cli.app import (
    Home,
    Json,
    Limit,
    Space,
    hint,
    instant,
    out,
    printed,
    printed_line,
    program,
    settings_of,
    told_aside,
)
from infra.cli.stores import stores
from infra.models.percept_store import FILE, told
from infra.opening import (
    on_kafka,
    open_vectors,
    view_store,
)
from infra.recollection import demand_order
from infra.views.sql_reads import Memory
from schemas.errors import InputError
from schemas.memories import Rejected
from schemas.wire import tags
from streams.log import ERASED, Log, Record, records
from streams.topology import STREAMS


@program.command()
def timeline(  # noqa: PLR0913 - a command's options
    *,
    space: Space,
    since: Annotated[str | None, typer.Option(help="From this time on.")] = None,
    until: Annotated[str | None, typer.Option(help="Before this time.")] = None,
    limit: Limit = 100,
    home: Home = None,
    json_: Json = False,
) -> None:
    """List a space's memories in the order of when they were true."""
    begins, ends = instant(since, "--since"), instant(until, "--until")
    demand_order(begins, ends)
    with stores(home) as (_, reads):
        reads.demand(space)
        found = reads.timeline(space, begins, ends, limit)
    if not found:
        hint(f"nothing of {space} lies there")
    for memory in found:
        if json_:
            printed(brief(memory))
        else:
            who = f"[cyan]{escape(memory.body.speaker)}[/]: " if memory.body.speaker else ""
            out.print(
                f"[dim]{memory.at:%Y-%m-%d %H:%M}  {memory.id[:8]}[/]  {who}"
                f"{escape(memory.body.text)}"
            )


def brief(memory: Memory) -> dict[str, Any]:
    """Tell of a memory what a list has room for."""
    return {
        "memory": memory.id,
        "kind": memory.kind,
        "layer": memory.layer,
        "at": memory.at.isoformat(),
        "session": memory.session,
        "speaker": memory.body.speaker,
        "text": memory.body.text,
        "reinforced": memory.reinforced,
        "recalled": memory.recalled,
    }


_RECEIPT: Final = "forget_requested.v1"  # of an erasure that was done here


@program.command()
def log(  # noqa: PLR0913 - a command's options
    *,
    stream: Annotated[
        str, typer.Option(help="observations, percepts, memories, rejections, ...")
    ] = "memories",
    space: Annotated[str | None, typer.Option("--space", "-s", help="Only this space.")] = None,
    type_: Annotated[str | None, typer.Option("--type", help="Only this tag.")] = None,
    tail: Annotated[int | None, typer.Option(min=1, help="Only the last so many.")] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", min=1, help="Most lines to print; else all.")
    ] = None,
    export: Annotated[
        bool,
        typer.Option(
            "--export",
            help="Only the events' own JSON; observations can be ingested again. Of rejections the "
            "lines that were refused, to be mended.",
        ),
    ] = False,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Read a stream of the log, oldest first by when it was appended.

    Example: anamnesis log --stream observations --space maya --export > maya.jsonl
    """
    name = stream if stream.startswith("anamnesis.") else f"anamnesis.{stream}"
    if name not in STREAMS:
        known = ", ".join(s.removeprefix("anamnesis.") for s in STREAMS)
        raise InputError(f"there is no stream {stream}; there are {known}")
    if type_ is not None and type_ not in (known_tags := (*tags(), ERASED)):
        raise InputError(f"there is no tag {type_}; there are {', '.join(known_tags)}")
    with stores(home) as (events, reads):
        parts = [records(events, name, part, end) for part, end in enumerate(events.ends(name))]
        kept = (
            record
            for record in merge(*parts, key=lambda record: record.timestamp)
            if not (export and (record.erased or record.headers.get("ce_type") == _RECEIPT))
            and (space is None or record.key == space)
            and (type_ is None or record.headers.get("ce_type") == type_)
        )
        found = False
        for record in islice(deque(kept, tail) if tail else kept, limit):
            _print(record, export=export, json_=json_)
            found = True
        if space is not None and not found:  # the log may hold what the views do not
            reads.demand(space)
    if not found:
        hint(f"nothing of that kind is on {name}")


def _print(record: Record, *, export: bool, json_: bool) -> None:
    if export:
        refused = record.headers.get("ce_type") == Rejected.model_fields["tag"].default
        value = base64.b64decode(json.loads(record.value)["raw"]) if refused else record.value
        printed_line(value.decode("utf-8", "replace"))
    elif json_:
        printed(_told(record))
    else:
        line = json.dumps(_told(record)["value"], ensure_ascii=False)
        out.print(
            f"[dim]{record.partition}:{record.offset}[/] "
            f"[bold]{record.headers.get('ce_type', '?')}[/] {escape(line[:300])}",
            soft_wrap=True,
        )


def _told(record: Record) -> dict[str, Any]:
    try:
        value = json.loads(record.value)
    except ValueError:
        value = {"raw": base64.b64encode(record.value).decode()}
    return {
        "position": f"{record.partition}:{record.offset}",
        "key": record.key,
        "timestamp": record.timestamp,
        "headers": record.headers,
        "value": _short(value),
    }


def _short(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Leave the vectors out: they are for machines."""
    if isinstance(value, dict):
        return {k: _short(v) for k, v in value.items() if k not in ("vector", "tokens")}
    return [_short(item) for item in value] if isinstance(value, list) else value


@program.command()
def stats(*, home: Home = None, json_: Json = False) -> None:
    """Count what there is: streams, memories, facts, spaces, bytes on disk.

    On Kafka also how far the workers are behind, by partition, the age of the oldest record that
    waits there, and how often the group's partitions were given out among them.
    """
    settings = settings_of(home)
    with stores(home) as (events, reads):
        streams = {name.removeprefix("anamnesis."): _held(events, name) for name in STREAMS}
        counts: dict[str, Any] = {
            "home": str(settings.home),
            "streams": streams,
            "views": reads.counts(),
            "spaces": reads.spaces(),
            "bytes": _bytes(settings.home),
            "percept cache": told(settings.home / FILE),
        }
        with open_vectors(settings, events, told_aside) as vectors:
            counts["points"] = vectors.count()
            counts["stores"] = {"views": view_store(settings).about(), "vectors": vectors.about()}
        if on_kafka(settings):
            from infra.kafka.kafka_lag import lag  # noqa: PLC0415 - seldom, and slow

            counts["lag"] = lag(events)
            if settings.vectors == "edge":
                counts["points_of"] = "this reader alone, which brings them up when it is asked"
    if json_:
        printed(counts)
        return
    for name in ("streams", "views", "spaces", "bytes", "percept cache"):
        out.print(f"[bold]{name}[/]")
        for key, value in counts[name].items():
            out.print(f"  {key:<20}{'-' if value is None else format(value, ','):>14}")
    whose = f"  of {counts['points_of']}" if "points_of" in counts else ""
    out.print(f"[bold]points[/]{counts['points']:>16,}{whose}", soft_wrap=True)
    for name, told_ in counts.get("lag", {}).items():
        out.print(
            f"[bold]{name}[/] behind by {told_['behind']}, oldest {told_['oldest_s']} s; "
            f"rebalances: {'-' if told_['rebalances'] is None else told_['rebalances']}",
            soft_wrap=True,
        )
    for name, about in counts["stores"].items():
        out.print(f"[bold]{name}[/] in {escape(store_line(about))}", markup=True, soft_wrap=True)


def _held(log: Log, stream: str) -> int:
    """Count the records that a stream still has."""
    begins = log.begins(stream)
    lost = (max(0, last + 1 - max(first, begins[part])) for part, first, last in log.lost(stream))
    return sum(log.ends(stream)) - sum(begins) - sum(lost)


def store_line(about: dict[str, Any]) -> str:
    """Tell a store in a line."""
    size = f", {about['bytes']:,} bytes" if "bytes" in about else ""
    return f"{about['store']} {about['version']} at {about['at']}{size}"


def _bytes(home: Any) -> dict[str, int]:  # noqa: ANN401 - a path
    sizes: dict[str, int] = {}
    for file in home.rglob("*"):
        if file.is_file():
            part = file.relative_to(home).parts[0].split("-")[0]
            sizes[part] = sizes.get(part, 0) + file.stat().st_blocks * 512
    return sizes
