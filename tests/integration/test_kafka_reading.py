"""Do the reading commands say the same of a memory on Kafka as of a local one?"""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from infra.judging import Retracted
from infra.kafka.kafka_client import Access
from infra.kafka.node import Node
from infra.memory import Memory
from infra.settings import Settings
from schemas.errors import WaitError
from tests.driving import COMMAND, ENVIRONMENT, REPLAY_UNTIL_KILLED, Ran, run, said, take_in, texts
from tests.hash_encoder import HashEncoder
from tests.kafka_driving import PATIENCE, publish, start_worker, work, working
from tests.kafka_topics import apply_topics, clear_topics

QUESTION = ("recall", "Where does Maya live?", "--space", "maya", "--json", "--no-record")


@pytest.fixture(scope="module")
def log(broker: Node) -> str:
    """Give the address of a log with the examples in it."""
    clear_topics(broker)
    apply_topics(broker)
    return f"kafka://{broker.address}"


@pytest.fixture(scope="module")
def remembered(
    log: str, broker: Node, tmp_path_factory: pytest.TempPathFactory, examples: Path
) -> Path:
    """Give a folder whose views the real worker has made of the examples on Kafka."""
    home = tmp_path_factory.mktemp("remembered") / "home"
    assert log
    publish(broker, examples.read_bytes())
    words = (COMMAND, "worker", "--until-idle", "0", "--role")
    with start_worker(broker, home, "all", program=words) as worker:
        assert worker.wait(PATIENCE) == 0
    return home


def test_recall_facts_and_verify_say_what_the_local_memory_says(
    log: str, remembered: Path, filled: Path, filled_state: str
) -> None:
    def both(*words: str) -> tuple[Ran, Ran]:
        return run(remembered, *words, ANAMNESIS_LOG=log), run(filled, *words)

    there, here = (ran.row for ran in both(*QUESTION))
    for told in (there, here):
        told.pop("took_ms", None)
    assert there["results"] == here["results"]
    there_facts, here_facts = both("facts", "--space", "maya", "--json")
    assert there_facts.rows == here_facts.rows
    verified = run(remembered, "verify", "--json", ANAMNESIS_LOG=log).row
    assert verified["ok"]
    assert verified["state_hash"] == filled_state


def test_stats_tell_how_far_the_workers_are(log: str, remembered: Path) -> None:
    told = run(remembered, "stats", "--json", ANAMNESIS_LOG=log).row
    assert set(told["lag"]) == {"perceive", "remember"}
    for one in told["lag"].values():
        assert (one["behind"], one["oldest_s"]) == ([0] * 4, [0.0] * 4)
        assert one["rebalances"] >= 1
    assert "this reader alone" in told["points_of"]
    text = run(remembered, "stats", ANAMNESIS_LOG=log).out
    assert "of this reader alone" in text
    assert "rebalances: " in text


def test_replay_from_kafka_makes_equal_views_elsewhere(
    log: str, remembered: Path, filled_state: str, tmp_path: Path
) -> None:
    to = ("replay", "--from", "kafka", "--to", str(tmp_path / "again"), "--json")
    assert run(remembered, *to, ANAMNESIS_LOG=log).row["state_hash"] == filled_state
    assert run(remembered, "diff", str(tmp_path / "again"), "--json", ANAMNESIS_LOG=log).rows == []
    refused = run(remembered, "replay", code=2, ANAMNESIS_LOG=log)
    assert "--to" in refused.err
    assert "ANAMNESIS_LOG says sqlite" in run(remembered, *to, code=2).err


def test_what_is_for_a_local_log_alone_is_refused_by_name(log: str, tmp_path: Path) -> None:
    settings = tmp_path / "other.toml"
    settings.write_text("relation_score = 0.8\n")
    home, to = tmp_path / "home", tmp_path / "to"
    for words, told in (
        (("salvage", "--to", str(to)), "salvage reads the file of a local log"),
        (("fork", "--settings", str(settings), "--to", str(to)), "log --stream observations"),
        (("simulate", "--space", "maya"), "log --stream observations --export"),
        (("diff", str(to)), "there is no folder"),
    ):
        assert told in run(home, *words, code=2, ANAMNESIS_LOG=log).err
    assert {path.name for path in tmp_path.iterdir()} == {"other.toml"}


def test_a_replay_that_was_killed_goes_on_where_it_stopped(
    log: str, remembered: Path, filled_state: str, tmp_path: Path
) -> None:
    to = ("replay", "--from", "kafka", "--to", str(tmp_path / "again"), "--json")
    environment = {**ENVIRONMENT, "ANAMNESIS_HOME": str(remembered), "ANAMNESIS_LOG": log}
    words = [sys.executable, "-c", REPLAY_UNTIL_KILLED, *to]
    killed = subprocess.run(words, env=environment, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    told = run(remembered, *to, "--view", "sql", ANAMNESIS_LOG=log).row
    assert 0 < told["folded"] < told["events"]
    assert told["state_hash"] == filled_state
    refused = run(remembered, *to, code=3, ANAMNESIS_LOG=log)
    assert "holds views already" in refused.err


def test_what_is_said_through_a_reader_is_decided_by_a_worker(broker: Node, home: Path) -> None:
    clear_topics(broker)
    apply_topics(broker)
    settings = Settings(home=home, log=f"kafka://{broker.address}")
    with working(broker, home, "all"), Memory(settings, encoder=HashEncoder()) as memory:
        result = take_in(memory, [said("a", "The boat is green"), said("b", "poison")])
        assert texts(memory) == ["The boat is green"]
        assert memory.vectors.count() == 1
        assert "cannot be perceived" in result.faults[0][1]
        again = take_in(memory, [said("a", "The boat is green")])
        assert (again.published, again.known) == (0, 1)
        assert memory.retract("a", "ana", "a mistake") == Retracted(1, 0, 0)
        assert texts(memory) == []


def test_waiting_without_a_worker_ends_with_a_hint(broker: Node, home: Path) -> None:
    clear_topics(broker)
    apply_topics(broker)
    settings = Settings(home=home, log=f"kafka://{broker.address}")
    assert Access.of(settings).address == broker.address
    with Memory(settings, encoder=HashEncoder()) as memory:
        publish(broker, [said("a")])
        with pytest.raises(WaitError, match="anamnesis worker"):
            memory.host.drain(timeout=0.2)
        work(broker, home)
        memory.host.drain()
        assert memory.vectors.count() == 1
