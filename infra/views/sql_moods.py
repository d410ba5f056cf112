"""How sessions felt: the mood at the end of each, from the emotions of its memories."""

from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import select

from agents.mood import Mood, mood_after
from infra.views.sql_reads import SqlReads
from infra.views.sql_tables import MEMORIES
from streams.instants import from_micros
from streams.sealed import read_body

_LATEST: Final = 32  # memories of a session: what was felt before has less than 1 % of the mood
_READ: Final = 5000  # memories that a trend is read from


class SessionMood(NamedTuple):
    """The mood of a session after its latest memory, and of how many memories it was made."""

    session: str
    at: datetime
    mood: Mood
    memories: int


class SqlMoods:
    """Questions about moods; they are no state: the emotions of the memories are."""

    def __init__(self, reads: SqlReads) -> None:
        self._reads = reads

    def of_session(self, space: str, session: str) -> Mood | None:
        """Give the mood at the end of a session, if anything was felt in it."""
        m = MEMORIES.c
        query = (
            select(m.memory, m.body)
            .where(m.space == space, m.session == session)
            .order_by(m.segment.desc(), m.ordinal.desc())
            .limit(_LATEST)
        )
        with self._reads.engine.connect() as on:
            rows = on.execute(query).all()
        codec = self._reads.codec
        felt = [read_body(codec, space, row.memory, row.body).emotion for row in reversed(rows)]
        return mood_after(felt)

    def trend(self, space: str, limit: int) -> list[SessionMood]:
        """Give the moods of the sessions of the newest memories, the oldest session first."""
        m = MEMORIES.c
        query = (
            select(m.memory, m.session, m.at, m.body)
            .where(m.space == space)
            .order_by(m.at.desc(), m.memory)
            .limit(_READ)
        )
        felt: dict[str, list[dict[str, float]]] = {}
        latest: dict[str, int] = {}
        with self._reads.engine.connect() as on:
            for row in on.execute(query):
                emotion = read_body(self._reads.codec, space, row.memory, row.body).emotion
                latest.setdefault(row.session, row.at)
                if emotion:
                    felt.setdefault(row.session, []).append(emotion)
        found = [
            SessionMood(session, from_micros(latest[session]), mood, len(emotions))
            for session, emotions in felt.items()
            if (mood := mood_after(reversed(emotions)))
        ]
        return sorted(found, key=lambda one: (one.at, one.session))[-limit:]
