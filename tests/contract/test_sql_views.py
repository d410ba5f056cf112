"""Does every database keep the promises of the SQL views about writing?"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.memory import Memory
from infra.opening import begin_views
from infra.views.grouping import grouped
from infra.views.sql_tables import METADATA
from infra.views.sql_views import SqlViews
from infra.views.view_store import ViewStore
from schemas.errors import StalePositionError
from streams.codec import PlainCodec
from streams.decided import Decided
from streams.writes import Add, Change, Count, Delete, Put, Tally, Write
from tests.contract.sql_stores import maker, rows

CODEC = PlainCodec()
DAY = datetime(2026, 3, 7, tzinfo=UTC)


@pytest.fixture
def views(store: ViewStore, full: Memory) -> Iterator[SqlViews]:
    """Give empty views."""
    views = begin_views(store, full.log, CODEC)
    yield views
    views.close()


def applied(views: SqlViews, writes: Sequence[Write], at: int = 0) -> None:
    views.apply(grouped(writes), 0, at, at + 1)


def decided(input_: str, digest: str) -> Put:
    return Put("decided", Decided(input_, digest, 1)._asdict())


def fact(name: str, evidence: int = 1, **fields: object) -> dict[str, Any]:
    return {
        "fact": name, "space": "ana", "subject": b"ana", "predicate": "is", "object": b"\x00\xff",
        "body": b"", "valid_from": 5, "valid_to": None, "asserted_to": None, "last_held": 5,
        "ended_by": None,
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


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
