"""Looking rows up by many keys at once."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, TextClause, create_engine, text

from infra.views.sql_keys import _listed, _statement, by_keys

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


def test_any_text_is_a_key(on: Connection) -> None:
    odd = ['"', "\\", "it's", "\u00e9\u4e2d\U0001f600", "\t\n", "[1]", "7", ""]
    kept = [{"a": a, "b": 1 << 62, "said": f"{n}"} for n, a in enumerate(odd)]
    on.execute(text("INSERT INTO things VALUES (:a, :b, :said)"), kept)
    rows = by_keys(on, "a, b", [(a, 1 << 62) for a in odd], QUERY, silent="")
    assert [row[0] for row in rows] == odd


def test_keys_of_bytes_are_found_once_as_well(on: Connection) -> None:
    on.execute(text("CREATE TABLE sealed (a BLOB PRIMARY KEY)"))
    on.execute(text("INSERT INTO sealed VALUES (:a)"), [{"a": bytes([n])} for n in range(256)])
    query = "SELECT s.a FROM wanted CROSS JOIN sealed s WHERE s.a = wanted.a ORDER BY s.a"
    keys = [(bytes([n]),) for n in (0, 255, 34, 34)]
    assert [row[0] for row in by_keys(on, "a", keys, query)] == [b"\x00", b'"', b"\xff"]


LISTED = _listed("a, b", 2, QUERY), {"keys": "[]"}
BOUND = _statement("a, b", 2, 1, QUERY), {"k0_0": "x", "k0_1": 1}


@pytest.mark.parametrize(("statement", "values"), [LISTED, BOUND], ids=["as JSON", "one by one"])
def test_the_index_is_used_and_not_a_walk_through_the_table(
    on: Connection, statement: TextClause, values: dict[str, object]
) -> None:
    plan = on.execute(text(f"EXPLAIN QUERY PLAN {statement.text}"), {"silent": "", **values})
    assert any("SEARCH t USING INDEX things_by_key (a=? AND b=?)" in row[3] for row in plan)
