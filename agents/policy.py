"""What deciding goes by: the thresholds of the decider, and their defaults."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from agents.retention import FADING, Fading

if TYPE_CHECKING:
    # The settings take their defaults from here, and a command that does not decide spares it.
    from agents.worth import Network


@dataclass(frozen=True, slots=True)
class Policy:
    """The decider's thresholds: cosine and word overlap of duplicates, least relation score.

    `fading` says how memories fade and when they lose their state, `detail` how many characters
    are left of what is compressed, `budget` how many memories one tick may touch; a score of
    `promote_at` moves a memory up a layer, one below `demote_below` down; episodes of a cosine of
    `related_cosine` belong to one concept. With a network of `worth`, its score moves memories to
    the insights and back; without one, rules do. A model that takes two texts to contradict each
    other with a probability of `contradiction_score` is heard.
    """

    duplicate_cosine: float = 0.92
    duplicate_overlap: float = 0.75
    relation_score: float = 0.7
    fading: Fading = FADING
    detail: int = 160
    budget: int = 1000
    promote_at: float = 0.7
    demote_below: float = 0.5
    related_cosine: float = 0.6
    merged_cosine: float = 0.8
    worth: "Network | None" = None
    contradiction_score: float = 0.7


USUAL: Final = Policy()
