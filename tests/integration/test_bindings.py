import json
from dataclasses import replace
from pathlib import Path

import pytest

from agents.answer import Answer
from infra.recollection import Asked
from tests import small_models as small
from tests import small_readers
from tests.driving import opened, run, said, take_in

PERCEIVE = ("perceive", "My sister Ana lives in Lisbon", "--speaker", "Tom", "--json")


@pytest.fixture
def bound(home: Path) -> Path:
    """A data folder in which names are found by a checkpoint of the user's own."""
    home.mkdir()
    small.ner(home / "mine")
    (home / "models.toml").write_text('[roles.ner]\nfolder = "mine"\n', encoding="utf-8")
    return home


def test_a_bound_checkpoint_finds_the_names_and_the_percept_says_so(bound: Path) -> None:
    seen = run(bound, "perceive", "Ana lives in Lisbon with Tom", "--json").row
    assert [(e["text"], e["type"]) for e in seen["entities"]] == [
        ("Ana", "person"),
        ("Lisbon", "place"),
    ]
    served = {row["role"]: row for row in run(bound, "models", "--json").rows}
    assert served["ner"]["source"] == str(bound / "mine" / "model.onnx")
    bundled, *heads = seen["models"]["encoder"].split("+")
    assert bundled == served["embedder"]["digest"]
    assert heads[-1] == f"ner={served['ner']['digest']}"


def test_doctor_says_what_runs_a_bound_checkpoint(bound: Path) -> None:
    checks = {check["name"]: check for check in run(bound, "doctor", "--json").row["checks"]}
    assert checks["bindings"]["ok"]
    assert "ner" in checks["bindings"]["told"]
    assert "on CPUExecutionProvider" in checks["bindings"]["told"]


def test_a_damaged_checkpoint_stops_the_command_and_is_named(bound: Path) -> None:
    network = bound / "mine" / "model.onnx"
    network.write_bytes(b"damaged")
    for command in (("perceive", "Ana"), ("models",), ("doctor",)):
        ran = run(bound, *command, "--json", code=4)
        assert str(network) in ran.out + ran.err


@pytest.mark.parametrize("role", ["reranker", "nli"])
def test_doctor_and_models_try_what_is_bound_to_read_pairs(home: Path, role: str) -> None:
    small.classifier(home / "mine", ("a", "b", "c"))
    (home / "models.toml").write_text(f'[roles.{role}]\nfolder = "mine"\n', encoding="utf-8")
    for command in ("models", "doctor"):
        ran = run(home, command, "--json", code=4)
        assert f"the model for {role}" in ran.out + ran.err


def test_a_binding_that_makes_no_sense_is_a_wrong_setting(home: Path) -> None:
    home.mkdir()
    (home / "models.toml").write_text("[roles.ear]\nfolder = 'mine'\n", encoding="utf-8")
    assert "ear is no role" in run(home, "models", code=2).err


def test_the_small_encoder_takes_the_place_of_the_usual_one(home: Path) -> None:
    small_one = "encoder_small"
    seen, usual = (
        run(home, *PERCEIVE, ANAMNESIS_ENCODER=encoder) for encoder in (small_one, "encoder")
    )
    for one in (seen, usual):
        facts = {(r["subject"], r["predicate"], r["object"]) for r in one.row["relations"]}
        assert facts == {("Tom", "has_sibling", "Ana"), ("Ana", "lives_in", "Lisbon")}
    served = {
        row["role"]: row for row in run(home, "models", "--json", ANAMNESIS_ENCODER=small_one).rows
    }
    assert served["embedder"]["source"] == "bundled encoder_small"
    assert seen.row["models"]["encoder"].split("+")[0] == served["embedder"]["digest"]
    assert served["answerer"]["source"] == "bundled reader"
    assert usual.row["models"] != seen.row["models"]


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder of models in which a small reader stands beside the bundled encoder."""
    bundled = Path(__file__).parents[2] / "models"
    models = tmp_path / "models"
    models.mkdir()
    for name in ("encoder", "worth"):
        (models / name).symlink_to(bundled / name)
    manifest = json.loads((bundled / "manifest.json").read_text())
    manifest["models"].pop("reader", None)
    (models / "manifest.json").write_text(json.dumps(manifest))
    small_readers.reader(models)
    return models


def test_a_reader_is_listed_and_checked(models: Path, home: Path) -> None:
    where = str(models)
    rows = run(home, "models", "--json", ANAMNESIS_MODELS=where).rows
    served = {row["role"]: row["source"] for row in rows}
    assert {served[role] for role in small_readers.READER_ROLES} == {"bundled reader"}
    (models / "reader" / "reader.onnx").write_bytes(b"damaged")
    told = run(home, "doctor", "--json", code=4, ANAMNESIS_MODELS=where).row
    wrong = {check["name"]: check["told"] for check in told["checks"] if not check["ok"]}
    assert list(wrong) == ["reader"]
    assert str(models / "reader" / "reader.onnx") in wrong["reader"]


def test_a_recall_is_answered_by_words_that_the_reader_finds(models: Path, home: Path) -> None:
    text = "It was a good decision to leave Porto for Lisbon"
    with opened(home, models=models, reader_answers=1) as memory:
        take_in(memory, [said("1", text)])
        found = memory.ask(Asked("What was it a good decision to leave Porto for?", "ana"))
        assert found.answer is not None
        assert replace(found.answer, sure=0.0) == Answer("Lisbon", found.hits[0].memory.id)
        assert found.confidence >= found.answer.sure > 0
        assert found.hits[0].memory.body.text == text
