"""How what was deleted of a partition leaves Kafka's files too.

Kafka removes whole segments, long after they are deleted, and never the one that it writes to. So
that one is closed by a tombstone behind it, everything before the tombstone is deleted, and it is
awaited that every replica's files have become smaller.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from infra.clock import monotonic, now_ms, pause
from infra.host.perceiving import CONSUMER as PERCEIVE
from infra.kafka.kafka_client import admin, kafka, translated
from infra.kafka.kafka_log import KafkaLog
from streams.log import ERASED, Outgoing
from streams.topology import OBSERVATIONS, PROMOTIONS

_PLAIN: Final = (OBSERVATIONS, PROMOTIONS)
_CLOSES: Final = 1009  # milliseconds: a value by which one knows what a killed process has left
_OLDER: Final = 1.5  # seconds after which what was written before counts as older than that
_LOOKS: Final = 0.25
_HEARD: Final = 10.0  # seconds in which a node has heard what its topics are set to
_SLACK: Final = 60.0  # seconds that Kafka has besides, as after its start
_INTERVAL: Final = "log.retention.check.interval.ms"
_MODE: Final = kafka.admin.ConfigResourceType

Sizes = dict[tuple[str, int, str], int]  # bytes by topic, node and folder


def rid_files(log: KafkaLog, space: str, tell: Callable[[str], None]) -> dict[str, str]:
    """Let Kafka remove what its files hold of the space's partition of the plain topics.

    Gives by topic why its files may hold it still; nothing is left where nothing is given.
    """
    partition = log.partition_of(space)
    topics = [name for name in _PLAIN if log.ends(name)[partition]]
    client = admin(log.access)
    try:
        with translated(log.access.address), _lowered(client, topics, "file.delete.delay.ms", 0):
            closed = _close(client, log, space, topics)
            unread = _unread(log, partition, closed)
            client.delete_records(
                {
                    kafka.TopicPartition(topic, partition): end
                    for topic, end in closed.items()
                    if topic not in unread
                }
            )
            rest = [topic for topic in topics if topic not in unread]
            return unread | _awaited(client, rest, partition, tell)
    finally:
        client.close()


def _close(client: Any, log: KafkaLog, space: str, topics: list[str]) -> dict[str, int]:  # noqa: ANN401 - kafka-python has no types
    """Begin new segments with a tombstone, which readers pass over; give where it stands."""
    with _lowered(client, topics, "segment.ms", _CLOSES):
        pause(_OLDER)
        marks = [Outgoing(name, space, b"", {"ce_type": ERASED}, now_ms()) for name in topics]
        placed = log.append(marks)
    return {name: offset for name, (_, offset) in zip(topics, placed, strict=True)}


def _unread(log: KafkaLog, partition: int, closed: Mapping[str, int]) -> dict[str, str]:
    """Wait until the observations were perceived; what nobody has read must not be deleted."""
    until = monotonic() + log.access.patience
    while OBSERVATIONS in closed:
        if log.position(PERCEIVE, OBSERVATIONS, partition) >= closed[OBSERVATIONS]:
            break
        if monotonic() > until:
            return {OBSERVATIONS: "it has records that no worker has perceived yet"}
        pause(_LOOKS)
    return {}


def _awaited(
    client: Any,  # noqa: ANN401 - kafka-python has no types
    topics: list[str],
    partition: int,
    tell: Callable[[str], None],
) -> dict[str, str]:
    """Wait until the files of each replica have become smaller."""
    peak = _sizes(client, topics, partition)
    hidden = {
        topic: "the user may not see the sizes of Kafka's files: it removes them when it looks next"
        for topic in topics
        if not any(topic == name for name, _, _ in peak)
    }
    if not peak:
        return hidden
    interval = _interval(client, {node for _, node, _ in peak})
    tell(f"waiting up to {interval + _SLACK:.0f} s until Kafka has removed the files")
    until = monotonic() + interval + _SLACK
    waits = set(peak)
    while waits and monotonic() < until:
        pause(_LOOKS)
        now = _sizes(client, topics, partition)
        waits -= {place for place in waits if now.get(place, 0) < peak[place]}
        peak = {place: max(size, now.get(place, 0)) for place, size in peak.items()}
    told = f"Kafka removes them when it looks next, every {interval:.0f} s"
    return hidden | {topic: told for topic, _, _ in sorted(waits)}


def _sizes(client: Any, topics: list[str], partition: int) -> Sizes:  # noqa: ANN401 - as above
    if not topics:
        return {}
    asked = client.describe_log_dirs({topic: [partition] for topic in topics})
    return {
        (topic["name"], node["broker"], folder["log_dir"]): each["partition_size"]
        for node in asked
        for folder in node["log_dirs"]
        for topic in folder["topics"]
        for each in topic["partitions"]
        if not each["is_future_key"]
    }


def _interval(client: Any, nodes: set[int]) -> float:  # noqa: ANN401 - as above
    """Give the seconds between two looks of Kafka at what is to be removed, at most."""
    asked = [kafka.admin.ConfigResource(_MODE.BROKER, str(node), [_INTERVAL]) for node in nodes]
    found = client.describe_configs(asked, config_filter="all")["broker"]
    return max(int(one[_INTERVAL]["value"]) for one in found.values()) / 1000


@contextmanager
def _lowered(client: Any, topics: list[str], name: str, value: int) -> Iterator[None]:  # noqa: ANN401 - as above
    """Give topics another setting for a while; who is killed meanwhile leaves it to the next."""
    if not topics:
        yield
        return
    own = _own(client, topics, name)
    _set(client, dict.fromkeys(topics, str(value)), name)
    try:
        yield
    finally:
        _set(client, {t: None if one == str(value) else one for t, one in own.items()}, name)


def _own(client: Any, topics: Iterable[str], name: str) -> dict[str, str | None]:  # noqa: ANN401 - as above
    """Give what topics themselves are set to, not what they have from their node."""
    asked = [kafka.admin.ConfigResource(_MODE.TOPIC, topic, [name]) for topic in topics]
    found = client.describe_configs(asked, config_filter="all")["topic"]
    return {
        topic: told[name]["value"] if "TOPIC" in told[name]["config_source"] else None
        for topic, told in found.items()
    }


def _set(client: Any, values: Mapping[str, str | None], name: str) -> None:  # noqa: ANN401 - as above
    """Set a topic's setting, or let go of it; return when its node says so, or after a while."""
    operation = kafka.admin.AlterConfigOp
    asked = [
        kafka.admin.ConfigResource(
            _MODE.TOPIC,
            topic,
            {name: (operation.SET, value) if value is not None else (operation.DELETE, None)},
        )
        for topic, value in values.items()
    ]
    told = client.alter_configs(asked)["topic"]
    for topic, result in told.items():
        if result != "OK":
            raise kafka.errors.KafkaError(f"{topic}: {name} cannot be changed: {result}")
    until = monotonic() + _HEARD
    while _own(client, values, name) != values and monotonic() < until:
        pause(_LOOKS)
