"""Is a question read as the pattern of facts that it asks for, and are the right ones chosen?"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from agents.asking import (
    Pattern,
    asked_for,
    at_the_time,
    explaining,
    is_other,
    left_over,
    narrowed,
    of_others,
    only_roles,
    whether,
)
from agents.body import FactBody
from agents.lexicon import stems
from schemas.facts import Source
from schemas.percepts import Passage, Relation

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def seen(subject: str, predicate: str, object_: str, **more: object) -> Relation:
    said = {"subject": subject, "predicate": predicate, "object": object_, "score": 0.9}
    return Relation.model_validate({"start": 0, "end": 1, **said, **more})


def question(*relations: Relation) -> Passage:
    return Passage(start=0, end=1, text="?", vector="", tokens="", relations=relations)


@dataclass(frozen=True)
class One:
    object: str
    valid_from: datetime
    valid_to: datetime | None = None
    belief: float = 0.5
    beside: bool = False


def day(month: int, day_: int = 1, year: int = 2026) -> datetime:
    return datetime(year, month, day_, tzinfo=UTC)


LIVES = Pattern("lives_in", "Ana", None)
OWNS = Pattern("owns", "Ana", None)
HOMES = [
    One("Ghent", day(1, year=2020), day(3)),
    One("Lisbon", day(3), day(9)),
    One("Oslo", day(9)),
]


def test_what_stands_as_where_is_asked_for() -> None:
    found = asked_for(question(seen("Ana", "lives_in", "Where")), None, 0.5)
    assert found == Pattern("lives_in", "Ana", None)


def test_what_stands_as_who_is_asked_for() -> None:
    found = asked_for(question(seen("Who", "works_for", "the aquarium")), None, 0.5)
    assert found == Pattern("works_for", None, "the aquarium")


def test_somebody_of_somebody_is_told_by_their_relation() -> None:
    relations = seen("brother", "works_at", "where"), seen("Ana", "has_sibling", "Brother")
    found = asked_for(question(*relations), None, 0.5)
    assert found == Pattern("works_for", "brother", None, via=Pattern("has_sibling", "Ana", None))


def test_the_name_of_somebody_of_somebody_is_who_that_is() -> None:
    relations = seen("brother", "name", "What"), seen("Ana", "has_sibling", "brother")
    assert asked_for(question(*relations), None, 0.5) == Pattern("has_sibling", "Ana", None)


@pytest.mark.parametrize(
    "relation",
    [
        seen("Ana", "lives_in", "Lisbon"),
        seen("Who", "knows", "What"),
        seen("Ana", "lives_in", "Where", score=0.4),
        seen("I", "lives_in", "Where", spoken=True),
    ],
    ids=["a statement", "two things", "hardly seen", "nobody speaks"],
)
def test_what_asks_for_no_known_relation_is_no_pattern(relation: Relation) -> None:
    assert asked_for(question(relation), None, 0.5) is None


def test_the_speaker_may_ask_about_themselves() -> None:
    relation = seen("Ana", "lives_in", "Where", spoken=True, ended=True)
    assert asked_for(question(relation), "Ana", 0.5) == Pattern("lives_in", "Ana", None, ended=True)


def objects(found: list[One]) -> list[str]:
    return [one.object for one in found]


def test_what_holds_now_is_meant_and_else_what_is_to_come() -> None:
    assert objects(at_the_time(LIVES, HOMES, NOW)) == ["Lisbon"]
    assert objects(at_the_time(LIVES, HOMES[2:], NOW)) == ["Oslo"]


def test_what_is_over_is_what_ended_last() -> None:
    assert objects(at_the_time(replace(LIVES, ended=True), HOMES, day(12))) == ["Lisbon"]
    assert at_the_time(replace(LIVES, ended=True), HOMES[2:], NOW) == []


def test_of_a_time_all_that_held_in_it_is_meant() -> None:
    named = day(2, 20), day(3, 10)
    assert objects(at_the_time(LIVES, HOMES, NOW, named)) == ["Ghent", "Lisbon"]


def test_of_what_can_hold_beside_others_what_began_then_is_meant() -> None:
    bought = [
        One("bike", day(1)),
        One("car", day(4, 2)),
        One("van", day(7)),
    ]
    assert objects(at_the_time(OWNS, bought, NOW, (day(4), day(5)))) == ["car"]
    assert objects(at_the_time(OWNS, bought, NOW, (day(5), day(6)))) == ["bike", "car"]


def test_of_what_can_only_be_one_the_surest_is_meant_then_the_latest() -> None:
    jobs = [
        One("Acme", day(1), belief=0.9),
        One("Farol", day(2), belief=0.9),
        One("Nobody", day(3), belief=0.4),
    ]
    assert objects(at_the_time(Pattern("works_for", "Ana", None), jobs, NOW)) == ["Farol"]


def test_what_the_pattern_leaves_over_narrows_what_can_be_several() -> None:
    asked = "What is Maya's favourite tea?"
    words = left_over(asked, Pattern("favourite", "Maya", None))
    likes = [One("rooibos", day(1)), One("blue", day(1))]
    texts = ["My favourite tea is rooibos.", "My favourite colour is blue."]
    assert objects(narrowed(likes, texts, words)) == ["rooibos"]
    assert narrowed(likes[1:], texts[1:], words) == []
    assert objects(explaining(likes, texts, words, 0)) == ["rooibos"]
    assert explaining(likes, texts, words | set(stems("dentist")), 0) == []
    assert objects(explaining(likes, texts, words | set(stems("dentist")), 1)) == ["rooibos"]


def test_one_at_most_answers_who_somebody_is_married_to_but_not_who_lives_in_a_place() -> None:
    assert Pattern("spouse", "Ana", None).single
    assert not Pattern("lives_in", None, "Lisbon").single
    assert not OWNS.single


def test_where_nothing_holds_any_more_what_ended_last_is_told() -> None:
    gone = [replace(one, valid_to=one.valid_to or day(12)) for one in HOMES]
    assert at_the_time(LIVES, gone, day(1, year=2027)) == [gone[-1]]
    assert at_the_time(LIVES, gone, NOW) == [gone[1]]
    assert at_the_time(LIVES, gone, NOW, (day(1, year=2019), day(1, year=2020))) == []


@pytest.mark.parametrize(
    ("question", "predicate", "left", "roles"),
    [
        ("What are the names of Ana's children?", "has_child", "", True),
        ("What is the name of Ana's daughter?", "has_child", "daughter", True),
        ("Which company does Ana work for now?", "works_for", "", True),
        ("Which of Ana's sons plays chess?", "has_child", "sons plays chess", False),
    ],
)
def test_what_a_predicate_asks_for_under_another_word_narrows_nothing(
    question: str, predicate: str, left: str, *, roles: bool
) -> None:
    pattern = Pattern(predicate, "Ana", None)
    words = left_over(question, pattern)
    assert words == set(stems(left))
    assert only_roles(words, pattern) == roles


def test_whom_the_words_tell_to_be_a_sister_is_no_brother() -> None:
    pattern, brother = Pattern("has_sibling", "Maya", None), set(stems("brother"))
    assert is_other(brother, pattern, "My sister's name is Ana.")
    assert not is_other(brother, pattern, "My bro is called Leo, my sister Ana.")
    assert not is_other(brother, pattern, "Leo called.")
    assert not is_other(set(), pattern, "My sister's name is Ana.")


def test_what_was_ever_so_is_all_that_has_begun() -> None:
    assert objects(at_the_time(LIVES, HOMES, NOW, ever=True)) == ["Ghent", "Lisbon"]


@pytest.mark.parametrize(
    ("text", "speaker", "expected"),
    [
        ("What is my sister's name?", "Maya", Pattern("has_sibling", "Maya", None)),
        ("What is my sister's name?", None, Pattern("name", "sister", None)),
        ("What is the sister's name?", "Maya", Pattern("name", "sister", None)),
    ],
)
def test_the_name_of_my_sister_is_who_she_is(
    text: str, speaker: str | None, expected: Pattern
) -> None:
    asked = question(seen("sister", "name", "What")).model_copy(update={"text": text})
    assert asked_for(asked, speaker, 0.5) == expected


@dataclass(frozen=True)
class Stated:
    body: FactBody
    predicate: str = "works_for"


def stated(subject: str, object_: str) -> Stated:
    source = Source(observation="m1")
    return Stated(FactBody(subject=subject, object=object_, source=source))


def test_what_is_stated_of_others_only_is_told_by_its_terms() -> None:
    tom, ana = stated("Tom", "Bosch"), stated("Ana Lopez", "Farol")
    bosch = frozenset(stems("Bosch"))
    assert of_others([tom], "works_for", {"Ana", "Anita"}) == [bosch]
    assert of_others([tom], "lives_in", {"Ana"}) == []
    assert of_others([tom, ana], "works_for", {"Ana"}) == []
    assert of_others([stated("Tom", "Ana")], "works_for", {"Ana"}) == []
    assert of_others([stated("Ana's sister", "Bosch")], "works_for", {"Ana"}) == [bosch]


@pytest.mark.parametrize(
    ("text", "fact", "expected"),
    [
        ("Does Ana still work at Farol?", stated("Ana", "Farol"), "Farol"),
        ("Does Ana work for the hospital?", stated("Ana", "City Hospital"), "City Hospital"),
        ("Is Ana employed?", stated("Ana", "Farol"), None),
        ("Does Ana have any job?", stated("Ana", "Farol"), None),
        ("Does Ana like Farol?", stated("Ana", "Farol"), "nothing"),
        ("Does Ana's boss work at Farol?", stated("Ana", "Farol"), "nothing"),
        ("Is Ana around now?", stated("Ana", "Farol"), "nothing"),
        ("Is it Ana?", stated("Ana", "Farol"), "nothing"),
        ("Did Ana work at Farol in May?", stated("Ana", "Farol"), "Farol"),
    ],
)
def test_what_says_all_that_is_asked_to_be_so_tells_whether_it_is(
    text: str, fact: Stated, expected: str | None
) -> None:
    read = whether(text, fact, "Ana", "May")
    assert read == (None if expected == "nothing" else Pattern("works_for", "Ana", expected))


def test_of_others_may_be_stated_whatever_a_question_names() -> None:
    vegan = replace(stated("Ana", "vegan"), predicate="diet")
    asked = frozenset(stems("Am I vegan?"))
    assert of_others([vegan], "", {"Maya"}, asked) == [frozenset(stems("vegan"))]
    assert of_others([vegan], "", {"Maya"}) == of_others([vegan], "", {"Ana"}, asked) == []
