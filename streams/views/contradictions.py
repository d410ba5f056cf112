"""Which facts and texts were found to exclude each other, and how that was settled, if it was.

The verdict is none before a contradiction was weighed, and again when it was found anew. One of
texts is not weighed: a model noted it, and it stays open until somebody takes it back.
"""

from collections.abc import Iterator
from typing import Any, Final

from schemas.facts import ContradictionFound, ContradictionJudged
from schemas.memories import MemoryEvent, SourceRetracted
from streams.codec import Codec
from streams.instants import to_micros
from streams.writes import Change, Delete, Place, Put, Write

# Kinds of which nothing is ever ended: taken back, they are gone.
OPEN: Final = ("texts", "two_places_at_once")
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
                "memories": " ".join(event.memories),
                "seq": place.seq,
            }
            yield Put("contradictions", row | _UNWEIGHED | _open(event))
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
            # In another space, this may be the id of an observation.
            named = {"contradiction": event.observation, "space": event.space}
            for kind in OPEN:
                yield Delete("contradictions", named | {"kind": kind})
            back = {"verdict": "open", "reason": "its settlement was taken back"}
            yield Change(
                "contradictions",
                named,
                back | {"kept": None, "ended": None, "judged_at": to_micros(event.at)},
            )
        case _:
            return


def _open(event: ContradictionFound) -> dict[str, Any]:
    """Leave open what a model says of texts."""
    if event.score is None:
        return {}
    reason = f"a model takes these texts to contradict each other ({event.score:.2f})"
    return {"verdict": "open", "reason": reason, "judged_at": to_micros(event.at)}
