"""How positions are written, read, and held against how far a log goes."""

from collections.abc import Mapping
from typing import Final

from schemas.errors import InputError, ObservationError
from streams.log import Log
from streams.topology import OBSERVATIONS

_FARTHEST: Final = (1 << 63) - 1  # an offset that a database can hold


def write_position(positions: Mapping[int, int]) -> str:
    """Write offsets by partition as "0:12,3:7"."""
    return ",".join(f"{p}:{offset}" for p, offset in sorted(positions.items()))


def read_position(
    text: str, log: Log | None = None, partition: int | None = None
) -> dict[int, int]:
    """Read "0:12,3:7", or a bare offset of the given partition; a `log` must have the partitions.

    Raises ObservationError.
    """
    try:
        if partition is not None and ":" not in text:
            found = {partition: int(text)}
        else:
            pairs = (part.split(":") for part in text.split(","))
            found = {int(p): int(offset) for p, offset in pairs}
    except ValueError as error:
        raise ObservationError(
            f"{text!r} is not a position such as 0:12,3:7", position=text
        ) from error
    if log and (unknown := sorted(p for p in found if not 0 <= p < log.partitions)):
        raise ObservationError(f"there is no partition {unknown[0]}", position=text)
    if min(found.values()) < 0 or max(found.values()) > _FARTHEST:
        raise ObservationError(f"{text!r}: an offset is 0 or more, 2^63 at most", position=text)
    return found


def demand_reached(log: Log, positions: Mapping[int, int], told: str) -> None:
    """Make sure that a log has come to these positions. Raises InputError naming where it ends."""
    ends = log.ends(OBSERVATIONS)
    if any(offset >= ends[partition] for partition, offset in positions.items()):
        last = write_position({p: end - 1 for p, end in enumerate(ends) if end}) or "nothing"
        raise InputError(f"{told}: the log ends at {last}")
