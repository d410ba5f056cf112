"""Does a key go to the partition to which Kafka would send it?"""

import warnings
from importlib import import_module

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from infra.log.murmur2 import murmur2, partition

with warnings.catch_warnings():  # kafka-python 3.0 reads its schemas in a deprecated way
    warnings.simplefilter("ignore", DeprecationWarning)
    kafka_murmur2 = import_module("kafka.partitioner.default").murmur2


@pytest.mark.parametrize(
    ("data", "signed"),
    [  # from Kafka's own UtilsTest.testMurmur2
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_kafkas_own_vectors_hash_to_the_same_numbers(data: bytes, signed: int) -> None:
    assert murmur2(data) == signed & 0xFFFFFFFF


@given(st.binary(max_size=64))
@example(b"")
def test_any_bytes_hash_as_kafka_python_hashes_them(data: bytes) -> None:
    assert murmur2(data) == kafka_murmur2(data) & 0xFFFFFFFF


@given(st.text(), st.integers(min_value=1, max_value=1000))
def test_a_key_goes_to_the_partition_that_kafka_chooses(key: str, partitions: int) -> None:
    data = key.encode(errors="ignore")
    chosen = (kafka_murmur2(data) & 0x7FFFFFFF) % partitions
    assert partition(data.decode(), partitions) == chosen


def test_a_record_without_a_key_goes_to_the_first_partition() -> None:
    assert partition(None, 7) == 0
