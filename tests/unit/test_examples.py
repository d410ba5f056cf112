import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

EXAMPLES = Path(__file__).parents[2] / "examples"
SPACES = {"maya", "atlas-team", "grandpa-luis"}
LATE = 3

Text = Annotated[str, Field(min_length=1, pattern=r"^\S")]


class Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z]+-\d{4}$")]
    space: Literal["maya", "atlas-team", "grandpa-luis"]
    at: AwareDatetime


class Message(Line):
    kind: Literal["message"]
    session: Text
    speaker: Text
    text: Text


class When(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    start: AwareDatetime
    end: AwareDatetime | None = None


class Emotion(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    label: Literal["anger", "disgust", "fear", "joy", "sadness", "surprise", "neutral"]
    valence: Annotated[float, Field(ge=-1, le=1)]
    arousal: Annotated[float, Field(ge=0, le=1)]


class Episode(Line):
    kind: Literal["episode"]
    session: Text | None = None
    what: Text
    where: Text | None = None
    when: When | None = None
    participants: Annotated[list[Text], Field(min_length=1)]
    emotion: Emotion | None = None


class Fact(Line):
    kind: Literal["fact"]
    subject: Text
    predicate: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$")]
    object: Text
    valid_from: AwareDatetime | None = None
    valid_to: AwareDatetime | None = None


class Procedure(Line):
    kind: Literal["procedure"]
    name: Text
    trigger: Text
    steps: Annotated[list[Text], Field(min_length=1)]
    succeeded: bool | None = None


class Document(Line):
    kind: Literal["document"]
    title: Text
    text: Text


class Question(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^q\d{2}$")]
    space: Literal["maya", "atlas-team", "grandpa-luis"]
    question: Text
    k: Annotated[int, Field(ge=1)]
    as_of: AwareDatetime | None = None
    expects: list[str]


Observation = Message | Episode | Fact | Procedure | Document
OBSERVATION: TypeAdapter[Observation] = TypeAdapter(
    Annotated[Observation, Field(discriminator="kind")]
)


def lines(name: str) -> list[str]:
    return (EXAMPLES / name).read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def observations() -> list[Observation]:
    return [OBSERVATION.validate_json(line) for line in lines("observations.jsonl")]


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    return [Question.model_validate_json(line) for line in lines("questions.jsonl")]


@pytest.mark.parametrize("name", ["observations.jsonl", "questions.jsonl"])
def test_times_are_text_with_an_offset(name: str) -> None:
    for line in lines(name):
        held = json.loads(line)
        when = held.get("when", {})
        times = [held.get(key) for key in ("at", "as_of", "valid_from", "valid_to")]
        for time in [*times, when.get("start"), when.get("end")]:
            if time is not None:
                assert datetime.fromisoformat(time).utcoffset() is not None


def test_the_log_has_the_size_it_promises(observations: list[Observation]) -> None:
    kinds = Counter(seen.kind for seen in observations)
    assert 240 <= len(observations) <= 300
    assert kinds["message"] >= 200
    assert kinds["episode"] >= 15
    assert kinds["fact"] >= 12
    assert kinds["procedure"] >= 6
    assert kinds["document"] >= 3


def test_the_readme_counts_the_lines(observations: list[Observation]) -> None:
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert f"{len(observations)} observations" in readme


def test_there_are_three_spaces(observations: list[Observation]) -> None:
    assert {seen.space for seen in observations} == SPACES


def test_ids_are_unique_within_a_space(observations: list[Observation]) -> None:
    counts = Counter((seen.space, seen.id) for seen in observations)
    assert [key for key, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("space", sorted(SPACES))
def test_each_space_spans_months(observations: list[Observation], space: str) -> None:
    times = [seen.at for seen in observations if seen.space == space]
    assert max(times) - min(times) > timedelta(days=150)
    assert {time.year for time in times} == {2026}


def test_the_last_three_lines_and_only_they_arrive_late(observations: list[Observation]) -> None:
    for space in SPACES:
        times = [seen.at for seen in observations[:-LATE] if seen.space == space]
        assert times == sorted(times)
        assert len(set(times)) == len(times)
    for late in observations[-LATE:]:
        assert late.kind == "message"
        earlier = [seen.at for seen in observations[:-LATE] if seen.space == late.space]
        assert late.at < max(earlier)


def test_sessions_are_named_and_sized(observations: list[Observation]) -> None:
    sizes: Counter[str] = Counter()
    for seen in observations:
        if isinstance(seen, Message):
            assert seen.session == f"{seen.space}-{seen.at.date().isoformat()}"
            sizes[seen.session] += 1
    assert {name: size for name, size in sizes.items() if not 6 <= size <= 20} == {}


def test_spans_of_time_run_forwards(observations: list[Observation]) -> None:
    for seen in observations:
        if isinstance(seen, Episode) and seen.when is not None:
            assert seen.when.start <= seen.at
            if seen.when.end is not None:
                assert seen.when.start < seen.when.end <= seen.at
        if isinstance(seen, Fact) and seen.valid_from is not None and seen.valid_to is not None:
            assert seen.valid_from < seen.valid_to


def test_one_document_is_long(observations: list[Observation]) -> None:
    words = [len(seen.text.split()) for seen in observations if isinstance(seen, Document)]
    assert max(words) >= 1_400


def test_questions_cover_every_space(questions: list[Question]) -> None:
    assert len(questions) == 40
    assert len({asked.id for asked in questions}) == 40
    assert {asked.space for asked in questions} == SPACES
    assert sum(asked.as_of is not None for asked in questions) >= 4
    assert 3 <= sum(not asked.expects for asked in questions) <= 8


def test_expected_observations_exist(
    questions: list[Question], observations: list[Observation]
) -> None:
    held = {(seen.space, seen.id): seen for seen in observations}
    for asked in questions:
        assert len(set(asked.expects)) == len(asked.expects)
        for wanted in asked.expects:
            assert (asked.space, wanted) in held
            if asked.as_of is not None:
                assert held[asked.space, wanted].at <= asked.as_of
