"""An encoder that makes up what it sees, so that a bench can fill a large memory quickly."""

import re
import zlib
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

import numpy as np

from benches.texts import PEOPLE, PLACES, observations, texts
from benches.trial import feed
from infra.memory import Memory
from infra.models.perceive import Encoder
from streams.encoded import Encoded, EntitySpan

_DONORS: Final = 200
_NOISE: Final = 0.5  # length of what is added to a vector: a cosine of 0.9 to where it came from
_NAME: Final = re.compile("|".join((*PEOPLE, *PLACES)))


class MadeUpEncoder:
    """Gives every text what a real encoder saw in another one, turned a little.

    Names are found by list, so that entities and their graph grow as they do with real texts.
    """

    def __init__(self, real: Encoder) -> None:
        self.digest = real.digest
        self.dimensions = real.dimensions
        self._real = real
        self._donors = [real.submit(text).result() for text in texts(_DONORS, seed=3)]

    def submit(self, text: str) -> Future[Encoded]:
        """Make up what is seen; the same text always gives the same."""
        chance = np.random.default_rng(zlib.crc32(text.encode()))
        donor = self._donors[chance.integers(len(self._donors))]
        turn = chance.normal(size=donor.vector.shape)
        turned = donor.vector + _NOISE * turn / np.linalg.norm(turn)
        seen: Future[Encoded] = Future()
        seen.set_result(
            replace(
                donor,
                vector=(turned / np.linalg.norm(turned)).astype(np.float16),
                entities=tuple(_entities(text)),
                relations=(),
                tree=(),
            )
        )
        return seen

    def split(self, text: str, limit: int = 256) -> list[tuple[int, int]]:
        """Split as the real one does."""
        return self._real.split(text, limit)

    def close(self) -> None:
        """Leave the real one open: it belongs to the memory."""


def _entities(text: str) -> Iterator[EntitySpan]:
    for name in _NAME.finditer(text):
        type_ = "person" if name[0] in PEOPLE else "place"
        yield EntitySpan(name.start(), name.end(), type_, 0.99)


@contextmanager
def making_up(memory: Memory) -> Iterator[None]:
    """Let a memory perceive with a made-up encoder for a while."""
    real = memory.perceiver.encoder
    memory.perceiver.encoder = MadeUpEncoder(real)
    try:
        yield
    finally:
        memory.perceiver.encoder = real


def grow(memory: Memory, space: str, count: int, *, first: int = 0) -> None:
    """Add made-up memories to a space, numbered from `first` on."""
    with making_up(memory):
        feed(memory, observations(count, space, seed=first + 1, first=first, name="grown"))
