"""The command that shows what the models see: `perceive`."""

from collections import deque
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, BinaryIO

import typer
from rich.markup import escape

from agents.mood import mood_after
from infra.cli.app import (
    Home,
    Json,
    failed_line,
    input_lines,
    instant,
    json_lines,
    out,
    printed,
    program,
    refuse_misspelt,
    settings_of,
)
from infra.clock import now
from infra.models.perceive import Pending, Perceiver, arcs
from infra.models.relating import open_of
from infra.opening import open_encoder
from schemas.errors import InputError


@program.command()
def perceive(  # noqa: PLR0913 - a command's options
    text: Annotated[str | None, typer.Argument(help="What to look at.")] = None,
    *,
    batch: Annotated[
        str | None, typer.Option(help="JSON Lines of {id, text, at?, speaker?}; - is stdin.")
    ] = None,
    at: Annotated[str | None, typer.Option(help="When it was said (RFC 3339).")] = None,
    speaker: Annotated[str | None, typer.Option(help='Who "I" is.')] = None,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Show what the models see in a text, without storing it.

    A line of a batch that cannot be looked at gives {"id", "error"}, and the others go on; the exit
    code is 2 then.

    Example: anamnesis perceive "I moved to Lisbon last Friday" --speaker Maya
    """
    if text is None and batch is None:
        raise InputError("give a text, or --batch FILE")
    if text is not None and batch is not None:
        raise InputError("give a text or --batch FILE, not both")
    if text is not None and not text.strip():
        raise InputError("the text is empty")
    settings = settings_of(home)
    encoder = open_encoder(settings)
    try:
        perceiver = Perceiver(encoder, cache=0)
        if text is not None:
            row = {"id": "text", "text": text, "at": at, "speaker": speaker}
            seen = _seen(perceiver, row, perceiver.begin(text))
            printed(seen) if json_ else _show(seen)
            return
        whole = True
        with input_lines(batch or "-") as lines:
            for row, pending in _begun(perceiver, lines, {"at": at, "speaker": speaker}):
                if isinstance(pending, InputError):
                    failed_line(row, pending)
                    whole = False
                else:
                    printed(_seen(perceiver, row, pending))
    finally:
        encoder.close()
    if not whole:
        raise typer.Exit(2)


def _begun(
    perceiver: Perceiver, lines: BinaryIO, shared: dict[str, Any]
) -> Iterator[tuple[dict[str, Any], list[Pending] | InputError]]:
    """Keep the encoder's threads busy a few texts ahead; what a line lacks is `shared`.

    A line that cannot be looked at gives why.
    """
    ahead: deque[tuple[dict[str, Any], list[Pending] | InputError]] = deque()
    for number, given in json_lines(lines):
        if isinstance(given, InputError):
            ahead.append(({}, given))
            continue
        row = shared | given
        try:
            refuse_misspelt(given, {*shared, "id", "text"}, f"line {number}")
            _demand(number, row)
            ahead.append((row, perceiver.begin(row["text"])))
        except InputError as error:
            ahead.append((row, error))
        while len(ahead) >= 32:  # noqa: PLR2004 - enough to keep any number of cores busy
            yield ahead.popleft()
    yield from ahead


def _demand(number: int, row: dict[str, Any]) -> None:
    """Refuse a line that cannot be looked at."""
    if not isinstance(row.get("text"), str) or not row["text"].strip():
        raise InputError(f"line {number}: `text` is missing or empty", line=number)
    if not isinstance(row.get("speaker"), str | None):
        raise InputError(f"line {number}: `speaker` must be a name", line=number)
    instant(row.get("at"), f"line {number}: `at`")


def _seen(perceiver: Perceiver, row: dict[str, Any], pending: list[Pending]) -> dict[str, Any]:
    moment: datetime = instant(row.get("at"), "at") or now()
    passages = perceiver.finish(pending, moment, row.get("speaker"))
    seen: dict[str, Any] = {"id": row.get("id")}
    for name in ("entities", "relations", "times"):
        seen[name] = [
            item.model_dump() | {"start": item.start + p.start, "end": item.end + p.start}
            for p in passages
            for item in getattr(p, name)
        ]
    seen["open_relations"] = [
        item.model_dump() | {"start": item.start + p.start, "end": item.end + p.start}
        for p, looked in zip(passages, pending, strict=True)
        for item in open_of(p.text, looked.seen().encoded, row.get("speaker") or "I", p.times)
    ]
    first = passages[0] if passages else None
    seen["intent"] = first.intent if first else None
    seen["emotion"] = first.emotion if first else None
    felt = mood_after([first.emotion]) if first else None
    seen["valence"] = round(felt.valence, 4) if felt else None
    seen["arousal"] = round(felt.arousal, 4) if felt else None
    seen["importance"] = first.importance if first else None
    seen["tree"] = [
        arc.model_dump() | {"start": arc.start + p.start, "end": arc.end + p.start}
        for p, item in zip(passages, pending, strict=True)
        for arc in arcs(item.seen().encoded)
    ]
    seen["models"] = perceiver.models
    return seen


def _show(seen: dict[str, Any]) -> None:
    for entity in seen["entities"]:
        name = escape(entity["text"])
        out.print(f"[bold]{entity['type']:<14}[/]{name}  [dim]{entity['score']:.2f}[/]")
    for time in seen["times"]:
        when = escape(time["text"])
        out.print(f"[bold]{'time':<14}[/]{when} = {time['since']} .. {time['until']}")
    for r in seen["relations"]:
        ended = " [yellow](no longer)[/]" if r["ended"] else ""
        out.print(
            f"[bold]{'relation':<14}[/]{escape(r['subject'])} [cyan]{r['predicate']}[/] "
            f"{escape(r['object'])}"
            f"{ended}  [dim]{r['score']:.2f}[/]"
        )
    for r in seen["open_relations"]:
        out.print(
            f"[bold]{'open relation':<14}[/]{escape(r['subject'])} "
            f"[cyan]{escape(r['predicate'])}[/] {escape(r['object'])}"
        )
    if seen["intent"]:
        out.print(f"[bold]{'intent':<14}[/]{seen['intent']}")
    if seen["emotion"]:
        top = sorted(seen["emotion"].items(), key=lambda pair: -pair[1])[:3]
        out.print(f"[bold]{'emotion':<14}[/]" + ", ".join(f"{k} {v:.2f}" for k, v in top))
    if seen["valence"] is not None:
        out.print(f"{'':<14}valence {seen['valence']:+.2f}, arousal {seen['arousal']:.2f}")
    if seen["importance"] is not None:
        out.print(f"[bold]{'importance':<14}[/]{seen['importance']:.2f}")
