"""How one Kafka node (KRaft, broker and controller in one) is started, awaited and stopped."""

import argparse
import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from infra.clock import monotonic, pause
from schemas.errors import AnamnesisError, UnavailableError

_ROOT: Final = Path(__file__).resolve().parents[2]
POM: Final = Path(__file__).with_name("pom.xml")
JARS: Final = _ROOT / ".cache" / "kafka"
_PATIENCE: Final = 180.0  # seconds; a loaded machine takes its time to start a JVM
_LOOKS: Final = 0.1  # seconds between looks at whether it answers
# The lines of a node's log that tell what went wrong; it shuts down in hundreds of others.
_WRONG: Final = re.compile(r"^.* ERROR .*$|^[\w.$]+Exception: .*$", re.MULTILINE)
# Of a node that lives for minutes, compiling better code would be half of what it does.
_QUICK: Final = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
# One node has nobody to replicate to, and nobody else to wait for.
_PROPERTIES: Final = """\
process.roles=broker,controller
node.id=1
listeners={listeners}
advertised.listeners={advertised}
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SASL_SSL
log.dirs={data}
auto.create.topics.enable=false
num.partitions=4
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.index.size.max.bytes=1048576
log.retention.check.interval.ms=5000
"""
_SASL: Final = """\
listener.name.{name}.sasl.enabled.mechanisms=SCRAM-SHA-256
listener.name.{name}.scram-sha-256.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
"""
_TLS: Final = """\
listener.name.tls.ssl.keystore.type=PEM
listener.name.tls.ssl.keystore.location={folder}/node.pem
listener.name.tls.ssl.truststore.type=PEM
listener.name.tls.ssl.truststore.location={folder}/ca.pem
listener.name.tls.ssl.client.auth=required
"""


@dataclass(frozen=True, slots=True)
class Node:
    """A running node: its folder, its process, and its address.

    `sasl` is the address that asks for passwords, `tls` the one that asks for certificates too.
    """

    folder: Path
    pid: int
    address: str
    sasl: str = ""
    tls: str = ""


def missing() -> str | None:
    """Say what a node cannot be started for want of, if anything."""
    wanting = [name for name in ("java", "mvn") if shutil.which(name) is None]
    if JARS.is_dir() and any(JARS.glob("kafka_*.jar")):
        wanting = [name for name in wanting if name == "java"]
    return f"{' and '.join(wanting)} not installed" if wanting else None


def start(
    folder: Path, *, users: Mapping[str, str] | None = None, certificates: Path | None = None
) -> Node:
    """Format a folder unless it is, start a node in it, and return when it answers.

    A node that runs there already is given as it is. `users` (name: password) get a second
    listener with SCRAM, and a third one with TLS by the folder of `certificates`: `node.pem` (its
    key and certificate) and `ca.pem`. Raises UnavailableError with what the node's log says.
    """
    folder = folder.resolve()
    if (node := running(folder)) is not None:
        return node
    prepare(folder, users=users, certificates=certificates)
    log = folder / "node.log"
    before = log.stat().st_size if log.exists() else 0
    pid = os.posix_spawnp(
        "java",
        _java("-Xms256m", "-Xmx512m", "kafka.Kafka", str(folder / "server.properties")),
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,  # it goes on when who started it ends
    )
    (folder / "pid").write_text(f"{pid}\n")
    _await(pid, folder, before)
    return _node(folder, pid)


def prepare(
    folder: Path, *, users: Mapping[str, str] | None = None, certificates: Path | None = None
) -> str:
    """Format a folder unless it is, and give the address that its node will have.

    Raises UnavailableError without Java, or Maven to fetch Kafka with, and for a folder that cannot
    be used.
    """
    folder = folder.resolve()
    if reason := missing():
        raise UnavailableError(f"no Kafka node can be started: {reason}", folder=str(folder))
    _resolve()
    properties = folder / "server.properties"
    if not properties.exists():
        if "," in str(folder):
            raise UnavailableError(f"Kafka takes {folder} for several folders, for its commas")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UnavailableError(f"{folder} cannot be used: {error}", folder=folder) from error
        _format(folder, properties, users or {}, certificates)
    return _node(folder, 0).address


def running(folder: Path) -> Node | None:
    """Give the node that runs in a folder, if one does."""
    try:
        pid = int((folder / "pid").read_text())
        told = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return None
    own = str(folder.resolve() / "server.properties").encode()
    return _node(folder, pid) if own in told else None


def stop(folder: Path, *, kill: bool = False) -> bool:
    """End the node of a folder, at once with `kill`; say whether one ran."""
    node = running(folder)
    if node is None:
        return False
    os.kill(node.pid, signal.SIGKILL if kill else signal.SIGTERM)
    until = monotonic() + _PATIENCE
    while running(folder) is not None:
        _reap(node.pid)
        if monotonic() > until:
            raise UnavailableError(f"the Kafka node {node.pid} does not end", pid=node.pid)
        pause(_LOOKS)
    (folder / "pid").unlink(missing_ok=True)
    return True


def _reap(pid: int) -> bool:
    """Let go of a child that has ended, which would else look as if it were there; say if so."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return False  # another process has started it


def _resolve() -> None:
    """Fetch the jars that the pom names, once, however many processes want them."""
    if JARS.is_dir():
        return
    part = JARS.with_name(f"{JARS.name}.part")
    words = ["mvn", "-q", "-B", "-f", str(POM), "dependency:copy-dependencies"]
    JARS.parent.mkdir(exist_ok=True)
    with JARS.with_name(f"{JARS.name}.lock").open("w") as one:
        fcntl.flock(one, fcntl.LOCK_EX)
        if JARS.is_dir():
            return
        shutil.rmtree(part, ignore_errors=True)
        done = subprocess.run(
            [*words, f"-DoutputDirectory={part}"], capture_output=True, check=False, text=True
        )
        if done.returncode:
            raise UnavailableError(f"Maven cannot resolve Kafka: {done.stdout[-2000:]}")
        part.rename(JARS)


def _format(
    folder: Path, properties: Path, users: Mapping[str, str], certificates: Path | None
) -> None:
    port, sasl, tls, controller = _free_ports(4)
    listeners = [f"PLAINTEXT://127.0.0.1:{port}", f"CONTROLLER://127.0.0.1:{controller}"]
    if users:
        listeners.append(f"SASL://127.0.0.1:{sasl}")
    if certificates is not None:
        listeners.append(f"TLS://127.0.0.1:{tls}")
    advertised = [one for one in listeners if not one.startswith("CONTROLLER")]
    text = _PROPERTIES.format(
        listeners=",".join(listeners), advertised=",".join(advertised),
        controller=controller, data=_escaped(folder / "data"),
    )  # fmt: skip
    part = folder / "server.properties.part"
    text += _SASL.format(name="sasl") if users else ""
    if certificates is not None:
        text += _SASL.format(name="tls") + _TLS.format(folder=_escaped(certificates.resolve()))
    part.write_text(text)
    added = [
        word
        for name, password in users.items()
        for word in ("--add-scram", f"SCRAM-SHA-256=[name={name},password={password}]")
    ]
    # As `random-uuid` of the tool would give it, which takes a second.
    id_ = urlsafe_b64encode(uuid4().bytes).decode().rstrip("=").replace("-", "_")
    tool = _java("kafka.tools.StorageTool")
    _run([*tool, "format", "--standalone", "-t", id_, "-c", str(part), *added])
    part.rename(properties)


def _escaped(path: Path) -> str:
    """Write a path as Java's properties read it, which take other bytes than ASCII for Latin-1."""
    return json.dumps(str(path))[1:-1]


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _java(*words: str) -> list[str]:
    options = [word for word in words if word.startswith("-X")]
    return ["java", *_QUICK, *options, "-cp", f"{JARS}/*", *(w for w in words if w not in options)]


def _run(words: list[str]) -> str:
    done = subprocess.run(words, capture_output=True, check=False, text=True)
    if done.returncode:
        raise UnavailableError(
            f"Kafka's {words[3 + len(_QUICK)]} failed: {(done.stdout + done.stderr)[-2000:]}"
        )
    return done.stdout


def _node(folder: Path, pid: int) -> Node:
    lines = (folder / "server.properties").read_text().splitlines()
    told = dict(line.split("=", 1) for line in lines if "=" in line)
    names = dict(one.split("://") for one in told["advertised.listeners"].split(","))
    return Node(folder, pid, names["PLAINTEXT"], names.get("SASL", ""), names.get("TLS", ""))


def _await(pid: int, folder: Path, before: int) -> None:
    """Wait until the node answers; what its log tells since then says why it never did."""
    # Imported where it is used: it costs a third of a second.
    from infra.kafka.kafka_client import answers  # noqa: PLC0415

    address, until = _node(folder, pid).address, monotonic() + _PATIENCE
    while not answers(address):
        if _reap(pid) or monotonic() > until:
            stop(folder, kill=True)
            told = (folder / "node.log").read_bytes()[before:].decode(errors="replace")
            wrong = "\n".join(_WRONG.findall(told)) or told
            raise UnavailableError(f"the Kafka node in {folder} does not answer: {wrong[-2000:]}")
        pause(_LOOKS)


def main() -> None:
    """Start or stop a node from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("start", "stop"))
    parser.add_argument("folder", type=Path, help="the node's data folder")
    options = parser.parse_args()
    try:
        if options.what == "start":
            sys.stdout.write(f"{start(options.folder).address}\n")
        elif not stop(options.folder):
            sys.stderr.write(f"no Kafka node runs in {options.folder}\n")
    except AnamnesisError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
