"""Are the limits of memory on Kafka told, instead of tried for ever or noticed late?"""

import asyncio
from pathlib import Path

import pytest
from pydantic_core import from_json

from infra.host.fresh import Fresh
from infra.host.lines import MAX_KEPT
from infra.host.perceiving import Perceiving
from infra.kafka.kafka_client import LARGEST, Access
from infra.kafka.kafka_keys import demand_own, seal
from infra.kafka.kafka_log import KafkaLog
from infra.kafka.kafka_sending import Sender
from infra.kafka.kafka_steps import PerceiveStep, StepLog
from infra.kafka.kafka_topics import Topic, Topics
from infra.kafka.node import Node
from infra.kafka.worker import Worker
from infra.keys.choosing import Choice
from infra.memory import Memory
from infra.models.perceive import Perceiver
from schemas.errors import ConflictError, InputError, KeysError, ModelError
from streams.codec import PlainCodec
from streams.log import Outgoing
from streams.topology import MEMORIES, OBSERVATIONS, PERCEPTS, REJECTIONS
from tests.driving import said, texts
from tests.hash_encoder import HashEncoder
from tests.kafka_driving import publish, settings_for, work


def test_an_outcome_that_no_batch_holds_is_refused_and_not_tried_for_ever(node: Node) -> None:
    async def send(value: bytes) -> list[tuple[int, int]]:
        sender = Sender(Access(node.address), PlainCodec(), 4)
        await sender.start()
        try:
            return await sender.send([Outgoing(REJECTIONS, "ana", value, {}, 1)])
        finally:
            await sender.stop()

    with pytest.raises(InputError, match=str(LARGEST)):
        asyncio.run(send(bytes(LARGEST)))
    largest_letter = -(-MAX_KEPT // 3) * 4 + (1 << 20)
    assert asyncio.run(send(bytes(largest_letter)))


def test_what_the_broker_refuses_does_not_stop_what_comes_after_it(broker: Node) -> None:
    narrow = Topics(Access(broker.address), [Topic("narrow", 4, 1, {"max.message.bytes": "1000"})])
    narrow.apply()
    narrow.close()

    async def send() -> list[tuple[int, int]]:
        sender = Sender(Access(broker.address), PlainCodec(), 4)
        await sender.start()
        try:
            await sender.send([Outgoing("narrow", "ana", b"first", {}, 1)])
            with pytest.raises(InputError, match=str(LARGEST)):
                await sender.send([Outgoing("narrow", "ana", bytes(2000), {}, 1)])
            return await sender.send([Outgoing("narrow", "ana", b"next", {}, 1)])
        finally:
            await sender.stop()

    assert [offset for _, offset in asyncio.run(send())] == [1]


def test_other_keys_are_noticed_where_nothing_is_sealed_yet(node: Node, home: Path) -> None:
    log = KafkaLog(Access(node.address))
    first = seal(log, settings_for(node, home))
    seal(log, settings_for(node, home.with_name("same"), keys=home / "keys"))
    with pytest.raises(KeysError, match="ANAMNESIS_KEYS"):
        seal(log, settings_for(node, home.with_name("other")))
    demand_own(log, first)
    log.note("keys", "another that came at the same moment")
    with pytest.raises(KeysError, match="ANAMNESIS_KEYS"):
        demand_own(log, first)
    log.close()


def test_what_a_worker_keeps_in_memory_goes_when_something_is_erased(
    node: Node, home: Path
) -> None:
    publish(node, [said("a", "A secret of Ana"), said("b", "A word of Ben")])
    log = StepLog(Access(node.address))
    codec = seal(log, settings_for(node, home))
    ring = codec.ring
    log.send = log.append
    perceiver = Perceiver(HashEncoder(), cache=9)
    work = Perceiving(log, perceiver, Fresh(), batch=9, attempts=1, codec=codec)
    step = PerceiveStep(work, ring)
    partition = log.partition_of("ana")
    first, second = log.read(OBSERVATIONS, partition, 0, 2)
    step.run(partition, [first])
    assert perceiver.kept.cache.get("A secret of Ana")
    ring.rotate("ana")
    ring.destroy("ana")
    step.run(partition, [second])
    assert perceiver.kept.cache.get("A word of Ben")
    assert not perceiver.kept.cache.get("A secret of Ana")
    log.close()


class Numbered(HashEncoder):
    """An encoder with a digest of its own, that knows whether it was closed."""

    def __init__(self, number: int) -> None:
        self.digest = f"model {number}"
        self.closed = False

    def close(self) -> None:
        self.closed = True


def test_models_are_renewed_between_two_batches(node: Node, home: Path) -> None:
    made: list[Numbered] = []

    def another() -> Numbered:
        made.append(Numbered(len(made)))
        if len(made) == 2:
            raise ModelError(role="encoder", file="f", expected="a model", found="nothing")
        return made[-1]

    publish(node, [said(id_) for id_ in "abc"])
    worker = Worker(settings_for(node, home), "perceive", encoders=another)
    step, log = worker.runners[0].step, worker.log
    log.send = log.append
    assert isinstance(step, PerceiveStep)
    partition = log.partition_of("ana")
    records = log.read(OBSERVATIONS, partition, 0, 3)
    step.run(partition, records[:1])
    worker.renew_models()  # there is nothing to load, which changes nothing
    step.run(partition, records[1:2])
    worker.renew_models()
    assert not made[0].closed
    step.run(partition, records[2:])
    assert [one.closed for one in made] == [True, False, False]
    percepts = [from_json(record.value) for record in log.read(PERCEPTS, partition, 0, 9)]
    assert [one["models"]["encoder"] for one in percepts] == ["model 0", "model 0", "model 2"]
    step.close()
    assert made[2].closed
    log.close()


def test_a_space_with_plain_memories_is_not_forgotten_by_halves(node: Node, home: Path) -> None:
    publish(node, [said("a", "A secret of Ana")])
    work(node, home)
    settings = settings_for(node, home)
    with Memory(settings, encoder=HashEncoder()) as memory:
        (kept,) = list(memory.log.scan(MEMORIES))
        plain = KafkaLog(Access(node.address))
        plain.append([Outgoing(MEMORIES, kept.key, kept.value, kept.headers, 1)])
        plain.close()
        work(node, home)
        with pytest.raises(ConflictError, match="before there were keys"):
            memory.forget(Choice("ana"), "asked", really=True)
        assert memory.codec.ring.intent is None
        assert texts(memory) == ["A secret of Ana"]
