"""The command that asks memory: `recall`, one question or many."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, BinaryIO

import typer
from rich.markup import escape

from agents.mood import VALENCE
from infra.cli.app import (
    Home,
    Json,
    failed_line,
    hint,
    input_lines,
    instant,
    json_lines,
    opened,
    out,
    printed,
    program,
    refuse_misspelt,
)
from infra.host.positions import demand_reached, read_position
from infra.log.sqlite_log import SqliteLog
from infra.memory import Memory
from infra.recollection import KINDS, LAYERS, MOST, Asked, Recollection
from infra.views.sql_moods import SqlMoods
from schemas.errors import InputError, NotFoundError


@program.command()
def recall(  # noqa: PLR0913 - a command's options
    question: Annotated[str | None, typer.Argument(help="What to ask.")] = None,
    *,
    space: Annotated[str | None, typer.Option("--space", "-s", help="The space to ask.")] = None,
    batch: Annotated[
        str | None,
        typer.Option(help="JSON Lines of {id, space, question, k, as_of?, ...}; - is stdin."),
    ] = None,
    k: Annotated[int, typer.Option("-k", "--k", min=1, max=MOST, help="Most results.")] = 10,
    as_of: Annotated[
        str | None,
        typer.Option(help="As it was at this time (RFC 3339); else all, even what lies ahead."),
    ] = None,
    known_at: Annotated[str | None, typer.Option(help="As it was known at this position.")] = None,
    kind: Annotated[
        list[str] | None, typer.Option(help=f"Only of this kind: {', '.join(KINDS)}.")
    ] = None,
    layer: Annotated[
        list[str] | None, typer.Option(help=f"Only in this layer: {', '.join(LAYERS)}.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="Only from this time on.")] = None,
    until: Annotated[str | None, typer.Option(help="Only before this time.")] = None,
    speaker: Annotated[str | None, typer.Option(help='Who asks: "I" in the question.')] = None,
    mood: Annotated[
        str | None,
        typer.Option(help="Prefer a little what agrees with this emotion, or a session's mood."),
    ] = None,
    after: Annotated[
        str | None, typer.Option(help="Wait until this position, as `ingest` gave it, is in.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say what made each score.")] = False,
    context: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="CHARACTERS",
            help="Give what a prompt needs, in at most so many characters: what holds, and turns.",
        ),
    ] = None,
    record: Annotated[
        bool, typer.Option(help="Record the recall as an event: what is recalled is kept longer.")
    ] = True,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Ask memory a question, with citations.

    A line of a batch that cannot be asked gives {"id", "error"}, and the others go on; the exit
    code is 2 then.

    Example: anamnesis recall "Where does Maya live?" --space maya --as-of 2026-03-01
    """
    if question is None and batch is None:
        raise InputError("give a question, or --batch FILE")
    if question is not None and batch is not None:
        raise InputError("give a question or --batch FILE, not both")
    if explain and context and not (json_ or batch):
        raise InputError("--context has no scores that --explain could tell: add --json for both")
    shared = {
        "k": k,
        "as_of": as_of,
        "known_at": known_at,
        "kind": kind,
        "layer": layer,
        "since": since,
        "until": until,
        "speaker": speaker,
        "mood": mood,
    }
    with opened(home) as memory:
        _wait(memory, after)
        if question is not None:
            if not space:
                raise InputError("give the space with --space")
            asked = asked_of(
                memory, shared | {"space": space, "question": question}, "the question"
            )
            found = memory.ask(asked, record=record)
            if found.note:
                hint(found.note)
            if json_:
                printed(_told(found, context, why=explain))
            elif context:
                out.print(found.context(context), markup=False, soft_wrap=True)
            else:
                _show(found, why=explain)
            return
        with input_lines(batch or "-") as lines:
            told = partial(_told, context=context, why=explain)
            whole = _batch(memory, lines, shared | {"space": space}, record=record, told=told)
    if not whole:
        raise typer.Exit(2)


def _wait(memory: Memory, after: str | None) -> None:
    """Wait until a position is in, or all there is. Raises InputError where it cannot come."""
    if not after:
        memory.host.drain()
        return
    positions = read_position(after, memory.log)
    if isinstance(memory.log, SqliteLog):  # nobody else can add to it meanwhile
        demand_reached(memory.log, positions, f"--after {after}")
    memory.host.wait(positions)


def _told(found: Recollection, context: int | None, *, why: bool) -> dict[str, Any]:
    told = found.told(why=why)
    return told | {"context": found.context(context)} if context else told


def _batch(
    memory: Memory,
    lines: BinaryIO,
    shared: dict[str, Any],
    *,
    record: bool,
    told: Callable[[Recollection], dict[str, Any]],
) -> bool:
    """Answer line after line; say whether each was a question."""
    whole = True
    for number, row in json_lines(lines):
        try:
            asked = _line(memory, shared, row, f"line {number}")
        except InputError as error:
            failed_line(row, error)
            whole = False
            continue
        printed(told(memory.ask(asked, record=record)))
    return whole


def _line(
    memory: Memory, shared: dict[str, Any], row: dict[str, Any] | InputError, where: str
) -> Asked:
    if isinstance(row, InputError):
        raise row
    refuse_misspelt(row, {*shared, "id", "question"}, where)
    return asked_of(memory, shared | row, where)


def asked_of(memory: Memory, row: dict[str, Any], where: str) -> Asked:
    """Read a question. Raises InputError saying where and what."""
    kinds, layers = (_several(row.get(name)) for name in ("kind", "layer"))
    asked = Asked(
        question=row.get("question", ""),
        space=row.get("space") or "",
        k=row["k"],
        as_of=instant(row.get("as_of"), f"{where}: as_of"),
        since=instant(row.get("since"), f"{where}: since"),
        until=instant(row.get("until"), f"{where}: until"),
        kinds=kinds,
        layers=layers,
        speaker=None if row.get("speaker") == "" else row.get("speaker"),
        id=row.get("id"),
    )
    try:
        asked.demand()
    except InputError as error:
        raise InputError(f"{where}: {error}") from error
    known_at, mood = row.get("known_at"), row.get("mood")
    if known_at is not None:
        partition = memory.log.partition_of(asked.space)
        positions = read_position(str(known_at), memory.log, partition)
        demand_reached(memory.log, positions, f"{where}: known_at {known_at}")
        known_at = positions.get(partition, -1)
    if not isinstance(mood, str | None):
        raise InputError(f"{where}: `mood` must be an emotion or a session")
    return replace(asked, known_at=known_at, mood=_mood(memory, asked.space, mood))


def _several(given: Any) -> tuple[Any, ...]:  # noqa: ANN401 - whatever the line has
    return tuple(given) if isinstance(given, list) else (given,) if given else ()


def _mood(memory: Memory, space: str, named: str | None) -> dict[str, float] | None:
    """Read a mood: an emotion's name, or a session, whose mood it is. Raises NotFoundError."""
    if named is None:
        return None
    if named in VALENCE:
        return {named: 1.0}
    mood = SqlMoods(memory.reads).of_session(space, named)
    if mood is None:
        known = ", ".join(sorted(VALENCE))
        told = f"{named} is no emotion ({known}), and no session of {space} in which one was felt"
        raise NotFoundError(told, space=space, mood=named)
    return mood.shares


def _show(found: Recollection, *, why: bool) -> None:
    out.print(escape(found.answer.text) if found.answer else "I do not know.", style="bold")
    told = f"confidence {found.confidence:.2f}, {found.took_ms:.0f} ms"
    out.print(f"{told}{'; ' + found.fallback if found.fallback else ''}", style="dim")
    for hit in found.hits:
        body = hit.memory.body
        who = f"[cyan]{escape(body.speaker)}[/]: " if body.speaker else ""
        cited = escape(", ".join(hit.observations))
        out.print(
            f"[dim]{hit.score:6.2f}  {hit.memory.at:%Y-%m-%d}  ({cited})[/]  {who}"
            f"{escape(body.text[:300])}",
            soft_wrap=True,
        )
        for fact in hit.facts:
            ended = f" until {fact.valid_to:%Y-%m-%d}" if fact.valid_to else ""
            out.print(
                f"        [dim]{escape(fact.body.subject)} {fact.predicate} "
                f"{escape(fact.body.object)}{ended}[/]"
            )
        if why:
            parts = {k: round(v, 2) for k, v in hit.why.items() if abs(v) >= 0.01}  # noqa: PLR2004
            out.print(f"        [dim]{json.dumps(parts)}[/]", soft_wrap=True)
