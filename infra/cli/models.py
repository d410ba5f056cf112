"""The command that says which model serves which role: `models`."""

from typing import Any

from rich.markup import escape
from rich.table import Table

from infra.cli.app import Home, Json, out, printed, program, settings_of
from infra.models.bundled_files import bundled_roles
from infra.models.role_bindings import KINDS, ROLES
from infra.opening import open_registry
from infra.settings import Settings


@program.command()
def models(*, home: Home = None, json_: Json = False) -> None:
    r"""List the roles and what serves each: a bundled network, or a model of your own.

    Bind a role to an ONNX export with tokenizer.json and config.json: in models.toml in the data
    folder, below a line `\[roles.ner]`, say `folder = "/models/distilbert-ner"`.
    """
    settings = settings_of(home)
    registry = open_registry(settings)
    bundled = _bundled(settings)
    rows = [
        registry.told(role) if role in registry.roles else bundled.get(role, _nothing(role))
        for role in ROLES
    ]
    if json_:
        for row in rows:
            printed(row)
        return
    table = Table("role", "bind", "digest", "runs on", "source", box=None)
    for row in rows:
        runs = (row["provider"] or "").removesuffix("ExecutionProvider")
        bind = KINDS.get(row["role"], "-").replace("_", " ")
        table.add_row(
            row["role"], bind, (row["digest"] or "")[:12], runs, escape(row["source"] or "-")
        )
    out.print(table)


def _bundled(settings: Settings) -> dict[str, dict[str, Any]]:
    """Give the manifest's roles. Raises ModelError when there is no manifest to read."""
    return {
        role: {
            "role": role,
            "source": f"bundled {name}",
            "digest": digest,
            "provider": "CPUExecutionProvider",
        }
        for role, (name, digest) in bundled_roles(settings.models, settings.encoder).items()
    }


def _nothing(role: str) -> dict[str, Any]:
    return {"role": role, "source": None, "digest": None, "provider": None}
