"""Is an encoder heard each time that it has encoded a text, whether it could or not?"""

import pytest

from infra.models.heard_encoder import HeardEncoder
from tests.hash_encoder import HashEncoder


def test_an_encoder_is_heard_after_each_text_and_encodes_as_it_did() -> None:
    heard: list[int] = []
    plain = HashEncoder()
    encoder = HeardEncoder(plain, lambda: heard.append(1))
    assert encoder.digest == plain.digest
    assert encoder.split("a b c", 2) == plain.split("a b c", 2)
    there, here = encoder.submit("Ana lives in Porto").result(), plain.submit("Ana lives in Porto")
    assert (there.vector == here.result().vector).all()
    assert len(heard) == 1
    with pytest.raises(RuntimeError):
        encoder.submit("poison").result()
    assert len(heard) == 2
