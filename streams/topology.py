"""Which agent reads which stream and writes which."""

from dataclasses import dataclass
from typing import Final

OBSERVATIONS: Final = "anamnesis.observations"
PERCEPTS: Final = "anamnesis.percepts"
MEMORIES: Final = "anamnesis.memories"
PROMOTIONS: Final = "anamnesis.promotions"
REJECTIONS: Final = "anamnesis.rejections"
ALERTS: Final = "anamnesis.alerts"


@dataclass(frozen=True, slots=True)
class Step:
    """One agent of the topology: its name, what it reads and what it may write."""

    agent: str
    reads: str
    writes: tuple[str, ...]


TOPOLOGY: Final = (
    Step("perceive", OBSERVATIONS, (PERCEPTS, REJECTIONS)),
    Step("remember", PERCEPTS, (MEMORIES, PROMOTIONS, REJECTIONS)),
)
STREAMS: Final = (OBSERVATIONS, PERCEPTS, MEMORIES, PROMOTIONS, REJECTIONS, ALERTS)
