"""Do workers on Kafka wait for a PostgreSQL that is away, and lose nothing?"""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from benches.postgres import Postgres
from infra.clock import monotonic, pause
from infra.kafka.kafka_client import Access
from infra.kafka.kafka_keys import seal
from infra.kafka.kafka_log import KafkaLog
from infra.kafka.node import Node
from infra.opening import begin_views, view_store
from infra.views.refold import combined
from streams.log import Log
from streams.topology import MEMORIES, REJECTIONS
from tests.driving import Line, grown, said
from tests.kafka_driving import PATIENCE, publish, settings_for, settled, working
from tests.postgres import postgres_server

NAME = "away_from_workers"
MANY: list[Line] = [
    said(f"m{n}", f"Ana wrote number {n} of {n % 7} in Town{n % 50}", space=f"s{n % 9}")
    for n in range(400)
]


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[Postgres]:
    """Give a server that no other test needs, to be stopped."""
    with postgres_server() as server:
        yield server


def decided(log: Log, more_than: int) -> None:
    """Wait until so many events have been decided."""
    until = monotonic() + PATIENCE
    while sum(log.ends(MEMORIES)) <= more_than:
        assert monotonic() < until, log.ends(MEMORIES)
        pause(0.05)


def waiting(home: Path, workers: list[subprocess.Popen[bytes]]) -> None:
    """Wait until another worker has said that the database does not answer."""
    until = monotonic() + PATIENCE
    before = heard(home)
    while heard(home) <= before:
        assert monotonic() < until, "no worker missed the database"
        assert [one.poll() for one in workers] == [None, None]
        pause(0.05)


def heard(home: Path) -> int:
    """Count how often workers have said that the database does not answer."""
    logs = home.parent.glob(f"{home.name}-*.log")
    return sum(log.read_text(errors="replace").count("does not answer") for log in logs)


def test_workers_wait_for_a_database_that_is_stopped_in_mid_load(
    node: Node, home: Path, own_postgres: Postgres
) -> None:
    expected = grown(home.with_name("local"), MANY)
    views = {"ANAMNESIS_VIEWS": own_postgres.url, "ANAMNESIS_STORE_NAME": NAME}
    log = KafkaLog(Access(node.address))
    with working(node, home, "all", "all", more=views) as workers:
        for turn, how in enumerate((signal.SIGINT, signal.SIGQUIT)):
            publish(node, MANY[turn * 200 : turn * 200 + 200])
            decided(log, turn * 200 + 20)
            own_postgres.stop(how)
            publish(node, MANY[turn * 200 : turn * 200 + 10])  # so that there is work for sure
            waiting(home, workers)
            own_postgres.start()
            settled(node)
        assert [one.poll() for one in workers] == [None, None]
    settings = settings_for(node, home).model_copy(
        update={"views": own_postgres.url, "store_name": NAME}
    )
    kept = begin_views(view_store(settings), log, seal(log, settings))
    assert combined(kept.state_hashes()) == expected
    assert kept.size() == len(MANY)
    kept.close()
    assert sum(log.ends(REJECTIONS)) == 0
    log.close()
