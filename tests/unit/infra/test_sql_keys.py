"""Looking rows up by many keys at once."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, text

from infra.views.sql_keys import by_keys

QUERY = """
    SELECT t.a, t.b, t.said FROM wanted CROSS JOIN things t
    WHERE t.a = wanted.a AND t.b = wanted.b AND t.said <> :silent ORDER BY t.said
"""


@pytest.fixture
def on() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE things (a TEXT, b INTEGER, said TEXT)"))
        connection.execute(text("CREATE INDEX things_by_key ON things (a, b)"))
        connection.execute(
            text("INSERT INTO things VALUES (:a, :b, :said)"),
            [{"a": "x", "b": n, "said": f"{n:05}"} for n in range(10_000)],
        )
        yield connection
    engine.dispose()


def found(on: Connection, keys: list[tuple[str, int]], silent: str = "") -> list[int]:
    return [row[1] for row in by_keys(on, "a, b", keys, QUERY, silent=silent)]


def test_every_key_is_found_once_however_many_there_are(on: Connection) -> None:
    for count in (1, 2, 3, 5, 4095, 4096, 4097, 9001):
        assert found(on, [("x", n) for n in range(count)]) == list(range(count))


def test_repeated_keys_count_once_and_unknown_ones_not_at_all(on: Connection) -> None:
    assert found(on, [("x", 7), ("x", 7), ("y", 7), ("x", -1)]) == [7]


def test_no_key_gives_no_row(on: Connection) -> None:
    assert found(on, []) == []


def test_other_values_are_bound_beside_the_keys(on: Connection) -> None:
    assert found(on, [("x", 1), ("x", 2)], silent="00001") == [2]


def test_the_index_is_used_and_not_a_walk_through_the_table(on: Connection) -> None:
    plan = by_keys(on, "a, b", [("x", 1), ("x", 2)], QUERY, silent="")
    assert len(plan) == 2
    explained = on.execute(
        text(
            "EXPLAIN QUERY PLAN WITH wanted(a, b) AS (SELECT DISTINCT column1, column2 FROM "  # noqa: S608
            f"(VALUES ('x', 1), ('x', 2)) AS given) {QUERY}"
        ),
        {"silent": ""},
    ).all()
    assert any("SEARCH t USING INDEX things_by_key (a=? AND b=?)" in row[3] for row in explained)
