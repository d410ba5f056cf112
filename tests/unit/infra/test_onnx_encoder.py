import json
import re
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from infra.models.onnx_encoder import OnnxEncoder
from schemas.errors import ModelError

ROOT = Path(__file__).parents[3]
MODELS = ROOT / "models"
WORDINGS = MODELS / "training" / "wordings"
TEXTS = (
    "I moved to Lisbon last month.",
    "hello",
    "My sister Ana works at Google in Berlin, and she loves it there!",
    "No.",
    "Can you remind me to call Tom tomorrow?",
)


@pytest.fixture(scope="module")
def encoder() -> Iterator[OnnxEncoder]:
    found = OnnxEncoder(MODELS / "encoder", threads=2)
    yield found
    found.close()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the bundled encoder that a test may damage."""
    shutil.copytree(MODELS / "encoder", tmp_path / "encoder")
    shutil.copyfile(MODELS / "manifest.json", tmp_path / "manifest.json")
    return tmp_path / "encoder"


def many() -> list[str]:
    """Give 1,000 different texts: what the examples say, and wordings that the training has."""
    lines = (ROOT / "examples" / "observations.jsonl").read_text().splitlines()
    texts = [str(json.loads(line).get("text") or "") for line in lines]
    for name in ("turns_held_out", "facts_held_out", "asked_held_out", "turns"):
        wordings = (WORDINGS / f"{name}.txt").read_text().splitlines()
        texts += [re.sub(r"[][()|]", " ", line.partition("::")[2]) for line in wordings]
    return [text for text in dict.fromkeys(texts) if text.strip()][:1000]


def test_a_text_is_the_same_alone_and_in_company(encoder: OnnxEncoder) -> None:
    texts = many()
    assert len(texts) == 1000
    alone = [encoder.encode_one(text) for text in texts]
    backwards = encoder.encode(texts[::-1])  # on two threads, beside others than before
    for one, found in zip(alone, backwards[::-1], strict=True):
        assert one.vector.tobytes() == found.vector.tobytes()
        assert one.tokens.tobytes() == found.tokens.tobytes()
        for name in ("entities", "relations", "tree", "intent", "emotion", "importance"):
            assert getattr(one, name) == getattr(found, name)


def test_vectors_are_unit_length_and_tokens_have_no_special_rows(encoder: OnnxEncoder) -> None:
    found = encoder.encode_one(TEXTS[0])
    assert found.vector.shape == (384,)
    assert np.linalg.norm(found.vector.astype(np.float32)) == pytest.approx(1, abs=2e-3)
    assert found.tokens.shape == (encoder.count(TEXTS[0]) - 2, encoder.width)
    lengths = np.linalg.norm(found.tokens.astype(np.float32), axis=1)
    assert np.all(np.abs(lengths - 127) < 4)


def test_similar_sentences_are_nearer_than_unrelated_ones(encoder: OnnxEncoder) -> None:
    a, b, c = (
        found.vector.astype(np.float32)
        for found in encoder.encode(
            ["A man plays a guitar.", "Someone is playing the guitar.", "The tax is due in April."]
        )
    )
    assert a @ b > a @ c + 0.3


def test_what_somebody_says_about_themselves_is_a_relation(encoder: OnnxEncoder) -> None:
    text = "I moved to Lisbon last month."
    found = encoder.encode_one(text)
    assert ("Lisbon", "place") in [(text[e.start : e.end], e.type) for e in found.entities]
    facts = [(r.predicate, r.subject, text[slice(*r.object)], r.ended) for r in found.relations]
    assert facts == [("lives_in", None, "Lisbon", False)]


def test_what_no_longer_holds_is_marked_as_ended(encoder: OnnxEncoder) -> None:
    text = "I no longer work at Acme."
    facts = [
        (r.predicate, text[slice(*r.object)], r.ended) for r in encoder.encode_one(text).relations
    ]
    assert facts == [("works_for", "Acme", True)]


def test_what_is_said_of_somebody_else_has_that_person_as_subject(encoder: OnnxEncoder) -> None:
    text = "My sister Ana works at Google."
    facts = {
        (r.predicate, r.subject and text[slice(*r.subject)], text[slice(*r.object)])
        for r in encoder.encode_one(text).relations
    }
    assert facts == {("has_sibling", None, "Ana"), ("works_for", "Ana", "Google")}


@pytest.mark.parametrize(
    ("text", "predicate", "expected"),
    [
        (
            "I've been at Philips for years as a mechanical engineer.",
            "job_title",
            "mechanical engineer",
        ),
        ("I love spicy food.", "likes", "spicy food"),
        ("I have an Egyptian passport.", "nationality", "Egyptian"),
        (
            "I used to work at Umicore but since September I am a teacher at Sint-Lucas.",
            "works_for",
            "Sint-Lucas",
        ),
    ],
)
def test_a_thing_is_named_whole(
    encoder: OnnxEncoder, text: str, predicate: str, expected: str
) -> None:
    found = encoder.encode_one(text).relations
    assert expected in [text[slice(*r.object)] for r in found if r.predicate == predicate]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("From now on, use British spelling.", ["use British spelling"]),
        ("Please answer me in Portuguese from now on.", ["answer me in Portuguese"]),
        ("When I ask for a plan, give it as a table. Thanks!", ["give it as a table"]),
        ("Don't ever mention my ex.", ["Don't ever mention my ex"]),
        ("Please don't use emojis.", ["don't use emojis"]),
        ("I'd rather you kept it short.", ["kept it short"]),
        ("If I ask about money, always give both currencies.", ["always give both currencies"]),
        ("Please send me the photos tonight.", []),
        ("Call me when you land.", []),
        ("Don't forget the milk.", []),
        ("My boss told me to always use metric units.", []),
        ('"Never use emojis," she said.', []),
        ("Cancel my subscription, please.", []),
        ("I always write long replies.", []),
    ],
)
def test_what_is_to_be_done_every_time_is_an_instruction(
    encoder: OnnxEncoder, text: str, expected: list[str]
) -> None:
    found = encoder.encode_one(text).relations
    instructs = [r for r in found if r.predicate == "instructs"]
    assert [(r.subject, text[slice(*r.object)]) for r in instructs] == [(None, x) for x in expected]


def test_a_question_states_nothing(encoder: OnnxEncoder) -> None:
    found = encoder.encode_one("Where do you live?")
    assert found.relations == ()
    assert found.intent[0] == "question"


def test_the_tree_has_one_arc_a_word_and_heads_inside_the_text(encoder: OnnxEncoder) -> None:
    text = "The old dog slept."
    tree = encoder.encode_one(text).tree
    assert [text[arc.start : arc.end] for arc in tree] == ["The", "old", "dog", "slept", "."]
    assert [arc.head for arc in tree] == [2, 2, 3, -1, 3]
    assert tree[3].relation == "root"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Ça va? ", " \u2013 déjà vu."),
        ("😊👩‍👩‍👧 ", " 🎉"),
        ("你好。", "很好。"),
        ("e\u0301te\u0301 ", " nai\u0308ve"),
    ],
)
def test_offsets_are_characters_in_any_script(
    encoder: OnnxEncoder, before: str, after: str
) -> None:
    text = f"{before}I live in Berlin now.{after}"
    found = encoder.encode_one(text)
    assert "Berlin" in [text[e.start : e.end] for e in found.entities]
    assert len(found.tree) > 4
    for arc in found.tree:
        assert text[arc.start : arc.end].strip() == text[arc.start : arc.end] != ""
    assert [arc.start for arc in found.tree] == sorted(arc.start for arc in found.tree)


def test_a_text_of_nothing_but_spaces_has_no_tokens(encoder: OnnxEncoder) -> None:
    found = encoder.encode_one(" ")
    assert found.tokens.shape == (0, encoder.width)
    assert (found.entities, found.relations, found.tree) == ((), (), ())
    assert encoder.split("  ") == []


def test_passages_end_at_sentences_and_lose_nothing(encoder: OnnxEncoder) -> None:
    text = " ".join(f"This is sentence number {n}, and it is quite short." for n in range(60))
    spans = encoder.split(text, limit=64)
    assert len(spans) > 5
    for start, end in spans:
        assert encoder.count(text[start:end]) <= 64
        assert text[end - 1] == "."
    assert " ".join(text[start:end] for start, end in spans) == text


def test_a_sentence_that_is_too_long_is_cut(encoder: OnnxEncoder) -> None:
    text = "word " * 1000
    spans = encoder.split(text)
    assert all(encoder.count(text[start:end]) <= 256 for start, end in spans)
    assert sum(len(text[start:end].split()) for start, end in spans) == 1000


def test_an_overlong_text_is_encoded_as_far_as_it_fits(encoder: OnnxEncoder) -> None:
    found = encoder.encode_one("word " * 1000)
    assert found.tokens.shape == (510, encoder.width)


def test_submitting_gives_a_future(encoder: OnnxEncoder) -> None:
    found = encoder.submit("hello").result(timeout=30)
    assert found.vector.tobytes() == encoder.encode_one("hello").vector.tobytes()


def test_a_missing_file_is_named(copied: Path) -> None:
    (copied / "encoder.onnx").unlink()
    with pytest.raises(ModelError) as caught:
        OnnxEncoder(copied, threads=1)
    assert str(caught.value.fields["file"]).endswith("encoder.onnx")
    assert caught.value.fields["found"] == "nothing"


def test_a_damaged_file_is_refused(copied: Path) -> None:
    file = copied / "encoder.onnx"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(ModelError, match="sha256"):
        OnnxEncoder(copied, threads=1)


def test_a_network_of_another_shape_is_refused(copied: Path) -> None:
    graph = b"not a graph"
    (copied / "encoder.onnx").write_bytes(graph)
    manifest = copied.parent / "manifest.json"
    content = json.loads(manifest.read_text())
    content["models"]["encoder"]["files"]["encoder.onnx"] = sha256(graph).hexdigest()
    manifest.write_text(json.dumps(content))
    with pytest.raises(ModelError, match="an ONNX graph"):
        OnnxEncoder(copied, threads=1)


def test_a_manifest_without_the_model_is_refused(copied: Path) -> None:
    (copied.parent / "manifest.json").write_text('{"models": {}}')
    with pytest.raises(ModelError, match="an entry encoder"):
        OnnxEncoder(copied, threads=1)
