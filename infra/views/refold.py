"""How views are made again from the log alone: beside the old ones, compared, then switched."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.opening import begin_views
from infra.views.first_seen import Seen, whole_page
from infra.views.folding import Page, folded, folded_aside
from infra.views.projector import Projector
from infra.views.sql_reads import SqlReads
from infra.views.sql_views import SqlViews
from infra.views.sqlite_store import SqliteStore
from infra.views.view_store import ViewStore
from schemas.envelope import Envelope
from schemas.errors import ConflictError, ErasedError, KeysError, ViewDamagedError
from streams.codec import Codec
from streams.log import Log, Record
from streams.topology import MEMORIES
from streams.vectors import Vectors
from streams.views import VIEWS

_PAGE = 2048
_LONG = 20_000  # events from which on other processes are worth their start
_ALL: Mapping[int, int] = {}

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
    lost: list[str] = field(default_factory=list)  # gaps that a salvage noted

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
    store: ViewStore,
    *,
    vectors: Vectors | None = None,
    until: Until | None = None,
    told: Told = lambda _: None,
    aside: bool | None = None,
) -> SqlViews:
    """Fold the memories stream from zero into new SQL views (and points) in an empty store.

    A long log is folded in other processes while this one writes; `aside` says so or not.
    """
    views = begin_views(store, log, codec, new=True)
    projector = Projector(log, views, vectors, codec)
    _fold(projector, until or Until(), told, aside=aside)
    return views


def _fold(projector: Projector, until: Until, told: Told, *, aside: bool | None) -> None:
    """Fold into rows and points what the views of a projector, which nobody else has, lack."""
    log, codec = projector.log, projector.codec
    seen = Seen(projector.views.causes()) if log.repeats else None
    pages = _admitted(log, projector.at, until, seen, told)
    pointed = projector.vectors is not None
    if aside is None:
        aside = sum(log.ends(MEMORIES)) - sum(projector.at.values()) >= _LONG
    if aside:
        for page, (rows, steps) in folded_aside(codec, pages, pointed=pointed):
            projector.take(page, rows, steps)
    else:
        for page in pages:
            projector.take(page, *folded(codec, page.records, pointed=pointed))
    projector.flush()


def _admitted(
    log: Log, begins: Mapping[int, int], until: Until, seen: Seen | None, told: Told
) -> Iterator[Page]:
    for partition, page in pages(log, begins):
        if records := [record for record in page if until.admits(record)]:
            following = records[-1].offset + 1
            yield Page(partition, seen.new(records) if seen else records, following)
        told(len(records))


def pages(log: Log, begins: Mapping[int, int] = _ALL) -> Iterator[tuple[int, list[Record]]]:
    """Go through the memories stream, from offsets on, in pages of one partition each."""
    for partition, end in enumerate(log.ends(MEMORIES)):
        offset = begins.get(partition, 0)
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
    lost = [f"{partition}:{first}-{last}" for partition, first, last in log.lost(MEMORIES)]
    with TemporaryDirectory(prefix="anamnesis-verify-") as name:
        again = refold(log, codec, SqliteStore(Path(name)), told=told)
        spaces = again.state_hashes()
        again.close()
    return Verified(
        state_hash=combined(spaces),
        spaces=spaces,
        kept=views.state_hashes(),
        events=events,
        gaps=[gap for gap in gaps if gap not in lost],
        repeats=repeats,
        faults=[*log.check(), *_uneven(views, vectors)],
        memories=views.size(),
        points=vectors.count(),
        lost=lost,
    )


def _uneven(views: SqlViews, vectors: Vectors) -> list[str]:
    """Say of which spaces there are more or fewer points than memories; their sum may agree."""
    return [
        f"{space} has {points} points for {memories} memories"
        for space, memories in SqlReads(views).spaces().items()
        if (points := vectors.count(space)) != memories
    ]


def _order(log: Log) -> tuple[list[str], list[str], int]:
    """Find missing offsets, and repeated ids in a log that must not have any."""
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
            events += 1
            if record.erased:
                continue
            id_ = record.headers.get("ce_id", "")
            if id_ in seen and not log.repeats:
                repeats.append(id_)
            seen.add(id_)
    for partition, end in enumerate(log.ends(MEMORIES)):
        if expected[partition] != end:
            gaps.append(f"{partition}:{expected[partition]}-{end - 1}")
    return gaps, repeats, events


def replay_to(  # noqa: PLR0913 - what is replayed, from where, to where, how far
    log: Log,
    codec: Codec,
    store: ViewStore,
    *,
    vectors: Vectors | None,
    until: Until | None,
    told: Told,
    note: str = "",
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, str]:
    """Rebuild into another place, which must hold no views yet; give the state's hashes.

    What is not done stands beside that place. With a `note` that names the log, a replay to its
    end that was killed goes on where it stopped; any other one begins anew.
    """
    if not store.missing():
        raise ConflictError(f"{store.name} holds views already", views=store.name)
    versions = ",".join(f"{view.name} {view.version}" for view in VIEWS)
    # What was admitted until then cannot be told from positions: it is read again.
    with store.beside(f"{note} {versions}" if note and until is None else "") as beside:
        if not beside.missing():
            tell("a replay that was cut short goes on where it stopped")
        elif vectors is not None and vectors.count():
            tell("a replay that was cut short begins anew")
            vectors.reset("a replay was cut short")
        if until is None:
            hashes = _gone_on_with(log, codec, beside, vectors, told)
        else:
            views = refold(log, codec, beside, vectors=vectors, until=until, told=told)
            try:
                hashes = views.state_hashes()
            finally:
                views.close()
        store.take(beside)
    return hashes


def _gone_on_with(
    log: Log, codec: Codec, store: ViewStore, vectors: Vectors | None, told: Told
) -> dict[str, str]:
    """Fold what these views lack; each page is one transaction with their position."""
    views = begin_views(store, log, codec)
    try:
        projector = Projector(log, views, vectors, codec)
        projector.catch_up_vectors()  # of what was folded before
        _fold(projector, Until(), told, aside=None)
        return views.state_hashes()
    finally:
        views.close()


def replace_views(
    log: Log, codec: Codec, store: ViewStore, views: SqlViews, told: Told
) -> tuple[dict[str, str], bool]:
    """Build the SQL views beside the old ones, compare, then switch; nobody may use the old ones.

    Gives the state's hashes and whether they have changed.
    """
    with store.beside() as beside:
        again = refold(log, codec, beside, told=told)
        after = again.state_hashes()
        again.close()
        try:
            changed = views.state_hashes() != after
        except (ViewDamagedError, KeysError, ErasedError):
            # The log has just opened with these keys, so it is the rows that no longer do.
            changed = True
        views.close()
        store.take(beside)
    return after, changed
