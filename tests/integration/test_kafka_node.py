"""Does a Kafka node keep its data in its folder, and say why it does not start?"""

import socket
from pathlib import Path

import pytest

from infra.kafka.node import prepare, start
from schemas.errors import UnavailableError

USED = pytest.mark.usefixtures("broker")  # it skips where no node can be started


@USED
def test_a_folder_of_any_letters_holds_the_data(tmp_path: Path) -> None:
    for name in ("Zoë 🦜", "a b", "back\\slash"):
        prepare(tmp_path / name)
        assert (tmp_path / name / "data" / "meta.properties").exists()


@USED
def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnavailableError, match="cannot be used"):
        prepare(tmp_path / "file" / "folder")
    with pytest.raises(UnavailableError, match="for its commas"):
        prepare(tmp_path / "a,b")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@USED
def test_a_node_whose_port_is_taken_says_so(tmp_path: Path) -> None:
    host, _, port = prepare(tmp_path / "node").partition(":")
    with (
        socket.create_server((host, int(port))),
        pytest.raises(UnavailableError, match="Address already in use"),
    ):
        start(tmp_path / "node")
