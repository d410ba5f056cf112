"""What is answered in words."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from agents.answer import Answer, answer, concerns, listed, renewing, stating
from agents.body import Body, FactBody
from schemas.facts import Source
from schemas.percepts import Entity, TimeSpan
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
    long = "Nobody at home had thought of any of the papers that they want to see there by then."
    memory = body(f"What a day! The dentist is next Thursday. {long}")
    found = answer("What about the dentist?", [("a", memory)], [], 0.9)
    assert found is not None
    assert (found.text, found.memory) == ("The dentist is next Thursday.", "a")


@pytest.mark.parametrize(
    ("text", "intent", "stated"),
    [
        ("Who is my dentist?", None, None),
        ("who is my dentist", "question", None),
        ("Hi! Who is my dentist? I forgot. Is it Dr. Berg?", None, "Hi! I forgot."),
        ("My dentist is Dr. Berg.", "statement", "My dentist is Dr. Berg."),
    ],
)
def test_what_a_memory_asks_it_does_not_state(
    text: str, intent: str | None, stated: str | None
) -> None:
    found = list(stating([("a", body(text).model_copy(update={"intent": intent}))]))
    assert [told.text for _, told in found] == ([stated] if stated else [])


@pytest.mark.parametrize(
    ("said", "since", "until", "told"),
    [
        ("yesterday", "2026-03-01", "2026-03-02", "yesterday (1 March 2026)"),
        ("on Friday", "2026-02-27", "2026-02-28", "Friday (27 February 2026)"),
        ("last week", "2026-02-23", "2026-03-02", "last week (23 February 2026 to 1 March 2026)"),
        ("in June", "2025-06-01", "2025-07-01", "in June (June 2025)"),
        ("last year", "2025-01-01", "2026-01-01", "last year (2025)"),
        ("in May 2024", "2024-05-01", "2024-06-01", "in May 2024"),
    ],
)
def test_who_asks_when_is_told_the_day(said: str, since: str, until: str, told: str) -> None:
    text = f"We met {said}"
    time = TimeSpan(
        text=said.removeprefix("in "), start=7, end=len(text),
        since=f"{since}T00:00:00+00:00", until=f"{until}T00:00:00+00:00",
    )  # fmt: skip
    memories = [("a", body(text).model_copy(update={"times": (time,)}))]
    said = said.removeprefix("on ")
    words = lambda *_: Answer(said, "a", sure=0.9, body=memories[0][1])  # noqa: E731 - a reader
    found = answer("When did they meet?", memories, [], 0.9, words)
    assert found is not None
    assert found.text == told
    plain = answer("How did they meet?", memories, [], 0.9, words)
    assert plain is not None
    assert plain.text == said


def test_a_sentence_that_tells_no_time_is_told_with_when_it_was_said() -> None:
    found = answer("When did they buy it?", [("a", body("We bought it!"))], [], 0.9)
    assert found is not None
    assert found.text == f"We bought it! (said on {NOON:%-d %B %Y})"


@pytest.mark.parametrize("hour", ["9", "9:30", "9.30 pm"])
def test_an_hour_is_told_with_the_one_day_of_its_sentence(hour: str) -> None:
    day = {"since": "2026-03-02T00:00:00+00:00", "until": "2026-03-03T00:00:00+00:00"}
    tomorrow = TimeSpan(text="tomorrow", start=0, end=1, **day)
    told = body(f"The talk is tomorrow, at {hour}. I paid 19.").model_copy(
        update={"times": (tomorrow,)}
    )
    for words, text in ((hour, f"{hour} (2 March 2026)"), ("19", "19")):
        reader = lambda *_, words=words: Answer(words, "a", body=told)  # noqa: E731 - one answer
        found = answer("When is the talk?", [("a", told)], [], 0.9, reader)
        assert found is not None
        assert found.text == text


def test_of_a_sentence_that_tells_several_days_none_is_told() -> None:
    text = "They moved the talk from Monday to Friday."
    day = {"since": "2026-03-02T00:00:00+00:00", "until": "2026-03-03T00:00:00+00:00"}
    times = tuple(TimeSpan(text=one, start=0, end=1, **day) for one in ("Monday", "Friday"))
    memories = [("a", body(text).model_copy(update={"times": times}))]
    found = answer("When is the talk?", memories, [], 0.9)
    assert found is not None
    assert found.text == text


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


def test_what_is_said_of_yours_concerns_whom_it_is_said_to() -> None:
    yours, you = body("I moved your flat to Lisbon.", "Bot"), body("You live in Lisbon.", "Bot")
    assert concerns(["Maya"], yours, "Maya")
    assert not concerns(["Maya"], yours, "Ana")
    assert not concerns(["Maya"], yours)
    assert not concerns(["Maya"], you, "Maya")


@pytest.mark.parametrize(
    "text",
    [
        "I had dinner with Tom, Ana, and Luis at the Nobu restaurant.",
        "Ana, Tom and Luis went to Nobu.",
        "Ana, and Tom, went to Nobu.",
        "Tom, Ana and Luis went to Nobu.",
        "At Nobu: Tom, Luis, Ana",
        "Tom, Luis, Ana and I went to Nobu.",
        "My sister, Ana, went to Nobu.",
        "Ana went to Nobu.",
    ],
)
def test_who_is_named_in_a_list_is_not_spoken_to(text: str) -> None:
    assert concerns(["Ana"], body(text, "Maya"))


@pytest.mark.parametrize(
    "text",
    [
        "Ana, come and see me.",
        "That is great, Ana!",
        "Thanks, Ana, that helps.",
        "Hey Ana, Tom and Luis are here.",
        "I was at Nobu. Ana, have you been?",
        "See you, ana",
        "Ana? Tom called.",
        "Yeah, Ana, they are.",
        "Yeah, definitely, Ana.",
    ],
)
def test_a_memory_does_not_concern_whom_it_only_speaks_to(text: str) -> None:
    assert not concerns(["Ana"], body(text, "Maya"))


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
    both = listed([was, told("Maya", "lives_in", "Lisbon")], over=True)
    assert both is not None
    assert both.text == "Maya lives in Porto (until 2026-04-20), Lisbon"


def test_who_asks_whether_is_told_a_sentence_and_no_words() -> None:
    words = lambda *_: Answer("analyst", "a", sure=0.9)  # noqa: E731 - a reader that is sure
    memories = [("a", body("I left Farol. I am an analyst."))]
    found = answer("Does Maya still work at Farol?", memories, [], 0.9, words)
    assert found is not None
    assert (found.text, found.kind) == ("I left Farol. I am an analyst.", "sentence")


def test_who_is_meant_need_not_be_said_again_where_nobody_is_named() -> None:
    jo = Entity(text="Jo", type="person", start=0, end=2, score=1.0)
    first = body("Dan's wedding is 12 September")
    moved, other = body("Wedding's been moved"), body("Jo's wedding was lovely")
    later = [
        (id_, replaced.model_copy(update={"at": NOON + timedelta(days=1), "entities": named}))
        for id_, replaced, named in (("moved", moved, ()), ("other", other, (jo,)))
    ]
    question = "When is the wedding party of Dan?"
    assert [id_ for id_, _ in renewing(question, first, later, ["Dan"])] == ["moved", "other"]
    first = body("Dan has his wedding and a party on 12 September")
    assert [id_ for id_, _ in renewing(question, first, later, ["Dan"])] == ["moved"]
    assert renewing(question, first, later) == []
    assert renewing(question, first, [("moved", moved)], ["Dan"]) == []  # not later
