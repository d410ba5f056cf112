"""The command that gives a space settings of its own: `configure`."""

import json
from typing import Annotated

import typer

from agents.adjust import SETTINGS, Value, refusal
from infra.cli.app import Home, Json, Space, opened, out, printed, program
from infra.clock import now
from infra.host.ingest import Ingested
from schemas.envelope import derive_id
from schemas.errors import InputError
from schemas.observations import SpaceConfigured


@program.command()
def configure(
    settings: Annotated[
        list[str] | None, typer.Argument(help=f"What to set: {', '.join(SETTINGS)}.")
    ] = None,
    *,
    space: Space,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Show which settings a space has, and give it some of its own: how often its jobs run.

    What a space does not set is as it is for all.

    Example: anamnesis configure --space maya decay_hours=12 promote_hours=168
    """
    wanted = dict(map(_read, settings or []))
    if wrong := refusal(wanted):
        raise InputError(wrong)
    with opened(home) as store:
        store.host.drain()
        store.reads.demand(space)
        if wanted:
            moment = now()
            id_ = derive_id(f"{space}/settings", moment.isoformat())
            said = SpaceConfigured(id=id_, space=space, at=moment, settings=wanted)
            store.ingestor("anamnesis/configure").observations([said], Ingested())
            store.host.drain()
        own = store.scheduler.own(space)
        all_ = {f"{job}_hours": hours for job, hours in store.scheduler.hours.items()}
    for name, hours in (all_ | own).items():
        if json_:
            printed({"space": space, "setting": name, "value": hours, "own": name in own})
        else:
            out.print(f"{name} = {hours:g}{'' if name in own else '  [dim]as for all spaces[/]'}")


def _read(given: str) -> tuple[str, Value]:
    """Read `name=value`; what is no number is a text, to be told as it was written."""
    name, equals, value = given.partition("=")
    if not equals:
        raise InputError(f"{given} sets nothing: say it as decay_hours=12")
    try:
        number = json.loads(value)
    except ValueError:
        return name.strip(), value
    return name.strip(), number if isinstance(number, bool | int | float) else value
