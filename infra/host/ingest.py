"""How lines of a producer get into the log: read, checked, published, or rejected with reason."""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Protocol

from agents.adjust import refusal
from agents.remember import CONFLICT
from infra.clock import now, now_ms
from infra.host.lines import MAX_KEPT
from infra.host.positions import write_position
from schemas.envelope import Envelope, derive_id, input_id
from schemas.errors import ObservationError
from schemas.memories import Rejected
from schemas.observations import Fact, ForgetRequested, Message, Said, SpaceConfigured
from schemas.wire import decode, digest_of, encode, parse_observation, tag_of
from streams.log import Log, Outgoing, Record
from streams.topology import OBSERVATIONS, REJECTIONS

MAX_LINE: Final = 4_000_000  # bytes; a longer line is rejected
_SKEW: Final = timedelta(days=1)
_CHUNK: Final = 256
_CHUNK_BYTES: Final = 4_000_000
_SHOWN: Final = 80  # characters of an id that are told of a line that is refused
_ROLES: Final = 20  # that are told of one run
_FAULTS: Final = 1000  # told of one run; the rejections hold all


@dataclass(slots=True)
class Ingested:
    """What became of the lines so far; `positions` hold the last offset of each partition.

    `odd_roles` counts messages that are not believed, by a role that is not an agent's either.
    """

    lines: int = 0
    published: int = 0
    known: int = 0
    rejected: int = 0
    conflicts: int = 0
    erased: int = 0
    ahead: int = 0
    odd_roles: Counter[str] = field(default_factory=Counter)
    positions: dict[int, int] = field(default_factory=dict)
    faults: list[tuple[int, str]] = field(default_factory=list)

    def fault(self, number: int, reason: str) -> None:
        """Count a rejected line, and note where and why."""
        self.rejected += 1
        if len(self.faults) < _FAULTS:
            self.faults.append((number, reason))

    def note_role(self, said: Said) -> None:
        """Count a message that is not believed, though it may be meant to be."""
        role = said.odd_role if isinstance(said, Message) else None
        if role and (role in self.odd_roles or len(self.odd_roles) < _ROLES):
            self.odd_roles[role] += 1

    @property
    def position(self) -> str:
        """Write the positions as one word that every read can wait for."""
        return write_position(self.positions)


def _parsed(line: bytes) -> Said:
    if len(line) > MAX_LINE:
        size = len(line) if len(line) <= MAX_KEPT else f"more than {MAX_KEPT}"
        raise ObservationError(f"the line has {size} bytes, {MAX_LINE} at most")
    try:
        line.decode()
    except UnicodeDecodeError as error:
        reason = f"the line: not UTF-8 ({error.reason} at byte {error.start})"
        raise ObservationError(reason) from error
    said = parse_observation(line)
    if isinstance(said, ForgetRequested):
        raise ObservationError("kind: what is to be forgotten is said with `anamnesis forget`")
    if isinstance(said, SpaceConfigured) and (wrong := refusal(said.settings)):
        raise ObservationError(f"settings: {wrong}")
    if isinstance(said, Fact) and said.valid_from and said.valid_from == said.valid_to:
        raise ObservationError(
            "valid_to: it is valid_from, at which it begins: it would never hold"
        )
    return said


class Knowing(Protocol):
    """Knows what was decided."""

    def decided(self, inputs: Sequence[str]) -> dict[str, list[str]]:
        """Give the digests under which these inputs were decided."""
        ...

    def erased(self, inputs: Sequence[str]) -> set[str]:
        """Give those of these inputs whose content was erased."""
        ...


class Publishing(Protocol):
    """Takes observations in."""

    def publish(self, records: Sequence[Outgoing], said: Sequence[Said]) -> list[tuple[int, int]]:
        """Append observations, durable on return; `said` are what they say."""
        ...


class Ingestor:
    """Publishes observations; what was decided before, with the same content, is skipped.

    `rejected` are the ends of the rejections stream from which on `settle` looks, and which it
    moves, so that ingestors of one memory tell nothing twice. Where ids are made of what is said
    (`by_content`), one that is known is never a conflict: what is there keeps its time.
    """

    def __init__(
        self, log: Log, views: Knowing, host: Publishing, source: str, rejected: list[int]
    ) -> None:
        self.log = log
        self.views = views
        self.host = host
        self.source = source
        self.by_content = False
        self._rejected = rejected

    def lines(self, lines: Iterable[bytes], result: Ingested) -> Iterator[Ingested]:
        """Publish lines in chunks; gives the running result after each chunk."""
        chunk: list[tuple[int, bytes]] = []
        size = 0
        for line in lines:
            result.lines += 1
            if line.strip():
                chunk.append((result.lines, line.rstrip(b"\r\n")))
                size += len(line)
            if len(chunk) >= _CHUNK or size >= _CHUNK_BYTES:
                self._chunk(chunk, result)
                chunk, size = [], 0
                yield result
        if chunk:
            self._chunk(chunk, result)
        if result.positions:  # it tells when that was in the partitions of other spaces, too
            for partition, end in enumerate(self.log.ends(OBSERVATIONS)):
                if end:
                    result.positions.setdefault(partition, end - 1)
        yield result

    def settle(self, result: Ingested) -> None:
        """Tell which observations the host has rejected since the memory was opened."""
        for partition, end in enumerate(self.log.ends(REJECTIONS)):
            while (offset := self._rejected[partition]) < end:
                page = self.log.read(REJECTIONS, partition, offset, _CHUNK)
                for record in page:
                    self._settle(record, result)
                self._rejected[partition] = page[-1].offset + 1

    def _settle(self, record: Record, result: Ingested) -> None:
        if record.erased:
            return
        rejected: Rejected = decode(record.headers["ce_type"], record.value)
        stream, _, place = rejected.origin.rpartition("/")
        if stream != OBSERVATIONS:
            return
        partition, offset = map(int, place.split(":"))
        (observed,) = self.log.read(OBSERVATIONS, partition, offset, 1) or [record]
        if observed.offset != offset:  # it is gone, and what follows it was given
            observed = record
        source, _, number = observed.headers.get("ce_source", "").rpartition(":")
        there = observed is not record and not observed.erased
        what = _named(observed) if there else ""
        detail = f" ({rejected.detail})" if rejected.detail else ""
        mine = source == self.source and number.isdigit()
        whence = "" if mine else f"{source or 'unknown'}, "
        conflict = rejected.reason == CONFLICT
        result.conflicts += conflict
        result.published -= conflict and mine  # what was published for nothing is not new
        result.fault(int(number) if mine else 0, f"{whence}{what}{rejected.reason}{detail}")

    def _chunk(self, chunk: list[tuple[int, bytes]], result: Ingested) -> None:
        said: list[tuple[int, Said]] = []
        rejected: list[Outgoing] = []
        limit = now() + _SKEW
        for number, line in chunk:
            try:
                observation = _parsed(line)
            except ObservationError as error:
                result.fault(number, f"{_named_in(line)}{error}")
                rejected.append(self._rejection(number, line, str(error)))
                continue
            result.ahead += observation.at > limit
            result.note_role(observation)
            said.append((number, observation))
        if rejected:
            self.log.append(rejected, once=True)
        self._publish(said, result)

    def observations(self, said: Iterable[Said], result: Ingested) -> None:
        """Publish observations that were checked already."""
        self._publish([(0, observation) for observation in said], result)

    def new(self, said: Said) -> None:
        """Publish what cannot have been published before, as the moment is part of its id."""
        key = input_id(said.space, said.id)
        self.host.publish([self._outgoing(0, said, key, digest_of(said))], [said])

    def _publish(self, said: Sequence[tuple[int, Said]], result: Ingested) -> None:
        keyed = [(n, input_id(s.space, s.id), digest_of(s), s) for n, s in said]
        decided = self.views.decided([key for _, key, _, _ in keyed])
        erased = self.views.erased([key for _, key, _, _ in keyed])
        outgoing, new, there = [], [], set[str]()
        seen: set[tuple[str, str]] = set()
        for number, key, said_digest, observation in keyed:
            digests = decided.get(key, [])
            digest = digests[0] if digests and self.by_content else said_digest
            if (key, digest) in seen:  # twice among these
                result.known += 1
                continue
            seen.add((key, digest))
            if key in erased:
                result.erased += 1
            elif digest not in digests:
                outgoing.append(self._outgoing(number, observation, key, digest))
                new.append(observation)
            elif digest == digests[0]:
                result.known += 1
                there.add(observation.space)
            else:
                result.conflicts += 1
                result.fault(number, f"{observation.id} in {observation.space}: {CONFLICT}")
        for partition in set(map(self.log.partition_of, there)):
            # what is known stands somewhere before the end
            result.positions.setdefault(partition, self.log.ends(OBSERVATIONS)[partition] - 1)
        if not outgoing:
            return
        places = self.host.publish(outgoing, new)
        result.published += len(outgoing)  # once they are durable: who is interrupted tells so many
        for partition, offset in places:
            result.positions[partition] = max(offset, result.positions.get(partition, -1))

    def _outgoing(self, number: int, said: Said, key: str, digest: str) -> Outgoing:
        envelope = Envelope(
            id=key,
            tag=tag_of(said),
            source=f"{self.source}:{number}" if number else self.source,
            space=said.space,
            at=said.at.isoformat(),
            digest=digest,
        )
        return Outgoing(OBSERVATIONS, said.space, encode(said), envelope.headers(), now_ms())

    def _rejection(self, number: int, line: bytes, reason: str) -> Outgoing:
        """Keep a bad line, its place and the reason; the id makes that once for the same line."""
        digest = hashlib.sha256(line).hexdigest()
        size = f"{len(line)} bytes" if len(line) <= MAX_KEPT else f"more than {MAX_KEPT} bytes"
        rejected = Rejected(
            origin=f"{self.source}:{number}",
            reason=reason,
            detail=f"{size}, sha256 {digest}",
            raw=base64.b64encode(line).decode(),
        )
        envelope = Envelope(
            id=derive_id("rejected", digest),
            tag=rejected.tag,
            source=self.source,
            space="",
            at=now().isoformat(),
        )
        return Outgoing(REJECTIONS, None, encode(rejected), envelope.headers(), now_ms())


def _named_in(line: bytes) -> str:
    """Name what is refused by its id, if the line says one."""
    try:
        said = json.loads(line) if len(line) <= MAX_LINE else None
    except (ValueError, RecursionError):
        return ""
    named = str(said.get("id") or "")[:_SHOWN] if isinstance(said, dict) else ""
    return f"{named}: " if named and named.isprintable() else ""


def _named(observed: Record) -> str:
    """Name an observation, if it can be read: others write to the log, too."""
    try:
        said = parse_observation(observed.value)
    except ObservationError:
        return ""
    return f"{said.id} in {said.space}: "
