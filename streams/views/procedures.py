"""Which steps were taken one after another, and which of these sequences are a procedure.

A sequence's time of comparing is none while steps of it are new.
"""

from collections.abc import Iterator

from pydantic_core import to_json

from agents.recognise import step_key
from schemas.memories import MemoryEvent, MemoryForgotten, SourceRetracted
from schemas.procedures import ProcedureRecognised, SequencesCompared, StepsObserved
from streams.codec import Codec
from streams.instants import to_micros
from streams.writes import Change, Delete, Place, Put, Write


def fold(event: MemoryEvent, place: Place, codec: Codec) -> Iterator[Write]:
    """Fold what was observed, compared, recognised, forgotten and taken back."""
    match event:
        case StepsObserved():
            yield from _observed(event, place, codec)
        case SequencesCompared():
            for sequence in event.sequences:
                key = {"space": event.space, "sequence": sequence}
                yield Change("sequences", key, {"compared_at": to_micros(event.at)})
        case ProcedureRecognised():
            body = to_json({"steps": event.steps, "sequences": event.sequences})
            row = {
                "procedure": event.procedure,
                "space": event.space,
                "evidence": len(event.sequences),
                "body": codec.seal(event.space, body),
                "recognised_at": to_micros(event.at),
                "seq": place.seq,
            }
            yield Put("procedures", row)
        case MemoryForgotten():
            yield Delete("steps", {"memory": event.memory})
        case SourceRetracted():
            for memory in event.memories:
                yield Delete("steps", {"memory": memory, "observation": event.observation})
        case _:
            return


def _observed(event: StepsObserved, place: Place, codec: Codec) -> Iterator[Put]:
    sequence = {"space": event.space, "sequence": event.sequence}
    yield Put("sequences", sequence | {"compared_at": None, "seq": place.seq})
    for number, step in enumerate(event.steps):
        place_ = {"observation": event.observation, "number": number, "memory": event.memory}
        said = {"key": step_key(step), "body": codec.seal(event.space, step.encode())}
        yield Put("steps", sequence | place_ | said | {"seq": place.seq})
