"""Fixtures that more than one folder of tests shares."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from benches.postgres import Postgres
from infra.kafka.node import Node, missing, start, stop
from infra.memory import Memory
from tests.certificates import made
from tests.driving import opened, run
from tests.postgres import needed, postgres_server

# A slow machine is no fault of what is tested.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

USERS = {"ana": "a secret of Ana's"}
EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "observations.jsonl"


def need_kafka() -> None:
    """Skip without Java and Maven; `ANAMNESIS_REQUIRE_ALL=1` turns the skip into a failure."""
    if reason := missing():
        needed(f"no real Kafka: {reason}")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Give a data folder that does not exist yet."""
    return tmp_path / "home"


@pytest.fixture
def memory(home: Path) -> Iterator[Memory]:
    """Give an empty memory with the hash encoder."""
    with opened(home) as memory:
        yield memory


@pytest.fixture(scope="session")
def examples() -> Path:
    """Give the example observation log."""
    return EXAMPLES


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> Path:
    """Give a folder that the command has filled with the examples; for looking only."""
    home = tmp_path_factory.mktemp("filled") / "home"
    run(home, "ingest", str(examples))
    return home


@pytest.fixture(scope="session")
def filled_state(filled: Path) -> str:
    """Give that folder's state, verified."""
    return str(run(filled, "verify", "--json").row["state_hash"])


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """Start a real Kafka broker for the whole test run; its certificates are in its folder."""
    need_kafka()
    folder = tmp_path_factory.mktemp("kafka")
    yield start(folder, users=USERS, certificates=made(folder / "certificates"))
    stop(folder)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Give a PostgreSQL server that many tests share, each with a schema of its own."""
    with postgres_server() as server:
        yield server
