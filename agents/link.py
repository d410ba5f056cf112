"""Which episodes go on from which earlier ones: neighbours in a session, causes and effects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from schemas.concepts import EpisodeLink

WITHIN: Final = 8  # memories of a session before an episode that it may go on from


@dataclass(frozen=True, slots=True)
class Placed:
    """An episode where it stands in its session, and the keys of whom and what it names."""

    memory: str
    session: str
    ordinal: int
    names: frozenset[bytes] = frozenset()


def linked(
    fresh: Sequence[Placed], told: Sequence[Placed], causes: Mapping[str, str]
) -> list[EpisodeLink]:
    """Link each new episode to the nearest one before it that names the same, and to its cause.

    `told` are the episodes of their sessions, the new ones among them; `causes` has for a new
    episode an earlier one that names what caused what it names.
    """
    sessions: dict[str, dict[int, Placed]] = {}
    for one in told:
        sessions.setdefault(one.session, {})[one.ordinal] = one
    links = []
    for one in fresh:
        cause = causes.get(one.memory)
        if cause is not None:
            links.append(EpisodeLink(memory=one.memory, earlier=cause, because="cause"))
        near = _before(one, sessions.get(one.session, {}))
        if near is not None and near.memory != cause:
            links.append(EpisodeLink(memory=one.memory, earlier=near.memory, because="next"))
    return links


def _before(one: Placed, session: Mapping[int, Placed]) -> Placed | None:
    for ordinal in range(one.ordinal - 1, one.ordinal - 1 - WITHIN, -1):
        other = session.get(ordinal)
        if other is not None and one.names & other.names:
            return other
    return None
