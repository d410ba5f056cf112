"""Does a worker tell Prometheus what the broker says?"""

import socket
import urllib.error
import urllib.request
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from infra.clock import monotonic, now_ms, pause
from infra.kafka.kafka_client import Access, kafka
from infra.kafka.kafka_log import KafkaLog
from infra.kafka.node import Node
from streams.log import Outgoing
from streams.topology import MEMORIES, OBSERVATIONS, PERCEPTS, REJECTIONS
from tests.driving import COMMAND, Line, run, said
from tests.kafka_driving import PATIENCE, publish, settled, start_worker
from tests.kafka_topics import apply_topics, clear_topics

Sample = tuple[str, frozenset[tuple[str, str]]]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as place:
        return int(place.getsockname()[1])


def scraped(port: int) -> dict[Sample, float]:
    """Ask a worker as Prometheus does, once it answers."""
    until = monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as told:
                text = told.read().decode()
        except urllib.error.URLError:
            assert monotonic() < until, "the worker does not answer"
            pause(0.1)
            continue
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }


def told(found: dict[Sample, float], name: str, **labels: str) -> float:
    return found[f"anamnesis_{name}", frozenset(labels.items())]


def by_partition(found: dict[Sample, float], name: str, **labels: str) -> list[float]:
    return [told(found, name, partition=str(p), **labels) for p in range(4)]


def lag_by_the_broker(node: Node, group: str, stream: str) -> list[int]:
    """Ask the broker itself, by a client that has nothing of ours."""
    consumer = kafka.KafkaConsumer(
        bootstrap_servers=node.address, group_id=f"anamnesis.{group}", enable_auto_commit=False
    )
    places = [kafka.TopicPartition(stream, partition) for partition in range(4)]
    ends = consumer.end_offsets(places)
    found = [ends[place] - (consumer.committed(place) or 0) for place in places]
    consumer.close()
    return found


def test_the_metrics_agree_with_the_broker(broker: Node, home: Path) -> None:
    clear_topics(broker)
    apply_topics(broker)
    lines: list[Line] = [said(f"o{n}", f"Sentence {n}", space=f"s{n % 7}") for n in range(30)]
    began = now_ms()
    publish(broker, lines)
    log = KafkaLog(Access(broker.address))
    log.append([Outgoing(OBSERVATIONS, "s0", b"no event", {"ce_type": "message.v1"}, began)])
    log.close()
    ports = [free_port(), free_port()]
    words = [(COMMAND, "worker", "--metrics-port", str(port), "--role") for port in ports]
    remember = start_worker(broker, home, "remember", program=words[0])
    workers = [remember]
    try:
        waits = scraped(ports[0])
        behind = lag_by_the_broker(broker, "perceive", OBSERVATIONS)
        assert sum(behind) == 31
        assert by_partition(waits, "lag_records", step="perceive") == behind
        assert by_partition(waits, "lag_records", step="remember") == [0] * 4
        ages = by_partition(waits, "oldest_seconds", step="perceive")
        assert [age > 0 for age in ages] == [count > 0 for count in behind]
        assert max(ages) <= (now_ms() - began) / 1000
        workers.append(start_worker(broker, home, "perceive", program=words[1]))
        settled(broker)
        seen, decided = scraped(ports[1]), scraped(ports[0])
        for found, step, stream, count in (
            (seen, "perceive", OBSERVATIONS, 31),
            (decided, "remember", PERCEPTS, 30),
        ):
            assert by_partition(found, "lag_records", step=step) == [0] * 4
            assert lag_by_the_broker(broker, step, stream) == [0] * 4
            assert told(found, "records_total", step=step) == count
            assert told(found, "rebalances_total", step=step) >= 1
            assert 1 <= told(found, "batch_seconds_count", step=step) <= count
            assert told(found, "kafka_up") == 1
        assert told(seen, "written_total", stream=PERCEPTS) == 30
        assert told(seen, "written_total", stream=REJECTIONS) == 1
        events = told(decided, "written_total", stream=MEMORIES)
        assert events >= 30
        assert sum(by_partition(decided, "views_position")) == events
    finally:
        for one in workers:
            one.kill()
            one.wait()


def test_what_a_worker_ticks_is_counted_as_written(node: Node, home: Path) -> None:
    publish(node, [said("a"), said("b", space="ben")])
    port = free_port()
    worker = start_worker(
        node, home, program=(COMMAND, "worker", "--metrics-port", str(port), "--role"),
        more={"ANAMNESIS_TICK_SECONDS": "0.05"},
    )  # fmt: skip
    log = KafkaLog(Access(node.address))
    until = monotonic() + PATIENCE
    try:
        while (written := sum(log.ends(OBSERVATIONS))) < 4:
            assert monotonic() < until, "the worker does not tick"
            pause(0.1)
        while told(scraped(port), "written_total", stream=OBSERVATIONS) < written - 2:
            assert monotonic() < until, "what it has ticked is not counted"
            pause(0.1)
        counted = told(scraped(port), "written_total", stream=OBSERVATIONS)
        assert counted <= sum(log.ends(OBSERVATIONS)) - 2
    finally:
        worker.kill()
        worker.wait()
        log.close()


def test_a_port_that_is_taken_is_named(broker: Node, home: Path) -> None:
    clear_topics(broker)
    apply_topics(broker)
    with socket.create_server(("127.0.0.1", 0)) as place:
        port = place.getsockname()[1]
        ran = run(
            home, "worker", "--metrics-port", str(port), code=2,
            ANAMNESIS_LOG=f"kafka://{broker.address}",
        )  # fmt: skip
    assert f"--metrics-port {port}" in ran.err
