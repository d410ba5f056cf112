"""Commands that tell how memories came to be what they are: `show`, `lineage`, `promotions`."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Final, NoReturn

import typer
from pydantic import BaseModel
from rich.markup import escape

from infra.cli.app import Home, Json, OnlySpace, hint, out, printed, program
from infra.cli.deriving import derived, sources_of
from infra.cli.look import brief
from infra.cli.memory_events import Traced, traced
from infra.cli.recounting import told
from infra.cli.stores import stores
from infra.clock import pause
from infra.host.positions import read_position
from infra.views.sql_reads import Memory, SqlReads
from schemas.concepts import ConceptChanged
from schemas.errors import (
    InputError,
    KafkaError,
    LockedError,
    NotFoundError,
    ViewsAwayError,
)
from schemas.memories import MemoryFormed, Moved
from schemas.wire import decode
from streams.log import Log, Record, records
from streams.topology import PROMOTIONS

_PAUSE: Final = 1.0  # seconds between looks at a folder that others may want to write to


Id = Annotated[
    str,
    typer.Argument(
        help="The id of a memory, fact, concept or procedure, or the beginning of it.",
    ),
]


@program.command()
def show(
    memory: Id,
    *,
    space: OnlySpace = None,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Show a memory: what it says, where it comes from, its facts and its events.

    Of one that was forgotten or taken back the log still tells the events, as it does of a fact, a
    concept or a procedure.
    """
    with stores(home) as (log, reads):
        found = traced(log, reads, memory, space)
        seen = _as_it_is(reads, found.now) if found.now else _as_it_was(found, reads)
    seen["events"] = [
        {"position": f"{r.partition}:{r.offset}", "tag": r.headers["ce_type"]} | _whole(event)
        for r, event in found.events
    ]
    if json_:
        printed(seen)
    else:
        out.print_json(json.dumps(seen, ensure_ascii=False, default=str))


def _as_it_is(reads: SqlReads, found: Memory) -> dict[str, Any]:
    known = reads.facts.of(found.space, [found.id]).get(found.id, [])
    return {
        **brief(found),
        "space": found.space,
        "observations": reads.observations(found.space, [found.id]).get(found.id, []),
        "source": found.body.source.model_dump(),
        "entities": [entity.model_dump() for entity in found.body.entities],
        "times": [time.model_dump() for time in found.body.times],
        "intent": found.body.intent,
        "emotion": found.body.emotion,
        "importance": found.body.importance,
        "facts": [fact.told() for fact in known],
    }


def _as_it_was(found: Traced, reads: SqlReads) -> dict[str, Any]:
    """Tell of a memory that only the log still has, or of what was made of memories."""
    if found.kind != "memory":
        facts = reads.facts.named(found.space, [found.id] if found.kind == "fact" else [])
        now = facts[found.id].told() if found.id in facts else {}
        return {found.kind: found.id, "space": found.space} | now
    gone = found.forgotten
    return {
        "memory": found.id,
        "space": found.space,
        "state": "forgotten" if gone else "gone",
        "at": gone.at if gone else None,
        "reason": gone.reason if gone else None,
    }


def _whole(event: BaseModel) -> dict[str, Any]:
    left_out = {MemoryFormed: {"vector", "tokens"}, ConceptChanged: {"sums"}}.get(type(event))
    return event.model_dump(mode="json", exclude=left_out, exclude_none=True)


@program.command()
def lineage(
    memory: Id,
    *,
    space: OnlySpace = None,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Tell, event by event, why a memory is as it is, or why it is no more.

    So it does of a fact, a concept or a procedure: from which observations, memories or sequences
    it came. Their ids are told by `facts`, `concepts` and `procedures` with `--json`.

    Example: anamnesis lineage 3f2a
    """
    with stores(home) as (log, reads):
        found = traced(log, reads, memory, space)
        rows: list[dict[str, Any]] = [
            {
                "at": record.headers["ce_time"],
                "position": f"{record.partition}:{record.offset}",
                "event": record.headers["ce_type"],
                "cause": record.headers.get("ce_causationid", ""),
                "told": told(found.id, event)
                if found.kind == "memory"
                else derived(found.id, event),
            }
            | ({} if found.kind == "memory" else {"sources": sources_of(event)})
            for record, event in found.events
        ]
    for row in rows:
        if json_:
            printed({found.kind: found.id, **row})
        else:
            at = datetime.fromisoformat(row["at"]).astimezone(UTC)
            where = f"[dim]{at:%Y-%m-%d %H:%M}  {row['position']:>8}[/]"
            out.print(f"{where}  {escape(row['told'])}", soft_wrap=True)


@program.command()
def promotions(
    *,
    space: Annotated[str | None, typer.Option("--space", "-s", help="Only this space.")] = None,
    after: Annotated[str | None, typer.Option(help="Only after this position (0:12,3:7).")] = None,
    follow: Annotated[bool, typer.Option(help="Go on with new ones until interrupted.")] = False,
    home: Home = None,
    json_: Json = False,
) -> None:
    """List promotions and demotions, each with the whole memory, score, features and reason.

    Example: anamnesis promotions --json | python -m examples.promoted --table promoted.db
    """
    positions = _positions(after)
    if follow:
        _follow(home, positions, space, as_json=json_)
    found = _new(home, positions, space)
    for record in found:
        _print(record, as_json=json_)
    if not found:
        hint("nothing was promoted or demoted" + (" after that" if after else " yet"))


def _follow(
    home: Any,  # noqa: ANN401 - as typer gives it
    positions: dict[int, int],
    space: str | None,
    *,
    as_json: bool,
) -> NoReturn:
    """Print what is new until interrupted; wait for folder and space, and for servers to be back.

    One that was never there is not one that is away: raises KafkaError, ViewsAwayError.
    """
    reached = away = False
    told = set[str]()  # a worker that saw the broker go may have published again
    while True:
        try:
            found = _new(home, positions, space)
            reached, away = True, False
        except (LockedError, NotFoundError):
            found = []
        except (KafkaError, ViewsAwayError) as error:
            if not reached:
                raise
            if not away:
                hint(f"waiting for it: {error}")
            found, away = [], True
        for record in found:
            if (id_ := record.headers["ce_id"]) not in told:
                _print(record, as_json=as_json)
                told.add(id_)
        out.file.flush()
        pause(_PAUSE)


def _positions(after: str | None) -> dict[int, int]:
    return {p: offset + 1 for p, offset in read_position(after).items()} if after else {}


def _new(
    home: Any,  # noqa: ANN401 - as typer gives it
    positions: dict[int, int],
    space: str | None,
) -> list[Record]:
    """Read what follows the positions, and move them behind all of it, or not at all."""
    moved = dict(positions)
    with stores(home) as (log, reads):
        if unknown := sorted(positions.keys() - set(range(log.partitions))):
            raise InputError(f"--after: there is no partition {unknown[0]}")
        found = [r for r in _following(log, moved) if space in (None, r.key)]
        positions.update(moved)
        if space is not None and not found:
            reads.demand(space)
    return found


def _following(log: Log, positions: dict[int, int]) -> Iterator[Record]:
    for partition, end in enumerate(log.ends(PROMOTIONS)):
        for record in records(log, PROMOTIONS, partition, end, positions.get(partition, 0)):
            positions[partition] = record.offset + 1
            if not record.erased:
                yield record


def _print(record: Record, *, as_json: bool) -> None:
    event: Moved = decode(record.headers["ce_type"], record.value)
    position = f"{record.partition}:{record.offset}"
    if as_json:
        value = json.loads(record.value)
        printed({"id": record.headers["ce_id"], "position": position, **value})
        return
    out.print(
        f"[dim]{position:>7}  {event.at:%Y-%m-%d}[/]  {event.was} -> [bold]{event.whole.layer}[/]  "
        f"{event.score:.2f}  {escape(event.whole.text[:160])}",
        soft_wrap=True,
    )
