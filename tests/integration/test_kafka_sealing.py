"""Is what workers write to Kafka sealed, and are keys that are missing told at once?"""

import json
import shutil
from pathlib import Path

import pytest

from infra.kafka.kafka_client import Access
from infra.kafka.kafka_keys import seal
from infra.kafka.kafka_log import KafkaLog
from infra.kafka.kafka_wire import SEALED, ring_of
from infra.kafka.node import Node
from infra.settings import Settings
from schemas.errors import KeysError
from streams.topology import MEMORIES, OBSERVATIONS, PERCEPTS, REJECTIONS
from tests.driving import Line, grown, run, said
from tests.kafka_driving import looking, publish, settings_for, state_on_kafka, work
from tests.searching import SECRETS, found


def secret_lines() -> list[Line]:
    """Say every secret in every place that a producer can write to."""
    lines: list[Line] = []
    for n, secret in enumerate(SECRETS):
        lines += [
            said(f"m{n}", f"I told {secret} that {secret} is {n}", speaker=secret),
            said(f"x{n}", f"poison for {secret}"),
            said(f"f{n}", kind="fact", subject=secret, predicate="knows", object=f"{secret} too"),
        ]
    return lines


def segments(node: Node, stream: str) -> list[Path]:
    """Give the folders in which the broker keeps a stream."""
    kept = list((node.folder / "data").glob(f"{stream}-*"))
    assert kept
    return kept


def test_what_is_said_can_be_read_in_no_topic_that_workers_write(node: Node, home: Path) -> None:
    publish(node, secret_lines())
    work(node, home)
    assert state_on_kafka(node, home) == grown(home.with_name("local"), secret_lines())
    told = [
        secret for folder in segments(node, OBSERVATIONS) for secret, _ in found(folder, SECRETS)
    ]
    assert set(told) == set(SECRETS)  # the search finds what is there
    for stream in SEALED:
        for folder in segments(node, stream):
            assert found(folder, SECRETS) == []
    assert found(home, SECRETS) == []


def test_headers_on_the_wire_tell_nothing_of_the_content(node: Node, home: Path) -> None:
    publish(node, [said("a"), said("b", "poison")])
    work(node, home)
    wire = KafkaLog(Access(node.address))
    with looking(node, home) as (log, _):
        for stream in (PERCEPTS, MEMORIES, REJECTIONS):
            (seen,), (true,) = list(wire.scan(stream)), list(log.scan(stream))
            assert set(seen.headers) <= {
                "ce_specversion", "ce_id", "ce_type", "ce_source", "ce_partitionkey",
                "ce_position", "content-type",
            }  # fmt: skip
            assert seen.headers["ce_id"] != true.headers["ce_id"]
            assert ring_of(seen.headers)
            assert true.headers["content-type"] == "application/json"
            assert json.loads(true.value)
    wire.close()


def test_a_folder_without_the_keys_is_refused(node: Node, home: Path) -> None:
    publish(node, [said("a")])
    work(node, home)
    elsewhere = Settings(home=home.with_name("else"), log=f"kafka://{node.address}")
    log = KafkaLog(Access(node.address))
    with pytest.raises(KeysError, match="ANAMNESIS_KEYS"):
        seal(log, elsewhere)
    shared = elsewhere.model_copy(update={"keys": home / "keys"})
    assert seal(log, shared).ring.id == seal(log, settings_for(node, home)).ring.id
    (record,) = log.scan(PERCEPTS)
    assert b"The word of a is a" in record.value
    log.close()
    shutil.rmtree(home / "keys")
    for words in (["worker"], ["keys", "list"]):
        refused = run(home, *words, code=4, ANAMNESIS_LOG=f"kafka://{node.address}")
        assert "put it back" in refused.err


def test_the_keys_on_kafka_are_listed(node: Node, home: Path) -> None:
    publish(node, [said("a")])
    work(node, home)
    rows = run(home, "keys", "list", "--json", ANAMNESIS_LOG=f"kafka://{node.address}").rows
    assert [row["newest"] for row in rows if row["space"] == "ana"] == [1]
