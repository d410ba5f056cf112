"""A space made large by copying rows and points, so that a million memories take minutes.

The copies have ids, places and times of their own, and the donors' content; they are in no log,
so that the folder is good for measuring only.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select, text

from agents.lexicon import weighed
from agents.retention import FADING, days_until
from agents.wording import indexed_stems
from benches.made_up import grow
from infra.memory import Memory
from infra.views.sql_tables import MEMORIES, METADATA
from schemas.values import State
from streams.instants import from_micros, to_micros
from streams.sealed import read_body, read_features
from streams.vectors import Point

_DONORS: Final = 1000
_FAR: Final = 10**9  # between the places in the log that copies pretend to have
_STATES: Final[tuple[State, ...]] = ("vivid", "faded", "compressed")
_STABILITY: Final = 1.727  # days: an ordinary memory's
_STEP: Final = 7919  # a prime: due times lie scattered over the table
_COPIED: Final = ("memories", "sources", "mentions", "members")
_POINTS: Final = 2048  # at a time


def enlarge(memory: Memory, space: str, count: int, begin: datetime, *, points: bool) -> None:
    """Give a space so many memories, a third in each state; from `begin` on one is due a second.

    Without `points`, only the donors are in the vector view.
    """
    donors = min(count, _DONORS)
    grow(memory, space, donors)
    with memory.views.engine.connect() as on:
        on.execute(text("CREATE TEMP TABLE donors AS SELECT memory FROM memories WHERE 0"))
        chosen = "SELECT memory FROM memories WHERE space = :space"
        on.execute(text(f"INSERT INTO donors {chosen}"), {"space": space})
        for copy in range(1, -(-count // donors)):
            _copied(on, space, copy, min(donors, count - copy * donors))
            on.commit()  # one by one, so that what is to be written down stays small
        on.execute(text("DROP TABLE donors"))
        _timed(on, space, count, begin)
        on.commit()
    if points:
        for page in _pages(memory, space):
            memory.vectors.upsert(page)
        memory.projector.flush()


def _copied(on: Connection, space: str, copy: int, most: int) -> None:
    """Copy the donors' rows once more, at most so many."""
    given = {"space": space, "far": _FAR, "most": most, "add": copy * _FAR}
    given["scattered"] = f"{copy * 2654435761 % 2**32:08x}"
    for name in _COPIED:
        columns = [column.name for column in METADATA.tables[name].columns]
        told = {"memory": ":scattered || substr(d.memory, 9)", "seq": "seq + :add"}
        chosen = ", ".join(told.get(column, column) for column in columns)
        on.execute(
            text(
                f"INSERT INTO {name} ({', '.join(columns)}) SELECT {chosen}"  # noqa: S608
                f" FROM donors d CROSS JOIN {name} t ON t.memory = d.memory"
                " WHERE d.rowid <= :most"
            ),
            given,
        )
    on.execute(text("UPDATE sizes SET count = count + :most WHERE space = :space"), given)


def _timed(on: Connection, space: str, count: int, begin: datetime) -> None:
    """Let each state have one memory due a second, in an order of its own."""
    for place, state in enumerate(_STATES):
        lasts = int(timedelta(days=days_until(FADING.ends(state), _STABILITY)).total_seconds())
        given = {
            "space": space, "state": state, "step": _STEP, "count": count, "place": place,
            "stability": _STABILITY, "begin": to_micros(begin), "lasts": (lasts + 1) * 1_000_000,
        }  # fmt: skip
        on.execute(
            text(
                "UPDATE memories SET state = :state, stability = :stability, review = NULL,"
                " due = :begin + rowid * :step % :count * 1000000,"
                " last_access = :begin - :lasts + rowid * :step % :count * 1000000"
                " WHERE space = :space AND rowid % 3 = :place"
            ),
            given,
        )


def _pages(memory: Memory, space: str) -> Iterator[list[Point]]:
    m, page = MEMORIES.c, list[Point]()
    query = select(MEMORIES).where(m.space == space, m.seq >= _FAR)
    with memory.views.engine.connect() as on:
        for row in on.execute(query.execution_options(yield_per=_POINTS)):
            body = read_body(memory.codec, space, row.memory, row.body)
            ids, weights = weighed(indexed_stems(body.speaker, from_micros(row.at), body.text))
            dense = read_features(memory.codec, space, row.features).vector
            page.append(
                Point(
                    row.memory, space, row.seq, row.at, row.kind, row.layer, dense,
                    ids.tobytes(), weights.tobytes(),
                )
            )  # fmt: skip
            if len(page) == _POINTS:
                yield page
                page = []
    yield page
