"""How far the workers on Kafka are behind, by agent and partition, and since when."""

from dataclasses import dataclass
from typing import Any, Final

from infra.clock import now_ms
from infra.kafka.kafka_log import KafkaLog
from streams.log import Log
from streams.topology import TOPOLOGY

_REBALANCES: Final = "rebalances"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of a partition an agent has not done: how many records, the oldest's age in seconds."""

    records: int
    oldest: float = 0.0


def lag(log: Log) -> dict[str, dict[str, Any]]:
    """Give by agent the records not done and the oldest one's age in seconds, by partition.

    With them how often the partitions were given out among workers: None where that was not noted
    for a week. The local log has no workers elsewhere, and gives nothing.
    """
    if not isinstance(log, KafkaLog):
        return {}
    return {
        agent: {
            "behind": [one.records for one in partitions],
            "oldest_s": [round(one.oldest, 3) for one in partitions],
            "rebalances": rebalances(log, agent),
        }
        for agent, partitions in waiting(log).items()
    }


def note_rebalance(log: KafkaLog, agent: str, generation: int) -> None:
    """Note the generation of an agent's group: Kafka counts them, but tells members alone."""
    log.note(f"{_REBALANCES}.{agent}", str(generation))


def rebalances(log: KafkaLog, agent: str) -> int | None:
    """Give how often partitions were given out, as a worker has noted it last."""
    noted = log.noted(f"{_REBALANCES}.{agent}")
    return int(noted) if noted.isdigit() else None


def waiting(log: KafkaLog) -> dict[str, list[Waiting]]:
    """Give by agent what waits in each partition, as last committed. Raises KafkaError."""
    return {step.agent: _waiting(log, step.agent, step.reads) for step in TOPOLOGY}


def _waiting(log: KafkaLog, agent: str, stream: str) -> list[Waiting]:
    found = []
    done, ends = log.positions(agent, stream), log.ends(stream)
    for partition, (at, end) in enumerate(zip(done, ends, strict=True)):
        first = log.read(stream, partition, at, 1) if at < end else []
        # A producer's clock may be ahead of ours.
        ages = [max(0.0, (now_ms() - record.timestamp) / 1000) for record in first]
        found.append(Waiting(end - at, *ages))
    return found
