import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from infra.models.onnx_reader import WINDOW, OnnxReader, Read, whole, windows
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


def test_words_are_found_wherever_they_stand_in_a_long_text(tmp_path: Path) -> None:
    reader = OnnxReader(small.reader(tmp_path))
    filler = "In in in. " * 60
    for text in (
        f"good Lisbon. {filler}",
        f"{filler}good Lisbon. {filler}",
        f"{filler}good Lisbon.",
    ):
        found = reader.words("Ana ?", text)
        assert found
        assert text[found.start : found.end] == "Lisbon"
    assert reader.words("Ana ?", f"bad Lisbon. {filler}") is None
    assert reader.words("Ana ?", "") is None


def test_who_asks_for_a_pair_that_is_being_read_waits_for_it(tmp_path: Path) -> None:
    reader, begin = OnnxReader(small.reader(tmp_path)), Barrier(8)

    def ask(_: int) -> Read:
        begin.wait(10)
        return reader.read("Ana ?", "good Ana lives in Lisbon")

    with ThreadPoolExecutor(8) as pool:
        reads = list(pool.map(ask, range(8)))
    assert len({id(read) for read in reads}) == 1


def test_a_pair_that_cannot_be_read_is_an_error_whoever_asks(tmp_path: Path) -> None:
    reader = OnnxReader(small.reader(tmp_path))
    for _ in range(2):
        with pytest.raises(TypeError):
            reader.read("Ana ?", "half of a character: \ud800")


def test_windows_are_whole_sentences_and_hold_everything() -> None:
    text = "One. Two and a half! Three? Four is longer than it looks. Five."
    for size in (5, 20, 30, 45, 100):
        spans = windows(text, size)
        assert {i for a, b in spans for i in range(a, b)} == set(range(len(text)))
        assert all(text[a - 1 : a] in ("", " ") for a, _ in spans)
        sentences = [text[a:b].strip() for a, b in spans]
        assert all(len(s) <= size or not any(m in s[:-1] for m in ".!?") for s in sentences)
    assert windows(text, 100) == [(0, len(text))]
    assert windows(text, 25)[1][0] == text.index("Two")
    assert windows("", 10) == [(0, 0)]


def test_a_sentence_that_is_too_long_is_a_window_of_its_own() -> None:
    assert windows("x" * (2 * WINDOW), WINDOW) == [(0, 2 * WINDOW)]


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


@pytest.mark.parametrize(
    ("text", "part", "told"),
    [
        ("My mail is ana@post.example.", "post", "ana@post.example"),
        ("Its serial is AS4-02K-5518, ok", "02K", "AS4-02K-5518"),
        ("It was \u00a338.50 then", "38", "\u00a338.50"),
        ("It runs on fly.io now", "fly", "fly.io"),
        ("That ends. Then it", "ends", "ends"),
        ("20% off", "20", "20%"),
        ("call 01275 555 018, any time", "01275 555", "01275 555 018"),
        ("it was 24 000 in 2019", "24", "24 000"),
        ("on 12 March 2026", "12", "12"),
    ],
)
def test_no_address_or_number_is_told_in_part(text: str, part: str, told: str) -> None:
    start = text.index(part)
    assert text[slice(*whole(text, start, start + len(part)))] == told
