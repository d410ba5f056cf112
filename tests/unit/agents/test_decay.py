"""What ticks do to memories whose time has come."""

from datetime import datetime, timedelta
from typing import Any

from agents.compress import compressed
from agents.decision import Input
from agents.due import Due
from agents.known import Clock, Known, evolve
from agents.needs import Look
from agents.policy import Policy
from agents.remember import decide, needs
from agents.retention import Held, due
from schemas.facts import Source
from schemas.memories import (
    InputPassed,
    JobRan,
    MemoryCompressed,
    MemoryEvent,
    MemoryForgotten,
    StrengthsChanged,
    Whole,
)
from schemas.observations import Ticked
from schemas.percepts import Entity, TimeSpan
from schemas.values import State
from schemas.wire import digest_of
from tests.unit.agents.percepts import NOON

TEXT = (
    "Hello there. How are you doing today? Ana Okafor moved to Braga last Friday. "
    "She loves figs. It rained a little on the way, and the road was long and empty."
)


def whole(text: str = TEXT, memory: str = "m") -> Whole:
    def named(name: str, type_: str) -> Entity:
        start = text.index(name)
        return Entity(text=name, type=type_, start=start, end=start + len(name), score=0.9)

    friday = text.find("last Friday")
    return Whole(
        memory=memory,
        space="maya",
        kind="episodic",
        at=NOON,
        session="s1",
        ordinal=0,
        text=text,
        vector="",
        tokens="AAAA",
        entities=(named("Ana Okafor", "person"), named("Braga", "place")) if friday >= 0 else (),
        times=(
            TimeSpan(
                text="last Friday", start=friday, end=friday + 11, since=str(NOON), until=str(NOON)
            ),
        )
        if friday >= 0
        else (),
        source=Source(observation="o"),
    )


def tick(at: datetime, job: str = "decay") -> Input:
    said = Ticked(id=f"{job} {at}", space="maya", at=at, job=job)
    return Input(said.id, digest_of(said), said)


def held(state: State, **fields: Any) -> Held:
    return Held("maya", 2.0, 5.0, NOON, state, "interact")._replace(**fields)


def decided(
    *found: Due, after: timedelta, job: str = "decay", policy: Policy | None = None
) -> list[MemoryEvent]:
    known = Known(clocks={"maya": Clock(NOON, NOON)}, due=list(found))
    return decide(known, tick(NOON + after, job), policy or Policy())


YEARS = timedelta(days=4000)


def test_a_vivid_memory_fades_and_is_due_again_later() -> None:
    changed, ran = decided(Due(whole(), held("vivid"), ()), after=timedelta(days=30))
    assert isinstance(changed, StrengthsChanged)
    [strength] = changed.strengths
    assert (strength.state, strength.stability) == ("faded", 2.0)
    assert strength.due == due(held("faded"), NOON)
    assert ran == JobRan(space="maya", job="decay", at=NOON + timedelta(days=30), changed=1)


def test_a_faded_memory_keeps_what_tells_most() -> None:
    faded, policy = Due(whole(), held("faded"), ()), Policy(detail=100)
    compressed_, ran = decided(faded, after=YEARS, job="compress", policy=policy)
    assert isinstance(compressed_, MemoryCompressed)
    assert "Ana Okafor moved to Braga last Friday." in compressed_.whole.text
    assert "How are you" not in compressed_.whole.text
    assert len(compressed_.whole.text) <= 100
    assert compressed_.whole.tokens == ""
    assert compressed_.strength.state == "compressed"
    assert compressed_.before.text == TEXT
    assert isinstance(ran, JobRan)


def test_a_faded_memory_that_is_short_loses_nothing_that_it_is_found_by() -> None:
    faded = Due(whole("Ana moved to Braga."), held("faded"), ())
    compressed_, _ = decided(faded, after=YEARS, job="compress")
    assert isinstance(compressed_, MemoryCompressed)
    assert compressed_.whole.text == "Ana moved to Braga."
    assert compressed_.whole.tokens == faded.whole.tokens


def test_a_compressed_memory_is_forgotten() -> None:
    forgotten, _ = decided(Due(whole(), held("compressed"), ()), after=YEARS)
    assert isinstance(forgotten, MemoryForgotten)
    assert (forgotten.memory, forgotten.reason) == ("m", "decayed")
    assert {entity.text for entity in forgotten.before.entities} == {"Ana Okafor", "Braga"}


def test_what_is_found_too_early_is_put_off() -> None:
    early = Due(whole(), held("vivid", accessed=NOON - timedelta(days=900)), ())
    changed, _ = decided(early, after=timedelta(days=1))
    assert isinstance(changed, StrengthsChanged)
    [strength] = changed.strengths
    assert strength.state == "vivid"
    assert strength.due == due(early.held, NOON)


def test_a_first_tick_only_starts_the_clock() -> None:
    old = Due(whole(), held("compressed", accessed=NOON - timedelta(days=9000)), ())
    events = decide(Known(due=[old]), tick(NOON), Policy())
    assert not [event for event in events if isinstance(event, MemoryForgotten)]
    known = evolve(Known(), "t", "d", [e for e in events if isinstance(e, JobRan)])
    assert known.clocks == {"maya": Clock(NOON, NOON)}


def test_a_tick_touches_no_more_than_its_budget_and_says_so() -> None:
    found = [Due(whole(memory=str(n)), held("vivid"), ()) for n in range(4)]
    changed, ran = decided(*found, after=YEARS, policy=Policy(budget=3))
    assert isinstance(changed, StrengthsChanged)
    assert [strength.memory for strength in changed.strengths] == ["0", "1", "2"]
    assert isinstance(ran, JobRan)
    assert (ran.changed, ran.left) == (3, True)


def test_a_tick_with_nothing_due_still_has_an_outcome() -> None:
    assert decided(after=YEARS) == [JobRan(space="maya", job="decay", at=NOON + YEARS, changed=0)]


def test_an_unknown_job_is_passed_with_its_reason() -> None:
    [event] = decided(after=YEARS, job="dream")
    assert isinstance(event, InputPassed)
    assert "dream" in event.reason


def test_a_tick_looks_for_the_states_of_its_job() -> None:
    wanted = needs([tick(NOON, "compress")], Policy(budget=7))
    assert wanted.look == Look("maya", ("faded",), NOON, 8)
    assert wanted.spaces == {"maya"}


def test_compressing_moves_names_and_times_with_their_words() -> None:
    after = compressed(whole(), 60)
    entities, text = after.entities, after.text
    assert [text[e.start : e.end] for e in entities] == [e.text for e in entities]
    assert [text[t.start : t.end] for t in after.times] == ["last Friday"]


def test_compressing_keeps_the_vectors_of_the_words_that_stay_and_of_the_speaker() -> None:
    words = "Well. Then Ana Okafor moved to Braga."  # nine words and marks, a vector each
    rows = [f"{number:02}" * 32 for number in range(10)]
    said = whole(words).model_copy(update={"speaker": "Ben", "tokens": "".join(rows)})
    after = compressed(said, 31)
    assert after.text == "Then Ana Okafor moved to Braga."
    assert after.tokens == "".join([*rows[2:9], rows[9]])
    assert compressed(said, 99).tokens == said.tokens
    assert compressed(said.model_copy(update={"tokens": rows[0]}), 31).tokens == ""


def test_a_short_text_is_kept_and_a_long_word_is_cut() -> None:
    assert compressed(whole("Good morning"), 60).text == "Good morning"
    assert compressed(whole("x" * 100), 60).text == "x" * 60
    assert compressed(whole("one " * 100), 60).text == ("one " * 15).strip()
