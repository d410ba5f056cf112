"""How observations become percepts: the loop that keeps the encoder's threads busy, in order."""

import base64
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from queue import Empty, Queue
from typing import Final

from infra.host.fresh import Fresh
from infra.host.lines import MAX_KEPT
from infra.keys.erasing import is_own
from infra.keys.sealing import SealedCodec
from infra.models.perceive import Pending, Perceiver, embedder_of
from schemas.envelope import Envelope, derive_id, input_id
from schemas.errors import AnamnesisError, ModelLostError, ObservationError
from schemas.memories import Rejected
from schemas.observations import ForgetRequested, Perceivable, Said
from schemas.percepts import Perceived
from schemas.wire import digest_of, encode, tag_of
from streams.instants import to_micros
from streams.log import Advance, ExactLog, Outgoing, Record
from streams.topology import OBSERVATIONS, PERCEPTS, REJECTIONS

CONSUMER = "perceive"
AHEAD: Final = 200  # years; `simulate` and `tick --at` go on by a century
YEAR: Final = 365 * 86_400_000  # milliseconds


@dataclass(frozen=True, slots=True)
class Begun:
    """A record whose encoding is under way; `said` is None when it could not be read."""

    record: Record
    said: Said | None
    pending: list[Pending]
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one partition that are perceived together."""

    partition: int
    begun: list[Begun]
    following: int  # the offset after it


class Perceiving:
    """Reads observations and writes percepts; commands pass through in their place.

    By `codec` it knows what an erasure has said. `note` hears what embeds them, before the first
    that it embedded are written.
    """

    def __init__(  # noqa: PLR0913 - what it reads and by what, and how much of it
        self,
        log: ExactLog,
        perceiver: Perceiver,
        fresh: Fresh,
        *,
        batch: int,
        attempts: int,
        codec: SealedCodec,
        note: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.log = log
        self.fresh = fresh
        self.perceiver = perceiver
        self.batch = batch
        self.attempts = attempts
        self.codec = codec
        self.read = [log.position(CONSUMER, OBSERVATIONS, p) for p in range(log.partitions)]
        self.done = list(self.read)
        self.under_way: deque[Batch] = deque()
        self._renewed: Queue[Perceiver] = Queue()
        self._note = note
        self._noted = ""

    def renew(self, perceiver: Perceiver) -> None:
        """Let the next batch be perceived by others; a batch is never read by two models."""
        self._renewed.put(perceiver)

    def take_renewed(self) -> list[Perceiver]:
        """Go on with what `renew` was given last; give those that are at work no more."""
        gone = []
        with suppress(Empty):
            while True:
                fresh = self._renewed.get_nowait()
                gone.append(self.perceiver)
                self.perceiver = fresh
        return gone

    def begin(self) -> bool:
        """Start encoding a batch of every partition that has one; say whether any had.

        Where models were renewed, what is under way is finished first.
        """
        if not self._renewed.empty():
            if self.under_way:
                return False
            self.take_renewed()
        any_read = False
        for partition, end in enumerate(self.log.ends(OBSERVATIONS)):
            if self.read[partition] >= end:
                continue
            records = self.log.read(OBSERVATIONS, partition, self.read[partition], self.batch)
            # None are left where a damaged log has lost its last ones.
            self.read[partition] = records[-1].offset + 1 if records else end
            self.take(partition, records, self.read[partition])
            any_read = True
        return any_read

    def take(self, partition: int, records: Sequence[Record], following: int) -> None:
        """Start encoding records of one partition, after which `following` is next."""
        begun = [self._begin(record) for record in records if not record.erased]
        self.under_way.append(Batch(partition, begun, following))

    def _begin(self, record: Record) -> Begun:
        try:
            said: Said = self.fresh.take(record)
            self._demand_its_partition(record, said.space)
            _demand_its_time(record, said)
            self._demand_its_erasure(said)
            pending = (
                self.perceiver.begin_observation(said) if isinstance(said, Perceivable) else []
            )
        except (AnamnesisError, KeyError, ValueError) as error:
            return Begun(record, None, [], error)
        return Begun(record, said, pending)

    def _demand_its_partition(self, record: Record, space: str) -> None:
        """Refuse what a producer keyed otherwise: a space in two partitions has two writers."""
        where = self.log.partition_of(space)
        if record.key != space or record.partition != where:
            raise ObservationError(
                f"space: {space} belongs in partition {where} under its own name (murmur2), "
                f"and not in {record.partition} under {record.key}"
            )

    def _demand_its_erasure(self, said: Said) -> None:
        """Refuse a receipt of what nobody erased: views would be cleared, and what is sealed stay.

        Not the intent shows it, which is gone by then, and not the header: producers write those.
        """
        if isinstance(said, ForgetRequested) and not is_own(self.codec, said):
            raise ObservationError("kind: what is to be forgotten is said with `anamnesis forget`")

    def finish(self) -> int:
        """Wait for the oldest batch and write its percepts; give its partition."""
        batch = self.under_way.popleft()
        # The last one first: the others have ended by then, and to be woken for each one costs.
        for begun in reversed(batch.begun):
            for pending in reversed(begun.pending):
                pending.wait()
        finished = [self._finish(begun) for begun in batch.begun]
        if any(isinstance(event, Perceived) for _, event in finished):
            self._embedding()
        following = batch.following
        advance = Advance(
            CONSUMER, OBSERVATIONS, batch.partition, self.done[batch.partition], following
        )
        placed = self.log.commit([outgoing for outgoing, _ in finished], advance)
        self.fresh.keep(
            ((PERCEPTS, *place), event)
            for place, (_, event) in zip(placed, finished, strict=True)
            if event is not None
        )
        self.done[batch.partition] = following
        return batch.partition

    def _embedding(self) -> None:
        embedder = embedder_of(self.perceiver.encoder.digest)
        if embedder != self._noted:
            self._note(embedder)
            self._noted = embedder

    def _finish(self, begun: Begun) -> tuple[Outgoing, Perceived | Said | None]:
        record, said = begun.record, begun.said
        if said is None:
            return rejection(record, "undecodable", begun.error), None
        if not isinstance(said, Perceivable):
            return _passed(record, said, said), said
        error: Exception | None = None
        pending: Sequence[Pending] = begun.pending
        for _ in range(self.attempts):
            try:
                perceived = self.perceiver.finish_observation(said, pending)
                return _passed(record, said, perceived), perceived
            except ModelLostError:
                raise  # every text would become a dead letter
            except Exception as failure:  # noqa: BLE001 - whatever it is, it becomes a Rejected
                error = failure
                pending = self.perceiver.begin_observation(said)
        return rejection(record, "cannot be perceived", error), None


def _demand_its_time(record: Record, said: Said) -> None:
    """Refuse a command from so far ahead that its space's time would not go on any more."""
    if isinstance(said, Perceivable):
        return
    if to_micros(said.at) // 1000 - record.timestamp > AHEAD * YEAR:
        raise ObservationError(f"at: {said.at} is {AHEAD} years or more after it was published")


def _passed(record: Record, said: Said, event: Perceived | Said) -> Outgoing:
    before = Envelope.of(record.headers)
    cause = input_id(said.space, said.id)
    after = replace(
        before,
        id=derive_id(cause, "percept"),
        tag=tag_of(event),
        source="anamnesis/perceive",
        cause=cause,
        digest=before.digest or digest_of(said),
        position=f"{record.partition}:{record.offset}",
    )
    return Outgoing(PERCEPTS, record.key, encode(event), after.headers(), record.timestamp)


def rejection(record: Record, reason: str, error: Exception | None) -> Outgoing:
    """Give the dead letter of a record: its bytes, where it stood, and why.

    Of more bytes than a log may take again the first are kept, with the length and digest of all.
    """
    origin = f"{record.stream}/{record.partition}:{record.offset}"
    detail = f"{type(error).__name__}: {error}" if error else ""
    if len(record.value) > MAX_KEPT:
        digest = sha256(record.value).hexdigest()
        kept = f"the first {MAX_KEPT} of {len(record.value)} bytes are kept"
        detail = f"{kept} (sha256 of all: {digest}); {detail}"
    rejected = Rejected(
        origin=origin,
        reason=reason,
        detail=detail,
        raw=base64.b64encode(record.value[:MAX_KEPT]).decode(),
    )
    before = Envelope.of(record.headers)
    after = replace(before, id=derive_id(origin, "rejected"), tag=rejected.tag, cause=before.id)
    return Outgoing(REJECTIONS, record.key, encode(rejected), after.headers(), record.timestamp)
