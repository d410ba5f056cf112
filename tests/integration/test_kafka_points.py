"""Do workers bring a vector server to where the rows are, whatever becomes of either?"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.kafka.faust_host import Runner
from infra.kafka.node import Node
from infra.keys.choosing import Choice
from infra.keys.sealing import SealedCodec
from infra.memory import Memory
from infra.recollection import Asked
from infra.vectors.qdrant_vectors import QdrantVectors
from streams.log import Record
from streams.topology import MEMORIES, PERCEPTS
from tests.driving import Line, said
from tests.hash_encoder import HashEncoder
from tests.kafka_driving import (
    PATIENCE,
    Remembering,
    perceive_here,
    publish,
    remembering,
    settings_for,
    work,
)
from tests.postgres import fresh_name
from tests.qdrant_server import LOCAL_MODE, URL, Switchable, switchable

pytestmark = LOCAL_MODE
LINES: list[Line] = [
    said(f"o{n}", f"Sentence number {n} about {n % 7} boats", space=("ana", "ben", "cleo")[n % 3])
    for n in range(90)
]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Switchable:
    """Give what every client that is made from now on speaks to."""
    return switchable(monkeypatch)


@pytest.fixture
def perceived(node: Node, home: Path) -> Node:
    """Give a broker on which everything is perceived, and nothing remembered."""
    publish(node, LINES)
    perceive_here(node, home)
    return node


@contextmanager
def pointing(node: Node, home: Path, name: str = "anamnesis") -> Iterator[Remembering]:
    """Give a worker's step that remembers and projects; it notes nothing when it ends."""
    with QdrantVectors(os.environ.get("QDRANT_URL", URL), name) as vectors:
        worker = remembering(node, home, vectors)
        try:
            yield worker
        finally:
            worker.log.close()
            worker.projector.views.close()


def points_equal_rows(worker: Remembering) -> None:
    """Look whether every memory has its point, and where the points stand."""
    projector = worker.projector
    assert projector.vectors is not None
    assert projector.vectors.count() == projector.views.size() == len(LINES)
    projector.flush()
    ends = dict(enumerate(worker.log.ends(MEMORIES)))
    assert projector.vectors.checkpoint() == {p: end for p, end in ends.items() if end}


def test_a_reader_finds_the_points_that_a_worker_has_projected(
    perceived: Node, home: Path, server: Switchable
) -> None:
    with pointing(perceived, home) as worker:
        worker.run()
        points_equal_rows(worker)
    settings = settings_for(perceived, home).model_copy(update={"vectors": URL})
    wrote = server.written
    with Memory(settings, encoder=HashEncoder()) as memory:
        found = memory.ask(Asked("Sentence number 33 about boats", "ana"), record=False)
        assert found.hits[0].memory.body.text == "Sentence number 33 about 5 boats"
        assert not found.degraded
    assert server.written == wrote  # it has left all writing to the worker


def test_a_worker_goes_on_where_one_that_died_has_not_noted_all(
    perceived: Node, home: Path, request: pytest.FixtureRequest
) -> None:
    if "QDRANT_URL" not in os.environ:
        request.getfixturevalue("server")
    name = fresh_name()
    with pointing(perceived, home, name) as first:
        first.run(share=0.5)
        assert first.projector.vectors is not None
        noted = first.projector.vectors.checkpoint()
        assert sum(noted.values()) < sum(first.projector.at.values())
    with pointing(perceived, home, name) as second:
        second.run()
        points_equal_rows(second)


def test_a_server_that_has_lost_everything_is_given_it_again(
    perceived: Node, home: Path, server: Switchable
) -> None:
    with pointing(perceived, home) as worker:
        worker.run(share=0.5)
        worker.projector.flush()
        server.begin_anew()
        worker.run()
        points_equal_rows(worker)


def test_a_worker_waits_for_a_server_that_is_away_and_loses_nothing(
    perceived: Node, home: Path, server: Switchable
) -> None:
    async def missed(runner: Runner, partition: int, records: list[Record]) -> None:
        server.away_from = server.calls + 2  # after what is there was asked for, at the latest
        done = asyncio.create_task(runner.handle(partition, records))
        while not runner.away:
            assert not done.done(), "the worker has not missed the server"
            await asyncio.sleep(0.01)
        server.away_from, server.away = -1, False
        await asyncio.wait_for(done, PATIENCE)

    with pointing(perceived, home) as worker:
        codec = worker.log.codec
        assert isinstance(codec, SealedCodec)
        runner = Runner(worker.step, codec, attempts=1)
        for partition, end in enumerate(worker.log.ends(PERCEPTS)):
            for offset in range(0, end, 20):
                records = worker.log.read(PERCEPTS, partition, offset, 20)
                asyncio.run(missed(runner, partition, records))
        points_equal_rows(worker)
        assert runner.counts["rejected"] == 0
        assert runner.counts["retries"] > 0


@pytest.mark.usefixtures("server")
def test_an_erased_part_of_a_space_is_gone_from_the_server_and_the_rest_stays(
    perceived: Node, home: Path
) -> None:
    with pointing(perceived, home) as worker:
        worker.run()
        worker.projector.flush()
    work(perceived, home)  # commits what was done here
    settings = settings_for(perceived, home).model_copy(update={"vectors": URL})
    with Memory(settings, encoder=HashEncoder()) as memory:
        memory.forget(Choice("ana", observation="o33"), "asked", really=True)
    with Memory(settings, encoder=HashEncoder()) as memory:
        assert memory.views.size() == memory.vectors.count() == len(LINES) - 1
        assert memory.vectors.count("ana") == len(LINES) / 3 - 1
