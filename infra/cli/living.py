"""Commands that let memory live: `tick`, `feedback`, `retract`."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer

from agents.jobs import JOBS
from agents.needs import Needs
from infra.cli.app import (
    Home,
    Json,
    OnlySpace,
    Space,
    Yes,
    hint,
    instant,
    opened,
    out,
    printed,
    program,
)
from infra.clock import now, now_ms
from infra.host.perceiving import AHEAD, YEAR
from infra.host.scheduler import tick_of
from infra.judging import VERDICTS, demand_verdict
from infra.memory import Memory
from schemas.envelope import input_id
from schemas.errors import InputError
from schemas.facts import ContradictionFound
from schemas.memories import MemoryCompressed, MemoryForgotten
from schemas.observations import Ticked
from schemas.wire import tag_of_type
from streams.instants import to_micros

_COUNTED: Final = (MemoryCompressed, MemoryForgotten, ContradictionFound)
_SHOWN: Final = 5  # spaces that are named

# What ran, as rows, what came of it by tag, and why the jobs of spaces did not that did not.
_Outcome = tuple[list[dict[str, Any]], Counter[str], dict[tuple[str, str], str]]


@program.command()
def tick(
    *,
    job: Annotated[
        str | None, typer.Option(help=f"Run this job, due or not: {', '.join(JOBS)}.")
    ] = None,
    space: Annotated[str | None, typer.Option("--space", "-s", help="Only this space.")] = None,
    at: Annotated[
        str | None, typer.Option(help="As if it were this time (RFC 3339); else now.")
    ] = None,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Run the scheduled jobs that are due, where they have something to do.

    Meant to be called every few minutes by cron; the same tick again changes nothing. A space's
    time begins with its first tick or recall, so that an old archive is not forgotten at once.

    Example: anamnesis tick --job decay --space maya --at 2027-01-01
    """
    if job is not None and job not in JOBS:
        raise InputError(f"there is no job {job}; there are {', '.join(JOBS)}", job=job)
    moment = instant(at, "--at") or now()
    if to_micros(moment) // 1000 - now_ms() > AHEAD * YEAR:
        raise InputError(f"--at {at} is {AHEAD} years or more ahead")
    with opened(home) as memory:
        memory.host.drain()
        if space is not None:
            memory.reads.demand(space)
        chosen = list(memory.reads.spaces()) if space is None else [space]
        before = _clocks(memory, chosen)
        if job is not None:
            rows, told, held = _ticked_once(memory, [tick_of(name, job, moment) for name in chosen])
        else:
            rows, told, held = _ticked_due(memory, chosen, moment)
        moved = {name: at for name, at in _clocks(memory, chosen).items() if at != before.get(name)}
    if json_:
        for row in rows:
            printed(row)
    else:
        _tell_ran(rows, told)
    if not chosen:
        hint("there is no space that has a memory, and so nothing to tick")
    _tell_held(held, hint if json_ else out.print)
    _tell_moved(moved)


def _clocks(memory: Memory, spaces: list[str]) -> dict[str, datetime]:
    """Give the time that it is in each space whose time has begun."""
    clocks = memory.views.gather(Needs(spaces=set(spaces))).clocks
    return {space: clock.now for space, clock in clocks.items()}


def _ticked_once(memory: Memory, ticks: list[Ticked]) -> _Outcome:
    """Run what was not run for the same time before; give that, and why the others did not."""
    keys = {input_id(tick.space, tick.id): tick for tick in ticks}
    known = memory.views.decided(list(keys))
    held = {
        (keys[key].space, keys[key].job): f"ran for {_moment(keys[key].at)} before" for key in known
    }
    new = [tick for key, tick in keys.items() if key not in known]
    told = memory.tick(new)
    return _rows(memory, new), told, held


def _ticked_due(memory: Memory, spaces: list[str], moment: datetime) -> _Outcome:
    """Run what is due until nothing is left over by a tick's budget; say why the rest is not."""
    rows, told = list[dict[str, Any]](), Counter[str]()
    for ticks, came in memory.tick_until(moment, spaces):
        rows += _rows(memory, ticks)
        told += came
    held = memory.scheduler.held(moment)
    idle = {(space, job) for space in spaces for job in JOBS} - {
        (r["space"], r["job"]) for r in rows
    }
    return rows, told, {one: held.get(one, f"nothing to do by {_moment(moment)}") for one in idle}


def _rows(memory: Memory, ticks: list[Ticked]) -> list[dict[str, Any]]:
    ran = memory.scheduler.ran()
    return [
        {"space": t.space, "job": t.job, "at": t.at.isoformat(), **ran[t.space, t.job]}
        for t in ticks
    ]


def _tell_ran(rows: list[dict[str, Any]], told: Counter[str]) -> None:
    for row in rows:
        more = ", more is left" if row["left"] else ""
        out.print(f"{row['space']}: {row['job']} looked at {row['changed']:,} memories{more}")
    compressed, forgotten, contradictions = (told[tag_of_type(kind)] for kind in _COUNTED)
    noted = f", {contradictions:,} contradictions noted" if contradictions else ""
    out.print(f"{len(rows)} ticks: {compressed:,} compressed, {forgotten:,} forgotten{noted}")


def _tell_held(held: dict[tuple[str, str], str], tell: Callable[[str], None]) -> None:
    """Tell what did not run and why, in a line all jobs and spaces of which that is so."""
    spaces: dict[tuple[str, str], list[str]] = {}
    for space, job in sorted(held):
        spaces.setdefault((held[space, job], job), []).append(space)
    jobs: dict[tuple[str, str], list[str]] = {}
    for why, job in sorted(spaces):
        jobs.setdefault((why, _named(spaces[why, job])), []).append(job)
    for (why, where), names in jobs.items():
        tell(f"did not run in {where}: {', '.join(names)}: {why}")


def _tell_moved(moved: dict[str, datetime]) -> None:
    """Tell in which spaces it is a time to come now."""
    days: dict[str, list[str]] = {}
    for space, at in sorted(moved.items()):
        if at > now():
            days.setdefault(f"{at:%Y-%m-%d}", []).append(space)
    for day, names in days.items():
        hint(f"in {_named(names)} it is {day} from now on: time never goes back there")


def _named(spaces: list[str]) -> str:
    more = f" and {len(spaces) - _SHOWN:,} more" if len(spaces) > _SHOWN else ""
    return ", ".join(spaces[:_SHOWN]) + more


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"


@program.command()
def feedback(
    memory: Annotated[str, typer.Argument(help="A memory's id, or the beginning of it.")],
    verdict: Annotated[str, typer.Argument(help=", ".join(VERDICTS))],
    *,
    space: OnlySpace = None,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Say that a memory was useful, wrong or outdated.

    Useful makes it last; wrong and outdated weaken it, and the confidence in it and in its facts.

    Example: anamnesis feedback 3f2a outdated
    """
    demand_verdict(verdict)
    with opened(home) as store:
        store.host.drain()
        before = store.reads.memory(memory, space)
        after = store.feedback(before.id, verdict)
    row = {
        "memory": after.id,
        "verdict": verdict,
        "stability": [before.stability, after.stability],
        "confidence": [before.confidence, after.confidence],
    }
    if json_:
        printed(row)
    else:
        out.print(
            f"stability {before.stability:.2f} -> {after.stability:.2f} days, "
            f"confidence {before.confidence:.2f} -> {after.confidence:.2f}"
        )


@program.command()
def retract(  # noqa: PLR0913 - a command's options
    observation: Annotated[
        str | None, typer.Argument(help="The observation's id, as its producer wrote it.")
    ] = None,
    *,
    named: Annotated[
        str | None,
        typer.Option("--observation", "--source", help="The same id, if it begins with a dash."),
    ] = None,
    space: Space,
    reason: Annotated[str, typer.Option(help="Why it is taken back.")],
    yes: Yes = False,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Take back an observation and everything that came of it alone.

    Its memories leave the views, its facts never held, and what it ended is valid again; the log
    keeps it all, and what has other sources stays.

    Example: anamnesis retract maya-0026 --space maya --reason "said by mistake" --yes
    """
    given = observation or named
    if not given or (observation and named):
        raise InputError("give the observation's id, once: as an argument or with --observation")
    with opened(home) as store:
        done = store.retract(given, space, reason, really=yes)
    if json_:
        printed({"observation": given, **done._asdict(), "retracted": yes})
    else:
        out.print(
            f"{'taken back' if yes else 'would be taken back'}: {done.forgotten:,} memories, "
            f"{done.facts:,} facts; {done.reopened:,} facts {'are' if yes else 'would be'} valid "
            "again"
        )
    if not yes:
        hint("nothing is taken back yet: say --yes to do it")
