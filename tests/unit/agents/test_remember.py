"""What the decider makes of inputs, one after the other."""

from datetime import timedelta
from typing import Any

import pytest

from agents.decision import Input
from agents.jobs import JOBS
from agents.known import Known, evolve
from agents.policy import Policy
from agents.remember import CONFLICT, decide, needs
from schemas.envelope import derive_id
from schemas.facts import FactAsserted, FactConfirmed, FactSuperseded
from schemas.memories import (
    InputPassed,
    JobRan,
    MemoriesRecalled,
    MemoryEvent,
    MemoryFormed,
    MemoryReinforced,
    StrengthsChanged,
)
from schemas.observations import Episode, Fact, ForgetRequested, Procedure, Recalled, Ticked
from schemas.percepts import Relation, TimeSpan
from schemas.wire import digest_of
from tests.unit.agents.percepts import NOON, message, perceived, said, stated


def decide_all(*inputs: Input, policy: Policy | None = None) -> list[list[MemoryEvent]]:
    known, decided = Known(), []
    for item in inputs:
        events = decide(known, item, policy or Policy())
        evolve(known, item.id, item.digest, events)
        decided.append(events)
    return decided


def facts(decided: list[list[MemoryEvent]]) -> list[str]:
    """Write what happened to facts: + asserted, = confirmed, - ended."""
    told = []
    for event in (event for events in decided for event in events):
        match event:
            case FactAsserted():
                until = f"..{event.valid_to:%m-%d}" if event.valid_to else ".."
                told.append(f"+{event.object} {event.valid_from:%m-%d}{until}")
            case FactConfirmed():
                told.append("=")
            case FactSuperseded():
                told.append(f"-{event.valid_to:%m-%d}")
            case _:
                pass
    return told


def test_a_message_forms_an_episodic_memory_with_its_provenance() -> None:
    item = said("m1", "The harbour was full of lanterns")
    [[event]] = decide_all(item)
    assert isinstance(event, MemoryFormed)
    assert (event.kind, event.layer, event.speaker) == ("episodic", "interact", "Maya")
    assert (event.session, event.ordinal) == ("s1", 0)
    assert event.source.observation == "m1"
    assert event.source.models == {"encoder": "hash"}
    assert event.memory == derive_id(item.id, "new/0")


def test_the_kinds_of_observations_form_their_kinds_of_memories() -> None:
    shared: dict[str, Any] = {"space": "maya", "at": NOON}
    inputs = [
        perceived(Episode(id="e", what="A storm", **shared), "A storm"),
        perceived(Fact(id="f", subject="Ana", predicate="likes", object="figs", **shared), "Ana"),
        perceived(Procedure(id="p", name="Bake", steps=("Mix",), **shared), "Bake. 1. Mix"),
    ]
    kinds = [
        event.kind
        for events in decide_all(*inputs)
        for event in events
        if isinstance(event, MemoryFormed)
    ]
    assert kinds == ["episodic", "semantic", "procedural"]


def test_memories_of_a_session_are_counted_in_order() -> None:
    decided = decide_all(
        said("m1", "One lantern"), said("m2", "Two ladders"), said("m3", "A kettle", session="s2")
    )
    ordinals = [e.ordinal for events in decided for e in events if isinstance(e, MemoryFormed)]
    assert ordinals == [0, 1, 0]


def test_the_same_statement_again_reinforces_and_keeps_its_own_source() -> None:
    first, second = decide_all(
        said("m1", "My garden has three old fig trees"),
        said("m2", "My garden has three old fig trees!", at=NOON + timedelta(days=30)),
    )
    formed, again = first[0], second[0]
    assert isinstance(formed, MemoryFormed)
    assert isinstance(again, MemoryReinforced)
    assert again.memory == formed.memory
    assert again.source.observation == "m2"
    assert again.text == "My garden has three old fig trees!"


def test_like_words_with_another_number_name_or_negation_are_another_statement() -> None:
    base = "My garden by the harbour has 3 old fig trees"
    for other in (
        "My garden by the harbour has 4 old fig trees",
        "My garden by the harbour never has 3 old fig trees",
        "My lantern by the museum has 3 silver bicycle bells",
    ):
        _, second = decide_all(said("m1", base), said("m2", other))
        assert isinstance(second[0], MemoryFormed), other


def test_the_same_words_of_another_speaker_are_another_memory() -> None:
    _, second = decide_all(
        said("m1", "I love the old harbour lanterns"),
        said("m2", "I love the old harbour lanterns", speaker="Ana"),
    )
    assert isinstance(second[0], MemoryFormed)


def test_another_space_shares_nothing() -> None:
    _, second = decide_all(
        said("m1", "I love the old harbour lanterns"),
        said("m1", "I love the old harbour lanterns", space="ana"),
    )
    assert isinstance(second[0], MemoryFormed)


def test_a_repeated_input_decides_nothing() -> None:
    item = said("m1", "The harbour")
    assert decide_all(item, item)[1] == []


def test_the_same_id_with_other_content_is_a_conflict() -> None:
    _, second, third = decide_all(said("m1", "One"), said("m1", "Two"), said("m1", "Two"))
    assert second == [InputPassed(space="maya", at=NOON, reason=CONFLICT)]
    assert third == []


def test_a_functional_fact_ends_the_one_before() -> None:
    april = NOON + timedelta(days=31)
    decided = decide_all(
        stated("m1", "I live in Porto", "lives_in", "Porto"),
        stated("m2", "I moved to Lisbon", "lives_in", "Lisbon", at=april),
    )
    assert facts(decided) == ["+Porto 03-01..", "-04-01", "+Lisbon 04-01.."]
    ended, began = decided[1][1], decided[1][2]
    assert isinstance(ended, FactSuperseded)
    assert isinstance(began, FactAsserted)
    assert ended.by == began.fact


def test_a_fact_that_is_told_late_takes_its_place_in_valid_time() -> None:
    april, march = NOON + timedelta(days=31), NOON + timedelta(days=9)
    decided = decide_all(
        stated("m1", "I live in Porto", "lives_in", "Porto"),
        stated("m2", "I live in Lisbon", "lives_in", "Lisbon", at=april),
        stated("m3", "These days I live in Braga", "lives_in", "Braga", at=march),
    )
    assert facts(decided)[3:] == ["-03-10", "+Braga 03-10..", "-04-01"]
    lisbon, braga = decided[1][2], decided[2][3]
    assert isinstance(lisbon, FactAsserted)
    assert isinstance(braga, FactSuperseded)
    assert braga.by == lisbon.fact


def test_a_repeated_fact_is_confirmed_whatever_its_case() -> None:
    decided = decide_all(
        stated("m1", "I live in Porto", "lives_in", "Porto"),
        stated("m2", "Still in porto with my ladder", "residence", "porto"),
    )
    assert facts(decided) == ["+Porto 03-01..", "="]


def test_a_multi_valued_predicate_keeps_every_object() -> None:
    decided = decide_all(
        stated("m1", "I like figs", "likes", "figs"),
        stated("m2", "I like ladders", "likes", "ladders"),
    )
    assert facts(decided) == ["+figs 03-01..", "+ladders 03-01.."]


def test_what_no_longer_holds_is_ended_by_nothing() -> None:
    later = NOON + timedelta(days=1)
    decided = decide_all(
        stated("m1", "I work for Farol", "works_for", "Farol"),
        stated("m2", "I left Farol", "works_for", "Farol", ended=True, at=later),
    )
    ended = decided[1][1]
    assert isinstance(ended, FactSuperseded)
    assert (ended.valid_to, ended.by) == (later, None)


def test_a_relation_below_the_threshold_is_no_fact() -> None:
    item = stated("m1", "I live in Porto", "lives_in", "Porto")
    assert facts(decide_all(item, policy=Policy(relation_score=0.95))) == []


def recall(*memories: str, space: str = "maya") -> Input:
    command = Recalled(id="r1", space=space, at=NOON, question="Where?", memories=memories)
    return Input("r1", digest_of(command), command)


def test_a_recall_is_noted_and_forms_nothing() -> None:
    item = said("m1", "One lantern")
    memory = derive_id(item.id, "new/0")
    _, [noted, changed] = decide_all(item, recall(memory))
    assert noted == MemoriesRecalled(space="maya", at=NOON, memories=(memory,))
    assert isinstance(changed, StrengthsChanged)
    assert [strength.memory for strength in changed.strengths] == [memory]


def test_a_recall_concerns_only_memories_of_its_own_space() -> None:
    item = said("m1", "One lantern")
    memory = derive_id(item.id, "new/0")
    _, [noted] = decide_all(item, recall(memory, "unknown", space="ana"))
    assert noted == MemoriesRecalled(space="ana", at=NOON, memories=())


def test_every_input_has_an_outcome() -> None:
    decided = decide_all(said("m1", "One"), said("m2", "One"), said("m1", "Three"))
    assert all(decided)


def test_needs_name_what_is_gathered() -> None:
    item = stated("m1", "I live in Porto", "lives_in", "Porto")
    wanted = needs([item], Policy())
    assert wanted.inputs == {item.id}
    lives, lies = ("maya", "maya", "lives_in"), ("maya", "porto", "located_in")
    assert wanted.facts == {(lives, None), (lies, None)}
    likes = needs([stated("m2", "I like Porto", "likes", "Porto")], Policy())
    assert likes.facts == {(("maya", "maya", "likes"), "porto")}
    assert wanted.sessions == {("maya", "s1")}
    assert {space for space, _ in wanted.blocks} == {"maya"}


def test_receipts_name_the_facts_to_weigh_as_they_did_before() -> None:
    fields: dict[str, Any] = {"id": "r", "space": "maya", "at": NOON, "reason": "asked"}
    for named in ({"facts": ("f",)}, {"ends": {"f": "g"}}):
        receipt = ForgetRequested(**fields, **named)
        wanted = needs([Input("r", digest_of(receipt), receipt)], Policy())
        assert wanted.weighed == ("maya", {"f"})


def test_a_message_without_a_session_belongs_to_its_day() -> None:
    item = perceived(message("m1", "The harbour", session=None), "The harbour")
    [[event]] = decide_all(item)
    assert isinstance(event, MemoryFormed)
    assert event.session == "2026-03-01"


def test_a_fact_of_which_only_the_end_is_known_held_before_it() -> None:
    ended = NOON - timedelta(days=60)
    fact = Fact(
        id="f", space="maya", at=NOON, subject="Maya", predicate="lives_in", object="Rome",
        valid_to=ended,
    )  # fmt: skip
    [events] = decide_all(perceived(fact, "Maya lives in Rome"))
    asserted = events[-1]
    assert isinstance(asserted, FactAsserted)
    assert asserted.valid_from < ended
    assert asserted.valid_to == ended


def test_nobody_is_believed_to_be_i_where_nobody_speaks() -> None:
    item = stated("m1", "I live in Porto", "lives_in", "Porto", speaker=None)
    assert facts(decide_all(item)) == []


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("Since 2019 I live in Porto.", 2019),
        ("I live in Porto since 2019.", 2019),
        ("I live in Porto. I met Dora in 2019.", NOON.year),
        ("We met in 2019! I live in Porto", NOON.year),
    ],
)
def test_a_time_belongs_to_the_statements_of_its_sentence(text: str, begins: int) -> None:
    start, year = text.index("Porto"), text.index("2019")
    relation = Relation(
        subject="Maya", predicate="lives_in", object="Porto", start=start, end=start + 5,
        score=0.9, spoken=True,
    )  # fmt: skip
    time = TimeSpan(
        text="2019", start=year, end=year + 4,
        since="2019-01-01T00:00:00+00:00", until="2020-01-01T00:00:00+00:00",
    )  # fmt: skip
    item = perceived(message("m1", text), text, relations=(relation,), times=(time,))
    [[_, asserted]] = decide_all(item)
    assert isinstance(asserted, FactAsserted)
    assert asserted.valid_from.year == begins


@pytest.mark.parametrize("subject", ["She", "they", "IT"])
def test_a_pronoun_is_no_subject_of_a_fact(subject: str) -> None:
    text = f"{subject} works for Acme"
    relation = Relation(
        subject=subject, predicate="works_for", object="Acme", start=0, end=len(text), score=0.9
    )
    named = relation.model_copy(update={"subject": "Sheila"})
    assert facts(decide_all(perceived(message("m1", text), text, relations=(relation,)))) == []
    assert facts(decide_all(perceived(message("m2", text), text, relations=(named,)))) != []


def test_a_relation_of_someone_to_themselves_is_no_fact() -> None:
    assert facts(decide_all(stated("m1", "Maya here", "name", "maya"))) == []


def test_every_job_has_a_rule() -> None:
    for job in JOBS:
        tick = Ticked(id=job, space="maya", at=NOON, job=job)
        [events] = decide_all(Input(job, digest_of(tick), tick))
        assert events == [JobRan(space="maya", job=job, at=NOON, changed=0)]
