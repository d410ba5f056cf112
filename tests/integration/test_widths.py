"""Does a memory work with embedders that are wider than the bundled one?"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.concepts import rounded
from infra.host.scheduler import tick_of
from infra.memory import Memory
from infra.models.bound_encoder import BoundEncoder
from infra.models.model_registry import ModelRegistry
from infra.models.role_bindings import Binding, Bindings
from infra.recollection import Asked
from infra.settings import Settings
from infra.views.refold import verify
from infra.views.sql_concepts import SqlConcepts
from schemas.errors import ConflictError
from tests import small_models as small
from tests.driving import run, said, take_in, taken_in
from tests.hash_encoder import HashEncoder

LINES = [
    said(f"{n}", f"Ana lives in {place} and likes it {n} times", session=f"s{n}")
    for n, place in enumerate(["Lisbon", "New York", "Lisbon", "York", "Lisbon", "New York"])
]


def opened(home: Path, folder: Path, **settings: Any) -> Memory:
    registry = ModelRegistry(Bindings(roles={"embedder": Binding(folder=folder)}))
    encoder = BoundEncoder(HashEncoder(), registry, threads=1)
    return Memory(Settings(home=home, sync="off", **settings), encoder=encoder)


@pytest.mark.parametrize("width", [768, 1024])
def test_memories_of_another_width_are_kept_compared_and_recalled(
    home: Path, tmp_path: Path, width: int
) -> None:
    mine = small.embedder(tmp_path / "mine", width)
    with opened(home, mine) as memory:
        take_in(memory, LINES)
        again = said("again", LINES[0]["text"], session="s9")
        take_in(memory, [again])
        assert memory.host.told["memory_reinforced"] == 1
        for month in (4, 5):
            memory.tick([tick_of("ana", "consolidate", datetime(2026, month, 1, tzinfo=UTC))])
            take_in(memory, [said(f"more{month}", f"Ana lives in York in month {month}")])
        concepts = SqlConcepts(memory.reads)
        assert len(concepts.largest("ana", 9)) > 0
        row = rounded(np.asarray(memory.encoder.submit("Ana lives in York").result().vector))
        assert concepts.map("ana").nearest(row, 1)[0][1] > 0.4
    with opened(home, mine) as memory:
        found = memory.ask(Asked("Lisbon", "ana"), record=False)  # compared below
        assert found.degraded is None
        assert "Lisbon" in found.hits[0].memory.body.text
        assert "vector" in found.hits[0].why
        assert verify(memory.log, memory.views, memory.vectors, memory.codec).ok
    rebuilt = run(home, "replay", "--view", "vectors", "--json").row
    with opened(home, mine) as memory:
        assert memory.vectors.count() == rebuilt["points"] == memory.views.size()


def test_another_width_than_that_of_the_memories_is_refused_with_the_way_out(
    home: Path, tmp_path: Path
) -> None:
    taken_in(home, LINES)
    small.embedder(tmp_path / "mine", 768)
    with pytest.raises(ConflictError, match=r"384 dimensions, and the embedder gives 768.*fork"):
        opened(home, tmp_path / "mine")
    file, wide = tmp_path / "models.toml", tmp_path / "wide"
    file.write_text(f'[roles.embedder]\nfolder = "{tmp_path / "mine"}"\n')
    (tmp_path / "anew.toml").write_text(f'bindings = "{file}"\n')
    run(home, "fork", "--settings", str(tmp_path / "anew.toml"), "--to", str(wide))
    told = run(wide, "recall", "Lisbon", "--space", "ana", "--json", ANAMNESIS_BINDINGS=str(file))
    assert "Lisbon" in told.row["results"][0]["text"]
    assert "degraded" not in told.row
    assert "384" in run(wide, "recall", "Lisbon", "--space", "ana", code=3).err
