"""Whether the documents name everything that stays: tags, streams, views and settings."""

import re
from pathlib import Path

import pytest

from infra.settings import Settings
from schemas.wire import tags
from streams.topology import STREAMS
from streams.views import VIEWS, points

ROOT = Path(__file__).resolve().parents[2]
BOTH = ("ARCHITECTURE.md", "CHANGELOG.md")
VERSIONS = {**{view.name: view.version for view in VIEWS}, "points": points.VERSION}
NAMES = {
    "event tags": (list(tags()), BOTH),
    "streams": (list(STREAMS), BOTH[:1]),
    "views, each with its version,": ([f"{view} {n}" for view, n in VERSIONS.items()], BOTH),
    "settings": ([f"`{name}`" for name in Settings.model_fields], BOTH[:1]),
}


def read(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def named(name: str, text: str) -> bool:
    """Say whether a text names something; marks and a table's borders may stand between words."""
    words = r"[\s`|]+v?".join(re.escape(word) for word in name.split())
    return re.search(rf"(?<![\w.-]){words}(?![\w-])", text) is not None


@pytest.mark.parametrize("what", NAMES)
def test_everything_that_stays_is_documented(what: str) -> None:
    names, documents = NAMES[what]
    for document in documents:
        missing = [name for name in names if not named(name, read(document))]
        assert not missing, f"{what} that {document} does not name: {', '.join(missing)}"


def test_the_table_of_views_tells_every_version_and_no_other() -> None:
    _, _, views = read("ARCHITECTURE.md").partition("| view | tables |")
    table, _, _ = views.partition("\n\n")
    rows = re.findall(r"^\| `?([a-z]+)`? (\d+) \|", table, re.MULTILINE)
    assert {view: int(version) for view, version in rows} == VERSIONS


def test_a_name_is_found_as_a_whole_and_across_marks() -> None:
    assert named("facts 1", "| `facts` | v1 |")
    assert named("facts 1", "the views `facts` 1, and")
    assert named("fact.v1", "`fact.v1`, and")
    assert named("`home`", "set `home`")
    assert not named("fact.v1", "`art.fact.v1` `fact.v10` fact")
    assert not named("facts 1", "facts and figures 1, `facts` 12")
    assert not named("`home`", "a home, `homes`, `--home`")
