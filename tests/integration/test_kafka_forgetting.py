"""Is what was erased on Kafka found nowhere, by nobody, while workers go on?"""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agents.remember import ERASED
from benches.postgres import Postgres
from examples.kafka_produce import produce
from infra.kafka.kafka_client import Access, admin, kafka
from infra.kafka.kafka_erasing import plain_left
from infra.kafka.kafka_log import KafkaLog
from infra.kafka.node import Node
from infra.keys.choosing import Choice, Chosen
from infra.memory import Memory
from infra.settings import Settings
from infra.views.refold import refold
from infra.views.sqlite_store import SqliteStore
from schemas.errors import NotFoundError
from schemas.wire import decode
from streams.topology import MEMORIES, OBSERVATIONS, PERCEPTS, PROMOTIONS
from tests.driving import (
    ENVIRONMENT,
    Line,
    opened,
    rejections,
    run,
    said,
    state,
    take_in,
    texts,
    written,
)
from tests.hash_encoder import HashEncoder
from tests.integration.test_kafka_sealing import secret_lines, segments
from tests.kafka_driving import PATIENCE, publish, settled, start_worker, work, working
from tests.postgres import fresh_name
from tests.searching import BUSY, SECRETS, found
from tests.unit.infra.test_inheriting import CASES, LIKE, NAMED, of_cases, of_everybody

SEALED = ("anamnesis.percepts", "anamnesis.memories", "anamnesis.rejections")


def reader(node: Node, home: Path, **settings: Any) -> Memory:
    return Memory(
        Settings(home=home, log=f"kafka://{node.address}", **settings), encoder=HashEncoder()
    )


def forget(node: Node, home: Path, choice: Choice, **settings: Any) -> Chosen:
    """Erase, and wait until a worker has decided the receipt."""
    with reader(node, home, **settings) as memory:
        chosen = memory.forget(choice, "asked", really=True)
    with reader(node, home, **settings) as memory:
        memory.host.drain()
    return chosen


def events(memory: Memory, space: str) -> list[Any]:
    kept = [r for r in memory.log.scan(MEMORIES) if r.key == space and not r.erased]
    return [decode(record.headers["ce_type"], record.value) for record in kept]


def replayed(memory: Memory, folder: Path) -> dict[str, str]:
    """Fold the log from zero into views elsewhere."""
    folder.mkdir()
    views = refold(memory.log, memory.codec, SqliteStore(folder))
    try:
        return views.state_hashes()
    finally:
        views.close()


def test_an_erased_space_is_found_in_no_topic_and_no_file(
    node: Node, home: Path, postgres: Postgres, tmp_path: Path
) -> None:
    store: dict[str, Any] = {"views": postgres.url, "store_name": fresh_name()}
    more = {"ANAMNESIS_VIEWS": postgres.url, "ANAMNESIS_STORE_NAME": store["store_name"]}
    publish(node, [*secret_lines(), *BUSY])
    with working(node, home, "all", "remember", more=more):
        settled(node)
        with reader(node, home, **store) as memory:
            before = memory.views.state_hashes()["ben"]
            assert memory.vectors.count("ana")
        chosen = forget(node, home, Choice("ana"), **store)
        assert len(chosen.letters) == len(SECRETS)
        for folder in [home, postgres.data, *(f for s in SEALED for f in segments(node, s))]:
            assert found(folder, SECRETS) == []
        with reader(node, home, **store) as memory:
            assert memory.views.state_hashes() == {"ben": before}
            assert memory.vectors.count() == memory.views.size() == len(BUSY)
            assert [event.tag for event in events(memory, "ana")] == ["space_erased.v1"]
            assert not [
                r for r in memory.log.scan(PERCEPTS) if r.key == "ana" and b"told" in r.value
            ]
            (keys,) = [row for row in memory.codec.ring.told() if row["space"] == "ana"]
            assert (keys["living"], keys["destroyed"]) == ([2], 1)
            assert replayed(memory, tmp_path / "again") == {"ben": before}
            # What was erased stays known, and new ids begin an empty memory.
            take_in(memory, [*secret_lines()[:1], said("new", "Nothing was ever said")])
            assert texts(memory) == ["Nothing was ever said"]


def test_what_is_delivered_again_after_an_erasure_is_passed(node: Node, home: Path) -> None:
    publish(node, [said("a", "A secret of Ana"), *BUSY])
    with working(node, home, "all") as (worker,):
        forget(node, home, Choice("ana"))
        settled(node)
        worker.terminate()
        assert worker.wait(PATIENCE) == 0
    client = admin(Access(node.address))
    client.delete_groups(["anamnesis.perceive", "anamnesis.remember"])
    client.close()
    work(node, home)
    with reader(node, home) as memory:
        told = events(memory, "ana")
        assert [e.reason for e in told if e.tag == "input_passed.v1"] == [ERASED]
        assert texts(memory) == []
        assert memory.views.size() == len(BUSY)


@pytest.mark.parametrize("source", ["urn:example", "forget"])
def test_what_a_producer_calls_forgotten_is_refused(node: Node, home: Path, source: str) -> None:
    told = {"id": "c", "space": "ana", "kind": "forget_requested", "at": "2026-03-01T12:00:00Z"}
    lines = written([said("a", "The boat is green"), told | {"reason": "me too"}])
    assert produce(lines.splitlines(), node.address, source) == 2
    work(node, home)
    with reader(node, home) as memory:
        assert texts(memory) == ["The boat is green"]
        [(rejected, _)] = rejections(memory)
        assert "`anamnesis forget`" in rejected.detail
        chosen = memory.forget(Choice("ana"), "asked", really=True)
    with reader(node, home) as memory:  # which leaves a receipt; that one tells of nobody
        assert isinstance(memory.log, KafkaLog)
        left = plain_left(memory.log, memory.codec, Choice("ana"), chosen)
        assert left == {OBSERVATIONS: 2}


KEPT: list[Line] = [
    said("keep", "I live in Porto with two cats"),
    said("go", "My number is 4915730219846, says Zoë"),
    said("again", "I live in Porto with two cats"),
    said("f", kind="fact", subject="Ana", predicate="knows", object="Zoë"),
    said("x", "poison for Zoë"),
    said("y", "poison for Ben"),
    said("later", "I moved to Faro last year"),
]


@pytest.mark.parametrize(
    "choice", [Choice("ana", observation="go"), Choice("ana", subject="zoë")], ids=lambda c: c.asked
)
def test_a_part_of_a_space_is_erased_as_the_local_host_erases_it(
    node: Node, home: Path, tmp_path: Path, choice: Choice
) -> None:
    local = home.with_name("local")
    with opened(local) as memory:
        take_in(memory, [*KEPT, *BUSY])
        expected_chosen = memory.forget(choice, "asked", really=True)
    with opened(local) as memory:
        take_in(memory, [said("after", "I moved to Bonn, not to Faro")])
        expected, hashes = texts(memory), memory.views.state_hashes()
    publish(node, [*KEPT, *BUSY])
    with working(node, home, "all", "remember"):
        with reader(node, home) as memory, pytest.raises(NotFoundError, match="does not hold"):
            memory.forget(Choice("ana", observation="nobody"), "asked", really=True)
        chosen = forget(node, home, choice)
        assert chosen.told() == expected_chosen.told()
        with reader(node, home) as memory:
            take_in(memory, [said("after", "I moved to Bonn, not to Faro")])
            assert texts(memory) == expected
            assert memory.views.state_hashes() == hashes
            assert replayed(memory, tmp_path / "again") == hashes
            assert memory.vectors.count() == memory.views.size()
            sealed = [r for s in SEALED for r in memory.log.scan(s)]
            assert not [r for r in sealed if b"4915730219846" in r.value]
            letters = [r for r in sealed if r.stream.endswith("rejections") and not r.erased]
            assert len(letters) == (1 if choice.subject else 2)
            (receipt,) = [e for e in events(memory, "ana") if e.tag.endswith("_erased.v1")]
            assert receipt.asked == choice.asked
            assert take_in(memory, KEPT).erased == len(chosen.inputs)


def test_what_others_repeated_stays_as_with_the_local_host(
    node: Node, home: Path, tmp_path: Path
) -> None:
    gone = said("gone", f"{LIKE}?!?!") | {"from": "Zoë"}
    lines = [*of_cases(), gone, said("again", f"{LIKE}!")]
    local = home.with_name("local")
    with opened(local) as memory:
        take_in(memory, lines)
        memory.forget(NAMED, "asked", really=True)
    with opened(local) as memory:
        expected, hashes = of_everybody(memory), memory.views.state_hashes()
    publish(node, lines)
    with working(node, home, "all", "remember"):
        forget(node, home, NAMED)
        with reader(node, home) as memory:
            assert of_everybody(memory) == expected == [told for _, told in CASES]
            assert f"{LIKE}!" in texts(memory)
            assert memory.views.state_hashes() == hashes
            assert replayed(memory, tmp_path / "again") == hashes
            sealed = [r.value for s in SEALED for r in memory.log.scan(s)]
            assert not [v for v in sealed if b"LISBON" in v or b"?!?!" in v]


KILL = """
import os, signal, sys
from pathlib import Path
from importlib import import_module
from infra.keys.choosing import Choice
from infra.memory import Memory
from infra.settings import Settings
from tests.hash_encoder import HashEncoder

home, log, where = sys.argv[1:]
module, name = where.rsplit(".", 1)
try:
    owner = import_module(module)
except ImportError:
    module, owner = module.rsplit(".", 1)
    owner = getattr(import_module(module), owner)

def dying(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)

settings = Settings(home=Path(home), log=log)
memory = Memory(settings, encoder=HashEncoder())
memory.forget(Choice("ana", observation="go"), "asked", really=True)
setattr(owner, name, dying)
Memory(settings, encoder=HashEncoder())
"""


@pytest.mark.parametrize(
    ("place", "by"),
    [
        ("infra.kafka.kafka_erasing._clear", "a worker that starts"),
        ("infra.kafka.following.FollowingProjector.refold", "the next opening"),
        ("infra.keys.key_ring.KeyRing.shredded", "the next opening"),
        ("infra.host.ingest.Ingestor.observations", "a worker that runs"),
    ],
)
def test_an_erasure_whose_command_was_killed_is_finished(
    node: Node, home: Path, tmp_path: Path, place: str, by: str
) -> None:
    local = home.with_name("local")
    with opened(local) as memory:
        take_in(memory, KEPT)
        memory.forget(Choice("ana", observation="go"), "asked", really=True)
    with opened(local) as memory:
        take_in(memory, [said("during", "Said while nobody erased"), *BUSY])
        expected = state(memory)
    publish(node, KEPT)
    with working(node, home, "all") as (worker,):
        settled(node)
        if by != "a worker that runs":
            worker.kill()
            worker.wait()
        killed = subprocess.run(
            [sys.executable, "-c", KILL, str(home), f"kafka://{node.address}", place],
            env=ENVIRONMENT | {"PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=False,
            timeout=240,
        )
        assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
        publish(node, [said("during", "Said while nobody erased"), *BUSY])
        if by == "the next opening":
            reader(node, home).close()
        if by == "a worker that runs":
            settled(node)
        else:
            work(node, home)
    with reader(node, home) as memory:
        assert memory.codec.ring.intent is None
        assert state(memory) == expected
        receipts = [e for e in events(memory, "ana") if e.tag == "observations_erased.v1"]
        assert len(receipts) == 1
        hashes = memory.views.state_hashes()
        assert replayed(memory, tmp_path / "again") == hashes


def lasting(node: Node) -> dict[str, dict[str, Any]]:
    """Give what the topics of plain records are set to."""
    client = admin(Access(node.address))
    kind = kafka.admin.ConfigResourceType.TOPIC
    asked = [kafka.admin.ConfigResource(kind, topic) for topic in (OBSERVATIONS, PROMOTIONS)]
    told: dict[str, dict[str, Any]] = client.describe_configs(asked)["topic"]
    client.close()
    return told


def test_the_command_tells_what_stays_and_deletes_it_when_told(node: Node, home: Path) -> None:
    word = "Quagmirewort"
    publish(node, [said("a", f"A secret of Ana, {word}"), *BUSY])
    log = f"kafka://{node.address}"
    before = lasting(node)
    words = ("forget", "--space", "ana", "--reason", "asked", "--json")
    with start_worker(node, home) as worker:
        settled(node)
        assert "--yes" in run(home, *words, ANAMNESIS_LOG=log).err
        told = run(home, *words, "--yes", ANAMNESIS_LOG=log).row
        assert (told["erased"], told["observations"], told["memories"]) == (True, 1, 1)
        assert told["plain_until_retention"] == {OBSERVATIONS: 1}
        publish(node, [said("b", f"Another secret of Ana, {word}")])
        settled(node)
        data = node.folder / "data"
        assert found(data, [word])  # the search finds what is there
        again = run(home, *words, "--yes", "--delete-records", ANAMNESIS_LOG=log).row
        assert (again["plain_until_retention"], again["in_files_still"]) == ({}, {})
        assert found(data, [word]) == []
        assert lasting(node) == before
        third = run(home, *words, "--yes", code=2, ANAMNESIS_LOG=log)
        assert "does not hold anything" in third.err
        publish(node, [said("c", "I live in Porto")])
        settled(node)
        worker.kill()
    with reader(node, home) as memory:
        for stream in (OBSERVATIONS, PROMOTIONS):
            assert not [r for r in memory.log.scan(stream) if b"secret of Ana" in r.value]
        assert texts(memory) == ["I live in Porto"]
        assert memory.views.size() == len(BUSY) + 1
        assert rejections(memory) == []
