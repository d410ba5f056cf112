"""How percepts become memory: gather, decide, append, project, in that order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agents.decision import Input
from agents.known import Known, evolve
from agents.needs import Needs
from agents.policy import Policy
from agents.remember import ALONE, decide, needs, refused
from infra.host.fresh import Fresh
from infra.host.patience import Patience
from infra.host.perceiving import rejection
from infra.views.projector import Projector
from schemas.envelope import Envelope, derive_id
from schemas.errors import AnamnesisError, VectorsError
from schemas.memories import InputPassed, MemoryEvent, Moved
from schemas.observations import Said
from schemas.percepts import Perceived
from schemas.wire import encode
from streams.log import Advance, ExactLog, Outgoing, Record
from streams.topology import MEMORIES, OBSERVATIONS, PERCEPTS, PROMOTIONS

CONSUMER = "remember"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one batch came to."""

    partition: int
    inputs: int
    events: list[MemoryEvent]


class Remembering:
    """Reads percepts, decides them in order, writes memories and brings the views up to date."""

    def __init__(
        self, log: ExactLog, projector: Projector, fresh: Fresh, policy: Policy, *, batch: int
    ) -> None:
        self.log = log
        self.fresh = fresh
        self.projector = projector
        self.policy = policy
        self.batch = batch
        self.patience = Patience()  # a host that can wait brings its own
        self.done = [log.position(CONSUMER, PERCEPTS, p) for p in range(log.partitions)]

    def step(self) -> list[Outcome]:
        """Decide a batch of every partition that has one."""
        outcomes = []
        for partition, end in enumerate(self.log.ends(PERCEPTS)):
            if self.done[partition] < end:
                records = self.log.read(PERCEPTS, partition, self.done[partition], self.batch)
                # None are left where a damaged log has lost its last ones.
                following = records[-1].offset + 1 if records else end
                outcomes.append(self.decide(partition, records, following))
        return outcomes

    def decide(self, partition: int, records: Sequence[Record], following: int) -> Outcome:
        """Decide records of one partition in order, write the outcome and bring the views to it."""
        first, rest = together(records)
        until = rest[0].offset if rest else following
        outcome = self._decide(partition, first, until)
        while rest:
            first, rest = together(rest)
            until = rest[0].offset if rest else following
            more = self._decide(partition, first, until)
            outcome = Outcome(partition, outcome.inputs + more.inputs, outcome.events + more.events)
        return outcome

    def _decide(self, partition: int, records: Sequence[Record], following: int) -> Outcome:
        outgoing: list[Outgoing] = []
        events: list[MemoryEvent] = []
        inputs, failed = self._inputs(records)
        outgoing.extend(failed)
        wanted = needs([item for _, item in inputs], self.policy)
        gather = self.projector.views.gather
        known = self.patience.through(lambda: gather(wanted), lambda: self._resumed(wanted))
        for record, item in inputs:
            try:
                decided = decide(known, item, self.policy)
                if reason := refused(item, decided):
                    outgoing.append(rejection(_observed(record, item), reason, None))
            except Exception as error:  # noqa: BLE001 - one bad input must not stop its space
                outgoing.append(rejection(_observed(record, item), "cannot be decided", error))
                decided = [_gave_up(item, error)]
            evolve(known, item.id, item.digest, decided)
            outgoing.extend(_outgoing(record, item, decided))
            events.extend(decided)
        advance = Advance(CONSUMER, PERCEPTS, partition, self.done[partition], following)
        placed = self.log.commit(outgoing, advance)
        written = [
            Record(o.stream, at[0], at[1], o.key, o.value, o.headers, o.timestamp)
            for o, at in zip(outgoing, placed, strict=True)
            if o.stream == MEMORIES
        ]
        self.patience.through(
            lambda: self._project(partition, written, events), self.projector.resume
        )
        self.done[partition] = following  # not before: others take it for what can be read
        return Outcome(partition, len(records), events)

    def _resumed(self, wanted: Needs) -> Known:
        """Gather where a database was away, and may have taken back what it had accepted last."""
        self.projector.resume()
        return self.projector.views.gather(wanted)

    def _inputs(
        self, records: Sequence[Record]
    ) -> tuple[list[tuple[Record, Input]], list[Outgoing]]:
        inputs, failed = [], []
        for record in records:
            if record.erased:
                continue
            envelope = Envelope.of(record.headers)
            try:
                event = self.fresh.take(record)
                inputs.append((record, Input(envelope.cause, envelope.digest, event)))
            except AnamnesisError as error:
                failed.append(rejection(record, "undecodable", error))
        return inputs, failed

    def _project(self, partition: int, written: list[Record], events: list[MemoryEvent]) -> None:
        try:
            self.projector.project(partition, written, events)
        except VectorsError:
            self.projector.repair_vectors()


def together(records: Sequence[Record]) -> tuple[Sequence[Record], Sequence[Record]]:
    """Part records into those that may be decided as one batch, and the rest.

    What looks for whatever is due is decided alone, after all before it has reached the views.
    """
    for index, record in enumerate(records):
        if record.headers.get("ce_type") in ALONE:
            return records[: max(index, 1)], records[max(index, 1) :]
    return records, ()


def _said(item: Input) -> Said:
    return item.event.observation if isinstance(item.event, Perceived) else item.event


def _observed(record: Record, item: Input) -> Record:
    """Give the observation behind a percept as it stands in the log: producers know that one."""
    partition, _, offset = Envelope.of(record.headers).position.partition(":")
    return replace(
        record,
        stream=OBSERVATIONS,
        partition=int(partition),
        offset=int(offset),
        value=encode(_said(item)),
    )


def _gave_up(item: Input, error: Exception) -> InputPassed:
    said = _said(item)
    return InputPassed(
        space=said.space, at=said.at, reason=f"cannot be decided: {type(error).__name__}"
    )


def _outgoing(record: Record, item: Input, events: list[MemoryEvent]) -> list[Outgoing]:
    before = Envelope.of(record.headers)
    out: list[Outgoing] = []
    for index, event in enumerate(events):
        envelope = Envelope(
            id=derive_id(f"{item.id}/{item.digest}", index),
            tag=event.tag,
            source="anamnesis/remember",
            space=event.space,
            at=before.at,
            cause=item.id,
            digest=item.digest,
            position=before.position,
            traceparent=before.traceparent,
        )
        value, headers = encode(event), envelope.headers()
        streams = (MEMORIES, PROMOTIONS) if isinstance(event, Moved) else (MEMORIES,)
        out.extend(Outgoing(s, record.key, value, headers, record.timestamp) for s in streams)
    return out
