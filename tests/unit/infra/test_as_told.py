"""Is what has ended beside a time over by that time, or was it so in it?"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from infra.models.onnx_encoder import OnnxEncoder
from infra.models.perceive import Perceiver
from infra.settings import Settings

AT = datetime(2024, 6, 15, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def perceiver() -> Iterator[Perceiver]:
    encoder = OnnxEncoder(Settings().models / "encoder", threads=1)
    yield Perceiver(encoder, cache=0)
    encoder.close()


def ended(perceiver: Perceiver, text: str) -> list[tuple[str, bool]]:
    """Give what has ended, and whether it held in the time that is named."""
    [passage] = perceiver.finish(perceiver.begin(text), AT, "Ana")
    return [(one.object, one.held) for one in passage.relations if one.ended]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("I lived in East End in 2019.", "East End"),
        ("I lived in Split in 2013.", "Split"),
        ("In 2018 I lived in Turin for over six months.", "Turin"),
        ("I lived in Ghent in 2012, not far from the station.", "Ghent"),
        ("I lived in Kyoto in 2015 and left my heart there.", "Kyoto"),
        ("I was living in Lyon in 2018 when I lost my passport.", "Lyon"),
    ],
)
def test_words_of_an_end_that_are_of_something_else_end_nothing(
    perceiver: Perceiver, text: str, what: str
) -> None:
    assert ended(perceiver, text) == [(what, True)]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("I left Siemens in 2019.", "Siemens"),
        ("I gave up skiing in 2014.", "skiing"),
        ("I moved out of Leeds in 2020.", "Leeds"),
        ("My contract at Renault was over in 2020.", "Renault"),
        ("I no longer worked at Aldi in 2015.", "Aldi"),
        ("I haven't worked for Intel since 2012.", "Intel"),
        ("I worked at Shell but quit in 2019.", "Shell"),
    ],
)
def test_what_a_verb_ends_is_over_by_the_time_beside_it(
    perceiver: Perceiver, text: str, what: str
) -> None:
    assert ended(perceiver, text) == [(what, False)]
