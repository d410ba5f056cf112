"""Is it told how sure an answer is, and until when it held, as far as that is known?"""

from dataclasses import replace
from datetime import timedelta

from agents.answer import LEAST_CONFIDENCE
from agents.body import FactBody
from agents.lexicon import stems
from agents.reading import Reader, Words
from infra.answering import Known, answered
from infra.recollection import Asked, Hit
from infra.rereading import Rereading
from infra.views.sql_facts import KnownFact
from schemas.facts import Source
from tests.unit.infra.test_rereading import AT, hit

SOURCE = Source(observation="o", start=0, end=1)
ASKED = Asked("Where does the boat sail?", "s", as_of=AT)


def over(object_: str) -> KnownFact:
    ended = AT - timedelta(days=1)
    return KnownFact(
        id="f", space="s", predicate="lives_in",
        body=FactBody(subject="Ana", object=object_, source=SOURCE),
        valid_from=ended - timedelta(days=9), valid_to=ended, ended_by=None, memory="m",
        position=0, seq=0, evidence=1, confidence=0.9,
    )  # fmt: skip


def told(found: Hit, confidence: float = 0.9) -> tuple[str | None, float]:
    known = Known([found], [], [("m", found.memory.body)], ())
    answer, sure = answered(ASKED, known, confidence, Rereading(Reader()))
    return answer.text if answer else None, sure


def test_an_end_is_told_of_an_answer_that_says_what_has_ended() -> None:
    sails = replace(hit("m", "The boat sails tmrw", 1.0), facts=[over("Porto")])
    assert told(sails)[0] == "The boat sails tmrw"
    lives = replace(hit("m", "The boat sails to Porto", 1.0), facts=[over("Porto")])
    assert str(told(lives)[0]).endswith("(until 2025-12-31)")
    no_more = replace(hit("m", "The boat left Porto", 1.0), facts=[over("Porto")])
    assert told(no_more)[0] == "The boat left Porto"


def test_a_sentence_that_was_read_is_as_sure_as_it_is_itself() -> None:
    found = hit("m", "The boat sails tmrw", 1.0)
    known = Known([found], [], [("m", found.memory.body)], ())

    def asked(odds: float, ranked: float) -> tuple[str | None, float]:
        reader = Reader(answerable=lambda pairs: [Words(0, 0, odds) for _ in pairs])
        answer, sure = answered(ASKED, known, ranked, Rereading(reader, doubts=2, sure=0.5))
        return answer.text if answer else None, sure

    assert asked(0.6, 0.9) == asked(0.6, 0.1) == ("The boat sails tmrw", 0.6)
    assert asked(0.4, 0.9) == (None, LEAST_CONFIDENCE)


def test_words_of_what_is_stated_of_others_do_not_fit() -> None:
    known = Known([], [], [], (), others={"m": [frozenset(stems("Bosch Berlin"))]})
    assert not known.fits("m", "Bosch")
    assert not known.fits("m", "at Bosch, in Berlin")
    assert known.fits("m", "Siemens")
    assert known.fits("n", "Bosch")
    assert known.fits("m", "")


def test_what_is_stated_of_others_is_neither_words_nor_a_sentence_of_an_answer() -> None:
    text = "Tom sails to Porto"
    porto = Words(text.index("Porto"), len(text), 0.9)
    reader = Reader(
        answering=lambda pairs: [porto for _ in pairs],
        answerable=lambda pairs: [porto for _ in pairs],
    )
    rereading = Rereading(reader, answers=1, doubts=1, sure=0.5)
    known = Known([], [], [("m", hit("m", text, 1.0).memory.body)], ())
    assert answered(ASKED, known, 0.9, rereading)[0] is not None
    others = known._replace(others={"m": [frozenset(stems("Porto"))]})
    assert answered(ASKED, others, 0.9, rereading)[0] is None


def test_what_nothing_answers_is_not_told_surely() -> None:
    nothing = Known([], [], [], ())
    assert answered(ASKED, nothing, 0.93, Rereading(Reader())) == (None, LEAST_CONFIDENCE)
    assert answered(ASKED, nothing, 0.04, Rereading(Reader())) == (None, 0.04)
