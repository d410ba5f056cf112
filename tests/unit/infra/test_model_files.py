import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from infra.models.bound_models import load
from infra.models.model_files import FIRST, NEXT, files_of, size_of, weights_beside
from infra.models.role_bindings import ENCODER, Binding
from schemas.errors import ModelError
from tests import small_models as small
from tests import small_readers


def digest(folder: Path, role: str = "ner", **given: Any) -> str:
    return files_of(role, Binding(folder=folder, **given)).digest


@pytest.mark.parametrize(
    "given", [{"pooling": "cls"}, {"labels": {"PER": "somebody"}}, {"tokens": 16}]
)
def test_a_digest_changes_with_what_a_binding_says_of_the_model(
    tmp_path: Path, given: dict[str, Any]
) -> None:
    small.ner(tmp_path)
    assert digest(tmp_path, **given) != digest(tmp_path)
    assert digest(tmp_path, **given) == digest(tmp_path, **given)


def _other_labels(folder: Path) -> None:
    small.config(folder, ("O", "B-LOC", "B-PER", "I-LOC", "B-MISC", "I-MISC"))


def _other_words(folder: Path) -> None:
    file = folder / "tokenizer.json"
    file.write_text(file.read_text().replace('"Ana"', '"Ann"'))


def _other_weights(folder: Path) -> None:
    file = folder / "model.onnx_data"
    file.write_bytes(file.read_bytes()[::-1])


@pytest.mark.parametrize("change", [_other_labels, _other_words, _other_weights])
def test_a_digest_changes_with_every_file_that_decides_what_is_said(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    small.apart(small.ner(tmp_path))
    before = digest(tmp_path)
    change(tmp_path)
    assert digest(tmp_path) != before


def test_a_digest_is_the_same_wherever_the_folder_lies_and_whether_it_is_pinned(
    tmp_path: Path,
) -> None:
    small.ner(tmp_path / "a")
    small.ner(tmp_path / "b")
    pin = files_of("ner", Binding(folder=tmp_path / "a")).content
    assert digest(tmp_path / "a") == digest(tmp_path / "b", sha256=pin, pooling="mean")


@pytest.mark.parametrize("name", ["model.onnx_data", "weights.bin", f"{'w' * 150}.bin"])
def test_weights_beside_a_network_count_whatever_they_are_called(tmp_path: Path, name: str) -> None:
    whole = size_of("ner", Binding(folder=small.ner(tmp_path / "whole")))
    folder = small.ner(tmp_path / "apart")
    weights = small.apart(folder, name)
    assert weights_beside(folder / "model.onnx") == [weights]
    found = load("ner", Binding(folder=folder)).model
    assert found.bytes == size_of("ner", Binding(folder=folder))
    assert found.bytes == (folder / "model.onnx").stat().st_size + weights.stat().st_size
    assert found.bytes > whole / 2


def test_a_pin_holds_the_weights_too(tmp_path: Path) -> None:
    weights = small.apart(small.ner(tmp_path))
    whole = (tmp_path / "model.onnx").read_bytes() + weights.read_bytes()
    pinned = Binding(folder=tmp_path, sha256=sha256(whole).hexdigest())
    assert load("ner", pinned).model.bytes == len(whole)
    _other_weights(tmp_path)
    with pytest.raises(ModelError, match=r"of model\.onnx model\.onnx_data"):
        load("ner", pinned)


def test_a_pin_of_a_generator_holds_its_three_networks(tmp_path: Path) -> None:
    folder = small_readers.generator(tmp_path, copies=20.0)
    whole = b"".join((folder / name).read_bytes() for name in (ENCODER, FIRST, NEXT))
    found = files_of("generator", Binding(folder=folder, file=ENCODER))
    assert (found.content, found.bytes) == (sha256(whole).hexdigest(), len(whole))
    before = found.digest
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"decoder_start_token_id": 0}))
    assert digest(folder, "generator", file=ENCODER) != before


def test_a_missing_file_is_named_before_anything_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.onnx"):
        size_of("ner", Binding(folder=tmp_path))
