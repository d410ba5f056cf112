"""Whether the decider computes what the network in the file computes, and wrong files are told."""

import json
import shutil
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from agents.worth import FEATURES
from infra.models.worth_model import FILE, read_worth
from infra.opening import policy_of
from infra.settings import Settings, read_settings
from schemas.errors import ModelError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Copy the bundled network, and the manifest beside it."""
    bundled = Settings().models
    shutil.copytree(bundled / "worth", tmp_path / "worth")
    shutil.copy(bundled / "manifest.json", tmp_path)
    return tmp_path / "worth"


def test_the_decider_scores_as_the_graph_does(folder: Path) -> None:
    network = read_worth(folder)
    chance = np.random.default_rng(3)
    rows = chance.exponential(3, size=(200, len(FEATURES))).astype(np.float32)
    session = onnxruntime.InferenceSession(folder / FILE, providers=["CPUExecutionProvider"])
    [scores] = session.run(None, {"features": rows})
    ours = [network.score(dict(zip(FEATURES, row, strict=True))) for row in rows.tolist()]
    assert np.allclose(ours, np.asarray(scores)[:, 0], atol=1e-4)
    assert max(ours) - min(ours) > 0.5


def test_what_is_asked_for_often_and_lately_is_worth_more(folder: Path) -> None:
    network = read_worth(folder)
    once = dict.fromkeys(FEATURES, 0.0) | {
        "age_days": 60.0, "idle_days": 30.0, "recalled": 1.0, "days": 2.0, "importance": 0.5,
        "retrievability": 0.7, "stability": 5.0, "names": 1.0, "difficulty": 5.0,
    }  # fmt: skip
    often = once | {
        "idle_days": 1.0, "recalled": 15.0, "days": 12.0, "retrievability": 0.97, "stability": 90.0,
    }  # fmt: skip
    assert network.score(often) > 0.5
    assert network.score(once) < 0.3


def test_another_file_than_the_manifest_lists_is_refused(folder: Path) -> None:
    (folder / FILE).write_bytes((folder / FILE).read_bytes() + b"\0")
    with pytest.raises(ModelError, match="sha256"):
        read_worth(folder)


def test_a_missing_entry_is_told(folder: Path) -> None:
    manifest = folder.parent / "manifest.json"
    content = json.loads(manifest.read_text())
    del content["models"]["worth"]
    manifest.write_text(json.dumps(content))
    with pytest.raises(ModelError, match="an entry worth"):
        read_worth(folder)


def test_the_setting_chooses_between_rules_and_the_network() -> None:
    assert policy_of(read_settings(promotion="rules")).worth is None
    chosen = policy_of(read_settings(promotion="model")).worth
    assert chosen is not None
    listed = json.loads((Settings().models / "manifest.json").read_text())["models"]["worth"]
    assert chosen.digest == listed["files"][FILE]
