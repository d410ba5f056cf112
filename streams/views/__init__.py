"""What is read: one fold a file, from memory events to rows or points."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from schemas.memories import MemoryEvent, SpaceErased
from streams.codec import Codec
from streams.views import (
    concepts,
    contradictions,
    entities,
    facts,
    memories,
    procedures,
    recalls,
    spaces,
    whereabouts,
)
from streams.writes import Clear, Place, Write

Fold = Callable[[MemoryEvent, Place, Codec], Iterator[Write]]


@dataclass(frozen=True, slots=True)
class View:
    """A named, versioned fold and the tables that are its own."""

    name: str
    version: int
    tables: tuple[str, ...]
    fold: Fold


VIEWS: Final = (
    View(
        "memories",
        10,
        ("memories", "sources", "blocks", "terms", "sessions", "sizes"),
        memories.fold,
    ),
    View("facts", 12, ("facts", "fact_ends", "fact_sources"), facts.fold),
    View("entities", 7, ("entities", "mentions"), entities.fold),
    View("concepts", 3, ("concepts", "members", "links"), concepts.fold),
    View("contradictions", 3, ("contradictions",), contradictions.fold),
    View("procedures", 1, ("steps", "sequences", "procedures"), procedures.fold),
    View("whereabouts", 1, ("whereabouts",), whereabouts.fold),
    View("recalls", 1, ("recalls",), recalls.fold),
    View("spaces", 2, ("clocks", "jobs", "space_settings", "space_predicates"), spaces.fold),
)


def fold(event: MemoryEvent, place: Place, codec: Codec) -> list[Write]:
    """Fold one event into every SQL view."""
    if isinstance(event, SpaceErased):
        return [Clear(table, event.space) for view in VIEWS for table in view.tables]
    return [write for view in VIEWS for write in view.fold(event, place, codec)]
