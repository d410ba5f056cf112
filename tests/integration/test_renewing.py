from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.memory import Memory
from infra.models.bound_encoder import BoundEncoder
from infra.models.bound_models import CrossEncoder
from infra.models.model_registry import ModelRegistry
from infra.models.role_bindings import Binding, Bindings
from infra.settings import Settings
from schemas.errors import ModelError, ModelLostError
from schemas.percepts import Perceived
from schemas.wire import decode
from streams.topology import PERCEPTS, REJECTIONS
from tests import small_models as small
from tests.driving import run, said, take_in
from tests.hash_encoder import HashEncoder

AT = datetime(2026, 3, 1, tzinfo=UTC)
TURNED = ("O", "B-LOC", "B-PER", "I-LOC", "B-MISC", "I-MISC")


def digests(memory: Memory) -> list[str]:
    """Give what perceived the observations of a space, in their order."""
    records = memory.log.read(PERCEPTS, memory.log.partition_of("ana"), 0, 99)
    percepts = [decode(record.headers["ce_type"], record.value) for record in records]
    return [one.models["encoder"] for one in percepts if isinstance(one, Perceived)]


@pytest.fixture
def bound(home: Path) -> Iterator[Memory]:
    """A memory whose names are found by a checkpoint in its folder."""
    home.mkdir()
    small.ner(home / "mine")
    (home / "models.toml").write_text('[roles.ner]\nfolder = "mine"\n', encoding="utf-8")
    with Memory(Settings(home=home, sync="off", threads=1)) as memory:
        yield memory


def test_a_memory_at_work_renews_its_models_between_two_batches(bound: Memory) -> None:
    take_in(bound, [said("a", "Ana is in Lisbon")])
    before = bound.perceiver.models["encoder"]
    small.config(bound.settings.home / "mine", TURNED)
    take_in(bound, [said("b", "Ana is in Lisbon")])
    after = bound.renew()["encoder"]
    take_in(bound, [said(f"c{n}", f"Ana is in Lisbon again, {n}") for n in range(3)])
    assert after != before
    assert digests(bound) == [before, before, after, after, after]
    found = bound.perceiver.finish(bound.perceiver.begin("Ana is in Lisbon"), AT, "Tom")
    assert [(one.text, one.type) for one in found[0].entities] == [
        ("Ana", "place"),
        ("Lisbon", "person"),
    ]


def test_a_renewal_goes_on_with_what_was_seen_before(home: Path) -> None:
    settings = Settings(home=home, sync="off", percept_cache=0)
    with Memory(settings, encoder=HashEncoder()) as memory:
        take_in(memory, [said("a", "Ana is in Lisbon")])
        memory.renew()
        take_in(memory, [said("b", "Ana is in Lisbon")])
    assert run(home, "stats", "--json").row["percept cache"]["hits"] == 1


def test_what_cannot_be_loaded_changes_nothing(bound: Memory) -> None:
    before = bound.perceiver
    (bound.settings.home / "mine" / "model.onnx").write_bytes(b"damaged")
    with pytest.raises(ModelError, match="ner"):
        bound.renew()
    take_in(bound, [said("a", "Ana is in Lisbon")])
    assert bound.perceiver is before
    assert digests(bound) == [before.models["encoder"]]


def test_a_reranker_is_used_from_the_renewal_on_that_finds_it_bound(bound: Memory) -> None:
    small.cross_encoder(bound.settings.home / "mine", (-1, 1))
    assert bound.recall.rereading.reranks == 0
    (bound.settings.home / "models.toml").write_text('[roles.reranker]\nfolder = "mine"\n')
    bound.renew()
    assert bound.recall.rereading.reranks == 10
    assert bound.recall.rereading.reader.relevance


def test_where_a_model_was_exchanged_nothing_is_perceived_and_nothing_rejected(
    home: Path, tmp_path: Path
) -> None:
    folders = {"ner": small.ner(tmp_path / "ner")}
    folders["reranker"] = small.cross_encoder(tmp_path / "reranker", (-1, 1))
    sizes = [(folder / "model.onnx").stat().st_size for folder in folders.values()]
    roles = {role: Binding(folder=folder) for role, folder in folders.items()}
    registry = ModelRegistry(Bindings(budget_mb=1.1 * max(sizes) / 1e6, roles=roles))
    encoder = BoundEncoder(HashEncoder(), registry, threads=1)
    with Memory(Settings(home=home, sync="off"), encoder=encoder) as memory:
        take_in(memory, [said("a", "Ana is in Lisbon")])
        registry.get("reranker", CrossEncoder)
        small.config(folders["ner"], TURNED)
        with pytest.raises(ModelLostError, match="ner"):
            take_in(memory, [said("b", "Ana is in York")])
        assert len(digests(memory)) == 1
        assert not any(memory.log.ends(REJECTIONS))
    registry = ModelRegistry(Bindings(roles=roles))
    encoder = BoundEncoder(HashEncoder(), registry, threads=1)
    with Memory(Settings(home=home, sync="off"), encoder=encoder) as memory:
        memory.host.drain()
        assert len(set(digests(memory))) == 2
