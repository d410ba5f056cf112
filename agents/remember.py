"""What becomes of one input: what deciding it needs to know, and which rule concerns it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from agents.adjust import adjust
from agents.claims import fact_keys
from agents.compare import compared
from agents.consolidate import consolidate
from agents.decay import decay
from agents.decision import Decision, Input, observed
from agents.form import perceive
from agents.jobs import JOBS
from agents.judge import judge
from agents.known import Known
from agents.likeness import block_keys
from agents.needs import Look, Needs, NewEpisodes
from agents.policy import Policy
from agents.predicates import LOCATED, name_key
from agents.promote import promote
from agents.reconcile import reconcile
from agents.reopen import reopen, unsay
from agents.retention import Grade
from agents.retract import retract
from agents.whereabouts import stays, told
from agents.wording import session_of
from schemas.envelope import derive_id
from schemas.memories import (
    InputPassed,
    MemoriesRecalled,
    MemoryEvent,
    ObservationsErased,
    SpaceErased,
)
from schemas.observations import (
    Compared,
    Feedback,
    ForgetRequested,
    Recalled,
    RetractRequested,
    Said,
    SpaceConfigured,
    Ticked,
)
from schemas.percepts import Perceived
from schemas.wire import tag_of

ERASED: Final = "its content was erased, and its id is known"
CONFLICT: Final = "the id was used before for other content"
# Tags of what reads more than keys can name, and so is decided in a batch of its own.
ALONE: Final = frozenset({
    "feedback.v1", "forget_requested.v1", "retract_requested.v1", "ticked.v1",
})  # fmt: skip


def needs(inputs: list[Input], policy: Policy) -> Needs:
    """Say what deciding these inputs has to know."""
    wanted = Needs()
    for item in inputs:
        wanted.inputs.add(item.id)
        match item.event:
            case Perceived():
                _percept_needs(wanted, item.event)
            case Recalled() | Compared():
                wanted.spaces.add(item.event.space)
                wanted.memories.update((item.event.space, memory) for memory in _named(item.event))
            case Feedback():
                wanted.spaces.add(item.event.space)
                wanted.memories.add((item.event.space, item.event.memory))
                wanted.judged.add((item.event.space, item.event.memory))
            case RetractRequested():
                wanted.spaces.add(item.event.space)
                wanted.retracted = (item.event.space, item.event.observation)
            case SpaceConfigured():
                _declaring(wanted, item.event)
            case ForgetRequested():
                wanted.spaces.add(item.event.space)
                wanted.weighed = (item.event.space, _weighed(item.event))
            case Ticked():
                _tick_needs(wanted, item.event, derive_id(item.id, "pivot"), policy)
            case _:
                pass
    return wanted


def _percept_needs(wanted: Needs, event: Perceived) -> None:
    observation = observed(event)
    wanted.spaces.add(observation.space)
    wanted.sessions.add((observation.space, session_of(observation)))
    for passage in event.passages:
        wanted.blocks.update((observation.space, key) for key in block_keys(passage.text))
    wanted.facts.update(fact_keys(event))
    if event_ := told(observation, ""):
        wanted.stays.update((key, stay.until) for key, stay in stays(event_))
        wanted.facts.add(((event_.space, name_key(event_.place), LOCATED), None))


def _declaring(wanted: Needs, event: SpaceConfigured) -> None:
    """Want what a space declares; what is stated behind this in the batch obeys it."""
    if event.predicates:
        wanted.spaces.add(event.space)
        names = (one.name for one in event.predicates if one.functional)
        wanted.declaring.update((event.space, name) for name in names)


def _named(event: Recalled | Compared) -> tuple[str, ...]:
    if isinstance(event, Recalled):
        return event.memories
    paired = (memory for pair in event.pairs for memory in (pair.one, pair.other))
    return (*event.memories, *paired)


def _tick_needs(wanted: Needs, tick: Ticked, pivot: str, policy: Policy) -> None:
    wanted.spaces.add(tick.space)
    wanted.look = _look(tick, policy)
    waiting = (tick.space, policy.budget + 1)
    if JOBS.get(tick.job) == "episodes":
        wanted.episodes = NewEpisodes(*waiting, policy.merged_cosine, pivot)
    if JOBS.get(tick.job) == "contradictions":
        wanted.disputes = waiting


def _look(tick: Ticked, policy: Policy) -> Look | None:
    states = JOBS.get(tick.job)
    if not isinstance(states, tuple):
        return None
    return Look(tick.space, states, tick.at, policy.budget + 1)


def decide(known: Known, item: Input, policy: Policy) -> list[MemoryEvent]:
    """Decide one input; nothing for one that was decided already.

    Every other input gives at least one event, so that its outcome can be told.
    """
    digests = known.decided.get(item.id, [])
    if item.digest in digests:
        return []
    event = item.event
    said: Said = event.observation if isinstance(event, Perceived) else event
    decision = Decision(known, policy, item, said.space)
    if digests:
        decision.passed(said, CONFLICT)
    elif item.id in known.erased:
        decision.passed(said, ERASED)
    elif rule := _RULES.get(type(event)):
        rule(decision, event)
    else:
        decision.passed(said, f"no rule concerns {tag_of(event)}")
    return decision.events


def refused(item: Input, decided: Sequence[MemoryEvent]) -> str | None:
    """Say why an input that changes nothing is one that its producer should hear of, if it is.

    An id was used for other content, or what was judged or taken back is not there.
    """
    for event in decided:
        if isinstance(event, InputPassed):
            judges = isinstance(item.event, Feedback | RetractRequested) and event.reason != ERASED
            return event.reason if judges or event.reason == CONFLICT else None
    return None


def _tick(decision: Decision, event: Ticked) -> None:
    if job := _JOBS.get(event.job):
        job(decision, event)
    else:
        decision.passed(event, f"there is no job {event.job}")


def _receipt(decision: Decision, event: ForgetRequested) -> None:
    receipt: MemoryEvent = SpaceErased(space=event.space, at=event.at, reason=event.reason)
    if token := event.subject or event.observation:
        receipt = ObservationsErased(
            space=event.space,
            at=event.at,
            reason=event.reason,
            asked="subject" if event.subject else "observation",
            token=token,
        )
    decision.events.append(receipt)
    weighed, facts = _weighed(event), decision.known.traced.facts
    # What has no source left was taken back, and told by nobody else but in what is erased.
    gone = {stated.fact for stated in facts if stated.fact in weighed and not stated.told}
    by = ""  # not the receipt, which has an id by chance
    for stated in facts:
        if stated.fact in gone:
            unsay(decision, stated, by)
        elif stated.fact in weighed or stated.ended_by in gone:
            reopen(decision, stated, gone, by)


def _weighed(event: ForgetRequested) -> set[str]:
    return {*(event.facts or ()), *event.ends}


def _recalled(decision: Decision, event: Recalled) -> None:
    """Strengthen what was recalled: what came first as a success, the rest as a hard one."""
    held = decision.known.held
    found = [
        memory
        for memory in dict.fromkeys(event.memories)
        if memory in held and held[memory].space == event.space
    ]
    decision.events.append(
        MemoriesRecalled(
            space=event.space, at=event.at, memories=tuple(found), session=event.session
        )
    )
    grades = [Grade.GOOD, *[Grade.HARD] * (len(found) - 1)]
    decision.meet(zip(found, grades, strict=False), event.at)


# Which rule concerns an input, and which one a tick.
_RULES: Final[Mapping[type, Callable[[Decision, Any], None]]] = {
    Perceived: perceive,
    Ticked: _tick,
    Recalled: _recalled,
    Feedback: judge,
    Compared: compared,
    RetractRequested: retract,
    ForgetRequested: _receipt,
    SpaceConfigured: adjust,
}
_JOBS: Final[Mapping[str, Callable[[Decision, Ticked], None]]] = {
    "decay": decay,
    "compress": decay,
    "promote": promote,
    "consolidate": consolidate,
    "reconcile": reconcile,
}
