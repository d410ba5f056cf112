"""Does memory on Kafka come to what a calm local run comes to, whatever fails on the way?"""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from benches.trouble import Cluster, cluster
from examples.kafka_produce import headers_of
from infra.clock import monotonic, pause
from infra.kafka.kafka_client import Access
from infra.kafka.kafka_log import KafkaLog
from infra.kafka.kafka_topics import Topic, Topics
from infra.kafka.watchdog import STUCK
from infra.views.refold import combined
from streams.log import Outgoing
from streams.topology import OBSERVATIONS, REJECTIONS
from tests.conftest import need_kafka
from tests.driving import Line, opened, rejections, said, take_in
from tests.kafka_driving import (
    PATIENCE,
    looking,
    once,
    publish,
    settled,
    state_on_kafka,
    until_members,
    work,
    working,
)
from tests.kafka_topics import apply_topics, clear_topics


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Start a broker that may be killed, behind a network that may be cut."""
    need_kafka()
    with cluster(tmp_path_factory.mktemp("own") / "kafka") as found:
        yield found


@pytest.fixture
def there(own: Cluster) -> Cluster:
    """Give it with empty topics."""
    clear_topics(own.node)
    apply_topics(own.node)
    return own


def many(count: int) -> list[Line]:
    """Give observations of several spaces, of which every hundredth cannot be perceived."""
    return [
        said(
            f"o{n}",
            "poison" if n % 100 == 50 else f"I live in {('Porto', 'Lyon')[n % 2]}, house {n}",
            space=f"s{n % 9}",
        )
        for n in range(count)
    ]


def equals_a_calm_run(there: Cluster, home: Path, lines: list[Line]) -> None:
    """Compare state and dead letters with what the local host makes of the same lines."""
    with opened(home.with_name("calm")) as memory:
        take_in(memory, lines)
        expected = combined(memory.views.state_hashes())
        lost = sorted((rejected.reason, raw) for rejected, raw in rejections(memory))
    assert state_on_kafka(there.node, home) == expected
    with looking(there.node, home) as (log, _):
        letters = [json.loads(record.value) for record in once(log.scan(REJECTIONS))]
    assert sorted((x["reason"], base64.b64decode(x["raw"])) for x in letters) == lost


def until_remembered(there: Cluster, home: Path, count: int) -> None:
    """Wait until so many memories are in the views."""
    until = monotonic() + PATIENCE
    with looking(there.node, home) as (_, views):
        while views.size() < count:
            assert monotonic() < until, f"{views.size()} memories, not {count}"
            pause(0.05)


def test_a_broker_that_is_killed_in_mid_load(there: Cluster, home: Path) -> None:
    lines = many(600)
    with working(there.node, home, "all", "all"):
        until_members(there.beside, 4)
        publish(there.node, lines[:300])
        until_remembered(there, home, 20)
        there.kill()
        publish(there.node, lines[300:])
        settled(there.node)
    equals_a_calm_run(there, home, lines)


def test_a_network_that_is_cut_until_the_broker_has_given_the_workers_up(
    there: Cluster, home: Path
) -> None:
    lines = many(600)
    with working(there.node, home, "all", "all"):
        until_members(there.beside, 4)
        publish(there.node, lines[:300])
        until_remembered(there, home, 20)
        there.proxy.cut()
        until_members(there.beside, 0)
        there.proxy.mend()
        publish(there.node, lines[300:])
        settled(there.node)
    equals_a_calm_run(there, home, lines)


def test_a_worker_that_is_told_to_stop_while_the_broker_is_away(there: Cluster, home: Path) -> None:
    with working(there.node, home, "all") as (worker,):
        until_members(there.beside, 2)
        publish(there.node, many(9))
        there.proxy.cut()
        worker.terminate()
        try:
            assert worker.wait(PATIENCE) == STUCK
        finally:
            there.proxy.mend()
    work(there.node, home)
    equals_a_calm_run(there, home, many(9))


def test_large_messages_are_taken_or_kept_as_dead_letters(there: Cluster, home: Path) -> None:
    words = " ".join(f"word{n:0<195}" for n in range(5000))[:1_000_000].strip()
    large: list[Line] = [
        said("text", words),
        {"id": "doc", "space": "ana", "kind": "document", "at": "2026-03-01T12:00:00+00:00",
         "title": "All", "text": words},
        said("too", f"{words} and more"),
        said("poison", f"poison {words[:900_000]}"),
        b"\xff" * (1 << 20),
        b"{" * (5 << 20),
        said("after"),
    ]  # fmt: skip
    publish(there.node, large)
    log = KafkaLog(Access(there.node.address))
    raw = b"\xfe" * (1 << 20)
    log.append([Outgoing(OBSERVATIONS, "ana", raw, {"ce_type": "message.v1"}, 1)])
    log.close()
    publish(there.node, [said("last")])
    work(there.node, home)
    with opened(home.with_name("calm")) as memory:
        take_in(memory, [*large, said("last")])
        expected = combined(memory.views.state_hashes())
        lost = [raw for _, raw in rejections(memory)]
    assert state_on_kafka(there.node, home) == expected
    with looking(there.node, home) as (log, _):
        letters = [json.loads(record.value) for record in once(log.scan(REJECTIONS))]
    assert sorted(base64.b64decode(x["raw"]) for x in letters) == sorted([*lost, raw])


def test_clocks_that_jump_far_ahead_and_back(there: Cluster, home: Path) -> None:
    years = (1, 1900, 1970, 2026, 2200, 9998)
    lines = [
        said(f"o{n}", f"Sentence {n}", at=f"{years[n % 6]:04}-03-01T12:00:00+00:00", space=f"s{n}")
        for n in range(60)
    ]
    stamps = (1, 4_000_000_000_000_000, 1_000_000_000_000, 7_258_118_400_000)
    log = KafkaLog(Access(there.node.address))
    log.append(
        [
            Outgoing(
                OBSERVATIONS, line["space"], json.dumps(line).encode(),
                {name: value.decode() for name, value in headers_of(line, "test")},
                stamps[log.partition_of(line["space"])],  # so that none makes a partition newer
            )
            for line in lines
        ]
    )  # fmt: skip
    log.close()
    until_retention_has_been_looked_at(there)
    work(there.node, home)
    equals_a_calm_run(there, home, list(lines))


def until_retention_has_been_looked_at(there: Cluster) -> None:
    """Wait until the broker has removed what another topic need not keep."""
    access = Access(there.node.address)
    canary = Topics(access, [Topic("canary", 4, 1, {"retention.ms": "1"})])
    canary.apply()
    canary.close()
    log = KafkaLog(access)
    log.append([Outgoing("canary", "a", b"", {}, 1)])
    until = monotonic() + PATIENCE
    while not any(log.begins("canary")):
        assert monotonic() < until, "nothing is removed"
        pause(0.1)
    log.close()
