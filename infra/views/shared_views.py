"""How SQL views are opened that several processes write at once, as workers on Kafka do."""

import fcntl
from typing import Any, Final

from sqlalchemy import event

from infra.opening import view_store
from infra.settings import Settings
from infra.views.sql_views import SqlViews
from infra.views.view_store import ViewStore
from schemas.errors import ViewDamagedError
from streams.codec import Codec
from streams.log import Log
from streams.topology import MEMORIES
from streams.views import VIEWS

_PATIENCE: Final = 60_000  # milliseconds that a writer waits for another one, on SQLite


def open_shared_views(settings: Settings, log: Log, codec: Codec) -> SqlViews:
    """Open the views, made when they are missing; others may have them open.

    Raises ViewDamagedError or ConflictError when they do not belong to this log or version:
    nothing is rebuilt under the eyes of others.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    store = view_store(settings)
    engine = store.engine()
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _patient, insert=True)
    views = SqlViews(engine, codec)
    try:
        with (settings.home / "creating").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)  # one process at a time makes them
            store.lay_out(engine)
            views.begin(log.partitions)
        _belong(store, views, log)
    except BaseException:
        views.close()
        raise
    return views


def _patient(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own
    connection.execute(f"PRAGMA busy_timeout={_PATIENCE}")


def _belong(store: ViewStore, views: SqlViews, log: Log) -> None:
    mend = "make new ones with `anamnesis replay --to`, and start the workers there"
    if reason := store.damage():
        raise ViewDamagedError(f"{store.name}: {reason}: {mend}")
    if views.versions() != {view.name: view.version for view in VIEWS}:
        raise ViewDamagedError(f"{store.name} was made by other versions of the folds: {mend}")
    at, ends = views.positions(), log.ends(MEMORIES)
    if len(at) != len(ends) or any(at[p] > end for p, end in enumerate(ends)):
        raise ViewDamagedError(f"{store.name} is of another log, or Kafka has lost events: {mend}")
    if store.shared:
        views.demand_own(store.name)
