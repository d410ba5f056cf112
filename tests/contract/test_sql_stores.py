"""Are views made again where they must be, in every database, and nowhere else?"""

import signal
import subprocess
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import update

from infra.memory import Memory
from infra.opening import begin_views, open_views
from infra.settings import Settings
from infra.vectors.edge_vectors import EdgeVectors
from infra.views.postgres_store import PostgresStore
from infra.views.projector import Projector
from infra.views.refold import refold, replace_views, replay_to
from infra.views.sql_tables import ENTITIES, FOLDED, MENTIONS, SIZES
from infra.views.sql_views import SqlViews
from infra.views.sqlite_store import SqliteStore
from infra.views.view_store import ViewStore
from schemas.errors import ConflictError
from streams.codec import PlainCodec
from streams.topology import MEMORIES
from tests.contract.sql_stores import Another
from tests.driving import ENVIRONMENT, REPLAY_UNTIL_KILLED, opened, run, said, take_in, written

CODEC = PlainCodec()


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


def test_what_a_rebuild_that_ended_early_has_left_is_removed(
    store: ViewStore, full: Memory
) -> None:
    with suppress(KeyboardInterrupt), store.beside("of this log") as beside:
        refold(full.log, CODEC, beside).close()
        raise KeyboardInterrupt
    store.tidy()
    with store.beside("of this log") as beside:
        assert beside.missing()


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
            settings = settings_for(store, tmp_path)
            with pytest.raises(ConflictError, match="there is no log"):
                open_views(settings, young.log, CODEC, told.append)
            take_in(young, [said("one")])
            open_views(settings, young.log, CODEC, told.append).close()
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


@pytest.mark.parametrize("until", [None, "2100-01-01"])
def test_a_local_replay_that_was_killed_can_be_run_again(
    home: Path, tmp_path: Path, until: str | None
) -> None:
    run(home, "ingest", "-", given=written([said("a"), said("b")]))
    hashed = run(home, "verify", "--json").row["state_hash"]
    past = ("--until", until) if until else ()
    to = ("replay", "--json", "--to", str(tmp_path / "again"), *past)
    killed = subprocess.run(
        [sys.executable, "-c", REPLAY_UNTIL_KILLED, *to],
        env={**ENVIRONMENT, "ANAMNESIS_HOME": str(home)}, capture_output=True, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert SqliteStore(tmp_path / "again").missing()
    ran = run(home, *to)
    assert ("goes on where it stopped" in ran.err) == (until is None)
    assert ("begins anew" in ran.err) == (until is not None)
    assert ran.row["state_hash"] == hashed
    assert not (tmp_path / "again" / "views.new").exists()
    with EdgeVectors(tmp_path / "again" / "vectors") as vectors:
        assert vectors.count() == 2
    assert "holds views already" in run(home, *to, code=3).err
