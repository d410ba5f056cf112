"""The command that finds facts: `facts`."""

from dataclasses import replace
from itertools import islice
from typing import Annotated, Final

import typer
from rich.markup import escape
from rich.table import Table

from infra.cli.app import Home, Json, Limit, Space, hint, instant, out, printed, program
from infra.cli.stores import stores
from infra.host.positions import demand_reached, read_position
from infra.names import other_names
from infra.views.sql_facts import FactPattern, SqlFacts, has_predicate
from streams.log import Log

_MOST: Final = 40  # predicates that are named


def _position_of(log: Log, space: str, text: str | None) -> int | None:
    """Read a position as the offset in the space's partition."""
    if text is None:
        return None
    partition = log.partition_of(space)
    positions = read_position(text, log, partition)
    demand_reached(log, positions, f"--known-at {text}")
    return positions.get(partition, -1)


@program.command()
def facts(  # noqa: PLR0913 - a command's options
    *,
    space: Space,
    subject: Annotated[str | None, typer.Option(help="Whom it is about; * and ? match.")] = None,
    predicate: Annotated[str | None, typer.Option(help="What is said of it.")] = None,
    object_: Annotated[str | None, typer.Option("--object", help="What it is said to be.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Only what was valid at this time.")] = None,
    known_at: Annotated[
        str | None,
        typer.Option(help="What was known at this position; its evidence is that of now."),
    ] = None,
    limit: Limit = 100,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Find facts by pattern, with the interval in which each is valid.

    Example: anamnesis facts --space maya --subject Maya --predicate lives_in
    """
    with stores(home) as (log, reads):
        pattern = FactPattern(
            subject, predicate, object_, instant(as_of, "--as-of"),
            _position_of(log, space, known_at),
        )  # fmt: skip
        reads.demand(space)
        found = reads.facts.find(space, pattern, limit)
        named = _named(reads.facts, space, pattern)
        none = "" if found else _unmatched(space, predicate, reads.facts.predicates(space))
    if named:
        hint(named)
    if none:
        hint(none) if json_ else out.print(none, markup=False, soft_wrap=True)
        return
    if json_:
        for fact in found:
            printed(fact.told())
        return
    names = ("subject", "predicate", "object", "from", "to", "evidence", "confidence")
    table = Table(*names, box=None)
    for fact in found:
        begins, ends = fact.days
        table.add_row(
            escape(fact.body.subject), fact.predicate, escape(fact.body.object),
            begins, ends, str(fact.evidence), f"{fact.confidence:.2f}",
            style="dim" if ends else None,
        )  # fmt: skip
    out.print(table)


def _named(facts: SqlFacts, space: str, pattern: FactPattern) -> str:
    """Say which other names that have facts whoever is asked for has, as far as that was said."""
    if pattern.subject is None or not {"*", "?"}.isdisjoint(pattern.subject):
        return ""
    others = [
        name
        for name in other_names(facts, space, pattern.subject, pattern.known_at)
        if facts.find(space, replace(pattern, subject=name), limit=1)
    ]
    told = " or ".join(f'--subject "{name}"' for name in others)
    return (
        f"{pattern.subject} has other names, and facts under these: look for {told}" if told else ""
    )


def _unmatched(space: str, predicate: str | None, known: dict[str, int]) -> str:
    """Say that no fact matches, and which predicates there are where one was asked for in vain."""
    if not known:
        return f"{space} has no facts"
    if predicate is None or any(has_predicate(one, predicate) for one in known):
        return "no fact matches"
    most = ", ".join(islice(known, _MOST))
    more = f" and {len(known) - _MOST} more" if len(known) > _MOST else ""
    return f"no fact of {space} has the predicate {predicate}; there are {most}{more}"
