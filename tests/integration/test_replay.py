"""Do processes of their own fold a log to what one process folds it to?"""

from pathlib import Path

from infra.keys.choosing import Choice
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
