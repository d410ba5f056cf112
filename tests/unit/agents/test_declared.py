"""Do facts obey what their space declares, and which predicates does a question name?"""

from typing import Any

from agents.asking import Pattern, left_over
from agents.decision import Input
from agents.declared import asked_by, functional, names_in
from agents.known import Known, evolve
from agents.policy import Policy
from agents.remember import decide, needs
from schemas.envelope import input_id
from schemas.memories import InputPassed, MemoryEvent, SpaceAdjusted, SpaceErased
from schemas.observations import Fact, SpaceConfigured
from schemas.predicates import MOST, Predicate
from schemas.wire import digest_of
from tests.unit.agents.percepts import NOON, perceived
from tests.unit.agents.test_remember import facts

DATABASE = Predicate(name="database", functional=True, asks=("data store",))
LIBRARY = Predicate(name="library", asks=("libraries", "packages"))
DEADLINE = Predicate(name="deadline", functional=True)
DECLARED = {one.name: one for one in (DATABASE, LIBRARY, DEADLINE)}


def configured(*predicates: Predicate, **more: Any) -> Input:
    said = SpaceConfigured(id="c", space="maya", at=NOON, predicates=predicates, **more)
    return Input(input_id("maya", said.id), digest_of(said), said)


def stated(id_: str, predicate: str, object_: str, space: str = "maya") -> Input:
    at = NOON.replace(hour=int(id_))
    fact = Fact(id=id_, space=space, at=at, subject="Atlas", predicate=predicate, object=object_)
    return perceived(fact, f"Atlas {predicate} {object_} at {id_}")


def decided(*inputs: Input) -> list[list[MemoryEvent]]:
    known, found = Known(), []
    for item in inputs:
        events = decide(known, item, Policy())
        evolve(known, item.id, item.digest, events)
        found.append(events)
    return found


def test_what_a_space_declares_functional_is_superseded() -> None:
    found = decided(configured(DATABASE), stated("1", "database", "MySQL"),
                    stated("2", "database", "Postgres"))  # fmt: skip
    assert facts(found) == ["+MySQL 03-01..", "-03-01", "+Postgres 03-01.."]


def test_what_is_declared_otherwise_or_elsewhere_holds_beside_others() -> None:
    both = ["+MySQL 03-01..", "+Postgres 03-01.."]
    two = (stated("1", "library", "MySQL"), stated("2", "library", "Postgres"))
    assert facts(decided(configured(LIBRARY), *two)) == both
    here = (stated("1", "database", "MySQL", "ben"), stated("2", "database", "Postgres", "ben"))
    assert facts(decided(configured(DATABASE), *here)) == both
    assert facts(
        decided(stated("1", "database", "MySQL"), stated("2", "database", "Postgres"))
    ) == (both)


def test_a_declaration_becomes_an_event_that_says_what_was_declared() -> None:
    [[event]] = decided(configured(DATABASE, LIBRARY, settings={"decay_hours": 6}))
    assert event == SpaceAdjusted(
        space="maya", at=NOON, settings={"decay_hours": 6}, predicates=(DATABASE, LIBRARY)
    )


def test_what_is_declared_again_replaces_what_was_and_more_than_fit_are_passed() -> None:
    known = Known(declared={"maya": {f"p{n}": Predicate(name=f"p{n}") for n in range(MOST)}})
    one = Predicate(name="p0", functional=True)
    item = configured(one)
    evolve(known, item.id, item.digest, decide(known, item, Policy()))
    assert known.functional("maya") == ["p0"]
    more = SpaceConfigured(id="d", space="maya", at=NOON, predicates=(DATABASE,))
    [passed] = decide(known, Input("d", digest_of(more), more), Policy())
    assert isinstance(passed, InputPassed)
    assert passed.reason == "a space declares at most 32 predicates; with these it would be 33"


def test_an_erased_space_declares_nothing() -> None:
    known = Known(declared={"maya": dict(DECLARED)})
    evolve(known, "e", "d", [SpaceErased(space="maya", at=NOON, reason="asked")])
    assert known.functional("maya") == ()


def test_what_a_batch_declares_is_gathered_for_what_it_states_after_that() -> None:
    wanted = needs([configured(DATABASE, LIBRARY)], Policy())
    assert wanted.declaring == {("maya", "database")}
    assert wanted.spaces == {"maya"}
    assert functional(DECLARED) == ["database", "deadline"]
    assert functional(None) == ()


def test_a_question_names_a_predicate_by_any_of_its_words() -> None:
    def names(question: str) -> list[str]:
        return [one.name for one in asked_by(question, DECLARED)]

    assert names("Which database does Atlas use?") == ["database"]
    assert names("Which data store does Atlas use?") == ["database"]
    assert names("Which packages does the library need?") == ["library"]
    assert names("What is the deadline of the new data store?") == ["database", "deadline"]
    assert names("Who is Ana?") == []


def test_the_longest_name_of_a_question_comes_first_and_my_is_who_speaks() -> None:
    names = list(names_in("What is Billing Service's database?", "Nina"))
    assert names.index("Billing Service") < names.index("Billing")
    assert "Nina" not in names
    assert list(names_in("What is my deadline?", "Nina"))[-1] == "Nina"
    assert list(names_in("What's the deadline that I've set?", "Nina"))[-1] == "Nina"
    assert "me" in list(names_in("Who manages me?", None))


def test_words_that_name_a_declared_predicate_are_explained() -> None:
    pattern = Pattern("database", "Atlas", None, own=DATABASE)
    assert left_over("What is the data store of Atlas?", pattern) == set()
    assert pattern.single
    assert not Pattern("library", "Atlas", None, own=LIBRARY).single
