"""What is told of a memory, event by event."""

from typing import Final

from schemas.concepts import (
    ConceptChanged,
    EpisodeLink,
    EpisodesCompared,
    EpisodesLinked,
    MemoriesCompared,
)
from schemas.facts import ContradictionFound, FactAsserted, FactConfirmed, FactSuperseded
from schemas.memories import (
    FeedbackNoted,
    MemoriesRecalled,
    MemoryCompressed,
    MemoryForgotten,
    MemoryFormed,
    MemoryReinforced,
    Moved,
    SourceRetracted,
    StrengthsChanged,
)
from schemas.procedures import StepsObserved
from schemas.whereabouts import WhereaboutsTold

_WHY: Final = {"next": ", shortly before in the session", "cause": ", which names its cause"}


def told(memory: str, event: object) -> str:  # noqa: C901, PLR0911 - one sentence an event
    """Say in a sentence what an event did to a memory."""
    match event:
        case MemoryFormed():
            return f"formed from {event.source.observation}: {event.text[:120]}"
        case MemoryReinforced():
            source = event.source.observation
            return f"repeated by {source} (similarity {event.similarity:.2f})"
        case MemoriesRecalled():
            return f"recalled, at place {event.memories.index(memory) + 1}"
        case StrengthsChanged():
            held = next(s for s in event.strengths if s.memory == memory)
            until = f" until {held.due:%Y-%m-%d}" if held.due else ""
            return (
                f"{held.state}{until}: stability {held.stability:.2f} days, "
                f"difficulty {held.difficulty:.1f}, confidence {held.confidence:.2f}"
            )
        case Moved():
            return f"moved from {event.was} to {event.whole.layer}: {event.reason}"
        case MemoryCompressed():
            return f"compressed from {len(event.before.text)} characters to: {event.whole.text}"
        case MemoryForgotten():
            return f"forgotten: {event.reason}"
        case FeedbackNoted():
            return f"judged {event.verdict}"
        case FactAsserted():
            return f"states: {event.subject} {event.predicate} {event.object}"
        case FactConfirmed():
            return f"confirms fact {event.fact}"
        case FactSuperseded():
            return f"ends fact {event.fact}"
        case _:
            return _connected(memory, event)


def _connected(memory: str, event: object) -> str:  # noqa: PLR0911 - one sentence an event
    """Say what an event made of a memory beside others."""
    match event:
        case ConceptChanged():
            joined = {member.memory: member.typicality for member in event.joined}
            how = f"joins ({joined[memory]:.2f} typical of)" if memory in joined else "leaves"
            return f"{how} concept {event.concept[:8]}, of {event.size} memories then"
        case EpisodesCompared():
            return "compared with other episodes: like none of them yet"
        case EpisodesLinked():
            links = [link for link in event.links if memory in (link.memory, link.earlier)]
            return "; ".join(_link(memory, link) for link in links)
        case StepsObserved():
            return f"a step of {event.sequence}: {', '.join(event.steps)[:120]}"
        case MemoriesCompared():
            return "read beside earlier ones by a model, for contradictions"
        case WhereaboutsTold():
            return f"{', '.join(event.who)} at {event.place}, {event.since:%Y-%m-%d %H:%M}"
        case ContradictionFound():
            others = [other[:8] for other in event.memories if other != memory]
            if event.score is None:
                return f"somebody is elsewhere at that time in {', '.join(others)}"
            return f"a model takes it to contradict {', '.join(others)} ({event.score:.2f})"
        case SourceRetracted():
            return f"observation {event.observation} was taken back: {event.reason}"
        case _:
            return type(event).__name__


def _link(memory: str, link: EpisodeLink) -> str:
    if memory == link.memory:
        return f"goes on from {link.earlier[:8]}" + _WHY[link.because]
    return f"{link.memory[:8]} goes on from it" + _WHY[link.because]
