"""How tests come by topics of their own on the test run's broker."""

from benches.trouble import throw_out
from infra.clock import monotonic, pause
from infra.kafka.kafka_client import Access, admin, kafka
from infra.kafka.kafka_log import KafkaLog
from infra.kafka.kafka_topics import Topic, Topics, wanted
from infra.kafka.node import Node
from infra.settings import Settings
from streams.topology import STREAMS


def apply_topics(node: Node) -> None:
    """Create the product's topics, if they are not there."""
    settings = Settings(log=f"kafka://{node.address}")
    topics = Topics(Access.of(settings), wanted(settings))
    topics.apply()
    topics.close()


def _groups(client: kafka.KafkaAdminClient) -> list[str]:
    """List the agents' consumer groups."""
    groups = [one["group_id"] for one in client.list_groups()]
    return [group for group in groups if group.startswith("anamnesis.")]


def clear_topics(node: Node) -> None:
    """Remove the product's topics and how far its agents have read them."""
    client = admin(Access(node.address))
    try:
        there = [name for name in client.list_topics() if name in STREAMS]
        if there:
            client.delete_topics(there)
        until = monotonic() + 60
        # A killed worker stays a member of its group for seconds, and keeps the group there.
        while mine := _groups(client):
            assert monotonic() < until, f"Kafka does not remove {mine}"
            throw_out(Access(node.address))
            client.delete_groups(mine)
        while set(client.list_topics()) & set(STREAMS):
            assert monotonic() < until, "Kafka does not remove its topics"
            pause(0.05)
    finally:
        client.close()


def opened_log(node: Node, stream: str) -> KafkaLog:
    """Open the broker as a log, with a stream of the test's own and one beside it."""
    apply_topics(node)
    extra = [Topic(name, 4, 1, {"retention.ms": "-1"}) for name in (stream, f"{stream}.out")]
    topics = Topics(Access(node.address), extra)
    topics.apply()
    topics.close()
    return KafkaLog(Access(node.address))
