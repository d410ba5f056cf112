from pathlib import Path

import pytest

from infra.models.bound_encoder import BoundEncoder
from infra.models.bound_models import CrossEncoder, Entailment, TokenClassifier
from infra.models.model_registry import ModelRegistry
from infra.models.role_bindings import Binding, Bindings, read_bindings
from schemas.errors import ModelError, ModelLostError, SettingsError
from tests import small_models as small
from tests.hash_encoder import HashEncoder, encode


def bound(**folders: Path) -> Bindings:
    return Bindings(roles={role: Binding(folder=folder) for role, folder in folders.items()})


def test_a_model_is_loaded_when_it_is_first_asked_for_and_once(tmp_path: Path) -> None:
    registry = ModelRegistry(bound(ner=small.ner(tmp_path)))
    assert registry.bytes == 0
    first = registry.get("ner", TokenClassifier)
    assert registry.get("ner", TokenClassifier) is first
    assert registry.bytes == (tmp_path / "model.onnx").stat().st_size


def test_what_was_not_used_longest_leaves_when_memory_runs_short(tmp_path: Path) -> None:
    folders = {
        role: small.embedder(tmp_path / role, width)
        for role, width in (("embedder", 1024), ("nli", 1024), ("reranker", 1024))
    }
    size = (folders["nli"] / "model.onnx").stat().st_size
    opened: list[str] = []

    class Fake:
        def __init__(self, role: str) -> None:
            opened.append(role)
            self.model = type("Sized", (), {"bytes": size, "digest": role})()

    bindings = bound(**folders).model_copy(update={"budget_mb": 2.5 * size / 1e6})
    registry = ModelRegistry(bindings, lambda role, _: Fake(role))
    for role in ("embedder", "nli", "embedder", "reranker", "embedder", "nli"):
        registry.get(role, Fake)
    assert opened == ["embedder", "nli", "reranker", "nli"]
    assert registry.bytes == 2 * size


def test_the_budget_holds_while_a_model_is_being_loaded(tmp_path: Path) -> None:
    size = (small.embedder(tmp_path, 384) / "model.onnx").stat().st_size
    bindings = Bindings(
        budget_mb=1.5 * size / 1e6,
        roles={role: Binding(folder=tmp_path) for role in ("embedder", "nli")},
    )
    beside: list[int] = []
    registry: ModelRegistry

    class Fake:
        def __init__(self, role: str) -> None:
            beside.append(registry.bytes)
            self.model = type("Sized", (), {"bytes": size, "digest": role})()

    registry = ModelRegistry(bindings, lambda role, _: Fake(role))
    for role in ("embedder", "nli"):
        registry.get(role, Fake)
    assert beside == [0, 0]


def test_weights_beside_a_network_count_towards_the_budget(tmp_path: Path) -> None:
    small.apart(small.embedder(tmp_path, 384))
    bindings = bound(embedder=tmp_path).model_copy(update={"budget_mb": 0.004})
    with pytest.raises(ModelError, match="budget_mb"):
        ModelRegistry(bindings).told("embedder")


def evicting(tmp_path: Path) -> ModelRegistry:
    """A registry that has loaded `ner`, and let it go for `nli`."""
    small.ner(tmp_path / "ner")
    small.classifier(tmp_path / "nli", ("entailment", "neutral", "contradiction"))
    size = (tmp_path / "nli" / "model.onnx").stat().st_size
    bindings = bound(ner=tmp_path / "ner", nli=tmp_path / "nli")
    registry = ModelRegistry(bindings.model_copy(update={"budget_mb": 1.5 * size / 1e6}))
    registry.get("ner", TokenClassifier)
    registry.get("nli", Entailment)
    return registry


def test_what_is_loaded_again_must_be_what_it_was(tmp_path: Path) -> None:
    registry = evicting(tmp_path)
    small.config(tmp_path / "ner", ("O", "B-LOC", "B-PER", "I-LOC", "B-MISC", "I-MISC"))
    with pytest.raises(ModelLostError, match="until the models are renewed") as caught:
        registry.get("ner", TokenClassifier)
    assert caught.value.fields["role"] == "ner"
    assert caught.value.fields["file"] == str(tmp_path / "ner" / "model.onnx")
    small.ner(tmp_path / "ner")
    assert registry.get("ner", TokenClassifier)


def test_a_model_that_is_gone_when_it_is_loaded_again_is_lost(tmp_path: Path) -> None:
    registry = evicting(tmp_path)
    (tmp_path / "ner" / "tokenizer.json").unlink()
    with pytest.raises(ModelLostError, match=r"tokenizer\.json"):
        registry.get("ner", TokenClassifier)


def test_a_model_larger_than_the_budget_is_refused(tmp_path: Path) -> None:
    folder = small.embedder(tmp_path, 1024)
    whole = (folder / "model.onnx").stat().st_size
    bindings = bound(embedder=folder).model_copy(update={"budget_mb": whole / 2e6})
    with pytest.raises(ModelError, match="budget_mb"):
        ModelRegistry(bindings).told("embedder")


def test_a_role_says_what_serves_it(tmp_path: Path) -> None:
    told = ModelRegistry(bound(reranker=small.cross_encoder(tmp_path, (-1, 1)))).told("reranker")
    assert told["source"] == str(tmp_path / "model.onnx")
    assert told["provider"] == "CPUExecutionProvider"
    assert len(told["digest"]) == 64


def test_a_model_of_another_kind_than_asked_for_is_a_mistake(tmp_path: Path) -> None:
    registry = ModelRegistry(bound(ner=small.ner(tmp_path)))
    with pytest.raises(TypeError, match="TokenClassifier"):
        registry.get("ner", CrossEncoder)


def test_bindings_are_read_from_a_file_with_folders_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "models.toml"
    file.write_text('budget_mb = 100\n[roles.ner]\nfolder = "mine"\nlabels = { LOC = "city" }\n')
    found = read_bindings(file)
    assert found.budget_mb == 100
    assert found.roles["ner"].network == tmp_path / "mine" / "model.onnx"
    assert found.roles["ner"].labels == {"LOC": "city"}


def test_no_file_means_that_nothing_is_bound(tmp_path: Path) -> None:
    assert read_bindings(tmp_path / "models.toml", must_exist=False).roles == {}
    with pytest.raises(SettingsError, match="cannot be read"):
        read_bindings(tmp_path / "models.toml")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("roles = 3", "roles"),
        ("[roles.ner]\nfile = 'x'", "roles.ner.folder"),
        ("[roles.ner]\nfolder = 'x'\npool = 'mean'", "roles.ner.pool"),
        ("[roles.reader]\nfolder = 'x'", "reader is no role"),
        ("[roles.dependency_parser]\nfolder = 'x'", "dependency_parser is bundled only"),
        ("[roles", "not TOML"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(tmp_path: Path, content: str, told: str) -> None:
    file = tmp_path / "models.toml"
    file.write_text(content)
    with pytest.raises(SettingsError, match=told):
        read_bindings(file)


def test_bound_heads_take_over_from_the_encoders_own(tmp_path: Path) -> None:
    registry = ModelRegistry(
        bound(
            ner=small.ner(tmp_path / "ner"),
            emotion_classifier=small.classifier(tmp_path / "mood"),
            intent_classifier=small.classifier(tmp_path / "intent", ("question", "statement")),
            importance=small.classifier(tmp_path / "importance"),
            embedder=small.embedder(tmp_path / "embedder", 384),
        )
    )
    text = "Ana lives in New York good"
    own = encode(text)
    encoder = BoundEncoder(HashEncoder(), registry, threads=2)
    seen = encoder.submit(text).result()
    encoder.close()
    assert [(text[e.start : e.end], e.type) for e in seen.entities] == [
        ("Ana", "person"),
        ("New York", "place"),
    ]
    assert seen.intent[0] == "statement"
    assert seen.emotion["positive"] > 0.9
    assert seen.importance > 0.9
    assert seen.vector.shape == (384,)
    assert seen.vector.tobytes() != own.vector.tobytes()
    assert (seen.relations, seen.tokens.tobytes()) == (own.relations, own.tokens.tobytes())


def test_the_digest_names_every_part(tmp_path: Path) -> None:
    registry = ModelRegistry(bound(ner=small.ner(tmp_path)))
    encoder = BoundEncoder(HashEncoder(), registry, threads=1)
    encoder.close()
    assert encoder.digest == f"hash+ner={registry.told('ner')['digest']}"


@pytest.mark.parametrize("width", [384, 768, 1024])
def test_an_encoder_embeds_in_as_many_dimensions_as_what_is_bound(
    tmp_path: Path, width: int
) -> None:
    registry = ModelRegistry(bound(embedder=small.embedder(tmp_path, width)))
    encoder = BoundEncoder(HashEncoder(), registry, threads=1)
    assert encoder.dimensions == width == len(encoder.submit("Ana").result().vector)
    encoder.close()
