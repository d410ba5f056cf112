"""Who was where, as episodes tell it."""

from typing import Literal

from schemas.values import Frozen, Space, Time


class WhereaboutsTold(Frozen):
    """An episode told who was at a place from `since` to `until`, or in the moment that is both.

    `memory` is the one that remembers it.
    """

    tag: Literal["whereabouts_told.v1"] = "whereabouts_told.v1"
    space: Space
    memory: str
    observation: str
    place: str
    since: Time
    until: Time
    who: tuple[str, ...]
