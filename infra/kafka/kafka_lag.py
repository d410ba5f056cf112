"""How far the workers on Kafka are behind, by agent and partition, and since when."""

from typing import Any

from infra.clock import now_ms
from infra.kafka.kafka_log import KafkaLog
from streams.log import Log
from streams.topology import TOPOLOGY


def lag(log: Log) -> dict[str, dict[str, Any]]:
    """Give by agent the records not done of each partition, and the oldest one's age in seconds.

    The local log has no workers elsewhere, and gives nothing.
    """
    return (
        {step.agent: _lag(log, step.agent, step.reads) for step in TOPOLOGY}
        if isinstance(log, KafkaLog)
        else {}
    )


def _lag(log: KafkaLog, agent: str, stream: str) -> dict[str, Any]:
    done, ends = log.positions(agent, stream), log.ends(stream)
    oldest = [
        record.timestamp
        for partition, (at, end) in enumerate(zip(done, ends, strict=True))
        if at < end
        for record in log.read(stream, partition, at, 1)
    ]
    return {
        "behind": [end - at for at, end in zip(done, ends, strict=True)],
        "oldest_s": round(max(0.0, (now_ms() - min(oldest)) / 1000), 3) if oldest else 0.0,
    }
