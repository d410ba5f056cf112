"""What a worker tells Prometheus: how far the agents are behind, and what it has done itself.

How far the agents are behind is the whole group's, and so the same from every worker; what was
done is each worker's own.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from prometheus_client import CollectorRegistry, Histogram, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from infra.kafka.faust_host import Runner
from infra.kafka.kafka_client import Access
from infra.kafka.kafka_lag import Waiting, waiting
from infra.kafka.kafka_log import KafkaLog
from infra.kafka.kafka_steps import RememberStep
from schemas.errors import KafkaError, SettingsError
from streams.topology import STREAMS

_PATIENCE: Final = 3.0  # seconds; who asks waits ten
_BUCKETS: Final = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
_COUNTED: Final = {
    "records": "Records done: observations perceived, percepts decided.",
    "rebalances": "Times at which partitions were assigned.",
    "retries": "Batches that were tried again.",
    "left_out": "Records that Faust left out around a rebalance, read from the log instead.",
    "fetched_again": "Times at which a partition lay still and was fetched again.",
    "stale": "Batches begun again since another worker had moved the views.",
}


@contextmanager
def telling(
    access: Access, runners: Sequence[Runner], sent: Sequence[Counter[str]], host: str, port: int
) -> Iterator[None]:
    """Answer at http://host:port/metrics for as long as it lasts. Raises SettingsError.

    `sent` are what each producer of the worker has sent, by stream.
    """
    registry = CollectorRegistry()
    took = Histogram(
        "anamnesis_batch_seconds", "Seconds from taking a batch to its being durable.",
        ["step"], registry=registry, buckets=_BUCKETS,
    )  # fmt: skip
    for runner in runners:
        runner.took = took.labels(runner.step.name).observe
    figures = _Figures(access, runners, sent)
    registry.register(figures)
    try:
        server, thread = start_http_server(port, host, registry)
    except OSError as error:
        told = f"--metrics-port {port}: nothing can listen on {host}: {error.strerror or error}"
        raise SettingsError(told) from error
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        figures.close()


class _Figures:
    """Looks when asked. Without Kafka it tells what it knows, and that Kafka is not heard of."""

    def __init__(
        self, access: Access, runners: Sequence[Runner], sent: Sequence[Counter[str]]
    ) -> None:
        # Of its own: a cluster that is away must not keep who asks waiting for long.
        self._access = replace(access, patience=min(_PATIENCE, access.patience))
        self._runners = runners
        self._sent = sent
        self._log: KafkaLog | None = None

    def describe(self) -> Iterable[Metric]:
        """Name nothing beforehand, which would ask Kafka."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Give every figure but the durations, which are counted as they come."""
        for name, about in _COUNTED.items():
            counter = CounterMetricFamily(f"anamnesis_{name}", about, labels=["step"])
            for runner in self._runners:
                counter.add_metric([runner.step.name], runner.counts[name])
            yield counter
        written = CounterMetricFamily(
            "anamnesis_written",
            "Records written, dead letters and ticks among them.",
            labels=["stream"],
        )
        for stream in STREAMS:
            written.add_metric([stream], sum(sent[stream] for sent in self._sent))
        yield written
        yield self._positions()
        try:
            found = self._waiting()
        except KafkaError:
            found = {}
        yield GaugeMetricFamily("anamnesis_kafka_up", "1 when Kafka answers.", int(bool(found)))
        labels = ["step", "partition"]
        lag = GaugeMetricFamily("anamnesis_lag_records", "Records not done.", labels=labels)
        age = GaugeMetricFamily(
            "anamnesis_oldest_seconds", "Age of the oldest record not done.", labels=labels
        )
        for step, partitions in found.items():
            for partition, one in enumerate(partitions):
                lag.add_metric([step, str(partition)], one.records)
                age.add_metric([step, str(partition)], one.oldest)
        yield lag
        yield age

    def close(self) -> None:
        """Disconnect."""
        if self._log is not None:
            self._log.close()

    def _waiting(self) -> dict[str, list[Waiting]]:
        self._log = self._log or KafkaLog(self._access)
        return waiting(self._log)

    def _positions(self) -> Metric:
        told = GaugeMetricFamily(
            "anamnesis_views_position", "Next memory event to fold, of the worker's partitions.",
            labels=["partition"],
        )  # fmt: skip
        for runner in self._runners:
            if isinstance(runner.step, RememberStep):
                for partition in sorted(runner.partitions):
                    told.add_metric([str(partition)], runner.step.position(partition))
        return told
