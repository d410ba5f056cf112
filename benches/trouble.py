"""What tests and benches do to a broker: cut its network, kill it, throw workers out of groups."""

import re
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from infra.kafka.kafka_client import Access, admin, kafka, retried
from infra.kafka.node import Node, prepare, start, stop

GROUPS: Final = ("anamnesis.perceive", "anamnesis.remember")
_USER: Final = ("ana", "a secret of Ana's")
_PATIENCE: Final = 60.0  # seconds for a broker to know its groups again
_BYTES: Final = 1 << 16


class Proxy:
    """Carries bytes to a port and back; while cut, none pass, as if packets were lost.

    What was said meanwhile arrives when it is mended, unless who said it has given up.
    """

    def __init__(self, to: int) -> None:
        self._flowing = threading.Event()
        self._flowing.set()
        flowing = self._flowing

        class Carrier(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                """Carry both ways until either side closes."""
                flowing.wait()
                with suppress(OSError), socket.create_connection(("127.0.0.1", to)) as upstream:
                    back = threading.Thread(
                        target=_carry, args=(upstream, self.request, flowing), daemon=True
                    )
                    back.start()
                    _carry(self.request, upstream, flowing)
                    back.join()

        self._server = _Server(("127.0.0.1", 0), Carrier)
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """Let nothing pass."""
        self._flowing.clear()

    def mend(self) -> None:
        """Let everything pass again."""
        self._flowing.set()

    def close(self) -> None:
        """Take no more connections."""
        self.mend()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128


def _carry(source: socket.socket, sink: socket.socket, flowing: threading.Event) -> None:
    with suppress(OSError):
        while data := source.recv(_BYTES):
            flowing.wait()
            sink.sendall(data)
    flowing.wait()
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


class Cluster:
    """A broker that everybody reaches through a proxy, but for who asks with a password."""

    def __init__(self, node: Node, proxy: Proxy) -> None:
        self.node = node
        self.proxy = proxy
        self.beside = Access(node.sasl, "SASL_PLAINTEXT", "SCRAM-SHA-256", *_USER)

    def kill(self) -> None:
        """Kill the broker and start it again."""
        stop(self.node.folder, kill=True)
        start(self.node.folder)


def members(access: Access) -> dict[str, list[str]]:
    """List the workers' memberships by group."""
    client = admin(access)
    try:
        found = retried(lambda: client.describe_groups(GROUPS), _PATIENCE)
        return {group: [one["member_id"] for one in found[group]["members"]] for group in GROUPS}
    finally:
        client.close()


def throw_out(access: Access) -> int:
    """Take all members out of their groups, so that they have to share anew; count them."""
    thrown = 0
    found = members(access)
    client = admin(access)
    try:
        for group, names in found.items():
            gone = [kafka.admin.MemberToRemove(member_id=name) for name in names]
            thrown += len(client.remove_group_members(group, gone)) if gone else 0
    finally:
        client.close()
    return thrown


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Run a broker behind a proxy that removes what its topics need not keep at once."""
    address = prepare(folder, users=dict([_USER]))
    port = int(address.rpartition(":")[2])
    proxy = Proxy(port)
    try:
        file = folder / "server.properties"
        text = re.sub(
            rf"(advertised\.listeners=.*?)PLAINTEXT://127\.0\.0\.1:{port}",
            rf"\1PLAINTEXT://{proxy.address}",
            file.read_text(),
        )
        file.write_text(
            f"{text}log.retention.check.interval.ms=1000\nlog.initial.task.delay.ms=100\n"
        )
        yield Cluster(start(folder), proxy)
    finally:
        proxy.mend()
        stop(folder)
        proxy.close()
