"""Which scheduled jobs there are, and what each one looks for.

States are those in which memories that are due are looked for; with no state among them, memories
whose layer is to be reviewed. `episodes` are those that were not compared with others yet, and
`contradictions` those that were not weighed.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from schemas.values import State

JOBS: Final[Mapping[str, tuple[State, ...] | Literal["episodes", "contradictions"]]] = (
    MappingProxyType({
        "decay": ("vivid", "compressed"),
        "compress": ("faded",),
        "promote": (),
        "consolidate": "episodes",
        "reconcile": "contradictions",
    })
)  # fmt: skip
# Between two looks of a job: a second at least, a century at most. Times can be reckoned with both.
LEAST_HOURS: Final = 1 / 3600
MOST_HOURS: Final = 876_000
