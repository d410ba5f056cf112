from collections.abc import Iterator

import pytest

from infra.models.borne_out import borne_out
from infra.models.onnx_encoder import OnnxEncoder
from infra.settings import Settings


@pytest.fixture(scope="module")
def encoder() -> Iterator[OnnxEncoder]:
    encoder = OnnxEncoder(Settings().models / "encoder", threads=1)
    yield encoder
    encoder.close()


def said(encoder: OnnxEncoder, text: str, predicate: str) -> list[str]:
    """Give what a text bears out of a predicate, each as its subject and its object."""
    found = [r for r in borne_out(text, encoder.encode_one(text)) if r.predicate == predicate]
    named = [(text[slice(*r.subject)] if r.subject else "I", r) for r in found]
    return sorted(f"{who} {text[slice(*r.object)]}{' no more' * r.ended}" for who, r in named)


@pytest.mark.parametrize(
    ("text", "predicate", "expected"),
    [
        ("Tom is 5 and Ann is 7", "age", ["Ann 7", "Tom 5"]),
        ("My sister Ana is 31 and my brother Luis is 27", "age", ["Ana 31", "Luis 27"]),
        ("My kids are Tom, 5, and Ann, 7.", "age", ["Ann 7", "Tom 5"]),
        ("My dog Rex is 4 and my cat Mimi is 9", "age", ["Mimi 9", "Rex 4"]),
        ("Ana (31) and Luis are coming on Friday", "age", ["Ana 31"]),
        ("no that's Marta. Carla studies law", "studies", ["Carla law"]),
        ("Tom plays chess and Ann plays too", "hobby", ["Ann chess", "Tom chess"]),
        ("Ana works at Shell, where Tom works too", "works_for", ["Ana Shell", "Tom Shell"]),
        ("Tom lives in Rome with Ann", "lives_in", ["Tom Rome"]),
        ("Tom is 5 and I am 41", "age", ["I 41", "Tom 5"]),
        ("Sara and Ben are allergic to nuts", "allergic_to", ["Ben nuts", "Sara nuts"]),
        (
            "Sara is allergic to nuts and Ben is allergic to eggs",
            "allergic_to",
            ["Ben eggs", "Sara nuts"],
        ),
        ("Nora moved to Bern; her brother Kai lives in Ulm", "lives_in", ["Kai Ulm", "Nora Bern"]),
    ],
)
def test_what_is_said_of_several_is_said_of_who_is_nearer(
    encoder: OnnxEncoder, text: str, predicate: str, expected: list[str]
) -> None:
    assert said(encoder, text, predicate) == expected


def test_what_is_for_somebody_is_not_what_they_are(encoder: OnnxEncoder) -> None:
    assert said(encoder, "also dentist for winnie on the 19th", "job_title") == []


def test_words_of_one_phrase_are_nearest(encoder: OnnxEncoder) -> None:
    text = (
        "Polls see Republican Party nominee Ken Cole behind Democratic Party nominee Terry Moss, a "
        "member of the Green Council."
    )
    assert "Terry Moss Democratic Party" in said(encoder, text, "political_affiliation")


@pytest.mark.parametrize(
    ("text", "predicate", "expected"),
    [
        ("I haven't done pottery yet", "hobby", []),
        ("She doesn't study law", "studies", []),
        ("I didn't do well at the sports meet today", "attended", ["I sports meet"]),
        ("I haven't seen my sister Ana", "has_sibling", ["I Ana"]),
        ("I can't eat shrimp", "allergic_to", ["I shrimp"]),
        ("My brother doesn't live in Rome", "lives_in", ["brother Rome no more"]),
    ],
)
def test_nobody_does_what_their_verb_denies(
    encoder: OnnxEncoder, text: str, predicate: str, expected: list[str]
) -> None:
    assert said(encoder, text, predicate) == expected


@pytest.mark.parametrize(
    ("text", "predicate", "expected"),
    [
        (
            "I do remember those classes! I used to love spending time in the studio.",
            "likes",
            ["I spending time in the studio no more"],
        ),
        ("his boss is Fiona, used to be at Google", "works_for", ["Fiona Google no more"]),
        ("I'm getting used to life in Rome", "lives_in", ["I Rome"]),
    ],
)
def test_what_used_to_be_is_over(
    encoder: OnnxEncoder, text: str, predicate: str, expected: list[str]
) -> None:
    assert said(encoder, text, predicate) == expected
