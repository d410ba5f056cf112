"""What the contract tests of the SQL views begin with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.memory import Memory
from infra.views.view_store import ViewStore
from tests.contract.sql_stores import STORES, Another, maker
from tests.driving import opened, said, take_in

TOWNS = ("Braga", "Porto", "Faro")
SAID = [
    said(
        f"m{n}",
        f"Ana wrote letter {n % 40} of {n % 7} to Ben in {TOWNS[n % 3]}",
        space=("ana", "ben")[n % 5 == 0],
        session=f"s{n % 9}",
        at=f"2026-03-{n % 28 + 1:02}T12:00:00+00:00",
    )
    for n in range(150)
] + [
    {
        "id": f"f{n}",
        "space": "ana",
        "kind": "fact",
        "at": f"2026-04-{n + 1:02}T00:00:00+00:00",
        "subject": "Ana",
        "predicate": "lives_in",
        "object": town,
        "valid_from": f"2026-04-{n + 1:02}T00:00:00+00:00",
    }
    for n, town in enumerate((*TOWNS, "Braga"))
]


@pytest.fixture(params=STORES)
def another(request: pytest.FixtureRequest, tmp_path: Path) -> Another:
    return maker(request.param, request, tmp_path)


@pytest.fixture
def store(another: Another) -> ViewStore:
    return another()


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    """Give a memory on SQLite that has taken something of everything in."""
    with opened(tmp_path_factory.mktemp("full") / "home") as memory:
        take_in(memory, SAID)
        recalled = [m.id for m in memory.reads.timeline("ana", None, None, 5)]
        take_in(memory, [{
            "id": "r", "space": "ana", "kind": "recalled", "at": "2026-05-01T00:00:00+00:00",
            "question": "letters", "memories": recalled,
        }, {
            "id": "t", "space": "ana", "kind": "ticked", "at": "2026-05-02T00:00:00+00:00",
            "job": "consolidate",
        }])  # fmt: skip
        yield memory
