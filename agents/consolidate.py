"""What a tick makes of new episodes: like ones become concepts, and forgotten ones leave theirs.

Facts need no abstracting: what recurs is confirmed when it is perceived, with its evidence.
"""

import base64
from collections.abc import Sequence
from datetime import datetime

import numpy as np

from agents.concepts import Concept, group, kept_words, likeness, rounded, without
from agents.decision import Decision
from agents.known import Due
from agents.likeness import Near
from schemas.concepts import ConceptChanged, ConceptMember, EpisodesCompared
from schemas.memories import JobRan
from schemas.observations import Ticked


def consolidate(decision: Decision, tick: Ticked) -> None:
    """Compare the oldest new episodes, within the budget, with concepts and with one another."""
    episodes, budget = decision.known.episodes, decision.policy.budget
    fresh = episodes.fresh[:budget]
    found = group(episodes.concepts, episodes.apart, fresh, decision.policy.related_cosine)
    for one in found.groups:
        concept = one.concept
        centre = rounded(concept.sums)
        joined = [
            ConceptMember(memory=memory, typicality=min(max(likeness(vector, centre), 0.0), 1.0))
            for memory, vector in one.joined
        ]
        id_ = concept.id or decision.new_id()
        decision.events.append(_changed(decision, id_, concept, tick.at, joined=joined))
    if found.apart:
        decision.events.append(
            EpisodesCompared(space=tick.space, at=tick.at, memories=tuple(found.apart))
        )
    decision.events.append(
        JobRan(
            space=tick.space,
            job=tick.job,
            at=tick.at,
            changed=len(fresh),
            left=len(episodes.fresh) > budget,
        )
    )


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
