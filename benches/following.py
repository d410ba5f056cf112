"""What a memory's events say is there: what was formed, repeated, met and forgotten, in order."""

import numpy as np

from infra.memory import Memory
from schemas.memories import MemoryForgotten, MemoryFormed, MemoryReinforced
from schemas.wire import decode
from streams.topology import MEMORIES

_PAGE = 4096


class Following:
    """Follows the memories stream of one space; `order` has each memory's place of forming."""

    def __init__(self, memory: Memory) -> None:
        self._log = memory.log
        self._offsets = [0] * memory.log.partitions
        self._met = np.zeros(1024, np.int64)
        self.order: dict[str, int] = {}
        self.kept: set[str] = set()
        self.memory_of: dict[str, str] = {}
        self.moment = 0

    def follow(self) -> None:
        """Take in what was decided since the last time."""
        for partition in range(len(self._offsets)):
            while page := self._log.read(MEMORIES, partition, self._offsets[partition], _PAGE):
                self._offsets[partition] = page[-1].offset + 1
                for record in page:
                    if record.headers["ce_type"] in _TAGS:
                        self._take(decode(record.headers["ce_type"], record.value))

    def _take(self, event: object) -> None:
        match event:
            case MemoryFormed():
                self.order[event.memory] = len(self.order)
                self.kept.add(event.memory)
                self.memory_of[event.source.observation] = event.memory
                self.meet(event.memory)
            case MemoryReinforced():
                self.memory_of[event.source.observation] = event.memory
                self.meet(event.memory)
            case MemoryForgotten():
                self.kept.discard(event.memory)

    def meet(self, memory: str) -> None:
        """Note that a memory was met now."""
        place = self.order[memory]
        if place >= len(self._met):
            self._met = np.concatenate([self._met, np.zeros(len(self._met), np.int64)])
        self.moment += 1
        self._met[place] = self.moment

    def met_after(self, memory: str) -> int:
        """Count the memories that were met after this one was."""
        met = self._met[: len(self.order)]
        return int(np.count_nonzero(met > met[self.order[memory]]))


_TAGS = frozenset({"memory_formed.v1", "memory_reinforced.v1", "memory_forgotten.v1"})
