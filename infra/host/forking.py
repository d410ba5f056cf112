"""What would be remembered under other settings: a copy of a log, decided again."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from infra.copies import note_copy
from infra.host import perceiving, remembering
from infra.host.simulation import copy_of
from infra.log.sqlite_log import SqliteLog
from infra.memory import Memory
from infra.opening import VECTORS_FOLDER, open_codec, open_log
from infra.settings import Settings, read_file, read_settings
from infra.views.sqlite_store import VIEWS_FILE
from schemas.envelope import Envelope
from schemas.errors import ConflictError, SettingsError, WaitError
from streams.log import Log, Record, records
from streams.topology import MEMORIES, OBSERVATIONS, PERCEPTS, PROMOTIONS, REJECTIONS

SEEN: Final = ("models", "encoder", "bindings")  # what changes percepts
DECIDED: Final = (
    "duplicate_cosine", "relation_score", "decay", "faded_below", "compressed_below",
    "forgotten_below", "detail", "tick_budget", "related_cosine", "merged_cosine",
    "contradiction_score", "promotion", "promote_at", "demote_below",
)  # fmt: skip
_PATIENCE: Final = 0.5  # seconds between two tellings of how far it is

Told = Callable[[int, int], None]


def changed(settings: Settings, file: Path) -> Settings:
    """Read other settings from a TOML file; raises where one of them decides nothing."""
    given = read_file(file)
    if not given:
        raise SettingsError(f"{file} changes no setting", file=str(file))
    if unfit := sorted(given.keys() - {*SEEN, *DECIDED}):
        raise SettingsError(
            f"{file}: {unfit[0]} does not change what is remembered; "
            f"these do: {', '.join((*DECIDED, *SEEN))}",
            file=str(file),
        )
    return read_settings(**(settings.model_dump(exclude_unset=True) | given))


def sees_anew(file: Path) -> bool:
    """Say whether a file of settings names what sees, be it what sees already."""
    return not read_file(file).keys().isdisjoint(SEEN)


def fork(
    settings: Settings, other: Settings, to: Path, told: Told, *, anew: bool = False
) -> tuple[int, int]:
    """Copy a log into an empty place and decide it again; `anew` looks at every text again.

    Gives how many inputs are decided, and how many events stay: what is older than the percepts
    (or, where models differ, the observations) that the log still keeps stays as it was decided.
    `told` hears how many inputs are done, and of how many.
    """
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise ConflictError(f"{to} is there already, and is not an empty folder", to=str(to))
    part = to.with_name(f"{to.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    left_out = (f"{VIEWS_FILE}*", VECTORS_FOLDER)
    own = copy_of(other.model_copy(update={"home": settings.home}), part, *left_out)
    own = own.model_copy(update={"tick_seconds": 0.0, "retention_days": 36_500.0})
    try:
        anew = anew or any(getattr(settings, name) != getattr(other, name) for name in SEEN)
        with closing(open_log(own, open_codec(own))) as log:
            kept = _rewind(log, anew=anew)
            inputs = sum(_inputs(log, partition) for partition in range(log.partitions))
        _decide(own, told)
        note_copy(part, settings.home)
        if to.exists():
            to.rmdir()
        part.rename(to)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return inputs, kept


def _rewind(log: SqliteLog, *, anew: bool) -> int:
    """Take back what follows from the inputs that the log still has; count the events left."""
    source = OBSERVATIONS if anew else PERCEPTS
    ends: dict[tuple[str, int], int] = {}
    kept = 0
    for partition in range(log.partitions):
        begin = _first(log, source, partition)
        for stream in (MEMORIES, PROMOTIONS):
            end = _until(log, stream, partition, begin)
            ends[stream, partition] = end
            kept += end if stream == MEMORIES else 0
        ends[REJECTIONS, partition] = 0
        if anew:
            ends[PERCEPTS, partition] = 0
    consumers = [remembering.CONSUMER, *([perceiving.CONSUMER] if anew else [])]
    log.rewind(ends, consumers)
    if anew and not kept:
        log.notes.remove_embedders()
    return kept


def _first(log: Log, stream: str, partition: int) -> int | None:
    """Give the offset of the first observation that the log still has, or a percept of it."""
    record = next(_records(log, stream, partition), None)
    if record is None:
        return None
    return record.offset if stream == OBSERVATIONS else _position(record)


def _until(log: Log, stream: str, partition: int, begin: int | None) -> int:
    """Give where the events of observations before `begin` end; without one, all are."""
    end = log.ends(stream)[partition]
    if begin is None:
        return end
    found = (r.offset for r in _records(log, stream, partition) if _position(r) >= begin)
    return next(found, end)


def _records(log: Log, stream: str, partition: int) -> Iterator[Record]:
    """Go through what a partition holds, erased records left out."""
    whole = records(log, stream, partition, log.ends(stream)[partition])
    return (record for record in whole if not record.erased)


def _position(record: Record) -> int:
    return int(Envelope.of(record.headers).position.rpartition(":")[2] or 0)


def _inputs(log: Log, partition: int) -> int:
    begin = _first(log, OBSERVATIONS, partition)
    return 0 if begin is None else log.ends(OBSERVATIONS)[partition] - begin


def _decide(settings: Settings, told: Told) -> None:
    with Memory(settings) as memory:
        inputs = memory.log.ends(OBSERVATIONS)
        while True:
            try:
                memory.host.drain(_PATIENCE)
            except WaitError:
                told(sum(memory.host.reached), sum(inputs))
            else:
                return
