"""Is a second process kept out of a data folder, and let in when the first is gone?"""

import os
import subprocess
import sys
from pathlib import Path
from threading import Timer

import pytest

from infra.folder_lock import FolderLock
from schemas.errors import LockedError, UnavailableError

HOLD = """
import sys
from pathlib import Path
from infra.folder_lock import FolderLock

with FolderLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_refused_and_told_who_the_owner_is(tmp_path: Path) -> None:
    with hold(tmp_path) as owner:
        with pytest.raises(LockedError) as refused:
            FolderLock(tmp_path)
        owner.communicate()
    assert f"pid {owner.pid}: {sys.executable} -c" in str(refused.value)
    assert refused.value.fields["folder"] == str(tmp_path)


def test_a_killed_process_lets_go(tmp_path: Path) -> None:
    with hold(tmp_path) as owner:
        owner.kill()
        owner.communicate()
    with FolderLock(tmp_path):
        assert (tmp_path / "lock").read_text().startswith(f"pid {os.getpid()}: ")


def test_who_comes_while_another_only_looks_waits_for_it(tmp_path: Path) -> None:
    with hold(tmp_path) as owner:
        going = Timer(0.2, owner.communicate)
        going.start()
        FolderLock(tmp_path).close()
        going.join()


def test_a_folder_can_be_taken_again_after_it_was_let_go(tmp_path: Path) -> None:
    first = FolderLock(tmp_path / "made")
    with pytest.raises(LockedError):
        FolderLock(tmp_path / "made")
    first.close()
    first.close()
    FolderLock(tmp_path / "made").close()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnavailableError, match="file cannot be used: it is a file"):
        FolderLock(tmp_path / "file")
    with pytest.raises(UnavailableError, match="cannot be used: Not a directory"):
        FolderLock(tmp_path / "file" / "folder")
