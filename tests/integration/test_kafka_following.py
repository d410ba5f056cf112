"""Does who follows the promotions on Kafka outlast a broker that goes away?"""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.clock import monotonic, now_ms, pause
from infra.kafka.kafka_client import Access
from infra.kafka.kafka_log import KafkaLog
from infra.kafka.node import Node, start, stop
from streams.log import Outgoing
from streams.topology import PROMOTIONS
from tests.conftest import need_kafka
from tests.driving import ENVIRONMENT, run
from tests.kafka_driving import PATIENCE
from tests.kafka_topics import apply_topics

GOLDEN = Path(__file__).parents[1] / "golden" / "memory_promoted.v1.json"
# Whoever started this may ignore an interrupt.
FOLLOW = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv = ["anamnesis", "promotions", "--follow", "--json"]
from infra.cli import main
main()
"""
# By chance the collector could do what is to be done without it.
REACH_NOBODY = """
import gc, os, threading
from infra.kafka.kafka_client import Access, admin
from infra.kafka.kafka_log import KafkaLog
from schemas.errors import KafkaError
gc.disable()
for connect in (KafkaLog, admin):
    for _ in range(3):
        try:
            connect(Access("127.0.0.1:1", patience=0.3))
        except KafkaError:
            print(threading.active_count(), len(os.listdir("/proc/self/fd")))
"""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Node]:
    """Start a broker that no other test needs, to be stopped."""
    need_kafka()
    node = start(tmp_path / "kafka")
    apply_topics(node)
    yield node
    stop(node.folder, kill=True)


def promote(node: Node, *ids: str) -> None:
    value = json.dumps(json.loads(GOLDEN.read_text())["value"]).encode()
    headers = {"ce_type": "memory_promoted.v1"}
    log = KafkaLog(Access(node.address))
    for id_ in ids:
        log.append([Outgoing(PROMOTIONS, "lena", value, {**headers, "ce_id": id_}, now_ms())])
    log.close()


def until(found: Callable[[], bool], follower: subprocess.Popen[bytes]) -> None:
    limit = monotonic() + PATIENCE
    while not found():
        assert follower.poll() is None, "the follower has ended"
        assert monotonic() < limit
        pause(0.05)


def test_a_follower_waits_for_its_broker_and_tells_each_promotion_once(
    own: Node, home: Path, tmp_path: Path
) -> None:
    environment = ENVIRONMENT | {
        "ANAMNESIS_HOME": str(home),
        "ANAMNESIS_LOG": f"kafka://{own.address}",
        "ANAMNESIS_KAFKA_PATIENCE": "1",
    }
    out, err = tmp_path / "out", tmp_path / "err"

    def told() -> list[str]:
        return [json.loads(line)["id"] for line in out.read_text().splitlines()]

    def waits() -> int:
        return len(err.read_text().splitlines())

    promote(own, "a", "b")
    with out.open("wb") as o, err.open("wb") as e:
        words = [sys.executable, "-c", FOLLOW]
        follower = subprocess.Popen(words, env=environment, stdout=o, stderr=e)
    try:
        until(lambda: told() == ["a", "b"], follower)
        stop(own.folder, kill=True)
        until(lambda: waits() == 1, follower)
        start(own.folder)
        promote(own, "b", "c")  # as a worker does that could not know whether it had published b
        until(lambda: told() == ["a", "b", "c"], follower)
        stop(own.folder, kill=True)
        until(lambda: waits() == 2, follower)
        follower.send_signal(signal.SIGINT)
        assert follower.wait(PATIENCE) == 130
    finally:
        follower.kill()
        follower.wait()
    assert told() == ["a", "b", "c"]
    for line in err.read_text().splitlines():
        assert line.startswith(f"waiting for it: Kafka at {own.address}")


def test_a_broker_that_was_never_there_is_not_waited_for(home: Path) -> None:
    ran = run(
        home, "promotions", "--follow", code=4,
        ANAMNESIS_LOG="kafka://127.0.0.1:1", ANAMNESIS_KAFKA_PATIENCE="1",
    )  # fmt: skip
    assert "is not reached" in ran.err


def test_who_reaches_nobody_again_and_again_keeps_no_threads_and_no_sockets() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", REACH_NOBODY], capture_output=True, text=True, check=True
    )
    counts = ran.stdout.splitlines()
    assert len(counts) == 6
    assert len(set(counts)) == 1, counts
