"""Is what was erased gone where a process was killed on the way, or before?"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.host.simulation import copied
from infra.keys.choosing import Choice
from infra.settings import Settings
from tests.driving import (
    ENVIRONMENT,
    REPLAY_UNTIL_KILLED,
    opened,
    run,
    said,
    take_in,
    texts,
    written,
)
from tests.erasing import agrees, forget, receipts, ring
from tests.searching import BUSY, SECRETS, found, secret_lines


@pytest.mark.parametrize("choice", [Choice("ana"), Choice("ana", observation="a")])
def test_what_a_killed_replay_has_left_goes_too(home: Path, choice: Choice) -> None:
    run(home, "ingest", "-", given=written([said("a", "A secret of Ana"), *BUSY]))
    words = [sys.executable, "-c", REPLAY_UNTIL_KILLED, "replay"]
    environment = {**ENVIRONMENT, "ANAMNESIS_HOME": str(home)}
    killed = subprocess.run(words, env=environment, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    for name in ("vectors.new", "vectors.old"):
        shutil.copytree(home / "vectors", home / name)
    assert len(list(home.glob("*.new"))) == 2
    with opened(home) as memory:
        forget(memory, choice)
    assert [path.name for path in home.iterdir() if path.suffix in (".new", ".old")] == []
    with opened(home) as memory:
        assert agrees(memory)
        assert "A secret of Ana" not in texts(memory)


# A command that is killed when a day has passed in a copy.
SIMULATE_UNTIL_KILLED = """
import os, signal
from infra.host import simulation

simulation.states = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
from infra.cli import main
main()
"""


@pytest.mark.parametrize("keys", ["inside", "outside"])
def test_what_a_killed_simulation_has_left_has_no_keys_and_goes(
    home: Path, tmp_path: Path, keys: str
) -> None:
    own: dict[str, Any] = {}
    if keys == "outside":
        own["ANAMNESIS_KEYS"] = str(tmp_path / "keys")
    run(home, "ingest", "-", given=written([said("a", "A secret of Ana"), *BUSY]), **own)
    rings = list(tmp_path.rglob("*.key"))

    def left() -> Path:
        words = [sys.executable, "-c", SIMULATE_UNTIL_KILLED, "simulate", "--space", "ana"]
        more = {**own, "ANAMNESIS_HOME": str(home), "TMPDIR": str(tmp_path)}
        killed = subprocess.run(words, env=ENVIRONMENT | more, capture_output=True, check=False)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        logs = [path.parent for path in tmp_path.rglob("log.db")]
        (folder,) = set(logs) - {home}
        return folder

    folder = left()
    assert list(tmp_path.rglob("*.key")) == rings
    run(home, "stats", **own)
    assert not folder.exists()
    folder = left()
    run(home, "forget", "--space", "ana", "--reason", "asked to", "--yes", **own)
    assert not folder.exists()
    assert run(home, "verify", "--json", **own).row["ok"]


def test_a_simulation_at_work_is_left_to_itself_but_not_by_an_erasure(home: Path) -> None:
    run(home, "ingest", "-", given=written([said("a", "A secret of Ana"), *BUSY]))
    with copied(Settings(home=home)) as memory:
        run(home, "stats")
        assert memory.settings.home.exists()
        run(home, "forget", "--space", "ana", "--reason", "asked to", "--yes")
        assert not memory.settings.home.exists()
    assert list(home.glob("simulated-*")) == []


KILL = """
import os, signal, sys
from pathlib import Path
from infra.keys.choosing import Choice
from tests.driving import opened

where, at = sys.argv[2].rsplit(":", 1)
left = int(at)
module, name = where.rsplit(".", 1)
package, owner = module.rsplit(".", 1)
owner = getattr(__import__(package, fromlist=[owner]), owner)
real = getattr(owner, name)

def dying(*arguments, **named):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments, **named)

memory = opened(Path(sys.argv[1]))
choice = Choice("ana") if sys.argv[3] == "space" else Choice("ana", subject=sys.argv[4])
memory.host.drain()
setattr(owner, name, dying)
memory.forget(choice, "asked", really=True)
opened(Path(sys.argv[1])).close()
"""


@pytest.mark.parametrize(
    ("place", "asked"),
    [
        ("infra.log.sqlite_log.SqliteLog.rewrite:1", "space"),
        ("infra.keys.key_ring.KeyRing.destroy:1", "space"),
        ("infra.keys.key_file.KeyFile._remove_strays:2", "space"),
        ("infra.keys.key_ring.KeyRing.shredded:1", "space"),
        ("infra.host.ingest.Ingestor.observations:1", "space"),
        ("infra.keys.key_file.KeyFile._settle_folder:1", "subject"),
        ("infra.keys.key_ring.KeyRing.destroy:2", "subject"),
        ("infra.keys.key_ring.KeyRing.done:1", "subject"),
    ],
)
def test_a_kill_on_the_way_is_finished_by_the_next_opening(
    home: Path, place: str, asked: str
) -> None:
    with opened(home) as memory:
        take_in(memory, [*secret_lines(), *BUSY])
    killed = subprocess.run(
        [sys.executable, "-c", KILL, str(home), place, asked, SECRETS[0]],
        env=ENVIRONMENT | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    with opened(home) as memory:
        assert ring(memory).intent is None
        assert len(receipts(memory)) == 1
        assert agrees(memory)
        assert (texts(memory) == []) == (asked == "space")
        assert len(texts(memory, "ben")) == len(BUSY)
    assert found(home, SECRETS if asked == "space" else SECRETS[:1]) == []
    assert len(list((home / "keys").glob("*.key"))) == 1
