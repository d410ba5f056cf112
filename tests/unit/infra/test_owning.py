from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.predicates import name_key, owned
from infra.models.onnx_encoder import OnnxEncoder
from infra.models.relating import relations_of


@pytest.fixture(scope="module")
def encoder() -> Iterator[OnnxEncoder]:
    opened = OnnxEncoder(Path("models/encoder"), threads=1)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My mum lives in Leeds.", "Ana's mum lives_in Leeds"),
        ("Mum lives in Leeds now.", "Ana's Mum lives_in Leeds"),
        ("Amara's mother lives in Lagos.", "Amara's mother lives_in Lagos"),
        ("My sister's boyfriend works at Google.", "Ana's sister's boyfriend works_for Google"),
        ("My sister Nora called, her boyfriend works for Equinor.", "Nora's boyfriend works_for"),
        ("My flatmate Jonas is allergic to nuts.", "Jonas allergic_to nuts"),
        ("My dog loves cheese.", "Ana's dog likes cheese"),
    ],
)
def test_who_has_no_name_is_told_by_whose_they_are(
    encoder: OnnxEncoder, text: str, expected: str
) -> None:
    found = relations_of(text, encoder.encode_one(text), "Ana")
    told = [f"{owned(r.subject, r.subject_of)} {r.predicate} {r.object}" for r in found]
    assert any(one.startswith(expected) for one in told), told


@pytest.mark.parametrize(
    ("text", "unclear", "clear"),
    [
        ("My aunt works for Siemens and her son lives in Rome.", "Rome", "Siemens"),
        ("Jonas likes jazz and your sister lives in Oslo.", "Oslo", "jazz"),
    ],
)
def test_nothing_is_said_of_somebody_of_whom_it_is_not_clear_whose_they_are(
    encoder: OnnxEncoder, text: str, unclear: str, clear: str
) -> None:
    objects = {r.object for r in relations_of(text, encoder.encode_one(text), "Ana")}
    assert clear in objects
    assert unclear not in objects


def test_nobody_is_my_mother_where_nobody_speaks(encoder: OnnxEncoder) -> None:
    text = "Where does my mum live?"
    found = list(relations_of(text, encoder.encode_one(text), None))
    assert ("mum", None) in [(r.subject, r.subject_of) for r in found]


def test_words_for_the_same_kin_are_one_name_where_it_is_said_whose_they_are() -> None:
    assert name_key("Tom's Mum") == name_key("tom\u2019s mother") != name_key("Ana's mum")
    assert name_key("Tom's mum's sis") == name_key("Tom's mother's sister")
    assert name_key("Mum") == "mum"
