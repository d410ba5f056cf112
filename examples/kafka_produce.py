"""A producer of observations on kafka-python alone, from the published schemas.

It reads one observation a line, as `docs/schemas/observation.json` describes it, and publishes it
as `docs/asyncapi.json` says: keyed by its space, the attributes of CloudEvents as headers. How a
cluster is reached that asks for passwords or certificates is said in `kafka_access.py`.
"""

import argparse
import json
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from examples.kafka_access import access, ended

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of kafka-python's own imports
    from kafka import KafkaProducer

_TOPIC = "anamnesis.observations"
_LARGEST = 8 << 20  # bytes of a request; an observation of a million characters needs half of it


def headers_of(observation: dict[str, str], source: str) -> list[tuple[str, bytes]]:
    """Give the attributes of an observation, which travel as headers."""
    named = {
        "ce_specversion": "1.0",
        "ce_id": f"{observation['space']}/{observation['id']}",
        "ce_type": f"{observation['kind']}.v1",
        "ce_source": source,
        "ce_time": observation["at"],
        "ce_partitionkey": observation["space"],
        "content-type": "application/json",
    }
    return [(name, value.encode()) for name, value in named.items()]


def produce(lines: Iterable[bytes], broker: str, source: str) -> int:
    """Publish lines; when it returns, all of them are durable. Gives their number.

    Raises ValueError for a line that is no observation; what stands before it is published.
    """
    producer = KafkaProducer(
        **access(broker), acks="all", enable_idempotence=True, max_request_size=_LARGEST
    )
    sent = []
    try:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            observation = _observation(line, number)
            sent.append(
                producer.send(
                    _TOPIC, line.strip(), observation["space"].encode(),
                    headers_of(observation, source),
                )
            )  # fmt: skip
    finally:
        producer.flush()
        producer.close()
    for one in sent:
        one.get()  # raises what went wrong
    return len(sent)


def _observation(line: bytes, number: int) -> dict[str, Any]:
    try:
        observation = json.loads(line)
    except ValueError as error:
        raise ValueError(f"line {number} is no JSON: {error}") from error
    wanting = [
        name
        for name in ("space", "id", "kind", "at")
        if not (isinstance(observation, dict) and isinstance(observation.get(name), str))
    ]
    if wanting:
        raise ValueError(f"line {number} has no {', '.join(wanting)}")
    return dict(observation)


def main() -> None:
    """Publish a file."""
    parser = argparse.ArgumentParser(prog="python -m examples.kafka_produce", description=__doc__)
    parser.add_argument("file", type=Path, help="observations, one JSON object a line")
    parser.add_argument("--broker", default="127.0.0.1:9092", help="host:port")
    parser.add_argument("--source", default="urn:example:python", help="who says it: a URI")
    options = parser.parse_args()

    def published() -> str:
        with options.file.open("rb") as lines:
            return f"{produce(lines, options.broker, options.source)} published"

    ended(published, options.broker)


if __name__ == "__main__":
    main()
