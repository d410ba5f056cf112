"""Commands that show what memory makes of it: concepts, associations, moods, contradictions."""

import sys
from typing import Annotated, Any

import typer
from rich.markup import escape

from infra.associating import Associating
from infra.cli.app import Home, Json, Limit, Space, hint, instant, opened, out, printed, program
from infra.cli.stores import stores
from infra.clock import now
from infra.views.sql_concepts import SqlConcepts
from infra.views.sql_contradictions import contradictions as contradicting
from infra.views.sql_moods import SqlMoods
from infra.views.sql_procedures import procedures as recurring
from infra.views.sql_working import SqlWorking
from schemas.errors import InputError, NotFoundError


@program.command()
def concepts(
    *,
    space: Space,
    members: Annotated[
        int | None,
        typer.Option(min=1, help="Most memories of each; 3 as text, and all with --json."),
    ] = None,
    limit: Limit = 20,
    home: Home = None,
    json_: Json = False,
) -> None:
    """List a space's concepts: label, size, and the most typical of their memories.

    Consolidation forms them of like episodes, on ticks: see `anamnesis tick --job consolidate`.

    Example: anamnesis concepts --space maya
    """
    with stores(home) as (_, reads):
        reads.demand(space)
        most = members or (sys.maxsize if json_ else 3)
        found = SqlConcepts(reads).largest(space, limit, most)
    if not found:
        hint(f"{space} has no concepts yet: `anamnesis tick --job consolidate` forms them")
    for one in found:
        if json_:
            printed(one.told())
            continue
        out.print(f"[bold]{escape(', '.join(one.label))}[/] [dim]{one.size} memories, {one.id[:8]}")
        for memory, typicality in one.members:
            said = f"{escape(memory.body.text[:160])}"
            out.print(f"  [dim]{typicality:.2f}  {memory.id[:8]}[/]  {said}", soft_wrap=True)


@program.command()
def associate(
    cues: Annotated[list[str], typer.Argument(help="Names, words, or a part of what was said.")],
    *,
    space: Space,
    limit: Limit = 12,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Say what cues bring to mind: entities, memories and concepts, each with the way to it.

    Activation spreads from the cues over who is mentioned where and what is alike; it thins out
    where there is much to go on to. Nothing is recorded.

    Example: anamnesis associate Lisbon "a new job" --space maya
    """
    if not all(cue.strip() for cue in cues):
        raise InputError("a cue is empty")
    with opened(home) as memory:
        memory.host.drain()
        associating = Associating(memory.reads, memory.vectors, memory.perceiver)
        found = associating.ask(space, cues, limit)
    for one in found:
        if json_:
            printed(one.told())
            continue
        what = escape(" ".join(one.text.split())[:160])
        out.print(f"[bold]{one.activation:5.2f}[/]  {one.kind:<8}{what}", soft_wrap=True)
        if len(one.path) > 1:
            way = " > ".join(escape(step[:40]) for step in one.path[:-1])
            out.print(f"        [dim]by way of {way}[/]", soft_wrap=True)


@program.command()
def working(
    *,
    space: Space,
    session: Annotated[str, typer.Option("--session", help="The session.")],
    at: Annotated[str | None, typer.Option(help="At this time (RFC 3339); else now.")] = None,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Show a session's working memory: its seven most active memories.

    Active is what was met often and lately, and what shares names with what was said last.

    Example: anamnesis working --space maya --session maya-2026-01-12
    """
    moment = instant(at, "--at") or now()
    with stores(home) as (_, reads):
        reads.demand(space)
        found = SqlWorking(reads).memories(space, session, moment)
    if not found:
        raise NotFoundError(
            f"nothing that is remembered began in a session {session} of {space}",
            space=space,
            session=session,
        )
    for memory, activation in found:
        if json_:
            row = {"memory": memory.id, "activation": round(activation, 4)}
            printed(row | {"at": memory.at.isoformat(), "text": memory.body.text})
        else:
            out.print(
                f"[dim]{activation:7.2f}  {memory.id[:8]}[/]  {escape(memory.body.text[:200])}",
                soft_wrap=True,
            )


@program.command()
def mood(*, space: Space, limit: Limit = 20, home: Home = None, json_: Json = False) -> None:
    """Show how the moods of a space's sessions went, the latest last.

    A mood is the decaying average of what its memories felt like: valence is from unpleasant, -1,
    to pleasant, 1; arousal from calm, 0, to stirred, 1.

    Example: anamnesis mood --space maya
    """
    with stores(home) as (_, reads):
        reads.demand(space)
        found = SqlMoods(reads).trend(space, limit)
    if not found:
        hint(f"no session of {space} tells how it felt")
    for one in found:
        felt = one.mood
        if json_:
            shares = {label: round(share, 4) for label, share in felt.shares.items()}
            row: dict[str, Any] = {"session": one.session, "at": one.at.isoformat()}
            row["mood"] = felt.most
            row |= {"valence": round(felt.valence, 4), "arousal": round(felt.arousal, 4)}
            printed(row | {"shares": shares, "memories": one.memories})
        else:
            bar = "\u2500" * round(10 * (1 + felt.valence)) + "\u25cf"
            out.print(
                f"[dim]{one.at:%Y-%m-%d}[/]  {bar:<22}{felt.valence:+.2f}  {felt.most:<9}"
                f"[dim]arousal {felt.arousal:.2f}  {escape(one.session)}[/]",
                soft_wrap=True,
            )


@program.command()
def contradictions(
    *,
    space: Space,
    settled: Annotated[
        bool, typer.Option("--settled", help="Those that were settled, with the reason.")
    ] = False,
    limit: Limit = 20,
    home: Home = None,
    json_: Json = False,
) -> None:
    """List what cannot be true together and nothing has settled: facts, episodes, and texts.

    Facts that contradict are found as they are told, and weighed on ticks by how sure, how often
    told and how late they are: see `anamnesis tick --job reconcile`. Episodes that have somebody
    in two places at once are found as they are told, and left open. Texts are read beside earlier
    ones by a model (the role nli) on such ticks; it is often wrong, so it only notes them and ends
    nothing. All are taken back with `anamnesis retract CONTRADICTION`.

    Example: anamnesis contradictions --space maya
    """
    with stores(home) as (_, reads):
        reads.demand(space)
        found = contradicting(reads, space, limit, settled=settled)
    if not found:
        hint(f"{space} has no contradictions that are {'settled' if settled else 'open'}")
    for one in found:
        if json_:
            printed(one.told())
            continue
        out.print(f"[bold]{one.kind.replace('_', ' ')}[/] [dim]{one.id}[/]")
        for fact in one.facts:
            since, until = fact.days
            said = escape(f"{fact.body.subject} {fact.predicate} {fact.body.object}")
            out.print(
                f"  {said}  [dim]{since or 'unknown'} to {until or 'now'}, "
                f"confidence {fact.confidence:.2f}, told {fact.evidence} times[/]",
                soft_wrap=True,
            )
        for memory in one.memories:
            who = f"{memory.body.speaker}: " if memory.body.speaker else ""
            said = escape(f"{who}{memory.body.text[:200]}")
            out.print(f"  {said}  [dim]{memory.at:%Y-%m-%d}, {memory.id[:8]}[/]", soft_wrap=True)
        out.print(
            f"  [dim]{one.verdict or 'not weighed yet'}: {one.reason or 'on the next tick'}[/]"
        )


@program.command()
def procedures(*, space: Space, limit: Limit = 20, home: Home = None, json_: Json = False) -> None:
    """List steps that recurred one after another in at least three sequences.

    Sequences are the episodes of a session, and procedures as they are told; the steps must be
    worded alike. They are recognised on ticks: see `anamnesis tick --job consolidate`.

    Example: anamnesis procedures --space maya
    """
    with stores(home) as (_, reads):
        reads.demand(space)
        found = recurring(reads, space, limit)
    if not found:
        hint(f"no steps recur in {space} yet: `anamnesis tick --job consolidate` looks for some")
    for one in found:
        if json_:
            printed(one.told())
            continue
        told = ", ".join(one.sequences)
        times = f"[bold]{len(one.sequences)} times[/] [dim]{one.id[:8]}"
        out.print(f"{times}  {escape(told)}[/]", soft_wrap=True)
        for number, step in enumerate(one.steps, 1):
            out.print(f"  {number}. {escape(step)}", soft_wrap=True)
