"""What memory makes of episodes: concepts of like ones, and links to those just before."""

from typing import Literal

from schemas.values import Frozen, Score, Space, Time


class ConceptMember(Frozen):
    """A memory that joined a concept, and its cosine with the centre at that time."""

    memory: str
    typicality: Score


class ConceptChanged(Frozen):
    """A concept formed or changed: like episodes joined it, or forgotten ones left it.

    It is told as it is afterwards: `sums` is base64 of int32[d] (little-endian), the sum of its
    members' vectors, each scaled to the length 1024 and rounded; `words` has by how many members
    the most frequent words are said. A concept of size 0 is gone; where it was `merged` into
    another one, that has its members.
    """

    tag: Literal["concept_changed.v1"] = "concept_changed.v1"
    concept: str
    space: Space
    at: Time
    size: int
    sums: str
    words: dict[str, int]
    joined: tuple[ConceptMember, ...] = ()
    left: tuple[str, ...] = ()
    merged: str | None = None


class EpisodesCompared(Frozen):
    """These episodes were compared with what there is, and are like none of it yet."""

    tag: Literal["episodes_compared.v1"] = "episodes_compared.v1"
    space: Space
    at: Time
    memories: tuple[str, ...]


class EpisodeLink(Frozen):
    """An episode and an earlier one that it goes on from.

    Both name the same and the earlier one was told shortly before (`next`), or what the earlier one
    names is known to have caused what this one names (`cause`).
    """

    memory: str
    earlier: str
    because: Literal["next", "cause"]


class EpisodesLinked(Frozen):
    """Episodes go on from earlier ones."""

    tag: Literal["episodes_linked.v1"] = "episodes_linked.v1"
    space: Space
    at: Time
    links: tuple[EpisodeLink, ...]


class MemoriesCompared(Frozen):
    """A model has read these memories beside earlier ones, for contradictions."""

    tag: Literal["memories_compared.v1"] = "memories_compared.v1"
    space: Space
    at: Time
    memories: tuple[str, ...]
