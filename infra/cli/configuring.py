"""The command that gives a space settings of its own: `configure`."""

import json
from collections.abc import Mapping
from typing import Annotated

import typer

from agents.adjust import SETTINGS, Value, refusal
from infra.cli.app import Home, Json, Space, opened, out, printed, program
from infra.clock import now
from infra.host.ingest import Ingested
from schemas.envelope import derive_id
from schemas.errors import InputError, NotFoundError
from schemas.observations import SpaceConfigured
from schemas.predicates import Predicate


@program.command()
def configure(
    settings: Annotated[
        list[str] | None, typer.Argument(help=f"What to set: {', '.join(SETTINGS)}.")
    ] = None,
    *,
    space: Space,
    withdraw: Annotated[
        list[str] | None,
        typer.Option(help="A predicate that the space is to declare no more; its facts stay."),
    ] = None,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Show which settings a space has, and give it some of its own: how often its jobs run.

    What a space does not set is as it is for all. The predicates that it declares are shown too
    (they are declared by observations of the kind `space_configured`), and may be withdrawn.

    Example: anamnesis configure --space maya decay_hours=12 promote_hours=168
    """
    wanted = dict(map(_read, settings or []))
    if wrong := refusal(wanted):
        raise InputError(wrong)
    with opened(home) as store:
        store.host.drain()
        store.reads.demand(space)
        declared = store.reads.declared(space)
        gone = tuple(_withdrawn(space, name, declared) for name in dict.fromkeys(withdraw or ()))
        if wanted or gone:
            moment = now()
            id_ = derive_id(f"{space}/settings", moment.isoformat())
            said = SpaceConfigured(
                id=id_, space=space, at=moment, settings=wanted, predicates=gone or None
            )
            store.ingestor("anamnesis/configure").observations([said], Ingested())
            store.host.drain()
        own = store.scheduler.own(space)
        declared = store.reads.declared(space)
        all_ = {f"{job}_hours": hours for job, hours in store.scheduler.hours.items()}
    for name, hours in (all_ | own).items():
        if json_:
            printed({"space": space, "setting": name, "value": hours, "own": name in own})
        else:
            out.print(f"{name} = {hours:g}{'' if name in own else '  [dim]as for all spaces[/]'}")
    for one in declared.values():
        if json_:
            told = {"predicate": one.name, "functional": one.functional, "asks": one.asks}
            printed({"space": space, **told})
        else:
            out.print(_predicate(one), markup=False, soft_wrap=True)


def _predicate(one: Predicate) -> str:
    how = "one object at a time" if one.functional else "any number of objects"
    asks = f", asked for by {', '.join(one.asks)}" if one.asks else ""
    return f"predicate {one.name}: {how}{asks}"


def _withdrawn(space: str, name: str, declared: Mapping[str, Predicate]) -> Predicate:
    """Declare a predicate away. Raises NotFoundError where it is not declared."""
    if name not in declared:
        known = ", ".join(declared) or "none"
        raise NotFoundError(f"{space} declares no predicate {name}; it declares {known}")
    return Predicate(name=name, withdrawn=True)


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
