"""Which events there can be: a strategy for every type."""

from typing import Any

from hypothesis import strategies as st
from pydantic import BaseModel

from schemas import concepts, facts, memories, observations, percepts, procedures, whereabouts
from schemas.observations import When
from schemas.percepts import Passage
from tests.properties.parts import (
    ANY_TEXT,
    COUNTS,
    FELT,
    INTERVALS,
    MOVED,
    NUMBERS,
    PREDICATES,
    RELATIONS,
    SCORES,
    SEEN,
    SETTINGS,
    SOURCES,
    SPACES,
    STRENGTHS,
    TEXTS,
    TIMES,
    TRACES,
    WHOLE,
    many,
    saying,
    some,
)

SAID: dict[type[BaseModel], st.SearchStrategy[Any]] = {
    observations.Message: saying(
        observations.Message, session=some(TEXTS), speaker=some(TEXTS), text=TEXTS
    ),
    observations.Episode: saying(
        observations.Episode,
        session=some(TEXTS),
        what=TEXTS,
        where=some(TEXTS),
        when=some(INTERVALS.map(lambda i: When(start=i[0], end=i[1]))),
        participants=many(TEXTS),
        emotion=some(FELT),
    ),
    observations.Fact: INTERVALS.flatmap(
        lambda interval: saying(
            observations.Fact,
            subject=TEXTS,
            predicate=TEXTS,
            object=TEXTS,
            valid_from=st.just(interval[0]),
            valid_to=st.just(interval[1]),
            confidence=SCORES,
        )
    ),
    observations.Procedure: saying(
        observations.Procedure,
        name=TEXTS,
        trigger=some(TEXTS),
        steps=many(TEXTS),
        succeeded=some(st.booleans()),
    ),
    observations.Document: saying(observations.Document, title=TEXTS, text=TEXTS),
    observations.Recalled: saying(
        observations.Recalled, question=TEXTS, session=some(TEXTS), memories=many(TEXTS)
    ),
    observations.Feedback: saying(
        observations.Feedback,
        memory=TEXTS,
        verdict=st.sampled_from(["useful", "wrong", "outdated"]),
    ),
    observations.ForgetRequested: saying(
        observations.ForgetRequested,
        subject=some(TEXTS),
        observation=some(TEXTS),
        reason=TEXTS,
        facts=some(many(TEXTS)),
        mark=some(TEXTS),
    ),
    observations.RetractRequested: saying(
        observations.RetractRequested, observation=TEXTS, reason=TEXTS
    ),
    observations.SpaceConfigured: saying(
        observations.SpaceConfigured, settings=SETTINGS, predicates=some(PREDICATES)
    ),
    observations.Compared: saying(
        observations.Compared,
        memories=many(TEXTS),
        pairs=many(
            st.builds(observations.Beside, one=TEXTS, other=TEXTS, contradicts=SCORES),
        ),
        models=st.dictionaries(TEXTS, ANY_TEXT, max_size=2),
    ),
    observations.Ticked: saying(observations.Ticked, job=TEXTS),
}
OBSERVATIONS = st.one_of(list(SAID.values()))
PASSAGES = st.builds(Passage, start=COUNTS, end=COUNTS, relations=many(RELATIONS), **SEEN)
FORMED = st.builds(memories.MemoryFormed, **WHOLE)
ASSERTED = st.builds(
    facts.FactAsserted,
    fact=ANY_TEXT,
    space=SPACES,
    subject=ANY_TEXT,
    predicate=ANY_TEXT,
    object=ANY_TEXT,
    valid_from=TIMES,
    valid_to=some(TIMES),
    held_at=some(TIMES),
    memory=ANY_TEXT,
    source=SOURCES,
)
EVENTS: dict[type[BaseModel], st.SearchStrategy[Any]] = {
    **SAID,
    percepts.Perceived: st.builds(
        percepts.Perceived,
        observation=OBSERVATIONS,
        passages=many(PASSAGES),
        models=st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=2),
    ),
    memories.MemoryFormed: FORMED,
    memories.StrengthsChanged: st.builds(
        memories.StrengthsChanged, space=SPACES, at=TIMES, strengths=many(STRENGTHS)
    ),
    memories.MemoryCompressed: st.builds(
        memories.MemoryCompressed,
        space=SPACES,
        at=TIMES,
        whole=st.builds(memories.Whole, **WHOLE),
        strength=STRENGTHS,
        before=TRACES,
    ),
    memories.MemoryForgotten: st.builds(
        memories.MemoryForgotten,
        memory=ANY_TEXT,
        space=SPACES,
        at=TIMES,
        reason=ANY_TEXT,
        before=TRACES,
    ),
    memories.MemoryPromoted: st.builds(memories.MemoryPromoted, **MOVED),
    memories.MemoryDemoted: st.builds(memories.MemoryDemoted, **MOVED),
    memories.FeedbackNoted: st.builds(
        memories.FeedbackNoted,
        memory=ANY_TEXT,
        space=SPACES,
        at=TIMES,
        verdict=st.sampled_from(["useful", "wrong", "outdated"]),
        facts=st.dictionaries(ANY_TEXT, NUMBERS, max_size=2),
    ),
    memories.SourceRetracted: st.builds(
        memories.SourceRetracted,
        space=SPACES,
        at=TIMES,
        observation=ANY_TEXT,
        reason=ANY_TEXT,
        memories=many(ANY_TEXT),
        facts=many(ANY_TEXT),
    ),
    facts.FactReopened: st.builds(
        facts.FactReopened,
        fact=ANY_TEXT,
        space=SPACES,
        valid_to=some(TIMES),
        by=some(ANY_TEXT),
        source=SOURCES,
    ),
    concepts.ConceptChanged: st.builds(
        concepts.ConceptChanged,
        concept=ANY_TEXT,
        space=SPACES,
        at=TIMES,
        size=COUNTS,
        sums=ANY_TEXT,
        words=st.dictionaries(ANY_TEXT, COUNTS, max_size=2),
        joined=many(st.builds(concepts.ConceptMember, memory=ANY_TEXT, typicality=SCORES)),
        left=many(ANY_TEXT),
        merged=some(ANY_TEXT),
    ),
    concepts.EpisodesCompared: st.builds(
        concepts.EpisodesCompared, space=SPACES, at=TIMES, memories=many(ANY_TEXT)
    ),
    concepts.EpisodesLinked: st.builds(
        concepts.EpisodesLinked,
        space=SPACES,
        at=TIMES,
        links=many(
            st.builds(
                concepts.EpisodeLink,
                memory=ANY_TEXT,
                earlier=ANY_TEXT,
                because=st.sampled_from(["next", "cause"]),
            )
        ),
    ),
    concepts.MemoriesCompared: st.builds(
        concepts.MemoriesCompared, space=SPACES, at=TIMES, memories=many(ANY_TEXT)
    ),
    memories.JobRan: st.builds(
        memories.JobRan, space=SPACES, job=ANY_TEXT, at=TIMES, changed=COUNTS, left=st.booleans()
    ),
    memories.SpaceAdjusted: st.builds(
        memories.SpaceAdjusted,
        space=SPACES,
        at=TIMES,
        settings=SETTINGS,
        predicates=some(PREDICATES),
    ),
    memories.MemoryReinforced: st.builds(
        memories.MemoryReinforced,
        memory=ANY_TEXT,
        space=SPACES,
        at=TIMES,
        similarity=NUMBERS,
        text=ANY_TEXT,
        source=SOURCES,
        alone=some(FORMED),
    ),
    memories.MemoriesRecalled: st.builds(
        memories.MemoriesRecalled,
        space=SPACES,
        at=TIMES,
        memories=many(ANY_TEXT),
        session=some(ANY_TEXT),
    ),
    procedures.StepsObserved: st.builds(
        procedures.StepsObserved,
        space=SPACES,
        sequence=ANY_TEXT,
        at=TIMES,
        observation=ANY_TEXT,
        memory=ANY_TEXT,
        steps=many(ANY_TEXT),
    ),
    whereabouts.WhereaboutsTold: INTERVALS.flatmap(
        lambda interval: st.builds(
            whereabouts.WhereaboutsTold,
            space=SPACES,
            memory=ANY_TEXT,
            observation=ANY_TEXT,
            place=ANY_TEXT,
            since=st.just(interval[0]),
            until=st.just(interval[1] or interval[0]),
            who=many(ANY_TEXT),
        )
    ),
    procedures.SequencesCompared: st.builds(
        procedures.SequencesCompared, space=SPACES, at=TIMES, sequences=many(ANY_TEXT)
    ),
    procedures.ProcedureRecognised: st.builds(
        procedures.ProcedureRecognised,
        procedure=ANY_TEXT,
        space=SPACES,
        at=TIMES,
        steps=many(ANY_TEXT),
        sequences=many(ANY_TEXT),
    ),
    facts.FactAsserted: ASSERTED,
    facts.FactConfirmed: st.builds(
        facts.FactConfirmed,
        fact=ANY_TEXT,
        space=SPACES,
        at=TIMES,
        memory=ANY_TEXT,
        source=SOURCES,
        confidence=some(SCORES),
        alone=some(ASSERTED),
    ),
    facts.ContradictionFound: st.builds(
        facts.ContradictionFound,
        contradiction=ANY_TEXT,
        space=SPACES,
        at=TIMES,
        kind=st.sampled_from(
            ["exclusive", "two_places", "ends_before_begins", "effect_before_cause", "texts"]
        ),
        facts=many(ANY_TEXT),
        memories=many(ANY_TEXT),
        score=some(SCORES),
    ),
    facts.ContradictionJudged: st.builds(
        facts.ContradictionJudged,
        contradiction=ANY_TEXT,
        space=SPACES,
        at=TIMES,
        verdict=st.sampled_from(["settled", "open", "gone"]),
        kept=some(ANY_TEXT),
        ended=some(ANY_TEXT),
        valid_to=some(TIMES),
        weights=st.dictionaries(ANY_TEXT, NUMBERS, max_size=2),
        reason=ANY_TEXT,
        source=SOURCES,
    ),
    facts.FactSuperseded: st.builds(
        facts.FactSuperseded,
        fact=ANY_TEXT,
        space=SPACES,
        valid_to=TIMES,
        by=some(ANY_TEXT),
        source=SOURCES,
        already=st.booleans(),
        alone=some(ASSERTED),
    ),
    memories.InputPassed: st.builds(memories.InputPassed, space=SPACES, at=TIMES, reason=ANY_TEXT),
    memories.SpaceErased: st.builds(memories.SpaceErased, space=SPACES, at=TIMES, reason=ANY_TEXT),
    memories.ObservationsErased: st.builds(
        memories.ObservationsErased,
        space=SPACES,
        at=TIMES,
        reason=ANY_TEXT,
        asked=st.sampled_from(["subject", "observation"]),
        token=ANY_TEXT,
    ),
    memories.Rejected: st.builds(
        memories.Rejected, origin=ANY_TEXT, reason=ANY_TEXT, detail=ANY_TEXT, raw=ANY_TEXT
    ),
}
