from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from infra.models.bound_models import (
    CrossEncoder,
    Embedder,
    QuestionAnswerer,
    SequenceClassifier,
    TokenClassifier,
    load,
)
from infra.models.onnx_model import OnnxModel, providers
from infra.models.role_bindings import Binding
from schemas.errors import ModelError
from tests import small_models as small


def opened(role: str, folder: Path, **given: object) -> OnnxModel:
    return OnnxModel(role, Binding(folder=folder, **given))


@pytest.mark.parametrize(
    "inputs",
    [
        ("input_ids",),
        ("input_ids", "attention_mask"),
        ("input_ids", "attention_mask", "token_type_ids"),
    ],
)
def test_names_are_found_whatever_inputs_the_network_takes(
    tmp_path: Path, inputs: tuple[str, ...]
) -> None:
    found = TokenClassifier(opened("ner", small.ner(tmp_path / "ner", inputs=inputs)))
    text = "Ana lives in New York"
    names = [(text[e.start : e.end], e.type) for e in found.names(text)]
    assert names == [("Ana", "person"), ("New York", "place")]
    assert all(0.9 < e.score <= 1 for e in found.names(text))


def test_a_checkpoints_labels_can_be_named_by_ours(tmp_path: Path) -> None:
    model = opened("ner", small.ner(tmp_path / "ner"), labels={"LOC": "city"})
    assert [e.type for e in TokenClassifier(model).names("Ana in Lisbon")] == ["person", "city"]


def test_a_text_without_names_has_none(tmp_path: Path) -> None:
    assert TokenClassifier(opened("ner", small.ner(tmp_path / "ner"))).names("good ?") == ()


def test_a_sequence_classifier_gives_every_label_its_probability(tmp_path: Path) -> None:
    found = SequenceClassifier(opened("emotion_classifier", small.classifier(tmp_path / "mood")))
    good, bad = found.scores("good"), found.scores("bad")
    assert list(good) == ["negative", "positive"]
    assert sum(good.values()) == pytest.approx(1)
    assert good["positive"] > 0.9
    assert bad["positive"] < 0.1


def test_a_classifier_reads_pairs_for_entailment(tmp_path: Path) -> None:
    labels = ("contradiction", "neutral", "entailment")
    found = SequenceClassifier(opened("nli", small.classifier(tmp_path / "nli", labels)))
    assert found.scores("Ana", "good")["entailment"] > 0.9
    assert found.scores("Ana", "bad")["contradiction"] > 0.9


@pytest.mark.parametrize("shape", [(-1,), (-1, 1), (-1, 2)])
def test_a_cross_encoder_may_have_any_of_three_output_shapes(
    tmp_path: Path, shape: tuple[int, ...]
) -> None:
    found = CrossEncoder(opened("reranker", small.cross_encoder(tmp_path / "rank", shape)))
    assert found.score("Ana ?", "good") > 0.9
    assert found.score("Ana ?", "bad") < 0.1


@pytest.mark.parametrize("width", [384, 768, 1024])
@pytest.mark.parametrize("pooling", ["mean", "cls"])
@pytest.mark.parametrize("typed", [True, False])
def test_embeddings_are_unit_vectors_pooled_as_bound(
    tmp_path: Path,
    width: int,
    pooling: str,
    typed: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    inputs = ("input_ids", "attention_mask", *(("token_type_ids",) if typed else ()))
    folder = small.embedder(tmp_path / "embedder", width, inputs=inputs)
    found = Embedder(opened("embedder", folder, pooling=pooling))
    a, b = (found.vector(text).astype(np.float32) for text in ("Ana", "Lisbon good"))
    assert found.width == width == len(a)
    assert np.linalg.norm(a) == pytest.approx(1, abs=2e-3)
    same = bool(np.array_equal(a, b))
    assert same is (pooling == "cls")  # this network's first state does not see the other words


def test_an_answer_is_a_span_of_the_text_or_nothing(tmp_path: Path) -> None:
    found = QuestionAnswerer(opened("answerer", small.answerer(tmp_path / "answerer")))
    text = "Ana lives in Lisbon"
    start, end, score = found.span("in ?", text) or (0, 0, 0.0)
    assert (text[start:end], score > 0.9) == ("Lisbon", True)
    assert found.span("Lisbon ?", "good") is None


def fails(role: str, folder: Path, **given: object) -> ModelError:
    with pytest.raises(ModelError) as caught:
        load(role, Binding(folder=folder, **given))
    assert caught.value.fields["role"] == role
    return caught.value


def test_a_missing_network_is_named(tmp_path: Path) -> None:
    small.ner(tmp_path)
    (tmp_path / "model.onnx").unlink()
    assert fails("ner", tmp_path).fields["file"] == str(tmp_path / "model.onnx")


def test_a_missing_tokenizer_is_named(tmp_path: Path) -> None:
    small.ner(tmp_path)
    (tmp_path / "tokenizer.json").unlink()
    assert fails("ner", tmp_path).fields["file"] == str(tmp_path / "tokenizer.json")


def test_labels_that_are_missing_are_asked_for(tmp_path: Path) -> None:
    small.ner(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    assert "id2label" in str(fails("ner", tmp_path))


def test_a_damaged_network_is_refused(tmp_path: Path) -> None:
    small.ner(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"not a network")
    assert "an ONNX network" in str(fails("ner", tmp_path))


def test_another_digest_is_refused(tmp_path: Path) -> None:
    small.ner(tmp_path)
    assert f"sha256 {'0' * 64}" in str(fails("ner", tmp_path, sha256="0" * 64))


def test_the_right_digest_is_accepted(tmp_path: Path) -> None:
    digest = sha256((small.ner(tmp_path) / "model.onnx").read_bytes()).hexdigest()
    assert load("ner", Binding(folder=tmp_path, sha256=digest.upper())).model.content == digest


def test_a_network_of_another_kind_is_refused_with_its_shape(tmp_path: Path) -> None:
    small.embedder(tmp_path, 384)
    small.config(tmp_path, ["O", "B-PER"])
    error = fails("ner", tmp_path)
    assert (error.fields["expected"], error.fields["found"]) == (
        "an output [1, 7, 2]",
        "[1, 7, 384]",
    )


@pytest.mark.parametrize("width", [1, 383])
def test_an_embedder_of_an_odd_width_is_refused(tmp_path: Path, width: int) -> None:
    assert "384 or 768 or 1024" in str(fails("embedder", small.embedder(tmp_path, width)))


def test_a_cross_encoder_of_three_outputs_is_refused(tmp_path: Path) -> None:
    small.classifier(tmp_path, ("a", "b", "c"))
    assert fails("reranker", tmp_path).fields["found"] == "[1, 3]"


def test_a_cross_encoder_that_gives_no_number_is_refused(tmp_path: Path) -> None:
    folder = small.cross_encoder(tmp_path, (-1, 1))
    rows = np.full((len(small.WORDS), 1), np.nan, np.float32)
    small.network(folder, rows, summed=True, shape=(-1, 1))
    assert "finite numbers" in str(fails("reranker", tmp_path))


@pytest.mark.parametrize("labels", [("NEGATIVE", "POSITIVE"), ("entail", "neutral", "entailment")])
def test_a_classifier_of_other_labels_than_entailments_is_refused_when_it_is_loaded(
    tmp_path: Path, labels: tuple[str, ...]
) -> None:
    small.classifier(tmp_path, labels)
    assert "entail, neutral and contradict" in str(fails("nli", tmp_path))
    renamed = {labels[0]: "entailment", labels[1]: "neutral", labels[-1]: "contradiction"}
    if len(labels) == 3:
        load("nli", Binding(folder=tmp_path, labels=renamed))


def test_inputs_that_nobody_can_fill_are_refused(tmp_path: Path) -> None:
    small.network(tmp_path, np.zeros((12, 2), np.float32), inputs=("input_ids", "positions"))
    assert fails("reranker", tmp_path).fields["found"] == "input_ids, positions"


def test_the_best_provider_that_is_there_runs_the_network() -> None:
    names = ["CPUExecutionProvider", "CUDAExecutionProvider", "TensorrtExecutionProvider"]
    assert [name for name, _ in providers(names, Path("engines"))] == names[::-1]
    assert providers(names, Path("engines"))[0][1]["trt_fp16_enable"] == "1"
    assert providers(["AzureExecutionProvider", names[0]], Path()) == [(names[0], {})]
