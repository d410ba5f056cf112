"""Which topics the streams need on Kafka, how those that are there differ, and how to mend that."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from infra.clock import monotonic, pause
from infra.kafka.kafka_client import LARGEST, Access, admin, kafka, translated
from infra.settings import Settings
from schemas.errors import ConflictError
from streams.topology import ALERTS, MEMORIES, OBSERVATIONS, REJECTIONS, STREAMS

_DAY: Final = 86_400_000  # milliseconds
_FOR_EVER: Final = "-1"
_REJECTIONS: Final = 180  # days
_TOPIC: Final = kafka.admin.ConfigResourceType.TOPIC
_LOOKS: Final = 0.05  # seconds between looks at whether a change has come about
_NEVER: Final = str((1 << 63) - 1)
_LOWERS: Final = {
    "retention.ms": "Kafka would remove records that it keeps now; --lower does it",
    "retention.bytes": "Kafka would remove records that it keeps now; --lower does it",
    "min.insync.replicas": "what is durable now might be lost with a node; --lower does it",
}


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as it should be."""

    name: str
    partitions: int
    replicas: int
    configs: dict[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """What of a topic is not as it should be; one with a `refusal` cannot be mended in place."""

    topic: str
    what: str
    now: str
    wanted: str
    refusal: str = ""

    def told(self) -> dict[str, str]:
        """Give it as JSON can say it."""
        row = {"topic": self.topic, "what": self.what, "now": self.now, "wanted": self.wanted}
        return row | ({"refused": self.refusal} if self.refusal else {})


def wanted(settings: Settings) -> list[Topic]:
    """Say which topics there should be, in the order of the topology."""
    return [
        Topic(name, settings.partitions, settings.kafka_replicas, _configs(name, settings))
        for name in STREAMS
    ]


def _configs(name: str, settings: Settings) -> dict[str, str]:
    retention = {
        MEMORIES: _FOR_EVER,  # the source of every view
        REJECTIONS: str(_REJECTIONS * _DAY),
    }.get(name, str(int(settings.retention_days * _DAY)))
    return {
        # Of alerts, each component's last one is kept.
        "cleanup.policy": "compact,delete" if name == ALERTS else "delete",
        "retention.ms": retention,
        "retention.bytes": _FOR_EVER,
        "max.message.bytes": str(LARGEST),
        "min.insync.replicas": str(max(1, settings.kafka_replicas - 1)),
        # By the broker's clock: what a producer whose clock is behind has said would be removed
        # before it is read. What follows carries that time on.
        "message.timestamp.type": "LogAppendTime" if name == OBSERVATIONS else "CreateTime",
        "message.timestamp.after.max.ms": _NEVER,
    }


def _less(name: str, now: str, wanted: str) -> bool:
    """Say whether a setting would keep less than it does now; -1 is without end."""
    if name not in _LOWERS or not now.lstrip("-").isdigit():
        return False
    before, after = int(now), int(wanted)
    return after >= 0 and (before < 0 or after < before)


class Topics:
    """The topics of a cluster, beside what they should be."""

    def __init__(self, access: Access, topics: list[Topic]) -> None:
        self._access = access
        self._topics = topics
        self._admin = admin(access)

    def plan(self, *, lower: bool = False) -> list[Difference]:
        """List what differs from what should be; what keeps less is refused unless `lower`.

        Raises KafkaError.
        """
        with translated(self._access.address):
            return list(self._differences(lower=lower))

    def apply(self, *, lower: bool = False) -> list[Difference]:
        """Mend what differs and give it. Raises ConflictError, having changed nothing."""
        found = self.plan(lower=lower)
        if refused := [one for one in found if one.refusal]:
            one = refused[0]
            raise ConflictError(
                f"{one.topic}: {one.what} {one.now} cannot become {one.wanted}: {one.refusal}",
                topic=one.topic,
            )
        with translated(self._access.address):
            self._create({one.topic for one in found if one.what == "topic"})
            self._grow({one.topic for one in found if one.what == "partitions"})
            self._configure([one for one in found if "." in one.what])
            until = monotonic() + self._access.patience
            while any(self._differences(lower=lower)) and monotonic() < until:
                pause(_LOOKS)  # a node says a little later what the cluster has taken
        return found

    def close(self) -> None:
        """Disconnect."""
        self._admin.close()

    def _differences(self, *, lower: bool) -> Iterator[Difference]:
        there = self._described()
        configs = self._configs(list(there))
        for topic in self._topics:
            found = there.get(topic.name)
            if found is None:
                settings = ", ".join(f"{name}={value}" for name, value in topic.configs.items())
                told = f"{topic.partitions} partitions, {topic.replicas} replicas, {settings}"
                yield Difference(topic.name, "topic", "missing", told)
                continue
            yield from self._sizes(topic, found)
            for name, value in topic.configs.items():
                now = configs[topic.name].get(name, "?")
                if now != value:
                    refusal = "" if lower or not _less(name, now, value) else _LOWERS[name]
                    yield Difference(topic.name, name, now, value, refusal)

    def _sizes(self, topic: Topic, found: list[dict[str, Any]]) -> Iterator[Difference]:
        now, should = len(found), topic.partitions
        if now != should:
            refusal = ""
            if now > should:
                refusal = "Kafka cannot take partitions away"
            elif self._holds(topic.name, now):
                refusal = "spaces would move to other partitions and lose their order"
            yield Difference(topic.name, "partitions", str(now), str(should), refusal)
        replicas = min(len(each["replica_nodes"]) for each in found)
        if replicas != topic.replicas:
            refusal = "replicas are moved with Kafka's own kafka-reassign-partitions"
            told = (str(replicas), str(topic.replicas))
            yield Difference(topic.name, "replicas", *told, refusal)

    def _described(self) -> dict[str, list[dict[str, Any]]]:
        names = [topic.name for topic in self._topics]
        there = set(self._admin.list_topics())
        found = self._admin.describe_topics([name for name in names if name in there])
        return {one["name"]: one["partitions"] for one in found}

    def _configs(self, names: list[str]) -> dict[str, dict[str, str]]:
        if not names:
            return {}
        keys = dict.fromkeys(self._topics[0].configs)
        asked = [kafka.admin.ConfigResource(_TOPIC, name, keys) for name in names]
        found = self._admin.describe_configs(asked, config_filter="all")["topic"]
        return {
            name: {key: str(one["value"]) for key, one in configs.items()}
            for name, configs in found.items()
        }

    def _holds(self, name: str, partitions: int) -> bool:
        asked = {kafka.TopicPartition(name, p): -1 for p in range(partitions)}
        found = self._admin.list_partition_offsets(asked)
        return any(one.offset for one in found.values())

    def _create(self, names: set[str]) -> None:
        if not names:
            return
        new = {
            topic.name: {
                "num_partitions": topic.partitions,
                "replication_factor": topic.replicas,
                "configs": topic.configs,
            }
            for topic in self._topics
            if topic.name in names
        }
        self._admin.create_topics(new, wait_for_metadata=True)

    def _grow(self, names: set[str]) -> None:
        if names:
            self._admin.create_partitions(
                {topic.name: topic.partitions for topic in self._topics if topic.name in names}
            )

    def _configure(self, differences: list[Difference]) -> None:
        changed: dict[str, dict[str, str]] = {}
        for one in differences:
            changed.setdefault(one.topic, {})[one.what] = one.wanted
        if changed:
            self._admin.alter_configs(
                [
                    kafka.admin.ConfigResource(_TOPIC, name, configs)
                    for name, configs in changed.items()
                ]
            )
