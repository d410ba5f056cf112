"""Fixtures of the integration tests."""

import shutil
from pathlib import Path

import pytest

from infra.kafka.node import Node
from tests.driving import MANY, state_at, taken_in
from tests.kafka_topics import apply_topics, clear_topics


@pytest.fixture(scope="session")
def untroubled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Give a folder that took everything in without trouble, and its state."""
    home = tmp_path_factory.mktemp("untroubled") / "home"
    taken_in(home, MANY)
    return home, state_at(home)


@pytest.fixture
def node(broker: Node) -> Node:
    """Give the broker with empty topics."""
    clear_topics(broker)
    apply_topics(broker)
    return broker


@pytest.fixture
def copy(filled: Path, home: Path) -> Path:
    """Give a copy of the filled folder, to be changed."""
    shutil.copytree(filled, home)
    return home
