"""Which facts were found to exclude each other, and how that was settled, if it was.

The verdict is none before a contradiction was weighed, and again when it was found anew.
"""

from collections.abc import Iterator
from typing import Any, Final

from schemas.facts import ContradictionFound, ContradictionJudged
from schemas.memories import MemoryEvent, SourceRetracted
from streams.codec import Codec
from streams.instants import to_micros
from streams.writes import Change, Place, Put, Write

_UNWEIGHED: Final[dict[str, Any]] = dict.fromkeys(
    ("verdict", "kept", "ended", "reason", "judged_at")
)


def fold(event: MemoryEvent, place: Place, codec: Codec) -> Iterator[Write]:  # noqa: ARG001 - a fold
    """Fold what was found, judged, and taken back."""
    match event:
        case ContradictionFound():
            row = {
                "contradiction": event.contradiction,
                "space": event.space,
                "kind": event.kind,
                "facts": " ".join(event.facts),
                "seq": place.seq,
            }
            yield Put("contradictions", row | _UNWEIGHED)
        case ContradictionJudged():
            judged = {
                "verdict": event.verdict,
                "kept": event.kept,
                "ended": event.ended,
                "reason": event.reason,
                "judged_at": to_micros(event.at),
            }
            yield Change("contradictions", {"contradiction": event.contradiction}, judged)
        case SourceRetracted():
            back = {"verdict": "open", "reason": "its settlement was taken back"}
            yield Change(
                "contradictions",
                {"contradiction": event.observation},
                back | {"kept": None, "ended": None, "judged_at": to_micros(event.at)},
            )
        case _:
            return
