"""Which scheduled jobs there are, and in which states each looks for memories that are due.

A job without states looks for memories whose layer is to be reviewed; one with none at all for
episodes that were not compared with others yet.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from schemas.values import State

JOBS: Final[Mapping[str, tuple[State, ...] | None]] = MappingProxyType({
    "decay": ("vivid", "compressed"),
    "compress": ("faded",),
    "promote": (),
    "consolidate": None,
})  # fmt: skip
