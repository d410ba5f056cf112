"""Which models embedded what a log holds, and what is said where another one embeds questions."""

from collections.abc import Iterable
from typing import Final

from pydantic_core import from_json

from infra.log.sqlite_log import SqliteLog
from infra.models.bundled_files import bundled_roles
from infra.models.model_registry import ModelRegistry
from infra.models.perceive import embedder_of
from infra.settings import Settings
from schemas.percepts import Perceived
from schemas.wire import tag_of_type
from streams.log import Log
from streams.topology import MEMORIES, PERCEPTS

ROLE: Final = "embedder"
_PERCEIVED: Final = tag_of_type(Perceived)
_LOOKED: Final = 8  # percepts looked at, at either end of a partition
_SHOWN: Final = 12  # letters of a digest


def own_embedder(settings: Settings, registry: ModelRegistry) -> str:
    """Give the digest of what embeds under these settings. Raises ModelError."""
    if ROLE in registry.roles:
        return str(registry.told(ROLE)["digest"])
    return bundled_roles(settings.models, settings.encoder)[ROLE][1]


def strangers(log: Log, own: str) -> list[str]:
    """Give the other embedders whose vectors a log holds, as far as it notes or shows them.

    A local log notes them; another one, or one from before, is judged by its percepts.
    """
    if not any(log.ends(MEMORIES)):
        return []
    known: Iterable[str] = ()
    if isinstance(log, SqliteLog):
        known = log.embedders()
    return sorted({*(known or perceived_by(log))} - {own})


def perceived_by(log: Log) -> set[str]:
    """Give what embedded the first and the last percepts that a log still has."""
    found = set()
    for partition, end in enumerate(log.ends(PERCEPTS)):
        for offset in (0, max(0, end - _LOOKED)):
            for record in log.read(PERCEPTS, partition, offset, _LOOKED) if end else ():
                if not record.erased and record.headers.get("ce_type") == _PERCEIVED:
                    found.add(embedder_of(from_json(record.value)["models"]["encoder"]))
    return found


def mixed(log: Log, own: str) -> str | None:
    """Say that questions and memories are embedded by different models, and the way out; or None.

    Cosines between the vectors of two models mean nothing.
    """
    others = strangers(log, own)
    if not others:
        return None
    by = " and ".join(one[:_SHOWN] for one in others)
    way = (
        "`anamnesis fork --settings FILE --to DIR`, where FILE names the model (`encoder` or "
        "`bindings`), embeds anew what the log still has the observations of; or go back to the "
        "model of before"
        if isinstance(log, SqliteLog)
        else "publish the observations to topics of their own, or go back to the model of before"
    )
    return f"memories were embedded by {by}, questions are by {own[:_SHOWN]}: {way}"
