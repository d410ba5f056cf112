"""What the models see in an observation: the one impure step on the way in."""

import base64
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Final, Protocol

from agents.wording import begins, text_of
from infra.models.percept_store import PerceptStore
from infra.models.relating import dated_by, planned, relations_of
from infra.models.seen import Seen, seen_of
from infra.models.time_expressions import find_times
from schemas.observations import Message, Perceivable
from schemas.percepts import Arc, Entity, Passage, Perceived
from streams.encoded import Encoded

_NAMES: Final = 4096  # speakers whose names' tokens are kept
_NAME_TOKENS: Final = 8  # of a long name


def embedder_of(encoder: str) -> str:
    """Give the digest of what embeds from an encoder's, which names heads that are not its own.

    These are bound, or the same as in an earlier release.
    """
    whole, *heads = encoder.split("+")
    return dict(head.split("=", 1) for head in heads).get("embedder", whole)


class Encoder(Protocol):
    """One network, one pass a text; the same text always gives the same."""

    digest: str
    dimensions: int  # of an embedding

    def submit(self, text: str) -> Future[Encoded]:
        """Encode one text alone, on one of the encoder's threads."""
        ...

    def split(self, text: str, limit: int = 256) -> list[tuple[int, int]]:
        """Split a text at sentence borders into passages of at most `limit` tokens."""
        ...

    def close(self) -> None:
        """Release what encoding needs."""
        ...


class Pending:
    """A passage whose encoding is under way; `space` is None where nothing must be kept of it."""

    __slots__ = ("_future", "_kept", "_seen", "space", "span", "text")

    def __init__(
        self,
        span: tuple[int, int],
        text: str,
        space: str | None,
        kept: "Kept",
        found: Seen | Future[Encoded],
    ) -> None:
        self.span = span
        self.text = text
        self.space = space
        self._kept = kept
        self._seen = found if isinstance(found, Seen) else None
        self._future = found if isinstance(found, Future) else None

    def wait(self) -> None:
        """Wait until the encoding has ended, one way or the other."""
        if self._future is not None and not self._future.done():
            wait([self._future])

    def seen(self) -> Seen:
        """Wait for the encoding; raises what the encoder raised."""
        if self._future is not None and self._seen is None:
            self._seen = seen_of(self._future.result())
            self._kept.put(self.space, self.text, self._seen)
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

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()


@dataclass(frozen=True, slots=True)
class Kept:
    """What an encoder saw before: in memory whoever said it, on disk by space and its digest."""

    cache: PerceptCache
    store: PerceptStore | None
    digest: str

    def get(self, space: str | None, text: str) -> Seen | None:
        """Give what was seen in this text, if it is kept."""
        if found := self.cache.get(text):
            return found
        if self.store is None or space is None:
            return None
        if found := self.store.get(space, self._by_encoder(text)):
            self.cache.put(text, found)
        return found

    def put(self, space: str | None, text: str, seen: Seen) -> None:
        """Keep what was seen."""
        self.cache.put(text, seen)
        if self.store is not None and space is not None:
            self.store.put(space, self._by_encoder(text), seen)

    def _by_encoder(self, text: str) -> str:
        """Name a text as this encoder saw it: the store is one for those before and after it."""
        return f"{self.digest}\0{text}"

    def forget(self, space: str) -> None:
        """Remove what a space has on disk, and all in memory, which does not say whose it is."""
        self.cache.clear()
        if self.store is not None:
            self.store.forget(space)


class Perceiver:
    """Runs the encoder over observations: `begin` many, then `finish` each in order.

    `store` keeps what is seen in observations, not in questions, beyond the process.
    """

    def __init__(self, encoder: Encoder, *, cache: int, store: PerceptStore | None = None) -> None:
        self.encoder = encoder
        self.kept = Kept(PerceptCache(cache), store, encoder.digest)
        self.models = {"encoder": encoder.digest}
        self._names: dict[str, Future[Encoded]] = {}

    def forget(self) -> None:
        """Drop everything that is kept in memory of what was seen."""
        self.kept.cache.clear()
        self._names = {}

    def _name(self, name: str) -> Future[Encoded]:
        """Encode a speaker's name, or give what was seen in it."""
        found = self._names.get(name)
        if found is None or (found.done() and found.exception()):
            if len(self._names) >= _NAMES:
                self._names = {}
            found = self._names[name] = self.encoder.submit(name)
        return found

    def _name_tokens(self, name: str) -> str:
        """Give the tokens of a speaker's name as base64.

        A turn is found by who said it too. Read in front of the turn, the name would cost
        statements ("Maya: I live in ..."); its own tokens behind the turn's cost nothing.
        """
        tokens = self._name(name).result().tokens
        return base64.b64encode(tokens[:_NAME_TOKENS].tobytes()).decode()

    def begin(self, text: str, space: str | None = None) -> list[Pending]:
        """Start encoding a text, passage by passage."""
        if known := self.kept.get(space, text):  # so it is a passage, and need not be split again
            return [Pending((0, len(text)), text, space, self.kept, known)]
        return [self._pending(text, span, space) for span in self.encoder.split(text)]

    def _pending(self, text: str, span: tuple[int, int], space: str | None) -> Pending:
        part = text[slice(*span)]
        known = None if part == text else self.kept.get(space, part)
        return Pending(span, part, space, self.kept, known or self.encoder.submit(part))

    def begin_observation(self, observation: Perceivable) -> list[Pending]:
        """Start encoding what an observation says, and who says it."""
        if isinstance(observation, Message) and observation.speaker:
            self._name(observation.speaker)  # asked for later, it would wait behind other texts
        return self.begin(text_of(observation), observation.space)

    def finish_observation(self, observation: Perceivable, pending: Sequence[Pending]) -> Perceived:
        """Wait for an observation's passages and say what was seen."""
        who = observation.speaker if isinstance(observation, Message) else None
        name = self._name_tokens(who) if who else ""
        passages = self.finish(pending, begins(observation), who, name)
        return Perceived(observation=observation, passages=passages, models=self.models)

    def finish(
        self, pending: Sequence[Pending], at: datetime, speaker: str | None, name: str = ""
    ) -> tuple[Passage, ...]:
        """Wait for passages; times are resolved against `at`, "I" is the speaker.

        The tokens of `name` (base64) are put behind those of the text.
        """
        return tuple(_passage(item, item.seen(), at, speaker, name) for item in pending)


def _passage(item: Pending, seen: Seen, at: datetime, speaker: str | None, name: str) -> Passage:
    encoded = seen.encoded
    intent = encoded.intent
    times = find_times(item.text, at, planned(item.text, encoded))
    said = list(relations_of(item.text, encoded, speaker))
    relations = dated_by(item.text, encoded, said, times, at)
    return Passage(
        start=item.span[0],
        end=item.span[1],
        text=item.text,
        vector=seen.vector,
        # A token's 48 bytes are 64 characters of base64 without padding, so texts of it join.
        tokens=seen.tokens + name,
        entities=tuple(
            Entity(text=item.text[start:end], type=type_, start=start, end=end, score=score)
            for start, end, type_, score in encoded.entities
        ),
        relations=relations,
        times=times,
        intent=intent[0] if intent else None,
        emotion=dict(encoded.emotion) if encoded.emotion else None,
        importance=encoded.importance,
    )


def arcs(encoded: Encoded) -> tuple[Arc, ...]:
    """Give the dependency tree of an encoding."""
    return tuple(
        Arc(start=start, end=end, head=head, relation=relation)
        for start, end, head, relation in encoded.tree
    )
