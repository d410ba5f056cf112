"""Fixtures of the integration tests."""

from pathlib import Path

import pytest

from tests.driving import MANY, state_at, taken_in


@pytest.fixture(scope="session")
def untroubled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Give a folder that took everything in without trouble, and its state."""
    home = tmp_path_factory.mktemp("untroubled") / "home"
    taken_in(home, MANY)
    return home, state_at(home)
