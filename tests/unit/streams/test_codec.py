"""Does the plain codec leave everything as it is?"""

from hypothesis import given
from hypothesis import strategies as st

from streams.codec import PlainCodec


@given(st.none() | st.text(), st.binary())
def test_plain_data_passes_unchanged(space: str | None, data: bytes) -> None:
    codec = PlainCodec()
    assert codec.seal(space, data) == data
    assert codec.open(space, data) == data


def test_a_plain_token_is_the_text_in_utf_8() -> None:
    assert PlainCodec().blind("acme", "Zoë") == "Zoë".encode()
    assert PlainCodec().reveal("acme", "Zoë".encode()) == "Zoë".encode()
    assert PlainCodec().mark("m1") == b"m1"
