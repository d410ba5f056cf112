"""Which statements does a text make in words that no known relation covers?"""

from collections.abc import Iterator

import pytest

from infra.models.onnx_encoder import OnnxEncoder
from infra.models.open_relations import open_spans
from infra.models.relating import open_of
from infra.settings import Settings
from schemas.percepts import OpenRelation
from tests.unit.infra.test_clauses import at, tree


@pytest.fixture(scope="module")
def encoder() -> Iterator[OnnxEncoder]:
    found = OnnxEncoder(Settings().models / "encoder", threads=1)
    yield found
    found.close()


def said(encoder: OnnxEncoder, text: str) -> list[tuple[str, str, str]]:
    found = open_of(text, encoder.encode_one(text), "Maya")
    return [(one.subject, one.predicate, one.object) for one in found]


STATED = {
    "Atlas runs on Postgres.": [("Atlas", "runs on", "Postgres")],
    "Nina reports to Omar.": [("Nina", "reports to", "Omar")],
    "We moved the billing service to MySQL last week.": [("billing service", "moved to", "MySQL")],
    "Ben is the owner of Atlas.": [("Atlas", "owner", "Ben")],
    "Billing is Ben's project.": [("Ben", "project", "Billing")],
    "The deadline of Atlas is 12 May.": [("Atlas", "deadline", "12 May")],
    "Nina is in charge of Billing.": [("Nina", "is in charge of", "Billing")],
    "I use Vim for everything.": [("Maya", "use", "Vim")],
    "Atlas stores its data in Postgres.": [("Atlas", "stores data in", "Postgres")],
    "I kept it until 2009.": [("Maya", "kept until", "2009")],
    "Ana and Ben report to Omar.": [("Ana", "report to", "Omar"), ("Ben", "report to", "Omar")],
    "Atlas is hosted by Hetzner in two zones.": [
        ("Hetzner", "hosted", "Atlas"),
        ("Atlas", "hosted in", "two zones"),
    ],
    "Deployments of Billing are handled by Omar, who reports to Nina.": [
        ("Omar", "handled", "Deployments of Billing"),
        ("Omar", "reports to", "Nina"),
    ],
}
NOT_STATED = [
    "I think Atlas doesn't use Redis.",
    "Atlas no longer runs on Postgres.",
    "If we had money, Atlas would run on Oracle.",
    "If the tests pass, Atlas runs on Oracle.",
    "Atlas might move to Oracle.",
    "I wish Atlas ran on Oracle.",
    "Does Atlas use MySQL?",
    "Whether Atlas uses MySQL is unclear.",
    "Ben asked whether Atlas uses Redis.",
    "It runs on Postgres.",
    "Nobody uses Redis.",
    "Good morning!",
]


@pytest.mark.parametrize("text", STATED)
def test_what_a_text_states_is_read_off_its_tree(encoder: OnnxEncoder, text: str) -> None:
    assert said(encoder, text) == STATED[text]


@pytest.mark.parametrize("text", NOT_STATED)
def test_what_is_denied_asked_or_supposed_is_not_stated(encoder: OnnxEncoder, text: str) -> None:
    assert said(encoder, text) == []


def test_what_a_known_relation_covers_is_not_said_again(encoder: OnnxEncoder) -> None:
    text = "Ben works for Atlas and reports to Omar."
    assert ("Ben", "works for", "Atlas") not in said(encoder, text)
    arcs = encoder.encode_one(text).tree
    assert [one.object for one in open_spans(text, arcs, [at(text, "Atlas")])] == [(7,)]
    assert [one.object for one in open_spans(text, arcs, [at(text, "Omar")])] == [(3,)]


def test_an_open_relation_says_where_its_object_stands_and_who_speaks(encoder: OnnxEncoder) -> None:
    text = "I use Vim."
    found = open_of(text, encoder.encode_one(text), "Maya")
    seen = OpenRelation(subject="Maya", predicate="use", object="Vim", start=6, end=9, spoken=True)
    assert found == (seen,)


def test_a_tree_with_a_cycle_is_read_to_its_end() -> None:
    text = "Atlas runs on Postgres"
    arcs = tree(text, (1, "nsubj"), (3, "ccomp"), (3, "case"), (1, "obl"))
    assert open_spans(text, arcs) == []


def test_what_has_no_tree_states_nothing() -> None:
    assert open_spans("Atlas runs on Postgres", ()) == []
