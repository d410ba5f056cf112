import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import pytest

from agents.answer import Answer
from agents.body import Body
from agents.reading import Pairs, Reader, Words
from infra.recollection import Hit
from infra.rereading import Rereading
from infra.views.sql_reads import Memory
from schemas.facts import Source
from schemas.percepts import Entity

AT = datetime(2026, 1, 1, tzinfo=UTC)
ASKED = "Where does Ana live?"


def body(text: str, speaker: str | None = None) -> Body:
    source = Source(observation="o", start=0, end=len(text))
    return Body(at=AT, text=text, speaker=speaker, source=source)


def hit(id_: str, text: str, score: float) -> Hit:
    memory = Memory(
        id=id_, space="s", kind="episodic", layer="interact", at=AT, session="", ordinal=0,
        position=0, seq=0, reinforced=0, recalled=0, body=body(text), stability=1, difficulty=1,
        accessed=AT, state="vivid", due=None, confidence=1,
    )  # fmt: skip
    return Hit(memory, score, [], [], {"terms": score})


HITS = [hit("a", "in", 1.0), hit("b", "good", 0.9), hit("c", "good", 0.2), hit("d", "good", 0.1)]


def is_good(pairs: Pairs) -> Sequence[float]:
    return [0.9 if "good" in text else 0.1 for _, text in pairs]


def last_word(pairs: Pairs) -> Sequence[Words | None]:
    return [
        Words(text.rindex(" ") + 1, len(text), len(text) / 100) if "good" in text else None
        for _, text in pairs
    ]


def test_without_a_reader_nothing_changes() -> None:
    plain = Rereading(Reader(), reranks=10, answers=10)
    assert plain.ordered(ASKED, HITS) == HITS
    assert plain.words(ASKED, [("a", body("good day"))]) is None
    assert plain.deep(3) == 3


def test_as_many_are_read_ahead_as_are_asked_for_words() -> None:
    ahead: list[tuple[str, str]] = []
    reads = Rereading(Reader(answering=last_word, ahead=ahead.extend), answers=2)
    reads.begin(ASKED, [(one.memory.id, one.memory.body) for one in HITS])
    assert ahead == [(ASKED, "in"), (ASKED, "good")]


def test_a_reader_that_is_not_to_be_asked_is_not_asked() -> None:
    def never(_: Pairs) -> NoReturn:
        raise AssertionError

    unasked = Rereading(Reader(never, never, None), reranks=0, answers=0)
    assert unasked.ordered(ASKED, HITS) == HITS
    assert unasked.words(ASKED, [("a", body("good day"))]) is None


def test_the_first_memories_are_ordered_by_what_reading_them_adds() -> None:
    ordered = Rereading(Reader(relevance=is_good), reranks=3).ordered(ASKED, HITS)
    assert [one.memory.id for one in ordered] == ["b", "a", "c", "d"]
    gain = 0.15 * math.log(9)
    assert ordered[0].score == pytest.approx(0.9 + gain)
    assert ordered[0].why == pytest.approx({"terms": 0.9, "read": gain})
    assert ordered[1].score == pytest.approx(1.0 - gain)
    assert ordered[3] == HITS[3]


def test_a_relevance_beyond_doubt_counts_no_more_than_a_sure_one() -> None:
    reading = Rereading(Reader(relevance=lambda pairs: [1.0 for _ in pairs]), reranks=1)
    assert math.isfinite(reading.ordered(ASKED, HITS)[0].score)


def test_as_many_are_looked_at_as_are_read() -> None:
    reading = Rereading(Reader(relevance=is_good), reranks=10)
    assert (reading.deep(3), reading.deep(50)) == (10, 50)


def test_the_likeliest_words_of_the_first_memories_answer() -> None:
    memories = [("a", body("no")), ("b", body("a good day")), ("c", body("a very good night"))]
    reading = Rereading(Reader(answering=last_word), answers=3)
    assert reading.words(ASKED, memories) == Answer("night", "c", sure=0.17)
    assert Rereading(reading.reader, answers=2).words(ASKED, memories) == Answer(
        "day", "b", sure=0.1
    )
    assert Rereading(reading.reader, answers=1).words(ASKED, memories) is None


def test_words_of_the_question_are_no_answer() -> None:
    reading = Rereading(Reader(answering=last_word), answers=2)
    memories = [("a", body("a good, good home to live")), ("b", body("a good day"))]
    assert reading.words(ASKED, memories) == Answer("day", "b", sure=0.1)


def test_a_speaker_is_read_with_what_they_said() -> None:
    heard: list[str] = []

    def hear(pairs: Pairs) -> list[Words | None]:
        heard.extend(text for _, text in pairs)
        return [Words(0, 3, 0.9) for _ in pairs]

    reading = Rereading(Reader(answering=hear), answers=1)
    assert reading.words(ASKED, [("a", body("I live in Lisbon", "Eve"))]) == Answer(
        "Eve", "a", sure=0.9
    )
    assert heard == ["Eve: I live in Lisbon"]


def odds(pairs: Pairs) -> Sequence[Words]:
    """Read how likely a text answers off its last word."""
    return [Words(0, 0, float(text.rpartition(" ")[2])) for _, text in pairs]


def doubting(sure: float = 0.5) -> Rereading:
    return Rereading(Reader(answerable=odds), doubts=2, sure=sure)


def test_the_sentence_of_the_memory_that_likeliest_answers_is_told_as_surely() -> None:
    memories = [("a", body("It rains 0.2")), ("b", body("In Faro 0.7")), ("c", body("Hm 0.9"))]
    found = doubting().sentence(ASKED, memories)
    assert found == Answer("In Faro 0.7", "b", "sentence", 0.7)


def test_a_sentence_is_not_told_where_only_another_memory_may_answer() -> None:
    memories = [("a", body("Ana will live! 0.4")), ("b", body("In Faro 0.3"))]
    assert doubting().sentence(ASKED, memories) is None
    assert doubting(0.3).sentence(ASKED, memories) is not None
    assert doubting().sentence(ASKED, []) is None


def test_of_sentences_that_answer_the_one_said_last_of_the_same_is_told() -> None:
    later = body("We live in Porto 0.6").model_copy(update={"at": AT + timedelta(days=1)})
    memories = [("a", body("We live in Faro 0.9")), ("b", later)]
    known = [doubting().sentence(asked, memories) for asked in ("Who live?", "Who did live?")]
    assert [(one.memory, one.sure) for one in known if one] == [("b", 0.6), ("a", 0.9)]


def test_the_sentence_that_has_the_likeliest_words_is_told_with_the_one_that_echoes() -> None:
    text = f"We ran the race. It rained. 1:04:12. {'Nothing else is to be told of it. ' * 3}"

    def read(pairs: Pairs) -> Sequence[Words]:
        return [Words(one.index("1:0"), one.index("1:0") + 7, 0.9) for _, one in pairs]

    reading = Rereading(Reader(answerable=read), doubts=1, sure=0.5)
    for speaker in (None, "Ana"):
        found = reading.sentence("How long was the race?", [("a", body(text, speaker))])
        assert found is not None
        assert found.text == "We ran the race. It rained. 1:04:12."


@pytest.mark.parametrize("question", ["Does Ana live in Faro?", "Faro, live"])
def test_where_no_words_are_asked_for_it_is_enough_that_a_memory_may_answer(question: str) -> None:
    memories = [("a", body("We live in Faro 0.0")), ("b", body("Hm 0.1"))]
    found = doubting().sentence(question, memories)
    assert found == Answer("We live in Faro 0.0", "a", "sentence")
    assert doubting(0.6).sentence(question, memories) is None


def test_without_a_reader_or_when_it_is_not_asked_nothing_is_doubted() -> None:
    memories, told = [("a", body("no 0.1"))], Answer("no 0.1", "a", "sentence")
    assert Rereading(Reader(), doubts=1, sure=0.5).sentence(ASKED, memories) == told
    assert Rereading(Reader(answerable=odds), sure=0.5).sentence(ASKED, memories) == told


def test_a_generator_writes_the_answer_from_what_the_first_memories_say() -> None:
    memories = [("a", body("I moved", "Ana")), ("b", body("a good day")), ("c", body("no"))]
    write = lambda question, known: f"{question} {known}"  # noqa: E731 - what it was given
    reading = Rereading(Reader(writing=write), answers=2)
    assert reading.words("Who?", memories) == Answer("Who? Ana: I moved a good day", "a")
    assert Rereading(reading.reader).words("Who?", memories) == Answer("Who? Ana: I moved", "a")
    assert reading.words("Who?", []) is None


def test_where_a_generator_has_no_answer_words_are_looked_for() -> None:
    reading = Rereading(Reader(answering=last_word, writing=lambda *_: ""), answers=2)
    assert reading.words(ASKED, [("b", body("a good day"))]) == Answer("day", "b", sure=0.1)


@pytest.mark.parametrize(
    ("question", "later", "answer"),
    [
        ("When is the trip?", "The trip is good: Tuesday", "Tuesday"),
        ("When is the trip?", "The visit is good: Tuesday", "Monday"),  # of another matter
        ("When is the trip?", "The trip is long", "Monday"),  # tells nothing of it
        ("When was the trip?", "The trip is good: Tuesday", "Monday"),  # asks of the past
    ],
)
def test_what_was_said_later_of_the_same_is_the_answer(
    question: str, later: str, answer: str
) -> None:
    def sure_last_word(pairs: Pairs) -> Sequence[Words | None]:
        return [
            Words(text.rindex(" ") + 1, len(text), 0.9)
            if "good" in text.rpartition("The")[2]
            else None
            for _, text in pairs
        ]

    plain = Rereading(Reader(None, sure_last_word, None), answers=1)
    first = body("The trip is good: Monday")
    renewed = body(later).model_copy(update={"at": AT + timedelta(days=1)})
    for memories in (
        [("a", first), ("b", renewed)],
        [("a", first), ("x", body("Hm")), ("b", renewed)],
    ):
        found = plain.words(question, memories)
        assert found is not None
        assert found.text == answer


def test_what_was_said_before_renews_nothing() -> None:
    older = body("The trip is good: Tuesday").model_copy(update={"at": AT - timedelta(days=1)})
    plain = Rereading(Reader(None, last_word, None), answers=1)
    found = plain.words(
        "When is the trip?", [("a", body("The trip is good: Monday")), ("b", older)]
    )
    assert found is not None
    assert found.text == "Monday"


def test_what_names_the_answer_later_may_take_it_back() -> None:
    def tools(pairs: Pairs) -> Sequence[Words | None]:
        return [
            Words(text.rindex(" ") + 1, len(text), 0.9) if text.startswith("Ann") else None
            for _, text in pairs
        ]

    told: list[tuple[str, datetime]] = []
    dumped = body("We've dumped Jira, now it is Linear").model_copy(update={"at": AT})

    def naming(words: str, since: datetime) -> list[tuple[str, Body]]:
        told.append((words, since))
        return [("b", dumped)]

    plain = Rereading(Reader(None, tools, None), answers=1)
    memories = [("a", body("our tickets are in Jira", "Ann"))]
    assert plain.words("Which tool is it?", memories, naming) == Answer("Linear", "b", sure=0.9)
    assert told == [("Jira", AT)]
    assert plain.words("Which tool was it?", memories, naming) == Answer("Jira", "a", sure=0.9)


def test_a_name_is_told_whole_and_looked_for_later_by_its_last_word() -> None:
    name = Entity(text="Skoda Octavia", type="misc", start=0, end=13, score=0.9)
    known = body("our good Skoda Octavia is grey").model_copy(update={"entities": (name,)})

    def skoda(pairs: Pairs) -> Sequence[Words | None]:
        return [Words(9, 14, 0.9) if text == known.text else None for _, text in pairs]

    told: list[str] = []

    def naming(words: str, _since: datetime) -> list[tuple[str, Body]]:
        told.append(words)
        return []

    found = Rereading(Reader(None, skoda, None), answers=1).words("Which?", [("a", known)], naming)
    assert found == Answer("Skoda Octavia", "a", sure=0.9)
    assert told == ["Octavia"]


@pytest.mark.parametrize(
    ("later", "read"),
    [
        ("We left Porto for Faro. Porto!", "I live in ... We left ..... for Faro. Porto!"),
        ("Porto isn't Faro", "I live in ... Porto isn't Faro"),
        ("Porto and Faro", "I live in ... Porto and Faro"),
    ],
)
def test_an_answer_is_left_out_of_what_says_later_that_it_is_over(later: str, read: str) -> None:
    heard: list[str] = []

    def hear(pairs: Pairs) -> Sequence[Words | None]:
        heard.extend(text for _, text in pairs)
        return [Words(10, 15, 0.9) if text == "I live in Porto" else None for _, text in pairs]

    plain = Rereading(Reader(None, hear, None), answers=1)
    naming = lambda *_: [("b", body(later))]  # noqa: E731 - what says the answer later
    plain.words("Where is it?", [("a", body("I live in Porto"))], naming)
    assert heard == ["I live in Porto", read]


@pytest.mark.parametrize(
    ("found", "later", "told"),
    [
        ("cello", "I swapped the cello for the flute. It's fun", None),
        ("cello", "The cello isn't here", "cello"),
        ("cello", "I swapped the viola for the lute", "cello"),
        ("9", "I swapped 9 for 10", "9"),
    ],
)
def test_what_says_later_that_the_answer_is_over_is_told(
    found: str, later: str, told: str | None
) -> None:
    first = f"play the {found}"

    def reads(pairs: Pairs) -> Sequence[Words | None]:
        return [Words(9, len(text), 0.9) if text == first else None for _, text in pairs]

    plain = Rereading(Reader(None, reads, None), answers=1)
    naming = lambda *_: [("b", body(later))]  # noqa: E731 - what says the answer later
    answer = plain.words("What is it?", [("a", body(first))], naming)
    assert answer is not None
    assert answer.text == (told or later)


def test_who_asks_for_several_is_told_what_each_memory_surely_answers() -> None:
    plain = Rereading(Reader(None, last_word, None), answers=1)
    long = "a good word before " + "x" * 50
    memories = [("a", body(f"{long} A1")), ("b", body(f"{long} B2")), ("c", body("a good C3"))]
    assert plain.words("Which orders are there?", memories) == Answer("A1, B2", "a", sure=0.72)
    assert plain.words("Which order is there?", memories) == Answer("A1", "a", sure=0.72)
    assert plain.words("Which orders are there?", memories[1:]) == Answer("B2", "b", sure=0.72)
