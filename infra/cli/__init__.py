"""The command line: `anamnesis`. Importing a file of commands registers them with the program."""

from infra.cli import (
    forgetting,
    living,
    look,
    models,
    recalling,
    simulating,
    streaming,
    taking,
    tracing,
    upkeep,
)
from infra.cli.app import main

__all__ = [
    "forgetting",
    "living",
    "look",
    "main",
    "models",
    "recalling",
    "simulating",
    "streaming",
    "taking",
    "tracing",
    "upkeep",
]
