import base64
from datetime import UTC, datetime

import numpy as np

from infra.models.perceive import Perceiver
from schemas.observations import Message
from tests.hash_encoder import HashEncoder, encode

AT = datetime(2026, 3, 1, tzinfo=UTC)
TEXT = "I moved to Lisbon"


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
