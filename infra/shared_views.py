"""How SQL views are opened that several processes write at once, as workers on Kafka do."""

import fcntl
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event

from infra.opening import VIEWS_FILE, sqlite_engine
from infra.settings import Settings
from infra.sql_views import SqlViews
from schemas.errors import SettingsError, ViewDamagedError
from streams.codec import Codec
from streams.log import Log
from streams.topology import MEMORIES
from streams.views import VIEWS

_PATIENCE: Final = 60_000  # milliseconds that a writer waits for another one


def open_shared_views(settings: Settings, log: Log, codec: Codec) -> SqlViews:
    """Open the views, made when they are missing; others may have them open.

    Raises ViewDamagedError when they do not belong to this log or version: nothing is rebuilt
    under the eyes of others.
    """
    if settings.views != "sqlite":
        raise SettingsError(f"ANAMNESIS_VIEWS={settings.views} is not supported with Kafka")
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = sqlite_engine(settings.home / VIEWS_FILE)

    def patient(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own
        connection.execute(f"PRAGMA busy_timeout={_PATIENCE}")

    event.listen(engine, "connect", patient, insert=True)
    views = SqlViews(engine, codec)
    try:
        _create(settings.home, views, log.partitions)
        _belong(settings.home / VIEWS_FILE, views, log)
    except BaseException:
        views.close()
        raise
    return views


def _create(folder: Path, views: SqlViews, partitions: int) -> None:
    """Make the tables; one process at a time."""
    with (folder / "creating").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        views.create(partitions)


def _belong(file: Path, views: SqlViews, log: Log) -> None:
    mend = "make them again with `anamnesis replay --from kafka --to FOLDER`"
    if views.versions() != {view.name: view.version for view in VIEWS}:
        raise ViewDamagedError(f"{file} was made by other versions of the folds: {mend}")
    at, ends = views.positions(), log.ends(MEMORIES)
    if len(at) != len(ends) or any(at[p] > end for p, end in enumerate(ends)):
        raise ViewDamagedError(f"{file} belongs to another log, or Kafka has lost events: {mend}")
