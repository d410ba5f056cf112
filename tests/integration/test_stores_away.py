"""Does the host wait for a store that is away, lose nothing, and say what it could not look at?"""

import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread, current_thread
from typing import Any

import pytest

from agents.known import Known
from agents.needs import Needs
from benches.postgres import Postgres
from infra.host.local_host import LocalHost
from infra.memory import Memory
from infra.recollection import Asked
from infra.views.sqlite_store import VIEWS_FILE
from schemas.errors import VectorsAwayError, ViewsAwayError
from tests.driving import grown, opened, said, state, take_in, texts
from tests.postgres import postgres_server
from tests.qdrant_server import LOCAL_MODE, Switchable, switchable

pytestmark = LOCAL_MODE
MANY = [
    said(f"m{n}", f"Ana wrote number {n} of {n % 7} in Town{n % 50}", session=f"s{n % 9}")
    for n in range(300)
]


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the state that an undisturbed run comes to."""
    return grown(tmp_path_factory.mktemp("calm") / "home", MANY)


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[Postgres]:
    """Give a server that no other test needs, to be stopped."""
    with postgres_server() as server:
        yield server


@contextmanager
def beside(memory: Memory, lines: list[dict[str, Any]]) -> Iterator[None]:
    """Take lines in on a thread of their own, until they are in every view."""
    failed: list[BaseException] = []

    def work() -> None:
        try:
            take_in(memory, lines)
        except BaseException as error:  # noqa: BLE001 - told on the test's own thread
            failed.append(error)

    thread = Thread(target=work)
    thread.start()
    yield
    thread.join(240)
    assert not thread.is_alive()
    assert not failed, failed


def until_waiting(memory: Memory) -> None:
    """Return when the host waits for a store."""
    host = memory.host
    assert isinstance(host, LocalHost)
    with host._moved:
        assert host._moved.wait_for(lambda: host.waiting, 120)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "killed"])
def test_postgresql_that_goes_away_in_mid_load_loses_nothing(
    home: Path, own_postgres: Postgres, calm: str, how: signal.Signals
) -> None:
    name = f"away_{how.name.lower()}"
    chance = random.Random(how)
    with opened(home, views=own_postgres.url, store_name=name, batch=8) as memory:
        done = 0
        for _ in range(3):
            following = chance.randrange(done + 20, done + 90)
            take_in(memory, MANY[done : done + 10])
            own_postgres.stop(how)
            with beside(memory, MANY[done + 10 : following]):
                until_waiting(memory)
                with pytest.raises(ViewsAwayError, match="does not answer"):
                    memory.ask(Asked("number 7", "ana"), record=False)
                own_postgres.start()
            done = following
        take_in(memory, MANY[done:])
        assert state(memory) == calm
        assert memory.vectors.count() == memory.views.size()
        assert "7" in memory.ask(Asked("number 7", "ana"), record=False).hits[0].memory.body.text


def test_a_host_that_looks_for_what_is_due_waits_for_postgresql(
    home: Path, own_postgres: Postgres
) -> None:
    own = {"views": own_postgres.url, "store_name": "looks", "tick_seconds": 0.01}
    with opened(home, **own) as memory:
        take_in(memory, MANY[:10])
        own_postgres.stop()
        until_waiting(memory)
        own_postgres.start()
        take_in(memory, MANY[10:20])
        assert len(texts(memory)) == 20


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Switchable:
    """Give what every client that is made from now on speaks to."""
    return switchable(monkeypatch)


AWAY = {"vectors": "http://127.0.0.1:6333", "batch": 8, "flush_seconds": 0.05}


def test_vectors_that_go_away_in_mid_load_lose_nothing_and_recall_says_so(
    home: Path, server: Switchable, calm: str
) -> None:
    with opened(home, **AWAY) as memory:
        take_in(memory, MANY[:150])
        for done in (150, 200, 250):
            server.away_from = server.calls + done // 50
            with beside(memory, MANY[done : done + 50]):
                until_waiting(memory)
                found = memory.ask(Asked("what did Ana write in Town7?", "ana"), record=False)
                assert found.hits
                assert "6333" in str(found.told()["degraded"])
                server.away_from, server.away = -1, False
        assert state(memory) == calm
        assert memory.vectors.count() == memory.views.size() == len(texts(memory))
        found = memory.ask(Asked("number 77", "ana"), record=False)
        assert "77" in found.hits[0].memory.body.text
        assert "degraded" not in found.told()


def test_points_that_were_not_recorded_when_it_closed_are_projected_when_it_opens(
    home: Path, server: Switchable, calm: str
) -> None:
    with opened(home, **AWAY | {"flush_seconds": 1000.0}) as memory:
        take_in(memory, MANY)
        server.away = True
    with pytest.raises(VectorsAwayError, match="does not answer"):
        opened(home, **AWAY)
    server.away = False
    with opened(home, **AWAY) as memory:
        assert state(memory) == calm
        assert memory.vectors.count() == memory.views.size()


def test_who_closes_while_a_store_is_away_need_not_wait_for_it(
    home: Path, server: Switchable, calm: str
) -> None:
    memory = opened(home, **AWAY)
    take_in(memory, MANY[:20])
    server.away = True
    ingestor_failed = Thread(target=_ignoring, args=(memory, MANY[20:40]))
    ingestor_failed.start()
    until_waiting(memory)
    memory.close()
    ingestor_failed.join(60)
    server.away = False
    assert grown(home, MANY, **AWAY) == calm


def _ignoring(memory: Memory, lines: list[dict[str, Any]]) -> None:
    with pytest.raises(VectorsAwayError):
        take_in(memory, lines)


def test_a_database_that_took_back_what_it_had_accepted_is_caught_up_before_deciding(
    home: Path, calm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(home) as memory:
        take_in(memory, MANY[:100])
        older = {path: path.read_bytes() for path in files_of(memory)}
        take_in(memory, MANY[100:200])
        gather = memory.views.gather

        def away(wanted: Needs) -> Known:
            if current_thread().name != "remember":
                return gather(wanted)
            monkeypatch.setattr(memory.views, "gather", gather)
            files_of(memory)
            for path in home.glob(f"{VIEWS_FILE}*"):
                path.unlink()
            for path, content in older.items():
                path.write_bytes(content)
            raise ViewsAwayError("the database was killed")

        monkeypatch.setattr(memory.views, "gather", away)
        take_in(memory, MANY[200:])
        assert state(memory) == calm


def files_of(memory: Memory) -> list[Path]:
    """Give the files of the views, which nobody has open then."""
    memory.views.engine.dispose()
    return list(memory.settings.home.glob(f"{VIEWS_FILE}*"))
