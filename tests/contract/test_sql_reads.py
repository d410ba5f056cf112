"""Does every database come to the same state, and answer the same from it?"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from agents.activation import Edges, Node
from agents.decision import Input
from agents.known import Known
from agents.policy import Policy
from agents.remember import needs
from infra.memory import Memory
from infra.views.refold import refold
from infra.views.sql_concepts import SqlConcepts
from infra.views.sql_facts import FactPattern
from infra.views.sql_graph import SqlGraph
from infra.views.sql_moods import SqlMoods
from infra.views.sql_reads import SqlReads
from infra.views.sql_segments import Key, Rows, SqlSegments
from infra.views.sql_views import SqlViews
from infra.views.sql_working import SqlWorking
from schemas.wire import decode
from streams.codec import PlainCodec
from streams.topology import PERCEPTS
from tests.contract.sql_stores import STORES, maker, rows

CODEC = PlainCodec()
DAY = datetime(2026, 3, 7, tzinfo=UTC)
Ask = Callable[[SqlReads], object]
LIVES = FactPattern(subject="ana", predicate="lives_in")


def ids(reads: SqlReads, space: str = "ana") -> list[str]:
    return [memory.id for memory in reads.timeline(space, None, None, 1000)]


def edges(graph: SqlGraph) -> dict[str, tuple[int, list[str]]]:
    """Follow three steps from a name; nodes by what they are told as: keys differ by codec."""
    found: dict[Node, Edges] = {}
    front = [node for node in graph.named("ana", ["Ben", "nobody"]).values() if node]
    for _ in range(3):
        found |= graph.edges("ana", front)
        front = [node for node in found[front[0]].neighbours if node not in found]
    every = [*found, *(other for edge in found.values() for other in edge.neighbours)]
    told = graph.told("ana", every)
    return {
        told[node]: (edge.fan, sorted(told[other] for other in edge.neighbours))
        for node, edge in found.items()
    }


def segments(reads: SqlReads) -> SqlSegments:
    return SqlSegments(reads.engine, reads.codec)


def told(read: Mapping[Key, Rows]) -> dict[Key, list[list[object]]]:
    return {
        key: [np.asarray(getattr(rows, field.name)).tolist() for field in fields(rows)]
        for key, rows in read.items()
    }


QUESTIONS: dict[str, Ask] = {
    "timeline": lambda r: r.timeline("ana", None, None, 1000),
    "part of it": lambda r: r.timeline("ben", DAY, DAY + timedelta(9), 99),
    "memories": lambda r: r.memories("ana", [*ids(r)[:7], *ids(r, "ben")[:2], "unknown"]),
    "memory": lambda r: [r.memory(id_[:13]) for id_ in ids(r)[:5]],
    "newest": lambda r: r.newest("ana", 20),
    "working": lambda r: SqlWorking(r).memories("ana", "s3", DAY),
    "concepts": lambda r: SqlConcepts(r).largest("ana", 20),
    "moods": lambda r: [SqlMoods(r).trend("ana", 9), SqlMoods(r).of_session("ana", "s3")],
    "edges": lambda r: edges(SqlGraph(r)),
    "observations": lambda r: r.observations("ana", ids(r)),
    "observations known then": lambda r: r.observations("ana", ids(r), 20),
    "about": lambda r: r.about("ana", ["Ana", "ben", "Porto", "nobody"], 20),
    "entities": lambda r: r.entities("ana", 50),
    "frequencies": lambda r: r.frequencies("ana", [int(x["term"]) for x in rows(r.views, "terms")]),
    "places": lambda r: segments(r).places("ana", [*ids(r), "unknown"]),
    "segments": lambda r: told(segments(r).read("ana", [("s1", 0), ("s9", 9)])),
    "spaces": lambda r: r.spaces(),
    "counts": lambda r: r.counts(),
    "facts": lambda r: r.facts.find("ana", LIVES),
    "wild facts": lambda r: r.facts.find("ana", FactPattern(object="*a", predicate="lives*")),
    "latest wild facts": lambda r: r.facts.find(
        "ana", FactPattern("An?", predicate="L?ves i*"), latest=2
    ),
    "facts as of": lambda r: r.facts.find(
        "ana", FactPattern("ana", as_of=r.facts.find("ana", LIVES)[1].valid_from + timedelta(1))
    ),
    "facts known then": lambda r: [r.facts.find("ana", FactPattern(known_at=n)) for n in range(99)],
    "facts that hold": lambda r: [
        r.facts.holding("ana", ["Ana", "x", "ben"], DAY, n) for n in (1, 3)
    ],
    "facts of memories": lambda r: r.facts.of("ana", ids(r)),
}


@pytest.fixture(scope="module", params=STORES)
def folded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, full: Memory
) -> Iterator[SqlViews]:
    """Give views that the full memory's log was folded into."""
    store = maker(request.param, request, tmp_path_factory.mktemp("folded"))()
    views = refold(full.log, CODEC, store)
    yield views
    views.close()


def test_every_database_comes_to_the_same_state(folded: SqlViews, full: Memory) -> None:
    assert len(full.views.state_hashes()) == 2
    assert folded.state_hashes() == full.views.state_hashes()
    assert folded.size() == full.views.size() > 100


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_database_answers_the_same(folded: SqlViews, full: Memory, question: str) -> None:
    expected = QUESTIONS[question](full.reads)
    assert expected
    assert QUESTIONS[question](SqlReads(folded)) == expected


def test_deciding_gathers_the_same_from_every_database(folded: SqlViews, full: Memory) -> None:
    percepts = [
        Input(str(n), "", decode(record.headers["ce_type"], record.value))
        for n, record in enumerate(full.log.scan(PERCEPTS))
    ]
    for some in (percepts[:1], percepts[-3:], percepts):
        asked = needs(some, Policy())
        expected = full.views.gather(asked)
        assert comparable(folded.gather(asked)) == comparable(expected)
    assert expected.facts
    assert any(len(nears) > 1 for nears in expected.blocks.values())


def comparable(known: Known) -> object:
    nears = {
        key: [(near.memory, near.speaker, near.text, near.vector.tobytes()) for near in block]
        for key, block in known.blocks.items()
    }
    return nears, known.decided, known.facts, known.ordinals
