"""Is every record done in the log's order, whatever order and gaps they are given with?"""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from infra.kafka.kafka_log import KafkaLog
from infra.kafka.node import Node
from infra.kafka.unbroken import Unbroken
from streams.log import Outgoing
from tests.kafka_topics import opened_log

STREAM = "test.unbroken"


@pytest.fixture(scope="module")
def log(broker: Node) -> Iterator[KafkaLog]:
    """Give a log with 20 records of one partition."""
    found = opened_log(broker, STREAM)
    found.append([Outgoing(STREAM, "ana", str(n).encode(), {}, 1) for n in range(20)])
    yield found
    found.close()


async def at_once(work: Any, *arguments: Any) -> Any:
    return work(*arguments)


def given(log: KafkaLog, *batches: Sequence[int]) -> tuple[list[int], list[tuple[int, int]]]:
    """Hand records over as Faust might; tell what was done, in order, and which gaps it closes."""
    partition = log.partition_of("ana")
    unbroken = Unbroken(log, "nobody", STREAM, at_once, batch=4)
    done: list[int] = []
    gaps: list[tuple[int, int]] = []

    async def hand_over() -> None:
        for batch in batches:
            records = [log.read(STREAM, partition, offset, 1)[0] for offset in batch]
            async for run, _ in unbroken.whole(partition, records):
                done.extend(int(record.value) for record in run)
            gaps.extend(unbroken.gaps(partition, records))

    asyncio.run(hand_over())
    return done, gaps


def test_what_is_given_in_order_is_done_as_it_is(log: KafkaLog) -> None:
    assert given(log, range(5), range(5, 12)) == (list(range(12)), [])


def test_what_was_left_out_is_read_before_what_follows(log: KafkaLog) -> None:
    assert given(log, [0, 1], [13, 14]) == (list(range(15)), [(2, 12)])


def test_what_is_given_late_or_again_is_not_done_twice(log: KafkaLog) -> None:
    assert given(log, [6, 7, 2, 3], [4, 5], [8]) == (
        list(range(9)),
        [(0, 1), (4, 5)],
    )


def test_the_first_batch_begins_where_the_group_has_committed(log: KafkaLog) -> None:
    assert given(log, [9]) == (list(range(10)), [(0, 8)])
