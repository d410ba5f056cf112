"""Commands that tell how memories came to be what they are: `show`, `lineage`, `promotions`."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer
from pydantic import BaseModel
from rich.markup import escape

from infra.cli.app import Home, Json, OnlySpace, hint, out, printed, program
from infra.cli.deriving import derived, sources_of
from infra.cli.look import brief
from infra.cli.memory_events import Traced, traced
from infra.cli.stores import stores
from infra.clock import pause
from infra.host.positions import read_position
from infra.views.sql_reads import Memory, SqlReads
from schemas.concepts import (
    ConceptChanged,
    EpisodeLink,
    EpisodesCompared,
    EpisodesLinked,
    MemoriesCompared,
)
from schemas.errors import InputError, LockedError, NotFoundError
from schemas.facts import ContradictionFound, FactAsserted, FactConfirmed, FactSuperseded
from schemas.memories import (
    FeedbackNoted,
    MemoriesRecalled,
    MemoryCompressed,
    MemoryForgotten,
    MemoryFormed,
    MemoryReinforced,
    Moved,
    SourceRetracted,
    StrengthsChanged,
)
from schemas.procedures import StepsObserved
from schemas.whereabouts import WhereaboutsTold
from schemas.wire import decode
from streams.log import Log, Record
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


def told(memory: str, event: object) -> str:  # noqa: C901, PLR0911 - one sentence an event
    """Say in a sentence what an event did to a memory."""
    match event:
        case MemoryFormed():
            return f"formed from {event.source.observation}: {event.text[:120]}"
        case MemoryReinforced():
            source = event.source.observation
            return f"repeated by {source} (similarity {event.similarity:.2f})"
        case MemoriesRecalled():
            return f"recalled, at place {event.memories.index(memory) + 1}"
        case StrengthsChanged():
            held = next(s for s in event.strengths if s.memory == memory)
            until = f" until {held.due:%Y-%m-%d}" if held.due else ""
            return (
                f"{held.state}{until}: stability {held.stability:.2f} days, "
                f"difficulty {held.difficulty:.1f}, confidence {held.confidence:.2f}"
            )
        case Moved():
            return f"moved from {event.was} to {event.whole.layer}: {event.reason}"
        case MemoryCompressed():
            return f"compressed from {len(event.before.text)} characters to: {event.whole.text}"
        case MemoryForgotten():
            return f"forgotten: {event.reason}"
        case FeedbackNoted():
            return f"judged {event.verdict}"
        case FactAsserted():
            return f"states: {event.subject} {event.predicate} {event.object}"
        case FactConfirmed():
            return f"confirms fact {event.fact}"
        case FactSuperseded():
            return f"ends fact {event.fact}"
        case _:
            return _connected(memory, event)


def _connected(memory: str, event: object) -> str:  # noqa: PLR0911 - one sentence an event
    """Say what an event made of a memory beside others."""
    match event:
        case ConceptChanged():
            joined = {member.memory: member.typicality for member in event.joined}
            how = f"joins ({joined[memory]:.2f} typical of)" if memory in joined else "leaves"
            return f"{how} concept {event.concept[:8]}, of {event.size} memories then"
        case EpisodesCompared():
            return "compared with other episodes: like none of them yet"
        case EpisodesLinked():
            links = [link for link in event.links if memory in (link.memory, link.earlier)]
            return "; ".join(_link(memory, link) for link in links)
        case StepsObserved():
            return f"a step of {event.sequence}: {', '.join(event.steps)[:120]}"
        case MemoriesCompared():
            return "read beside earlier ones by a model, for contradictions"
        case WhereaboutsTold():
            return f"{', '.join(event.who)} at {event.place}, {event.since:%Y-%m-%d %H:%M}"
        case ContradictionFound():
            others = [other[:8] for other in event.memories if other != memory]
            if event.score is None:
                return f"somebody is elsewhere at that time in {', '.join(others)}"
            return f"a model takes it to contradict {', '.join(others)} ({event.score or 0:.2f})"
        case SourceRetracted():
            return f"observation {event.observation} was taken back: {event.reason}"
        case _:
            return type(event).__name__


def _link(memory: str, link: EpisodeLink) -> str:
    if memory == link.memory:
        return f"goes on from {link.earlier[:8]}" + _WHY[link.because]
    return f"{link.memory[:8]} goes on from it" + _WHY[link.because]


_WHY: Final = {"next": ", shortly before in the session", "cause": ", which names its cause"}


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
    while True:
        found = False
        for record in _new(home, positions, space, patient=follow):
            _print(record, as_json=json_)
            found = True
        if not follow:
            if not found:
                hint("nothing was promoted or demoted" + (" after that" if after else " yet"))
            return
        out.file.flush()
        pause(_PAUSE)


def _positions(after: str | None) -> dict[int, int]:
    return {p: offset + 1 for p, offset in read_position(after).items()} if after else {}


def _new(
    home: Any,  # noqa: ANN401 - as typer gives it
    positions: dict[int, int],
    space: str | None,
    *,
    patient: bool,
) -> Iterator[Record]:
    """Read what follows the positions, and move them; who follows waits for folder and space."""
    try:
        with stores(home) as (log, reads):
            if unknown := sorted(positions.keys() - set(range(log.partitions))):
                raise InputError(f"--after: there is no partition {unknown[0]}")
            found = [r for r in _following(log, positions) if space in (None, r.key)]
            if space is not None and not found:
                reads.demand(space)
    except (LockedError, NotFoundError):
        if not patient:
            raise
        return
    yield from found


def _following(log: Log, positions: dict[int, int]) -> Iterator[Record]:
    for partition, end in enumerate(log.ends(PROMOTIONS)):
        offset = positions.get(partition, 0)
        while offset < end:
            page = log.read(PROMOTIONS, partition, offset, 500)
            if not page:
                break
            yield from (record for record in page if not record.erased)
            offset = page[-1].offset + 1
        positions[partition] = offset


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
