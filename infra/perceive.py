"""What the models see in an observation: the one impure step on the way in."""

import base64
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Final, Protocol

import numpy as np

from agents.wording import begins, speaker_of, text_of
from infra.time_expressions import find_times
from schemas.observations import Perceivable
from schemas.percepts import Arc, Entity, Passage, Perceived, Relation
from streams.encoded import Encoded

_NO_VECTOR: Final = np.zeros(0, np.float16)
_NO_TOKENS: Final = np.zeros((0, 0), np.int8)


class Encoder(Protocol):
    """One network, one pass a text; the same text always gives the same."""

    digest: str

    def submit(self, text: str) -> Future[Encoded]:
        """Encode one text alone, on one of the encoder's threads."""
        ...

    def split(self, text: str, limit: int = 256) -> list[tuple[int, int]]:
        """Split a text at sentence borders into passages of at most `limit` tokens."""
        ...

    def close(self) -> None:
        """Release what encoding needs."""
        ...


@dataclass(frozen=True, slots=True)
class Seen:
    """What an encoding says, ready for any passage with that text; the arrays only as base64."""

    vector: str
    tokens: str
    encoded: Encoded


class Pending:
    """A passage whose encoding is under way."""

    __slots__ = ("_cache", "_future", "_seen", "span", "text")

    def __init__(
        self,
        span: tuple[int, int],
        text: str,
        cache: "PerceptCache",
        found: Seen | Future[Encoded],
    ) -> None:
        self.span = span
        self.text = text
        self._cache = cache
        self._seen = found if isinstance(found, Seen) else None
        self._future = found if isinstance(found, Future) else None

    def wait(self) -> None:
        """Wait until the encoding has ended, one way or the other."""
        if self._future is not None and not self._future.done():
            wait([self._future])

    def seen(self) -> Seen:
        """Wait for the encoding; raises what the encoder raised."""
        if self._future is not None and self._seen is None:
            encoded = self._future.result()
            self._seen = Seen(
                base64.b64encode(encoded.vector.tobytes()).decode(),
                base64.b64encode(encoded.tokens.tobytes()).decode(),
                replace(encoded, vector=_NO_VECTOR, tokens=_NO_TOKENS),
            )
            self._cache.put(self.text, self._seen)
        if self._seen is None:
            raise RuntimeError("a pending passage has either a future or what was seen")
        return self._seen


class PerceptCache:
    """The latest encodings by text, least recently used out first; one encoder's only."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[str, Seen] = OrderedDict()
        self._lock = Lock()
        self.hits = 0
        self.misses = 0

    def get(self, text: str) -> Seen | None:
        """Give what was seen in this text, if it is kept."""
        with self._lock:
            seen = self._kept.get(text)
            if seen is None:
                self.misses += 1
                return None
            self.hits += 1
            self._kept.move_to_end(text)
            return seen

    def put(self, text: str, seen: Seen) -> None:
        """Keep what was seen."""
        with self._lock:
            self._kept[text] = seen
            if len(self._kept) > self._capacity:
                self._kept.popitem(last=False)


class Perceiver:
    """Runs the encoder over observations: `begin` many, then `finish` each in order."""

    def __init__(self, encoder: Encoder, *, cache: int) -> None:
        self.encoder = encoder
        self.cache = PerceptCache(cache)
        self.models = {"encoder": encoder.digest}

    def begin(self, text: str) -> list[Pending]:
        """Start encoding a text, passage by passage."""
        return [self._pending(text, span) for span in self.encoder.split(text)]

    def _pending(self, text: str, span: tuple[int, int]) -> Pending:
        part = text[span[0] : span[1]]
        found = self.cache.get(part)
        return Pending(span, part, self.cache, found or self.encoder.submit(part))

    def begin_observation(self, observation: Perceivable) -> list[Pending]:
        """Start encoding what an observation says."""
        return self.begin(text_of(observation))

    def finish_observation(self, observation: Perceivable, pending: Sequence[Pending]) -> Perceived:
        """Wait for an observation's passages and say what was seen."""
        passages = self.finish(pending, begins(observation), speaker_of(observation))
        return Perceived(observation=observation, passages=passages, models=self.models)

    def finish(
        self, pending: Sequence[Pending], at: datetime, speaker: str | None
    ) -> tuple[Passage, ...]:
        """Wait for passages; times are resolved against `at`, "I" is the speaker."""
        return tuple(_passage(item, item.seen(), at, speaker) for item in pending)


def _passage(item: Pending, seen: Seen, at: datetime, speaker: str | None) -> Passage:
    encoded = seen.encoded
    intent = encoded.intent
    return Passage(
        start=item.span[0],
        end=item.span[1],
        text=item.text,
        vector=seen.vector,
        tokens=seen.tokens,
        entities=tuple(
            Entity(text=item.text[start:end], type=type_, start=start, end=end, score=score)
            for start, end, type_, score in encoded.entities
        ),
        relations=tuple(_relations(item.text, encoded, speaker or "I")),
        times=find_times(item.text, at),
        intent=intent[0] if intent else None,
        emotion=dict(encoded.emotion) if encoded.emotion else None,
        importance=encoded.importance,
    )


def _relations(text: str, encoded: Encoded, speaker: str) -> Iterator[Relation]:
    for found in encoded.relations:
        subject = text[slice(*found.subject)] if found.subject else speaker
        start, end = found.object
        yield Relation(
            subject=subject,
            predicate=found.predicate,
            object=text[start:end],
            start=start,
            end=end,
            score=found.score,
            spoken=found.subject is None,
            ended=found.ended,
        )


def arcs(encoded: Encoded) -> tuple[Arc, ...]:
    """Give the dependency tree of an encoding."""
    return tuple(
        Arc(start=start, end=end, head=head, relation=relation)
        for start, end, head, relation in encoded.tree
    )
