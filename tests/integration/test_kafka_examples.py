"""Do the examples do on a real broker what they say?"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # has no stubs

from examples.kafka_promoted import consume, opened, unread
from infra.host.scheduler import tick_of
from infra.kafka.kafka_client import Access
from infra.kafka.kafka_log import KafkaLog
from infra.kafka.node import Node
from infra.views.sql_reads import SqlReads
from streams.log import Outgoing
from streams.topology import OBSERVATIONS, PROMOTIONS
from tests.driving import COMMAND, ENVIRONMENT, said
from tests.integration.test_kafka_tls import secured
from tests.kafka_driving import looking, publish, state_on_kafka, work
from tests.kafka_topics import apply_topics, clear_topics
from tests.postgres import needed

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


@pytest.fixture
def log(node: Node) -> Iterator[KafkaLog]:
    """Give the log on it."""
    found = KafkaLog(Access(node.address))
    yield found
    found.close()


def at(day: float) -> datetime:
    return datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(days=day)


def tick(day: float, job: str = "promote") -> dict[str, Any]:
    return tick_of("ana", job, at(day)).model_dump(mode="json")


def recall(day: int, memory: str) -> dict[str, Any]:
    return {
        "id": f"r{day}/{memory}", "space": "ana", "kind": "recalled", "at": at(day).isoformat(),
        "question": "?", "memories": [memory],
    }  # fmt: skip


def ran(*words: str | Path, **environment: str) -> str:
    done = subprocess.run(
        [str(word) for word in words],
        cwd=ROOT, env={**ENVIRONMENT, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def refused(*words: str | Path, code: int, **environment: str) -> str:
    """Run what must end with one line and an exit code."""
    done = subprocess.run(
        [str(word) for word in words],
        cwd=ROOT, env={**ENVIRONMENT, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    (line,) = done.stderr.splitlines()
    return line


def published_by_the_schema(log: KafkaLog, examples: Path) -> None:
    """Look whether every line of the examples stands on Kafka as the documents describe it."""
    schema = json.loads((DOCS / "schemas" / "observation.json").read_text())
    api = json.loads((DOCS / "asyncapi.json").read_text())
    payload = Draft202012Validator(schema)
    headers = Draft202012Validator(api["components"]["schemas"]["Headers"])
    messages = api["channels"]["observations"]["messages"]
    found = list(log.scan(OBSERVATIONS))
    lines = [json.loads(line) for line in examples.read_bytes().splitlines()]
    given = {
        space: [x for x in lines if x["space"] == space] for space in {x["space"] for x in lines}
    }
    for space, expected in given.items():
        ours = [record for record in found if record.key == space]
        assert [json.loads(record.value) for record in ours] == expected
        assert {record.partition for record in ours} == {log.partition_of(space)}
    for record in found:
        payload.validate(json.loads(record.value))
        headers.validate(record.headers)
        assert record.headers["ce_type"] in messages


def test_the_producer_in_python_publishes_by_the_schema_and_memory_takes_it(
    node: Node, log: KafkaLog, home: Path, examples: Path
) -> None:
    words = (sys.executable, "-m", "examples.kafka_produce", examples, "--broker", node.address)
    count = len(examples.read_bytes().splitlines())
    assert ran(*words) == f"{count} published\n"
    published_by_the_schema(log, examples)
    work(node, home)
    foreign = state_on_kafka(node, home)
    clear_topics(node)
    apply_topics(node)
    publish(node, examples.read_bytes())
    other = home.with_name("other")
    work(node, other)
    assert foreign == state_on_kafka(node, other)


def test_the_producer_in_python_publishes_the_longest_observations(
    node: Node, log: KafkaLog, tmp_path: Path
) -> None:
    line = json.dumps(said("a", "é" * 1_000_000), ensure_ascii=False).encode()
    (tmp_path / "lines.jsonl").write_bytes(line)
    words = (sys.executable, "-m", "examples.kafka_produce", tmp_path / "lines.jsonl")
    assert ran(*words, "--broker", node.address) == "1 published\n"
    assert [record.value for record in log.scan(OBSERVATIONS)] == [line]


def test_what_is_wrong_is_said_in_one_line(node: Node, tmp_path: Path) -> None:
    produce = (sys.executable, "-m", "examples.kafka_produce")
    promoted = (sys.executable, "-m", "examples.kafka_promoted", "--table")
    table, lines = tmp_path / "table.db", tmp_path / "lines.jsonl"
    nobody = ("--broker", "127.0.0.1:1")
    lines.write_text('{"id": "a", "kind": "message", "at": "2026-03-01T12:00:00+00:00"}\n')
    assert "127.0.0.1:1" in refused(*promoted, table, *nobody, code=4)
    assert "127.0.0.1:1" in refused(*produce, lines, *nobody, code=4)
    assert "nofile" in refused(*produce, "nofile", code=2)
    assert refused(*produce, lines, "--broker", node.address, code=2) == "line 1 has no space"
    lines.write_text("{\n")
    assert "line 1 is no JSON" in refused(*produce, lines, "--broker", node.address, code=2)
    replay = (ROOT / "examples" / "kafka_replay.sh", tmp_path / "green")
    told = refused(*replay, code=1, ANAMNESIS_LOG=f"kafka://{node.address}")
    assert "ANAMNESIS_KEYS" in told
    assert not (tmp_path / "green").exists()


def test_the_examples_speak_tls_and_prove_who_they_are(
    node: Node, log: KafkaLog, examples: Path, tmp_path: Path
) -> None:
    words = (sys.executable, "-m", "examples.kafka_produce", examples, "--broker", node.tls)
    count = len(examples.read_bytes().splitlines())
    assert ran(*words, **secured(node)) == f"{count} published\n"
    published_by_the_schema(log, examples)
    table = ("examples.kafka_promoted", "--table", tmp_path / "table.db", "--broker", node.tls)
    assert ran(sys.executable, "-m", *table, **secured(node)) == "0 new, 0 known\n"


def test_the_producer_in_node_publishes_the_same(
    node: Node, log: KafkaLog, examples: Path, tmp_path: Path
) -> None:
    if not (shutil.which("node") and shutil.which("npm")):
        needed("no producer in Node: node and npm are not installed")
    for name in ("package.json", "produce.js"):
        shutil.copy(ROOT / "examples" / "node" / name, tmp_path)
    install = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund"]
    got = subprocess.run(install, cwd=tmp_path, capture_output=True, text=True, check=False)
    if got.returncode:
        needed(f"no producer in Node: npm cannot install kafkajs: {got.stderr[-500:]}")
    produce = ("node", tmp_path / "produce.js")
    told = ran(*produce, examples, node.tls, **secured(node))
    assert told == f"{len(examples.read_bytes().splitlines())} published\n"
    assert "nofile" in refused(*produce, "nofile", code=2)
    assert "127.0.0.1:1" in refused(*produce, examples, "127.0.0.1:1", code=4)
    assert refused(*produce, tmp_path / "produce.js", node.address, code=2) == "line 1 has no space"
    published_by_the_schema(log, examples)


def test_the_consumer_takes_each_promotion_once_whatever_happens(
    node: Node, log: KafkaLog, home: Path, tmp_path: Path
) -> None:
    publish(node, [tick(0, "decay"), *(said(f"m{n}", at=at(1).isoformat()) for n in range(3))])
    work(node, home)
    with looking(node, home) as (_, views):
        ids = sorted(SqlReads(views).newest("ana", 9))
    days = [[*(recall(day, id_) for id_ in ids), tick(day + 0.5)] for day in range(2, 9)]
    publish(node, [line for day in days for line in day])
    work(node, home)
    promotions = list(log.scan(PROMOTIONS))
    assert len(promotions) == 3
    table = tmp_path / "promoted.db"
    # It ends in the middle, and the next one goes on.
    connection = opened(table)
    assert consume(islice(unread(node.address, connection), 2), connection) == (2, 0)
    connection.close()
    words = (sys.executable, "-m", "examples.kafka_promoted", "--table", table, "--broker")
    assert ran(*words, node.address) == "1 new, 0 known\n"
    assert ran(*words, node.address) == "0 new, 0 known\n"
    rows = kept(table)
    assert sorted(row[0] for row in rows) == ids
    # A worker that died has published all of them again.
    log.append([Outgoing(PROMOTIONS, r.key, r.value, r.headers, r.timestamp) for r in promotions])
    assert ran(*words, node.address) == "0 new, 3 known\n"
    assert kept(table) == rows


def kept(table: Path) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(table)
    found = connection.execute("SELECT * FROM promoted ORDER BY memory").fetchall()
    connection.close()
    return found


def test_a_replay_builds_a_store_that_equals_the_one_in_use(
    node: Node, home: Path, tmp_path: Path
) -> None:
    publish(node, [said(f"o{n}", f"Sentence {n}", space=f"s{n % 3}") for n in range(30)])
    work(node, home)
    new = tmp_path / "green"
    told = ran(
        ROOT / "examples" / "kafka_replay.sh", new,
        ANAMNESIS_LOG=f"kafka://{node.address}", ANAMNESIS_KEYS=str(home / "keys"),
        ANAMNESIS=COMMAND, PATH=os.environ["PATH"],
        ANAMNESIS_VIEWS="postgresql+psycopg://in_use@127.0.0.1:1/x",
    )  # fmt: skip
    replayed, verified = map(json.loads, told.splitlines())
    assert verified["ok"]
    assert replayed["state_hash"] == verified["state_hash"] == state_on_kafka(node, home)
    assert state_on_kafka(node, new, keys=home / "keys") == state_on_kafka(node, home)
