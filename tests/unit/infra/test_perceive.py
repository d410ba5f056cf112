import base64
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pytest

from agents.asking import Pattern, asked_for
from agents.claims import claims
from infra.models.onnx_encoder import OnnxEncoder
from infra.models.perceive import Perceiver
from infra.settings import Settings
from schemas.observations import Document, Message
from tests.hash_encoder import HashEncoder, encode

AT = datetime(2026, 3, 1, tzinfo=UTC)
TEXT = "I moved to Lisbon"
ON_CALL = (
    "I'm primary on call until the end of June, Kofi is my backup. My number is on the fridge in "
    "the Berlin office."
)


def tokens(speaker: str | None) -> np.ndarray:
    perceiver = Perceiver(HashEncoder(), cache=10)
    message = Message(id="m", space="maya", at=AT, session="s", speaker=speaker, text=TEXT)
    seen = perceiver.finish_observation(message, perceiver.begin_observation(message))
    found = base64.b64decode(seen.passages[0].tokens, validate=True)
    return np.frombuffer(found, np.int8).reshape(-1, 48)


def test_a_turn_has_the_tokens_of_its_words_and_of_its_speakers_name() -> None:
    expected = np.concatenate((encode(TEXT).tokens, encode("Maya").tokens))
    assert np.array_equal(tokens("Maya"), expected)


def test_a_turn_of_nobody_has_the_tokens_of_its_words_alone() -> None:
    assert np.array_equal(tokens(None), encode(TEXT).tokens)


def test_a_long_name_gives_its_first_tokens_only() -> None:
    name = "a name of more than eight words that goes on and on"
    assert len(tokens(name)) == len(encode(TEXT).tokens) + 8


def test_a_question_has_the_tokens_of_its_words_alone() -> None:
    perceiver = Perceiver(HashEncoder(), cache=10)
    (seen,) = perceiver.finish(perceiver.begin(TEXT), AT, "Maya")
    assert base64.b64decode(seen.tokens) == encode(TEXT).tokens.tobytes()


@pytest.fixture(scope="module")
def perceiver() -> Iterator[Perceiver]:
    encoder = OnnxEncoder(Settings().models / "encoder", threads=1)
    yield Perceiver(encoder, cache=10)
    encoder.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My mom's name is Leyla and she lives in Ankara.", ["Leyla lives_in Ankara"]),
        ("My brother Tom got a job, he moved to Aberdeen.", ["Tom lives_in Aberdeen"]),
        ("Tom and Ben came over. He moved to Leeds.", ["He lives_in Leeds"]),
        ("She moved to Oslo.", ["She lives_in Oslo"]),
        (
            "My sister's name is Ana. She's two years older than me and lives in Braga.",
            ["Ana lives_in Braga"],
        ),
    ],
)
def test_he_and_she_are_the_only_person_named_before(
    perceiver: Perceiver, text: str, expected: list[str]
) -> None:
    (seen,) = perceiver.finish(perceiver.begin(text), AT, "Maya")
    lives = [r for r in seen.relations if r.predicate == "lives_in"]
    assert [f"{r.subject} {r.predicate} {r.object}" for r in lives] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sorry about the ankle.", ""),
        ("Moved to 11 April. Anything blocking?", ""),
        ("Rest it. No running for a week, and see a physio?", ""),
        ("72 by summer would be great.", ""),
        ("76.7 this morning.", ""),
        ("Mark Oyelaran takes over billing from Grace.", ""),
        ("She begins on August 3, our designer Hope Castellano.", ""),
        ("Hi, we're Nils and Amara and we need help.", ""),
        (ON_CALL, ""),
        ("I was going to join Joy in her gym in Clifton but it costs 90 a month.", ""),
        ("We have a hotel in Kyoto too, from the 9th to the 13th.", ""),
        ("I'm in Rome this week.", ""),
        ("We're in Rome today!", ""),
        ("I'm in Rome for a conference.", ""),
        ("Greetings from Rome!", ""),
        ("Moved. Trains from Ilkley now, obviously.", "Maya lives_in Ilkley"),
        ("I'm in Rome till the 20th.", "Maya lives_in Rome"),
        ("I've been in Rome for five years.", "Maya lives_in Rome"),
        ("I moved to Rome this week.", "Maya lives_in Rome"),
        ("Originally from Porto.", "Maya born_in Porto"),
        ("tomorrow's my last day at H&P, I'm to act surprised", "Maya works_for H&P no more"),
        (
            "Last winter I asked you to answer only in French so I'd learn. I take that back.",
            "Maya instructs answer only in French no more",
        ),
        ("I lived in Oslo from 2015 to 2018.", "Maya lives_in Oslo no more"),
        ("We live in Hamburg, so Hamburg or Bremen.", "Maya lives_in Hamburg"),
        (
            "We live in Hamburg. Not Berlin, please, never via Berlin.",
            "Maya lives_in Hamburg, Maya instructs never via Berlin",
        ),
        ("We're in Oslo now. Airport stays Hamburg.", "Maya lives_in Oslo"),
        ("It's a Nigerian one. Nils has a Danish passport.", "Nils nationality Danish"),
        ("so, Pickle has hyperthyroidism.", "Pickle has_condition hyperthyroidism"),
        ("Good news about the peanuts. I will avoid hazelnuts.", "Maya dislikes hazelnuts"),
    ],
)
def test_nothing_is_said_but_what_the_words_bear_out(
    perceiver: Perceiver, text: str, expected: str
) -> None:
    (seen,) = perceiver.finish(perceiver.begin(text), AT, "Maya")
    sure = [r for r in seen.relations if r.score >= Settings().relation_score]
    said = [f"{r.subject} {r.predicate} {r.object}{' no more' * r.ended}" for r in sure]
    assert ", ".join(said) == expected


def test_the_word_i_is_its_speaker(perceiver: Perceiver) -> None:
    text = "I was born in Betanzos, in Galicia, on the third of August 1941."
    (seen,) = perceiver.finish(perceiver.begin(text), AT, "Luis")
    assert {(r.subject, r.spoken) for r in seen.relations} == {("Luis", True)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We move to Roskilde on June 20.", "Maya lives_in Roskilde 2026-06-20"),
        ("We moved to Roskilde on June 20.", "Maya lives_in Roskilde 2025-06-20"),
        ("My sister Nora is getting married on August 8.", "Maya has_sibling Nora 2026-03-01"),
    ],
)
def test_a_fact_begins_in_the_year_that_its_tense_tells(
    perceiver: Perceiver, text: str, expected: str
) -> None:
    message = Message(id="m", space="maya", at=AT, session="s", speaker="Maya", text=text)
    seen = perceiver.finish_observation(message, perceiver.begin_observation(message))
    told = [
        f"{claim.subject} {claim.predicate} {claim.object} {claim.valid_from.date()}"
        for claim in claims(seen, seen.passages[0], "memory", 0.5)
    ]
    assert expected in told


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("What was Maya planning in March?", "2025-03-01"),
        ("What did Maya plan to do in March?", "2025-03-01"),
        ("What does Maya plan to do in May?", "2026-05-01"),
    ],
)
def test_what_was_planned_in_a_month_is_asked_of_the_last_one(
    perceiver: Perceiver, text: str, since: str
) -> None:
    at = datetime(2026, 2, 1, tzinfo=UTC)
    (seen,) = perceiver.finish(perceiver.begin(text), at, None)
    assert [time.since[:10] for time in seen.times] == [since]


def test_what_a_document_calls_ours_is_nobody_s(perceiver: Perceiver) -> None:
    text = "Our CEO lives in Paris."
    document = Document(id="d", space="s", at=AT, title="Handbook", text=text)
    seen = perceiver.finish_observation(document, perceiver.begin_observation(document))
    (lives,) = [r for r in seen.passages[0].relations if r.predicate == "lives_in"]
    assert (lives.subject, lives.subject_of) == ("CEO", None)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Where does Tom live?", Pattern("lives_in", "Tom", None)),
        ("Who is Ana's husband?", Pattern("spouse", "Ana", None)),
        ("What is Tom allergic to?", Pattern("allergic_to", "Tom", None)),
        ("What is my sister's name?", Pattern("has_sibling", "Maya", None)),
        ("When is Ana's birthday?", Pattern("born_on", "Ana", None)),
        ("Who works at Google?", Pattern("works_for", None, "Google")),
        (
            "Where does Ana's brother live?",
            Pattern("lives_in", "Ana's brother", None, via=Pattern("has_sibling", "Ana", None)),
        ),
        ("What is the weather like?", None),
        ("How does this work?", None),
    ],
)
def test_questions_are_read_as_what_they_ask_for(
    perceiver: Perceiver, question: str, expected: Pattern | None
) -> None:
    (seen,) = perceiver.finish(perceiver.begin(question), AT, "Maya")
    assert asked_for(seen, "Maya", 0.5) == expected
