"""Whether the documentation names everything that stays: tags, streams, views and settings."""

import re
from pathlib import Path

import pytest

from infra.settings import Settings
from schemas.wire import tags
from streams.topology import STREAMS
from streams.views import VIEWS, points

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("CHANGELOG.md", "ARCHITECTURE.md", "README.md")
VERSIONS = {**{view.name: view.version for view in VIEWS}, "points": points.VERSION}
NAMES = {
    "event tags": list(tags()),
    "streams": list(STREAMS),
    "views, each with its version,": [f"{view} {version}" for view, version in VERSIONS.items()],
    "settings": [f"`{name}`" for name in Settings.model_fields],
}


def documentation() -> str:
    files = [ROOT / name for name in DOCUMENTS]
    return "\n".join(file.read_text(encoding="utf-8") for file in files if file.exists())


def named(name: str, text: str) -> bool:
    """Say whether a text names something; marks and a table's borders may stand between words."""
    words = r"[\s`|]+v?".join(re.escape(word) for word in name.split())
    return re.search(rf"(?<![\w.-]){words}(?![\w-])", text) is not None


@pytest.mark.parametrize("what", NAMES)
def test_everything_that_stays_is_documented(what: str) -> None:
    text = documentation()
    missing = [name for name in NAMES[what] if not named(name, text)]
    assert not missing, f"{what} that none of {', '.join(DOCUMENTS)} names: {', '.join(missing)}"


def test_a_name_is_found_as_a_whole_and_across_marks() -> None:
    assert named("facts 1", "| `facts` | v1 |")
    assert named("facts 1", "the views `facts` 1, and")
    assert named("fact.v1", "`fact.v1`, and")
    assert named("`home`", "set `home`")
    assert not named("fact.v1", "`art.fact.v1` `fact.v10` fact")
    assert not named("facts 1", "facts and figures 1, `facts` 12")
    assert not named("`home`", "a home, `homes`, `--home`")
