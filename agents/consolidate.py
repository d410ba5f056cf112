"""What a tick makes of new episodes: concepts, of which near ones merge, and links to earlier ones.

Facts need no abstracting: what recurs is confirmed when it is perceived, with its evidence.
"""

import base64
from collections.abc import Sequence
from datetime import datetime

import numpy as np

from agents.concepts import (
    Concept,
    Floats,
    group,
    kept_words,
    likeness,
    rounded,
    shortened,
    without,
)
from agents.decision import Decision
from agents.due import Due
from agents.likeness import Near
from agents.link import linked
from agents.recognise import recognised
from schemas.concepts import ConceptChanged, ConceptMember, EpisodesCompared, EpisodesLinked
from schemas.memories import JobRan, MemoryCompressed
from schemas.observations import Ticked
from schemas.procedures import SequencesCompared


def consolidate(decision: Decision, tick: Ticked) -> None:
    """Merge concepts that have come to be the same; compare the oldest new episodes with them all.

    Both within the budget, of which at most half is for members that move.
    """
    episodes = decision.known.episodes
    concepts = _merged(decision, tick)
    budget = decision.policy.budget - sum(len(m.moving) for m in episodes.merging)
    fresh = episodes.fresh[:budget]
    found = group(concepts, episodes.apart, fresh, decision.policy.related_cosine)
    for one in found.groups:
        concept = one.concept
        centre = rounded(concept.sums)
        joined = [_member(memory, vector, centre) for memory, vector in one.joined]
        id_ = concept.id or decision.new_id()
        decision.events.append(_changed(decision, id_, concept, tick.at, joined=joined))
    if found.apart:
        decision.events.append(
            EpisodesCompared(space=tick.space, at=tick.at, memories=tuple(found.apart))
        )
    compared = {near.memory for near in fresh}
    placed = [one for one in episodes.placed if one.memory in compared]
    if links := linked(placed, episodes.told, episodes.causes):
        decision.events.append(EpisodesLinked(space=tick.space, at=tick.at, links=tuple(links)))
    if told := episodes.sequences:
        decision.events += recognised(tick.space, tick.at, told, episodes.sharing)
        names = tuple(one.id for one in told)
        decision.events.append(SequencesCompared(space=tick.space, at=tick.at, sequences=names))
    decision.events.append(
        JobRan(
            space=tick.space,
            job=tick.job,
            at=tick.at,
            changed=len(fresh) + len(told),
            left=episodes.left or len(episodes.fresh) > budget,
        )
    )


def _merged(decision: Decision, tick: Ticked) -> list[Concept]:
    """Let concepts go into others; give those that are left, as they are then."""
    after: dict[str | None, Concept | None] = {}
    for merging in decision.known.episodes.merging:
        both, gone = merging.both, merging.gone
        after |= {both.id: both, gone.id: None}
        centre = rounded(both.sums)
        moved = [_member(near.memory, rounded(near.vector), centre) for near in merging.moving]
        decision.events.append(_changed(decision, both.id or "", both, tick.at, joined=moved))
        empty = Concept(gone.id, 0, np.zeros_like(gone.sums), {})
        ended = _changed(decision, gone.id or "", empty, tick.at)
        decision.events.append(ended.model_copy(update={"merged": both.id}))
    left = [after.get(c.id, c) for c in decision.known.episodes.concepts]
    return [concept for concept in left if concept is not None]


def _member(memory: str, vector: Floats, centre: Floats) -> ConceptMember:
    return ConceptMember(memory=memory, typicality=min(max(likeness(vector, centre), 0.0), 1.0))


def leave(decision: Decision, gone: Sequence[Due], at: datetime) -> None:
    """Take forgotten memories out of their concepts."""
    known = decision.known
    leaving: dict[str, list[Near]] = {}
    for item in gone:
        whole = item.whole
        if concept := known.concept_of.get(whole.memory):
            vector = np.frombuffer(base64.b64decode(whole.vector), np.float16)
            near = Near(whole.memory, whole.speaker or "", whole.text, vector)
            leaving.setdefault(concept, []).append(near)
    for id_, members in leaving.items():
        after = without(known.concepts[id_], members)
        names = [member.memory for member in members]
        decision.events.append(_changed(decision, id_, after, at, left=names))


def shorten(decision: Decision, compressed: Sequence[MemoryCompressed], at: datetime) -> None:
    """Take the words that memories lost out of their concepts."""
    known = decision.known
    after: dict[str, Concept] = {}
    for event in compressed:
        if id_ := known.concept_of.get(event.whole.memory):
            concept = after.get(id_, known.concepts[id_])
            after[id_] = shortened(concept, event.before.text, event.whole.text)
    for id_, concept in after.items():
        if concept.words != known.concepts[id_].words:
            decision.events.append(_changed(decision, id_, concept, at))


def _changed(  # noqa: PLR0913 - what changed, and how
    decision: Decision,
    id_: str,
    concept: Concept,
    at: datetime,
    *,
    joined: Sequence[ConceptMember] = (),
    left: Sequence[str] = (),
) -> ConceptChanged:
    return ConceptChanged(
        concept=id_,
        space=decision.space,
        at=at,
        size=concept.size,
        sums=base64.b64encode(concept.sums.astype("<i4").tobytes()).decode(),
        words=kept_words(concept.words),
        joined=tuple(joined),
        left=tuple(left),
    )
