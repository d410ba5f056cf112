"""Does every database keep the promises of the SQL views, and say the same as the others?"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from agents.activation import Edges, Node
from agents.decision import Input, Policy
from agents.known import Known
from agents.remember import needs
from infra.memory import Memory
from infra.opening import begin_views, open_views
from infra.settings import Settings
from infra.views.postgres_store import PostgresStore
from infra.views.projector import Projector
from infra.views.refold import refold, replace_views, replay_to
from infra.views.sql_concepts import SqlConcepts
from infra.views.sql_facts import FactPattern
from infra.views.sql_graph import SqlGraph
from infra.views.sql_moods import SqlMoods
from infra.views.sql_reads import SqlReads
from infra.views.sql_tables import ENTITIES, FOLDED, MENTIONS, METADATA, SIZES
from infra.views.sql_views import Decided, SqlViews
from infra.views.sql_working import SqlWorking
from infra.views.sql_writes import grouped
from infra.views.sqlite_store import SqliteStore
from infra.views.view_store import ViewStore
from schemas.errors import ConflictError, StalePositionError
from schemas.wire import decode
from streams.codec import PlainCodec
from streams.topology import MEMORIES, PERCEPTS
from streams.writes import Add, Change, Count, Delete, Put, Tally, Write
from tests.contract.sql_stores import STORES, Another, maker
from tests.driving import opened, said, take_in

CODEC = PlainCodec()
DAY = datetime(2026, 3, 7, tzinfo=UTC)
TOWNS = ("Braga", "Porto", "Faro")
SAID = [
    said(
        f"m{n}",
        f"Ana wrote letter {n % 40} of {n % 7} to Ben in {TOWNS[n % 3]}",
        space=("ana", "ben")[n % 5 == 0],
        session=f"s{n % 9}",
        at=f"2026-03-{n % 28 + 1:02}T12:00:00+00:00",
    )
    for n in range(150)
] + [
    {
        "id": f"f{n}",
        "space": "ana",
        "kind": "fact",
        "at": f"2026-04-{n + 1:02}T00:00:00+00:00",
        "subject": "Ana",
        "predicate": "lives_in",
        "object": town,
        "valid_from": f"2026-04-{n + 1:02}T00:00:00+00:00",
    }
    for n, town in enumerate((*TOWNS, "Braga"))
]


@pytest.fixture(params=STORES)
def another(request: pytest.FixtureRequest, tmp_path: Path) -> Another:
    return maker(request.param, request, tmp_path)


@pytest.fixture
def store(another: Another) -> ViewStore:
    return another()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    """Give a memory on SQLite that has taken something of everything in."""
    with opened(tmp_path_factory.mktemp("full") / "home") as memory:
        take_in(memory, SAID)
        recalled = [m.id for m in memory.reads.timeline("ana", None, None, 5)]
        take_in(memory, [{
            "id": "r", "space": "ana", "kind": "recalled", "at": "2026-05-01T00:00:00+00:00",
            "question": "letters", "memories": recalled,
        }, {
            "id": "t", "space": "ana", "kind": "ticked", "at": "2026-05-02T00:00:00+00:00",
            "job": "consolidate",
        }])  # fmt: skip
        yield memory


@pytest.fixture
def views(store: ViewStore, full: Memory) -> Iterator[SqlViews]:
    """Give empty views."""
    views = begin_views(store, full.log, CODEC)
    yield views
    views.close()


def rows(views: SqlViews, table: str) -> list[dict[str, Any]]:
    of = METADATA.tables[table]
    with views.engine.connect() as on:
        found = on.execute(select(of).order_by(*of.primary_key)).all()
    return [dict(row._mapping) for row in found]


def applied(views: SqlViews, writes: Sequence[Write], at: int = 0) -> None:
    views.apply(grouped(writes), 0, at, at + 1)


def decided(input_: str, digest: str) -> Put:
    return Put("decided", Decided(input_, digest, 1)._asdict())


def fact(name: str, evidence: int = 1, **fields: object) -> dict[str, Any]:
    return {
        "fact": name, "space": "ana", "subject": b"ana", "predicate": "is", "object": b"\x00\xff",
        "body": b"", "valid_from": 5, "valid_to": None, "asserted_to": None, "ended_by": None,
        "memory": "m", "position": 1, "seq": 2, "evidence": evidence, "confidence": 0.1 + 0.2,
    } | fields  # fmt: skip


def test_new_views_stand_at_the_beginning_with_the_versions_of_the_folds(
    views: SqlViews, full: Memory
) -> None:
    assert views.positions() == dict.fromkeys(range(full.log.partitions), 0)
    assert views.versions() == full.views.versions()
    views.begin(99)
    assert len(views.positions()) == full.log.partitions
    assert (views.size(), views.state_hashes()) == (0, {})


def test_rows_decided_ids_and_position_are_one(views: SqlViews) -> None:
    views.apply(grouped([Put("facts", fact("f")), decided("m1", "d1")]), 2, 0, 9)
    assert views.positions()[2] == 9
    assert rows(views, "facts") == [fact("f")]
    assert views.decided(["m1", "m2"]) == {"m1": ["d1"]}


def test_who_expects_another_position_writes_nothing(views: SqlViews) -> None:
    applied(views, [Put("facts", fact("f"))])
    for expected in (0, 2):
        with pytest.raises(StalePositionError):
            views.apply(grouped([Put("facts", fact("g")), decided("m", "d")]), 0, expected, 7)
    assert [row["fact"] for row in rows(views, "facts")] == ["f"]
    assert views.decided(["m"]) == {}
    assert views.positions()[0] == 1


def test_a_write_that_fails_takes_the_whole_batch_along(views: SqlViews) -> None:
    broken = Put("facts", fact("g", memory=None))
    with pytest.raises(Exception, match=r"(?i)not.null"):
        applied(views, [Put("facts", fact("f")), broken])
    assert rows(views, "facts") == []
    assert views.positions()[0] == 0


def test_of_two_writers_at_once_one_wins(views: SqlViews) -> None:
    start, lost = Barrier(2), []

    def write(name: str) -> None:
        start.wait()
        try:
            applied(views, [Put("facts", fact(name))])
        except StalePositionError:
            lost.append(name)

    writers = [Thread(target=write, args=(name,)) for name in "fg"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(lost) == 1
    assert [row["fact"] for row in rows(views, "facts")] == [{"f": "g", "g": "f"}[lost[0]]]


def test_a_row_is_put_changed_and_added_to_within_one_batch(views: SqlViews) -> None:
    key = {"fact": "f"}
    applied(views, [
        Put("facts", fact("f")),
        Put("facts", fact("f", evidence=5)),
        Change("facts", key, {"valid_to": 7, "ended_by": "g"}),
        Change("facts", key, {"valid_to": 8, "ended_by": None}),
        Add("facts", key, {"evidence": 2}),
        Add("facts", key, {"evidence": 3}),
        Change("facts", {"fact": "nobody"}, {"valid_to": 1}),
        Add("facts", {"fact": "nobody"}, {"evidence": 1}),
    ])  # fmt: skip
    assert rows(views, "facts") == [fact("f", evidence=10, valid_to=8)]


def test_rows_are_deleted_and_counts_that_come_to_nothing_go(views: SqlViews) -> None:
    applied(views, [
        Put("facts", fact("f")), Put("facts", fact("g")),
        Delete("facts", {"fact": "f"}), Delete("facts", {"fact": "nobody"}),
        Tally("terms", "ana", "term", [1, 1, 2]),
        Tally("terms", "ana", "term", [1, 2], by=-1),
        Count("sizes", {"space": "ana"}),
        Count("sizes", {"space": "ana"}, by=-1),
    ])  # fmt: skip
    assert [row["fact"] for row in rows(views, "facts")] == ["g"]
    assert {row["term"]: row["count"] for row in rows(views, "terms")} == {1: 1}
    assert rows(views, "sizes") == []


def test_counts_are_summed_and_the_latest_is_kept(views: SqlViews) -> None:
    def mention(at: int) -> Count:
        key = {"space": "ana", "entity": b"ben"}
        return Count("entities", key, {"last_at": at}, {"name": b"Ben", "type": "person"})

    applied(views, [mention(5), mention(9), mention(7), Tally("terms", "ana", "term", [3, 3, 4])])
    applied(views, [mention(8), Tally("terms", "ana", "term", [4, 2**32 - 1])], 1)
    (entity,) = rows(views, "entities")
    assert (entity["count"], entity["last_at"], entity["name"]) == (4, 9, b"Ben")
    assert {row["term"]: row["count"] for row in rows(views, "terms")} == {3: 2, 4: 2, 2**32 - 1: 1}


NAMES = st.sampled_from(["f", "g", "\u00e9", "Z", "a_long name"])
WRITES = st.one_of(
    st.builds(lambda n, e: Put("facts", fact(n, e)), NAMES, st.integers(0, 9)),
    st.builds(
        lambda n, t, b: Change("facts", {"fact": n}, {"valid_to": t, "ended_by": b}),
        NAMES, st.none() | st.integers(-(2**62), 2**62), st.none() | NAMES,
    ),
    st.builds(
        lambda n, e: Add("facts", {"fact": n}, {"evidence": e}), NAMES, st.integers(0, 9)
    ),
    st.builds(
        lambda n, t: Count(
            "entities", {"space": "ana", "entity": n.encode()}, {"last_at": t},
            {"name": n.encode(), "type": "person"},
        ),
        NAMES, st.integers(-9, 9),
    ),
    st.builds(
        lambda n, s: Put("mentions", {"space": "ana", "entity": n.encode(), "memory": n, "seq": s}),
        NAMES, st.integers(0, 9),
    ),
    st.builds(
        lambda terms, by: Tally("terms", "ana", "term", terms, by=by),
        st.lists(st.integers(0, 5)), st.sampled_from([1, -1]),
    ),
    st.builds(lambda n, by: Count("sizes", {"space": n}, by=by), NAMES, st.sampled_from([1, -1])),
    st.builds(lambda n: Delete("facts", {"fact": n}), NAMES),
    st.builds(lambda n: Delete("mentions", {"space": "ana", "memory": n}), NAMES),
)  # fmt: skip
TABLES = ("facts", "entities", "mentions", "terms", "sizes")


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(writes=st.lists(WRITES, max_size=25), border=st.integers(0, 25))
def test_any_writes_in_any_batches_lead_to_the_same_rows_in_every_database(
    both: tuple[SqlViews, SqlViews], writes: list[Write], border: int
) -> None:
    for views, batches in zip(both, ([writes], [writes[:border], writes[border:]]), strict=True):
        emptied(views)
        at = views.positions()[0]
        for number, batch in enumerate(batches):
            applied(views, batch, at + number)
    one, other = both
    assert one.state_hashes() == other.state_hashes()
    for table in TABLES:
        assert rows(one, table) == rows(other, table)


@pytest.fixture
def both(
    views: SqlViews, full: Memory, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[SqlViews, SqlViews]]:
    """Give the views, and others on SQLite."""
    other = begin_views(maker("sqlite", request, tmp_path)(), full.log, CODEC)
    yield views, other
    other.close()


def emptied(views: SqlViews) -> None:
    with views.engine.begin() as on:
        for table in TABLES:
            on.execute(METADATA.tables[table].delete())


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
    "places": lambda r: sorted(map(tuple, r.places("ana", [*ids(r), "unknown"]))),
    "rows": lambda r: [
        [r.codec.open("ana", value) if isinstance(value, bytes) else value for value in row]
        for row in r.rows("ana", [("s1", 0), ("s9", 9)], ids(r)[:3])
    ],
    "spaces": lambda r: r.spaces(),
    "counts": lambda r: r.counts(),
    "facts": lambda r: r.facts.find("ana", LIVES),
    "wild facts": lambda r: r.facts.find("ana", FactPattern(object="*a", predicate="lives*")),
    "facts as of": lambda r: r.facts.find(
        "ana", FactPattern("ana", as_of=r.facts.find("ana", LIVES)[1].valid_from + timedelta(1))
    ),
    "facts known then": lambda r: [r.facts.find("ana", FactPattern(known_at=n)) for n in range(99)],
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


def test_rebuilt_views_take_the_place_of_the_old_ones(store: ViewStore, full: Memory) -> None:
    views = refold(full.log, CODEC, store)
    with views.engine.begin() as on:
        on.execute(update(SIZES).values(count=5))
        on.execute(ENTITIES.delete())
    told: list[int] = []
    hashes, changed = replace_views(full.log, CODEC, store, views, told.append)
    assert changed
    assert hashes == full.views.state_hashes()
    assert sum(told) == sum(full.log.ends(MEMORIES))
    again = begin_views(store, full.log, CODEC)
    assert again.state_hashes() == hashes
    assert again.positions() == full.views.positions()
    assert replace_views(full.log, CODEC, store, again, told.append) == (hashes, False)


def settings_for(store: ViewStore, folder: Path) -> Settings:
    """Give the settings under which a memory's views are in a store."""
    if isinstance(store, PostgresStore):
        url = store.url.render_as_string(hide_password=False)
        return Settings(home=folder, views=url, store_name=store.schema)
    assert isinstance(store, SqliteStore)
    return Settings(home=store.folder)


def test_views_of_another_version_are_made_again(
    store: ViewStore, full: Memory, tmp_path: Path
) -> None:
    views = refold(full.log, CODEC, store)
    with views.engine.begin() as on:
        on.execute(update(FOLDED).where(FOLDED.c.view == "facts").values(version=0))
        on.execute(MENTIONS.delete())
    views.close()
    told: list[str] = []
    again = open_views(settings_for(store, tmp_path), full.log, CODEC, told.append)
    Projector(full.log, again, None, CODEC).catch_up()
    assert again.state_hashes() == full.views.state_hashes()
    assert told == [
        "the views are rebuilt from the log: they were made by other versions of the folds"
    ]
    again.close()


def test_views_that_are_gone_are_made_again(store: ViewStore, full: Memory, tmp_path: Path) -> None:
    refold(full.log, CODEC, store).close()
    assert not store.missing()
    store.remove()
    assert store.missing()
    told: list[str] = []
    again = open_views(settings_for(store, tmp_path), full.log, CODEC, told.append)
    Projector(full.log, again, None, CODEC).catch_up()
    assert again.state_hashes() == full.views.state_hashes()
    assert told == ["the views are rebuilt from the log: they are missing"]
    again.close()


def test_views_ahead_of_the_log_are_only_removed_where_nobody_else_has_any(
    store: ViewStore, full: Memory, tmp_path: Path
) -> None:
    refold(full.log, CODEC, store).close()
    told: list[str] = []
    with opened(tmp_path / "young") as young:
        if store.shared:
            with pytest.raises(ConflictError, match="another log's"):
                open_views(settings_for(store, tmp_path), young.log, CODEC, told.append)
            views = SqlViews(store.engine(), CODEC)
            assert views.state_hashes() == full.views.state_hashes()
            views.close()
        else:
            open_views(settings_for(store, tmp_path), young.log, CODEC, told.append).close()
            assert "ahead of the log" in told[0]


def test_a_store_tells_its_version_and_its_size(store: ViewStore, full: Memory) -> None:
    views = refold(full.log, CODEC, store)
    about = store.about()
    views.close()
    assert about["version"].count(".") >= 1
    assert about["bytes"] > 100_000
    assert about["at"] == store.name


class LeftError(Exception):
    """The process ends here, as far as the test is concerned."""


def left(_: int) -> None:
    raise LeftError


def test_a_replay_that_was_left_goes_on_under_the_same_note(another: Another, full: Memory) -> None:
    whole = sum(full.log.ends(MEMORIES))
    for note, most in (("this log", whole - 1), ("another log", whole)):
        store = another()
        begun = partial(replay_to, full.log, CODEC, store, vectors=None, until=None)
        with pytest.raises(LeftError):
            begun(told=left, note="this log")
        assert store.missing()
        folded: list[int] = []
        assert begun(told=folded.append, note=note) == full.views.state_hashes()
        assert 0 < sum(folded) <= most
        assert (sum(folded) == whole) == (note == "another log")
        with pytest.raises(ConflictError):
            begun(told=folded.append, note=note)
