"""How tests erase, and what they look for afterwards."""

from typing import Any

from infra.keys.choosing import Choice, Chosen
from infra.keys.key_ring import KeyRing
from infra.keys.sealing import SealedCodec
from infra.memory import Memory
from infra.views.refold import verify
from schemas.memories import ObservationsErased, SpaceErased
from schemas.wire import decode
from streams.topology import MEMORIES
from tests.driving import (
    opened,
)


def ring(memory: Memory) -> KeyRing:
    assert isinstance(memory.codec, SealedCodec)
    return memory.codec.ring


def forget(memory: Memory, choice: Choice) -> Chosen:
    """Erase and finish."""
    home = memory.settings.home
    chosen = memory.forget(choice, "asked", really=True)
    opened(home).close()
    return chosen


def agrees(memory: Memory) -> bool:
    return verify(memory.log, memory.views, memory.vectors, memory.codec).ok


def events(memory: Memory, space: str) -> list[Any]:
    kept = [r for r in memory.log.scan(MEMORIES) if r.key == space and not r.erased]
    return [decode(record.headers["ce_type"], record.value) for record in kept]


def receipts(memory: Memory) -> list[Any]:
    kinds = SpaceErased | ObservationsErased
    return [event for event in events(memory, "ana") if isinstance(event, kinds)]
