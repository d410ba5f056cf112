"""Which scheduled jobs there are, and in which states each looks for memories that are due."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from schemas.values import State

JOBS: Final[Mapping[str, tuple[State, ...]]] = MappingProxyType({
    "decay": ("vivid", "compressed"),
    "compress": ("faded",),
})  # fmt: skip
