"""Which models embedded what a log holds, and what is said where another one embeds questions."""

from binascii import a2b_base64
from collections.abc import Iterable
from typing import Final

from pydantic_core import from_json

from infra.log.sqlite_log import SqliteLog
from infra.models.bundled_files import bundled_embedder
from infra.models.model_registry import ModelRegistry
from infra.models.perceive import embedder_of
from infra.settings import Settings
from schemas.errors import ConflictError
from schemas.memories import MemoryFormed
from schemas.percepts import Perceived
from schemas.wire import tag_of_type
from streams.log import Log
from streams.topology import MEMORIES, PERCEPTS

ROLE: Final = "embedder"
_PERCEIVED: Final = tag_of_type(Perceived)
_FORMED: Final = tag_of_type(MemoryFormed)
_FIRST: Final = 64  # events of a partition among which a memory is formed
_LOOKED: Final = 8  # percepts looked at, at either end of a partition
_SHOWN: Final = 12  # characters of a digest


def own_embedder(settings: Settings, registry: ModelRegistry) -> str:
    """Give the digest of what embeds under these settings. Raises ModelError."""
    if ROLE in registry.roles:
        return str(registry.told(ROLE)["digest"])
    return bundled_embedder(settings.models, settings.encoder)


def strangers(log: Log, own: str) -> list[str]:
    """Give the other embedders whose vectors a log holds, as far as it notes or shows them.

    A local log notes them; another one, or one from before, is judged by its percepts.
    """
    if not any(log.ends(MEMORIES)):
        return []
    known: Iterable[str] = ()
    if isinstance(log, SqliteLog):
        known = log.notes.embedders()
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


def demand_width(log: Log, width: int) -> None:
    """Refuse to embed in another width than that of the memories. Raises ConflictError."""
    there = width_in(log)
    if there is not None and there != width:
        raise ConflictError(
            f"memories were embedded in {there} dimensions, and the embedder gives {width}: "
            f"{_way_out(log)}",
            there=there,
            given=width,
        )


def width_in(log: Log) -> int | None:
    """Give the dimensions of the first memory that a log shows, if there is one."""
    for partition, end in enumerate(log.ends(MEMORIES)):
        for record in log.read(MEMORIES, partition, 0, _FIRST) if end else ():
            if not record.erased and record.headers.get("ce_type") == _FORMED:
                return len(a2b_base64(from_json(record.value)["vector"])) // 2
    return None


def _way_out(log: Log) -> str:
    if not isinstance(log, SqliteLog):
        return "publish the observations to topics of their own, or go back to the model of before"
    return (
        "`anamnesis fork --settings FILE --to DIR`, where FILE names the model (`encoder` or "
        "`bindings`), embeds anew what the log still has the observations of; or go back to the "
        "model of before"
    )


def mixed(log: Log, own: str) -> str | None:
    """Say that questions and memories are embedded by different models, and the way out; or None.

    Cosines between the vectors of two models mean nothing.
    """
    others = strangers(log, own)
    if not others:
        return None
    by = " and ".join(one[:_SHOWN] for one in others)
    return f"memories were embedded by {by}, questions are by {own[:_SHOWN]}: {_way_out(log)}"
