import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agents.reading import Reader, Words
from infra.models.model_registry import ModelRegistry
from infra.models.reading import Reading
from infra.models.role_bindings import ENCODER, Binding, Bindings
from schemas.errors import ModelError
from tests import small_models as small
from tests import small_readers

PAIRS = [("Ana ?", "good Lisbon"), ("Ana ?", "bad Lisbon"), ("Ana ?", "in New York")]


@contextmanager
def opened(models: Path, **bound: Binding) -> Iterator[Reading]:
    reading = Reading(models, ModelRegistry(Bindings(roles=bound)), threads=2)
    try:
        yield reading
    finally:
        reading.close()


def test_without_a_reader_no_role_is_served(tmp_path: Path) -> None:
    with opened(tmp_path) as reading:
        assert reading.reader == Reader()
        assert reading.roles == ()


def test_the_bundled_reader_serves_its_roles_a_value_for_every_pair(tmp_path: Path) -> None:
    small_readers.reader(tmp_path)
    with opened(tmp_path) as reading:
        ports = reading.reader
        assert ports.relevance
        assert ports.answering
        assert ports.says
        good, bad, open_ = ports.relevance(PAIRS)
        assert good > open_ > bad
        words = ports.answering(PAIRS)
        assert words[0]
        assert PAIRS[0][1][words[0].start : words[0].end] == "Lisbon"
        assert words[1:] == [None, None]
        assert ports.answerable
        answered, not_, _ = ports.answerable(PAIRS)
        assert (answered.start, answered.end) == (words[0].start, words[0].end)
        assert answered.score > words[0].score > not_.score
        odds = ports.says(PAIRS)
        assert odds[0].entails > odds[0].contradicts
        assert odds[1].contradicts > odds[1].entails


def test_a_pair_is_read_the_same_alone_and_in_company(tmp_path: Path) -> None:
    small_readers.reader(tmp_path)
    with opened(tmp_path) as reading:
        for port in (reading.reader.relevance, reading.reader.answering, reading.reader.says):
            assert port
            assert port(PAIRS * 20) == [port([pair])[0] for pair in PAIRS] * 20


def test_what_is_read_ahead_is_read_once_and_says_the_same(tmp_path: Path) -> None:
    small_readers.reader(tmp_path)
    with opened(tmp_path) as reading:
        alone = reading.bundled().read(*PAIRS[0])
        assert reading.reader.ahead
        reading.reader.ahead(PAIRS)
        assert reading.bundled().read(*PAIRS[0]) is alone
    with opened(tmp_path) as again:
        assert again.reader.ahead
        again.reader.ahead(PAIRS)
        assert again.reader.answering
        assert again.reader.answering(PAIRS)[0] == alone.words


def test_only_roles_that_the_manifest_gives_to_the_reader_are_served(tmp_path: Path) -> None:
    small_readers.reader(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    del manifest["roles"]["nli"]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with opened(tmp_path) as reading:
        assert reading.roles == ("reranker", "answerer")
        assert reading.reader.says is None


def test_a_damaged_reader_is_an_error_when_it_is_first_asked(tmp_path: Path) -> None:
    (small_readers.reader(tmp_path) / "reader.onnx").write_bytes(b"damaged")
    with opened(tmp_path) as reading:
        assert reading.reader.relevance
        assert reading.reader.ahead
        reading.reader.ahead(PAIRS)
        with pytest.raises(ModelError, match=r"reader\.onnx"):
            reading.reader.relevance(PAIRS)


@pytest.mark.parametrize("shape", [(-1,), (-1, 1), (-1, 2)])
def test_a_users_cross_encoder_takes_over_the_order(tmp_path: Path, shape: tuple[int, ...]) -> None:
    bound = Binding(folder=small.cross_encoder(tmp_path / "mine", shape))
    with opened(tmp_path, reranker=bound) as reading:
        assert reading.roles == ("reranker",)
        assert reading.reader.answering is None
        assert reading.reader.relevance
        good, bad, open_ = reading.reader.relevance(PAIRS)
        assert good > open_ > bad


def test_a_users_answerer_finds_words(tmp_path: Path) -> None:
    bound = Binding(folder=small.answerer(tmp_path / "mine"))
    with opened(tmp_path, answerer=bound) as reading:
        assert reading.reader.answering
        named, nameless = reading.reader.answering([("?", "Ana lives"), ("Ana", "good")])
        assert named
        assert (named.start, named.end) == (0, 3)
        assert nameless is None
        assert reading.reader.answerable
        pairs = [("?", "Ana lives"), ("Ana", "good")]
        assert reading.reader.answerable(pairs) == [named, Words(0, 0, 0.0)]


def test_a_users_classifier_says_what_follows_whatever_the_order_of_its_labels(
    tmp_path: Path,
) -> None:
    labels = ("CONTRADICTION", "NEUTRAL", "ENTAILMENT")
    bound = Binding(folder=small.classifier(tmp_path / "mine", labels=labels))
    with opened(tmp_path, nli=bound) as reading:
        assert reading.reader.says
        good, bad = reading.reader.says([("Ana", "good"), ("Ana", "bad")])
        assert good.entails > 0.9
        assert bad.contradicts > 0.9


def test_a_classifier_of_other_labels_is_refused_with_what_is_expected(tmp_path: Path) -> None:
    bound = Binding(folder=small.classifier(tmp_path / "mine"))
    with opened(tmp_path, nli=bound) as reading:
        assert reading.reader.says
        with pytest.raises(ModelError, match="entail, neutral and contradict"):
            reading.reader.says([("Ana", "good")])


def test_a_users_generator_answers_in_words_of_its_own(tmp_path: Path) -> None:
    folder = small_readers.generator(tmp_path / "mine", copies=20.0)
    bound = Binding(folder=folder, file=ENCODER, prompt="{context}")
    with opened(tmp_path, generator=bound) as reading:
        assert reading.roles == ("generator",)
        assert reading.reader.writing
        assert reading.reader.writing("Where?", "Ana lives in Lisbon") == "Ana lives in Lisbon"
        assert reading.told() == "your own generator"


def test_a_renewal_reads_by_what_is_bound_then(tmp_path: Path) -> None:
    folder = small.classifier(tmp_path / "mine", ("contradiction", "neutral", "entailment"))
    with opened(tmp_path, nli=Binding(folder=folder)) as reading:
        says = reading.reader.says
        assert says
        before = says([("Ana", "good")]), reading.digest("nli")
        small.config(folder, ("entailment", "neutral", "contradiction"))
        assert (says([("Ana", "good")]), reading.digest("nli")) == before
        reading.renew(ModelRegistry(Bindings(roles={"nli": Binding(folder=folder)})))
        assert says([("Ana", "good")])[0].contradicts > 0.9
        assert reading.digest("nli") != before[1]
        reading.renew(ModelRegistry(Bindings()))
        assert reading.roles == ()
