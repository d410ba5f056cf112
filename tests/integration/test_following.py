"""Does who follows the promotions outlast a database of the views that goes away?"""

import json
import signal
import subprocess
import sys
from pathlib import Path

from infra.clock import now_ms
from streams.log import Outgoing
from streams.topology import PROMOTIONS
from tests.driving import ENVIRONMENT, opened
from tests.integration.test_kafka_following import FOLLOW, GOLDEN, until
from tests.kafka_driving import PATIENCE
from tests.postgres import postgres_server


def promote(home: Path, views: str, id_: str) -> None:
    value = json.dumps(json.loads(GOLDEN.read_text())["value"]).encode()
    headers = {"ce_type": "memory_promoted.v1", "ce_id": id_}
    with opened(home, views=views) as memory:
        memory.log.append([Outgoing(PROMOTIONS, "lena", value, headers, now_ms())])


def test_a_follower_waits_for_its_database_and_goes_on(home: Path, tmp_path: Path) -> None:
    out, err = tmp_path / "out", tmp_path / "err"

    def told() -> list[str]:
        return [json.loads(line)["id"] for line in out.read_text().splitlines()]

    with postgres_server() as server, out.open("wb") as o, err.open("wb") as e:
        promote(home, server.url, "a")
        environment = ENVIRONMENT | {"ANAMNESIS_HOME": str(home), "ANAMNESIS_VIEWS": server.url}
        words = [sys.executable, "-c", FOLLOW]
        follower = subprocess.Popen(words, env=environment, stdout=o, stderr=e)
        try:
            until(lambda: told() == ["a"], follower)
            server.stop(signal.SIGINT)
            until(lambda: "waiting for it: " in err.read_text(), follower)
            server.start()
            promote(home, server.url, "b")
            until(lambda: told() == ["a", "b"], follower)
            follower.send_signal(signal.SIGINT)
            assert follower.wait(PATIENCE) == 130
        finally:
            follower.kill()
            follower.wait()
