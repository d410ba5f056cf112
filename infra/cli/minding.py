"""Commands that show what memory has made of what it knows: `concepts`."""

from rich.markup import escape

from infra.cli.app import Home, Json, Limit, Space, out, printed, program
from infra.cli.look import stores
from infra.views.sql_concepts import SqlConcepts
from schemas.errors import NotFoundError


@program.command()
def concepts(*, space: Space, limit: Limit = 20, home: Home = None, json_: Json = False) -> None:
    """List a space's concepts: label, size, and the most typical of their memories.

    Consolidation forms them of like episodes, on ticks: see `anamnesis tick --job consolidate`.

    Example: anamnesis concepts --space maya
    """
    with stores(home) as (_, reads):
        if space not in reads.spaces():
            raise NotFoundError(f"there is no space {space}", space=space)
        found = SqlConcepts(reads).largest(space, limit)
    for one in found:
        if json_:
            printed(one.told())
            continue
        out.print(f"[bold]{escape(', '.join(one.label))}[/] [dim]{one.size} memories, {one.id[:8]}")
        for memory, typicality in one.members:
            said = f"{escape(memory.body.text[:160])}"
            out.print(f"  [dim]{typicality:.2f}  {memory.id[:8]}[/]  {said}", soft_wrap=True)
