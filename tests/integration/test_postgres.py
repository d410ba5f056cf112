"""Is a memory whose SQL views are in PostgreSQL the same memory, also after migrations?"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, text

from benches.postgres import Postgres, free_port
from infra.views import postgres_layout
from infra.views.postgres_layout import created, migrate, migrations
from infra.views.postgres_store import PostgresStore
from schemas.errors import SettingsError, UnavailableError, ViewDamagedError, ViewsAwayError
from tests.driving import Ran, grown, opened, run, said, state, take_in, written
from tests.postgres import fresh_name

LINES = [said(f"m{n}", f"Ana wrote letter {n % 9} to Ben", session=f"s{n % 3}") for n in range(60)]


@pytest.fixture
def schema() -> str:
    return fresh_name()


@pytest.fixture
def store(postgres: Postgres, schema: str) -> PostgresStore:
    return PostgresStore(postgres.url, schema)


@pytest.fixture
def on(store: PostgresStore) -> Iterator[Connection]:
    engine = store.engine()
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def laid_out(on: Connection, schema: str) -> dict[str, object]:
    """Describe a schema's tables, but for the layout's own: columns, keys, indexes."""
    look = inspect(on)
    return {
        name: (
            {(c["name"], str(c["type"]), c["nullable"]) for c in look.get_columns(name, schema)},
            look.get_pk_constraint(name, schema)["constrained_columns"],
            {
                (i["name"], tuple(i["column_names"]), i["unique"])
                for i in look.get_indexes(name, schema)
            },
        )
        for name in look.get_table_names(schema)
        if name != "layout"
    }


def test_the_migrations_lead_to_the_tables_as_they_are_created(on: Connection, schema: str) -> None:
    names = migrate(on, schema)
    assert names == [migration.name for migration in migrations()]
    migrated = laid_out(on, schema)
    on.execute(text('CREATE SCHEMA "made"'))
    on.execute(text('SET LOCAL search_path TO "made"'))
    on.exec_driver_sql(created(), execution_options={"no_parameters": True})
    made = laid_out(on, "made")
    on.execute(text('DROP SCHEMA "made" CASCADE'))
    assert migrated == made, (
        "infra/views/migrations/ do not lead to what sql_tables.py says: add a migration, or, "
        "where a view's version is raised as well, write the first one anew "
        "(python -m infra.views.postgres_layout)"
    )
    assert len(made) > 10


def test_an_older_layout_is_migrated_in_place_and_a_newer_one_refused(
    on: Connection, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(on, schema)
    assert migrate(on, schema) == []
    known = migrations()
    following = postgres_layout.Migration(
        known[-1].number + 1, "9999_more", "ALTER TABLE sizes ADD COLUMN more bigint"
    )
    monkeypatch.setattr(postgres_layout, "migrations", lambda: [*known, following])
    before = laid_out(on, schema)
    assert migrate(on, schema) == ["9999_more"]
    after = laid_out(on, schema)
    assert before.pop("sizes") != after.pop("sizes")
    assert before == after
    monkeypatch.undo()
    with pytest.raises(UnavailableError, match="has layout"):
        migrate(on, schema)


def test_two_that_start_at_once_make_one_schema(store: PostgresStore) -> None:
    one, other = store.engine(), store.engine()
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with ThreadPoolExecutor(1) as second:
        with one.begin() as on:
            migrate(on, store.schema)
            made = second.submit(store.lay_out, other)
            while not (on.scalar(waiting) or made.done()):
                pass
        made.result()
    for engine in (one, other):
        engine.dispose()


def test_a_memory_on_postgresql_is_the_memory_on_sqlite(
    home: Path, tmp_path: Path, postgres: Postgres, schema: str
) -> None:
    kept: dict[str, Any] = {"views": postgres.url, "store_name": schema}
    assert grown(home, LINES, **kept) == grown(tmp_path / "other", LINES)
    assert not (home / "views.db").exists()
    with opened(home, **kept) as memory:
        assert take_in(memory, LINES).known == len(LINES)


def test_a_longer_log_of_other_keys_is_not_folded_into_these_rows(
    home: Path, tmp_path: Path, postgres: Postgres, schema: str
) -> None:
    kept: dict[str, Any] = {"ANAMNESIS_VIEWS": postgres.url, "ANAMNESIS_STORE_NAME": schema}
    run(home, "ingest", "-", given=written(LINES[:9]), **kept)
    before = run(home, "verify", "--json", **kept).row["state_hash"]
    run(tmp_path / "other", "ingest", "-", given=written(LINES))
    for words in (("stats",), ("timeline", "--space", "ana"), ("ingest", "-")):
        assert "another log's views" in run(tmp_path / "other", *words, code=3, **kept).err
    assert run(home, "verify", "--json", **kept).row["state_hash"] == before


def test_a_copy_leaves_the_rows_of_its_original_alone(
    home: Path, tmp_path: Path, postgres: Postgres, schema: str
) -> None:
    kept: dict[str, Any] = {"ANAMNESIS_VIEWS": postgres.url, "ANAMNESIS_STORE_NAME": schema}
    surest: dict[str, Any] = {"ANAMNESIS_RELATION_SCORE": "0.9999"}
    line = written([said("m1", "I live in Lisbon and I work for Acme.")])
    run(home, "ingest", "-", given=line, **kept, **surest)
    before = run(home, "verify", "--json", **kept).row["state_hash"]
    (tmp_path / "other.toml").write_text("relation_score = 0.5\n")
    to = tmp_path / "copy"
    run(home, "fork", "--settings", str(tmp_path / "other.toml"), "--to", str(to), **kept)
    told = run(home, "diff", str(to), "--json", **kept).rows
    assert {row["what"] for row in told if row["before"] is None} == {"fact"}
    refused = run(to, "timeline", "--space", "ana", code=3, **kept)
    assert "ANAMNESIS_VIEWS=sqlite" in refused.err
    assert run(to, "timeline", "--space", "ana").out
    assert run(home, "verify", "--json", **kept).row["state_hash"] == before


def test_the_command_works_with_postgresql_and_never_shows_the_password(
    store: PostgresStore, home: Path, examples: Path, filled_state: str
) -> None:
    secret = store.url.render_as_string().replace("tests@", "tests:secret-word@")

    def command(*arguments: str) -> Ran:
        ran = run(
            home, *arguments, ANAMNESIS_VIEWS=secret, ANAMNESIS_STORE_NAME=store.schema
        )  # fmt: skip
        assert "secret-word" not in ran.out + ran.err
        return ran

    command("ingest", str(examples))
    replayed = command("replay", "--json").row
    assert (replayed["state_hash"], replayed["changed"]) == (filled_state, False)
    verified = command("verify", "--json").row
    assert (verified["ok"], verified["state_hash"]) == (True, filled_state)
    elsewhere = command("replay", "--to", secret.replace("/postgres", "/template1"), "--json")
    assert elsewhere.row["state_hash"] == filled_state
    assert "tests:***@" in command("doctor").out.replace("\n", "")
    stores = command("stats", "--json").row["stores"]
    assert stores["views"]["store"] == "postgresql"
    assert stores["views"]["bytes"] > 100_000
    assert stores["vectors"]["store"] == "qdrant-edge"


def test_a_database_that_does_not_answer_or_lost_a_table_is_named(
    home: Path, postgres: Postgres, schema: str
) -> None:
    nobody = f"postgresql+psycopg://tests:secret@127.0.0.1:{free_port()}/x"
    with pytest.raises(ViewsAwayError, match="does not answer") as away:
        opened(home, views=nobody)
    assert "secret" not in str(away.value)
    with pytest.raises(SettingsError, match="ANAMNESIS_VIEWS"):
        PostgresStore("postgresql+psycopg://host:port/x", schema)
    with opened(home, views=postgres.url, store_name=schema) as memory:
        take_in(memory, LINES)
        before = state(memory)
        with memory.views.engine.begin() as on:
            on.execute(text("DROP TABLE mentions"))
        with pytest.raises(ViewDamagedError, match="anamnesis replay"):
            state(memory)
    ran = run(
        home, "replay", "--view", "sql", "--json",
        ANAMNESIS_VIEWS=postgres.url, ANAMNESIS_STORE_NAME=schema,
    )  # fmt: skip
    assert ran.row["state_hash"] == before
