"""Every command: importing a file of commands registers them with the program."""

from infra.cli import (
    configuring,
    facts,
    forgetting,
    forking,
    living,
    look,
    minding,
    models,
    perceiving,
    recalling,
    replaying,
    simulating,
    streaming,
    taking,
    tracing,
    upkeep,
)
from infra.cli.app import main

__all__ = [
    "configuring",
    "facts",
    "forgetting",
    "forking",
    "living",
    "look",
    "main",
    "minding",
    "models",
    "perceiving",
    "recalling",
    "replaying",
    "simulating",
    "streaming",
    "taking",
    "tracing",
    "upkeep",
]
