"""What is answered in words."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from agents.answer import Answer, answer, listed
from agents.body import Body, FactBody
from schemas.facts import Source
from tests.unit.agents.percepts import NOON

SOURCE = Source(observation="m1")


def body(text: str, speaker: str = "Maya") -> Body:
    return Body(at=NOON, speaker=speaker, text=text, source=SOURCE)


@dataclass(frozen=True)
class Told:
    body: FactBody
    predicate: str
    memory: str
    belief: float
    valid_to: datetime | None = None


def told(subject: str, predicate: str, object_: str, belief: float = 0.9) -> Told:
    fact = FactBody(subject=subject, object=object_, source=SOURCE)
    return Told(fact, predicate, f"memory of {object_}", belief)


def test_a_fact_that_the_question_asks_for_is_the_answer() -> None:
    found = answer(
        "Where does Maya live?",
        [("a", body("A quiet flat."))],
        [told("Maya", "lives_in", "Lisbon")],
        0.9,
    )
    assert found is not None
    assert (found.text, found.memory) == ("Maya lives in Lisbon", "memory of Lisbon")


def test_of_several_facts_the_one_believed_most_is_told() -> None:
    facts = [told("Maya", "lives_in", "Braga", 0.4), told("Maya", "lives_in", "Lisbon", 0.8)]
    found = answer("Where does Maya live?", [("a", body("Hm."))], facts, 0.9)
    assert found is not None
    assert found.text == "Maya lives in Lisbon"


def test_another_subject_or_predicate_is_no_answer() -> None:
    facts = [told("Ana", "lives_in", "Braga"), told("Maya", "works_for", "Farol")]
    found = answer("Where does Maya live?", [("a", body("In Lisbon."))], facts, 0.9)
    assert found is not None
    assert found.text == "In Lisbon."


def test_a_question_that_asks_for_more_than_a_fact_says_is_not_answered_by_it() -> None:
    memory = body("My sister's name is Ana.")
    facts = [told("Maya", "name", "Maya Okafor")]
    found = answer("What is the name of Maya's sister?", [("a", memory)], facts, 0.9)
    assert found is not None
    assert found.text == "My sister's name is Ana."


def test_without_a_fact_the_sentence_that_shares_most_words_is_told() -> None:
    memory = body("What a day! The dentist is next Thursday. Bring the papers.")
    found = answer("When is the dentist?", [("a", memory)], [], 0.9)
    assert found is not None
    assert (found.text, found.memory) == ("The dentist is next Thursday.", "a")


def test_words_that_answer_are_told_before_a_sentence_and_after_a_fact() -> None:
    def found(question: str, memories: Iterable[tuple[str, Body]]) -> Answer:
        return Answer(f"{len(list(memories))} words for {question}", "b")

    memories = [("a", body("In Lisbon.")), ("b", body("No."))]
    words = Answer("2 words for Where does Maya live?", "b")
    assert answer("Where does Maya live?", memories, [], 0.9, found) == words
    fact = told("Maya", "lives_in", "Braga")
    known = answer("Where does Maya live?", memories, [fact], 0.9, found)
    assert known == Answer("Maya lives in Braga", "memory of Braga", "fact")
    assert answer("Where does Maya live?", memories, [], 0.1, found) is None


def test_words_that_are_sure_themselves_answer_whatever_the_memories_look_like() -> None:
    def found(_question: str, _memories: Iterable[tuple[str, Body]]) -> Answer:
        return Answer("asthma", "a", sure=0.8)

    memories = [("a", body("I have asthma."))]
    known = answer("What does Maya suffer from?", memories, [], 0.1, found)
    assert known == Answer("asthma", "a", sure=0.8)


def test_no_sentence_about_somebody_else_is_the_answer() -> None:
    memories = [("a", body("I live by the tram depot.", "Nuno"))]
    question = "Where does Maya live?"
    assert answer(question, memories, [], 0.9, people=["Maya"]) is None
    assert answer(question, memories, [], 0.9, people=["Maya", "Nuno"]) is not None
    assert answer("Who lives by the depot?", memories, [], 0.9) is not None


def test_words_are_looked_for_where_whom_the_question_names_is_named_or_speaks() -> None:
    asked: list[str] = []

    def found(_: str, memories: Iterable[tuple[str, Body]]) -> None:
        asked.extend(id_ for id_, _ in memories)

    memories = [
        ("a", body("I moved to Lisbon.", "Maya Okafor")),
        ("b", body("MAYA's flat is small.", "Ana")),
        ("c", body("Mayapple is a plant.", "Nuno")),
        ("d", body("Wow, Maya! And thanks maya, I live here. Maya?", "Ana")),
    ]
    answer("Where does Maya live?", memories, [], 0.9, found, people=["Maya"])
    assert asked == ["a", "b"]


def test_too_little_confidence_or_nothing_found_is_not_known() -> None:
    assert answer("When?", [("a", body("Now."))], [], 0.1) is None
    assert answer("When?", [], [], 0.9) is None


def test_everything_that_was_asked_for_is_listed_and_the_surest_is_cited() -> None:
    pets = [told("Maya", "has_pet", "Milo", 0.5), told("Maya", "has_pet", "Luna", 0.8)]
    found = listed(pets)
    assert found is not None
    assert (found.text, found.memory) == ("Maya has the pet Milo, Luna", "memory of Luna")
    assert listed([]) is None


def test_of_what_is_over_it_is_told_until_when_it_held() -> None:
    was = replace(told("Maya", "lives_in", "Porto"), valid_to=datetime(2026, 4, 20, tzinfo=UTC))
    found = listed([was], over=True)
    assert found is not None
    assert found.text == "Maya lives in Porto until 2026-04-20"
