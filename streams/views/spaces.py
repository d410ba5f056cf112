"""What a space's clock says, which jobs have run in it, its settings and its own predicates."""

import json
from collections.abc import Iterator
from datetime import datetime

from schemas.memories import FeedbackNoted, JobRan, MemoriesRecalled, MemoryEvent, SpaceAdjusted
from schemas.wire import encode
from streams.codec import Codec
from streams.instants import to_micros
from streams.writes import Count, Delete, Place, Put, Write


def fold(event: MemoryEvent, place: Place, codec: Codec) -> Iterator[Write]:  # noqa: ARG001 - a fold
    """Fold ticks, recalls and feedback (which say what time it is), settings and predicates."""
    match event:
        case MemoriesRecalled() | FeedbackNoted():
            yield _clock(event.space, event.at)
        case JobRan():
            yield _clock(event.space, event.at)
            row = {
                "space": event.space,
                "job": event.job,
                "ran_at": to_micros(event.at),
                "changed": event.changed,
                "left": int(event.left),
            }
            yield Put("jobs", row)
        case SpaceAdjusted():
            for name, value in event.settings.items():
                row = {"space": event.space, "name": name, "value": json.dumps(value)}
                yield Put("space_settings", row)
            for one in event.predicates or ():
                named = {"space": event.space, "name": one.name}
                if one.withdrawn:
                    yield Delete("space_predicates", named)
                else:
                    body = codec.seal(event.space, encode(one))
                    yield Put("space_predicates", named | {"body": body})
        case _:
            return


def _clock(space: str, at: datetime) -> Count:
    micros = to_micros(at)
    return Count("clocks", {"space": space}, latest={"last_at": micros}, first={"since": micros})
