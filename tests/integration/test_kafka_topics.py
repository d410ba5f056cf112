"""Do the topics commands and `produce` do what they say on a real broker?"""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from infra.kafka.kafka_client import Access
from infra.kafka.kafka_log import KafkaLog
from infra.kafka.kafka_topics import Topic, Topics, wanted
from infra.kafka.node import Node, running
from infra.settings import Settings
from schemas.errors import ConflictError, KafkaError
from streams.topology import MEMORIES, OBSERVATIONS, REJECTIONS, STREAMS
from tests.conftest import USERS
from tests.driving import opened, run, said, taken_in, written
from tests.kafka_topics import apply_topics, clear_topics


def test_the_broker_is_apache_kafka(broker: Node) -> None:
    command = Path(f"/proc/{broker.pid}/cmdline").read_bytes().split(b"\0")
    assert b"kafka.Kafka" in command
    assert running(broker.folder) == broker


def test_topics_are_planned_created_and_then_as_they_should_be(broker: Node, home: Path) -> None:
    clear_topics(broker)
    log = f"kafka://{broker.address}"
    planned = run(home, "topics", "plan", "--json", ANAMNESIS_LOG=log).rows
    assert [row["topic"] for row in planned] == list(STREAMS)
    assert {row["now"] for row in planned} == {"missing"}
    for row, topic in zip(planned, wanted(Settings()), strict=True):
        assert all(f"{name}={value}" in row["wanted"] for name, value in topic.configs.items())
    assert run(home, "topics", "check", code=1, ANAMNESIS_LOG=log).out
    assert run(home, "topics", "apply", "--json", ANAMNESIS_LOG=log).rows == planned
    assert run(home, "topics", "check", "--json", ANAMNESIS_LOG=log).rows == []


def test_a_changed_setting_is_shown_and_mended(broker: Node) -> None:
    apply_topics(broker)
    shorter = Settings(log=f"kafka://{broker.address}", retention_days=1)
    topics = Topics(Access.of(shorter), wanted(shorter))
    changed = {(one.topic, one.what) for one in topics.apply(lower=True)}
    assert (OBSERVATIONS, "retention.ms") in changed
    assert MEMORIES not in {topic for topic, _ in changed}
    assert topics.plan() == []
    topics.close()
    apply_topics(broker)


@pytest.mark.parametrize(
    ("what", "kept", "less"),
    [
        ("retention.ms", "2419200000", "86400000"),
        ("retention.ms", "-1", "86400000"),
        ("min.insync.replicas", "2", "1"),
    ],
)
def test_keeping_less_is_refused_unless_it_is_asked_for(
    broker: Node, what: str, kept: str, less: str
) -> None:
    apply_topics(broker)
    access = Access(broker.address)
    before = Topics(access, [Topic(OBSERVATIONS, 4, 1, {what: kept})])
    before.apply(lower=True)
    days = 1 if what == "retention.ms" else 28
    topics = Topics(access, wanted(Settings(log=f"kafka://{broker.address}", retention_days=days)))
    (told,) = [one for one in topics.plan() if (one.topic, one.what) == (OBSERVATIONS, what)]
    assert "--lower" in told.refusal
    with pytest.raises(ConflictError, match=f"{what} {kept} cannot become {less}"):
        topics.apply()
    assert before.plan() == []
    assert all(not one.refusal for one in topics.apply(lower=True))
    assert topics.plan() == []
    before.close()
    topics.close()
    apply_topics(broker)


def test_apply_lowers_when_told(broker: Node, home: Path) -> None:
    apply_topics(broker)
    shorter = {"ANAMNESIS_LOG": f"kafka://{broker.address}", "ANAMNESIS_RETENTION_DAYS": "1"}
    told = run(home, "topics", "apply", given=b"", code=3, **shorter).err
    assert "retention.ms 2419200000 cannot become 86400000" in told
    run(home, "topics", "apply", "--lower", given=b"", code=0, **shorter)
    apply_topics(broker)


def test_shrinking_is_refused_and_nothing_is_changed(broker: Node) -> None:
    apply_topics(broker)
    smaller = Settings(log=f"kafka://{broker.address}", partitions=2, retention_days=1)
    topics = Topics(Access.of(smaller), wanted(smaller))
    before = topics.plan()
    with pytest.raises(ConflictError, match="cannot take partitions away"):
        topics.apply()
    assert topics.plan() == before
    topics.close()


def test_a_topic_that_holds_records_does_not_grow(broker: Node) -> None:
    apply_topics(broker)
    log = f"kafka://{broker.address}"
    run(Path("unused"), "produce", "-", given=written([said("o1")]), ANAMNESIS_LOG=log)
    larger = Settings(log=f"kafka://{broker.address}", partitions=8)
    topics = Topics(Access.of(larger), wanted(larger))
    with pytest.raises(ConflictError, match="lose their order"):
        topics.apply()
    topics.close()


def test_produced_observations_stand_on_kafka_as_in_the_local_log(
    broker: Node, home: Path, examples: Path
) -> None:
    apply_topics(broker)
    log = KafkaLog(Access(broker.address))
    before = log.ends(OBSERVATIONS)
    told = run(home, "produce", str(examples), "--json", ANAMNESIS_LOG=f"kafka://{broker.address}")
    assert told.row["published"] == told.row["lines"]
    taken_in(home, examples.read_bytes())
    with opened(home) as memory:
        for partition, begin in enumerate(before):
            local = memory.log.read(OBSERVATIONS, partition, 0, 10_000)
            there = log.read(OBSERVATIONS, partition, begin, 10_000)
            assert [(r.key, r.value) for r in there] == [(r.key, r.value) for r in local]
            for one, other in zip(there, local, strict=True):
                same = [{**r.headers, "ce_source": ""} for r in (one, other)]
                assert same[0] == same[1]
    log.close()


def test_what_the_schema_refuses_is_told_with_its_line_and_kept(broker: Node, home: Path) -> None:
    apply_topics(broker)
    given = written([said("fine"), b'{"id": 1}', b"", b"\xff not text"])
    told = run(
        home,
        "produce",
        "-",
        "--json",
        given=given,
        code=2,
        ANAMNESIS_LOG=f"kafka://{broker.address}",
    ).row
    assert [fault["line"] for fault in told["rejections"]] == [2, 4]
    assert (told["published"], told["rejected"]) == (1, 2)
    log = KafkaLog(Access(broker.address))
    kept = [json.loads(r.value)["origin"] for r in log.scan(REJECTIONS)]
    assert kept[-2:] == ["file:-:2", "file:-:4"]
    log.close()


def test_scram_lets_in_who_knows_the_password(broker: Node) -> None:
    apply_topics(broker)
    ((user, password),) = USERS.items()
    asking = Access(
        broker.sasl, "SASL_PLAINTEXT", "SCRAM-SHA-256", user, password, patience=30
    )  # fmt: skip
    log = KafkaLog(asking)
    assert log.partitions == 4
    log.close()
    with pytest.raises(KafkaError):
        KafkaLog(replace(asking, password=password[:-1], patience=2))


def test_a_cluster_without_topics_says_how_to_create_them(broker: Node, home: Path) -> None:
    clear_topics(broker)
    told = run(home, "produce", "-", code=4, ANAMNESIS_LOG=f"kafka://{broker.address}")
    assert "anamnesis topics apply" in told.err


def test_a_cluster_that_does_not_answer_is_named(home: Path) -> None:
    told = run(
        home, "produce", "-", code=4,
        ANAMNESIS_LOG="kafka://127.0.0.1:1", ANAMNESIS_KAFKA_PATIENCE="1",
    )  # fmt: skip
    assert "127.0.0.1:1" in told.err


def test_produce_without_a_cluster_says_which_setting_is_missing(home: Path) -> None:
    told = run(home, "produce", "-", given=b"", code=2)
    assert "ANAMNESIS_LOG=sqlite" in told.err
