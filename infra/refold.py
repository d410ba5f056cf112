"""How views are made again from the log alone: beside the old ones, compared, then switched."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.edge_vectors import EdgeVectors
from infra.first_seen import whole_page
from infra.opening import VECTORS_FOLDER, VIEWS_FILE, remove_views, sqlite_engine
from infra.projector import Projector
from infra.sql_views import SqlViews
from schemas.envelope import Envelope
from schemas.errors import ConflictError
from streams.codec import Codec
from streams.log import Log, Record
from streams.topology import MEMORIES
from streams.vectors import Vectors

_PAGE = 2048

Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Until:
    """Where to stop: at observations' offsets by partition, or at a time of publishing."""

    positions: dict[int, int] | None = None
    time: datetime | None = None

    def admits(self, record: Record) -> bool:
        """Say whether an event was known by then."""
        if self.time is not None:
            return record.timestamp <= self.time.timestamp() * 1000
        if self.positions is None:
            return True
        at = int(Envelope.of(record.headers).position.rpartition(":")[2] or 0)
        return at <= self.positions.get(record.partition, -1)


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying found; `ok` when what is kept equals what the log says."""

    state_hash: str
    spaces: dict[str, str]
    kept: dict[str, str]
    events: int
    gaps: list[str] = field(default_factory=list)
    repeats: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    memories: int = 0
    points: int = 0

    @property
    def ok(self) -> bool:
        """Say whether everything agrees."""
        agree = self.spaces == self.kept and self.memories == self.points
        return agree and not (self.gaps or self.repeats or self.faults)


def combined(spaces: dict[str, str]) -> str:
    """Give one hash of the hashes of all spaces."""
    lines = "".join(f"{space}:{value}\n" for space, value in sorted(spaces.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def refold(  # noqa: PLR0913 - what is folded, from where, to where, how far
    log: Log,
    codec: Codec,
    folder: Path,
    *,
    vectors: Vectors | None = None,
    until: Until | None = None,
    told: Told = lambda _: None,
) -> SqlViews:
    """Fold the memories stream from zero into new SQL views (and points) in a folder."""
    views = SqlViews(sqlite_engine(folder / VIEWS_FILE, beside=True), codec)
    views.create(log.partitions)
    projector = Projector(log, views, vectors, codec)
    stop = until or Until()
    for partition, page in pages(log):
        projector.project(partition, [record for record in page if stop.admits(record)])
        told(len(page))
    projector.flush()
    return views


def pages(log: Log) -> Iterator[tuple[int, list[Record]]]:
    """Go through the memories stream in pages of one partition each."""
    for partition, end in enumerate(log.ends(MEMORIES)):
        offset = 0
        while offset < end:
            read = partial(whole_page, log) if log.repeats else log.read
            page = read(MEMORIES, partition, offset, _PAGE)
            if not page:
                break
            yield partition, page
            offset = page[-1].offset + 1


def verify(
    log: Log, views: SqlViews, vectors: Vectors, codec: Codec, told: Told = lambda _: None
) -> Verified:
    """Fold everything again, compare the state's hashes, and look for gaps and repeats."""
    gaps, repeats, events = _order(log)
    with TemporaryDirectory(prefix="anamnesis-verify-") as name:
        again = refold(log, codec, Path(name), told=told)
        spaces = again.state_hashes()
        again.close()
    return Verified(
        state_hash=combined(spaces),
        spaces=spaces,
        kept=views.state_hashes(),
        events=events,
        gaps=gaps,
        repeats=repeats,
        faults=list(log.check()),
        memories=views.size(),
        points=vectors.count(),
    )


def _order(log: Log) -> tuple[list[str], list[str], int]:
    """Find missing offsets and repeated ids in the memories stream."""
    gaps: list[str] = []
    repeats: list[str] = []
    expected = [0] * log.partitions
    seen: set[str] = set()
    events = 0
    for partition, page in pages(log):
        for record in page:
            if record.offset != expected[partition]:
                gaps.append(f"{partition}:{expected[partition]}-{record.offset - 1}")
            expected[partition] = record.offset + 1
            id_ = record.headers.get("ce_id", "")
            if id_ in seen:
                repeats.append(id_)
            seen.add(id_)
            events += 1
    for partition, end in enumerate(log.ends(MEMORIES)):
        if expected[partition] != end:
            gaps.append(f"{partition}:{expected[partition]}-{end - 1}")
    return gaps, repeats, events


def replay_to(  # noqa: PLR0913 - what is replayed, from where, to where, how far
    log: Log,
    codec: Codec,
    folder: Path,
    *,
    with_vectors: bool,
    until: Until | None,
    told: Told,
) -> dict[str, str]:
    """Rebuild into another folder, which must hold no views yet; give the state's hashes."""
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / VIEWS_FILE).exists():
        raise ConflictError(f"{folder} holds views already", folder=str(folder))
    vectors = EdgeVectors(folder / VECTORS_FOLDER) if with_vectors else None
    try:
        views = refold(log, codec, folder, vectors=vectors, until=until, told=told)
        hashes = views.state_hashes()
        views.close()
    finally:
        if vectors is not None:
            vectors.close()
    return hashes


def switch_views(rebuilt: Path, home: Path) -> None:
    """Put rebuilt SQL views in the place of the old ones; nobody may have either open."""
    with (rebuilt / VIEWS_FILE).open("rb+") as file:
        os.fsync(file.fileno())  # they were made without
    remove_views(home)
    (rebuilt / VIEWS_FILE).replace(home / VIEWS_FILE)
