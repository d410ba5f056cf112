import json
from pathlib import Path

import pytest

from infra.models.onnx_reader import OnnxReader
from schemas.errors import ModelError
from tests import small_readers as small


def test_one_pass_says_relevance_words_and_odds(tmp_path: Path) -> None:
    read = OnnxReader(small.reader(tmp_path)).read("Ana ?", "good Ana lives in Lisbon")
    assert read.relevance > 0.9
    assert read.words is not None
    assert "good Ana lives in Lisbon"[read.words.start : read.words.end] == "Lisbon"
    assert 0.5 < read.words.score < 1
    assert read.odds.entails > 0.9
    assert sum((read.odds.entails, read.odds.neutral, read.odds.contradicts)) == pytest.approx(1)


def test_words_are_looked_for_in_the_second_text_only(tmp_path: Path) -> None:
    read = OnnxReader(small.reader(tmp_path)).read("Lisbon", "good Ana")
    assert read.words is not None
    assert (read.words.start, read.words.end) == (5, 8)


def test_what_is_not_answered_scores_low(tmp_path: Path) -> None:
    reader = OnnxReader(small.reader(tmp_path))
    read = reader.read("Ana ?", "bad Lisbon")
    assert read.words is not None
    assert read.words.score < reader.least
    assert read.odds.contradicts > 0.9


def test_an_empty_text_has_no_words(tmp_path: Path) -> None:
    assert OnnxReader(small.reader(tmp_path)).read("Ana ?", "").words is None


def test_texts_that_are_too_long_are_cut(tmp_path: Path) -> None:
    reader = OnnxReader(small.reader(tmp_path))
    assert reader.read("Ana", "Lisbon " + "in " * 600).words is not None
    assert reader.read("in " * 600, "Lisbon").words is not None


def test_a_pair_is_read_the_same_whatever_was_read_before(tmp_path: Path) -> None:
    folder = small.reader(tmp_path)
    pairs = [("Ana ?", "good Lisbon"), ("?", "bad"), ("Ana ?", "in New York")]
    reader = OnnxReader(folder)
    together = [reader.read(*pair) for pair in pairs * 3]
    assert together == [OnnxReader(folder).read(*pair) for pair in pairs] * 3


@pytest.mark.parametrize("name", ["reader.onnx", "tokenizer.json", "labels.json"])
def test_a_file_that_was_changed_is_named_with_the_digest_expected(
    tmp_path: Path, name: str
) -> None:
    folder = small.reader(tmp_path)
    (folder / name).write_bytes(b"changed")
    with pytest.raises(ModelError, match="sha256") as caught:
        OnnxReader(folder)
    assert caught.value.fields["role"] == "reader"
    assert caught.value.fields["file"] == str(folder / name)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = small.reader(tmp_path)
    (folder / "reader.onnx").unlink()
    with pytest.raises(ModelError) as caught:
        OnnxReader(folder)
    assert caught.value.fields["file"] == str(folder / "reader.onnx")
    assert caught.value.fields["found"] == "nothing"


def test_a_network_without_a_head_is_refused(tmp_path: Path) -> None:
    folder = small.reader(tmp_path, outputs=("relevance", "span", "says"))
    with pytest.raises(ModelError, match="answered"):
        OnnxReader(folder)


def test_labels_in_another_order_are_refused(tmp_path: Path) -> None:
    folder = small.reader(tmp_path)
    labels = {"says": ["neutral", "entailment", "contradiction"], "least": 0.5}
    (folder / "labels.json").write_text(json.dumps(labels), encoding="utf-8")
    small.listed(tmp_path, "reader", small.READER_ROLES)
    with pytest.raises(ModelError, match="entailment, neutral, contradiction"):
        OnnxReader(folder)
