"""Do processes of their own fold a log to what one process folds it to?"""

from pathlib import Path

import pytest

from infra.cli import replaying
from infra.cli.stores import stores
from infra.keys.choosing import Choice
from infra.opening import open_vectors
from infra.settings import Settings
from infra.vectors.edge_vectors import EdgeVectors
from infra.views.refold import refold
from infra.views.sqlite_store import SqliteStore
from tests.driving import opened, said, taken_in

LINES = [said(f"m{n}", space=("ana", "ben")[n % 2], session=f"s{n % 7}") for n in range(90)]


def test_other_processes_fold_to_the_same_rows_and_points(home: Path, tmp_path: Path) -> None:
    taken_in(home, LINES)
    with opened(home) as memory:
        memory.forget(Choice("ben"), "asked to", really=True)
    with (
        opened(home) as memory,
        EdgeVectors(tmp_path / "vectors") as vectors,
    ):
        told: list[int] = []
        again = refold(
            memory.log, memory.codec, SqliteStore(tmp_path),
            vectors=vectors, told=told.append, aside=True,
        )  # fmt: skip
        assert again.state_hashes() == memory.views.state_hashes()
        assert again.positions() == memory.views.positions()
        assert vectors.checkpoint() == again.positions()
        again.close()
        assert sum(told) >= len(LINES)
        assert vectors.count() == memory.vectors.count() == len(LINES) // 2


def test_a_replay_that_is_killed_while_it_switches_leaves_vectors(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_in(home, LINES[:4])

    def killed(path: Path, target: Path) -> Path:
        if path.name == "vectors.new":
            raise KeyboardInterrupt
        return path.replace(target)

    settings = Settings(home=home)
    with stores(home) as (log, reads):
        with monkeypatch.context() as patched:
            patched.setattr(Path, "rename", killed)
            with pytest.raises(KeyboardInterrupt):
                replaying._revector(settings, log, reads.views)
        assert {path.name for path in home.glob("vectors*")} == {"vectors.old", "vectors.new"}
        told: list[str] = []
        with open_vectors(settings, log, told.append) as vectors:
            assert (vectors.count(), told) == (4, [])
        assert replaying._revector(settings, log, reads.views) == 4
    assert [path.name for path in home.glob("vectors*")] == ["vectors"]
