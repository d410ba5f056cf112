"""The command line: `anamnesis`. Importing a file of commands registers them with the program."""

from infra.cli import (
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
