"""Do all clients of Kafka speak TLS with certificates of both sides, and refuse everything else?"""

from pathlib import Path
from typing import Any

from infra.kafka.node import Node
from tests.certificates import made
from tests.conftest import USERS
from tests.driving import grown, run, said, written
from tests.kafka_driving import PATIENCE, start_worker, state_on_kafka

((USER, PASSWORD),) = USERS.items()


def secured(node: Node, **changed: str) -> dict[str, Any]:
    """Give the settings that the broker's third listener asks for, or changed ones."""
    kept = node.folder / "certificates"
    return {
        "ANAMNESIS_LOG": f"kafka://{node.tls}",
        "ANAMNESIS_KAFKA_SECURITY": "SASL_SSL",
        "ANAMNESIS_KAFKA_MECHANISM": "SCRAM-SHA-256",
        "ANAMNESIS_KAFKA_USER": USER,
        "ANAMNESIS_KAFKA_PASSWORD": PASSWORD,
        "ANAMNESIS_KAFKA_CA": str(kept / "ca.pem"),
        "ANAMNESIS_KAFKA_CERT": str(kept / "client.pem"),
        "ANAMNESIS_KAFKA_KEY": str(kept / "client.pem"),
    } | {f"ANAMNESIS_KAFKA_{name.upper()}": value for name, value in changed.items()}


def test_a_producer_and_a_worker_speak_tls_and_prove_who_they_are(node: Node, home: Path) -> None:
    lines = [said(f"o{n}", f"Sentence {n}", space=f"s{n % 3}") for n in range(9)]
    told = run(home, "produce", "-", "--json", given=written(lines), **secured(node))
    assert told.row["published"] == len(lines)
    with start_worker(node, home, "all", "0", more=secured(node)) as worker:
        assert worker.wait(PATIENCE) == 0
    assert state_on_kafka(node, home) == grown(home.with_name("local"), lines)


def test_who_cannot_prove_who_they_are_or_trusts_others_is_not_spoken_to(
    node: Node, home: Path, tmp_path: Path
) -> None:
    other = made(tmp_path / "other")
    for changed in (
        {"cert": str(other / "client.pem"), "key": str(other / "client.pem")},
        {"ca": str(other / "ca.pem")},
        {"password": PASSWORD[:-1]},
    ):
        told = run(home, "produce", "-", code=4, **secured(node, patience="3", **changed))
        assert node.tls in told.err
    nowhere = str(tmp_path / "nowhere.pem")
    told = run(home, "produce", "-", code=2, **secured(node, ca=nowhere))
    assert "certificates of Kafka cannot be read" in told.err
    wrong = run(home, "produce", "-", code=4, **secured(node, patience="3", password=PASSWORD[:-1]))
    assert any(
        told in wrong.err for told in ("hangs up, as on a wrong pass", "invalid credentials")
    )
    nobody = run(home, "produce", "-", code=2, **secured(node, user=""))
    assert "needs ANAMNESIS_KAFKA_USER" in nobody.err


def test_nobody_who_listens_is_told_from_somebody_who_refuses(home: Path) -> None:
    settings: dict[str, Any] = {
        "ANAMNESIS_LOG": "kafka://127.0.0.1:1",
        "ANAMNESIS_KAFKA_PATIENCE": "1",
    }
    assert "ECONNREFUSED" in run(home, "produce", "-", code=4, **settings).err
