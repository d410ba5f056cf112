"""What recognising procedures reads: sequences with new steps, and others that share steps."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, select

from agents.known import Episodes
from agents.recognise import LONGEST, Told
from infra.views.sql_keys import by_keys
from infra.views.sql_tables import SEQUENCES
from streams.codec import Codec

_FRESH: Final = 32  # sequences that a tick compares; each may have 64 steps
_SHARING: Final = 32  # the newest tellings of a step, by which other sequences are found


def new_sequences(on: Connection, codec: Codec, space: str, most: int, found: Episodes) -> None:
    """Read the oldest sequences with new steps, and others that share steps with them."""
    s = SEQUENCES.c
    query = select(s.sequence).where(s.space == space, s.compared_at.is_(None)).order_by(s.seq)
    most = min(most, _FRESH)
    fresh = list(on.scalars(query.limit(most + 1)))
    found.left, fresh = len(fresh) > most, fresh[:most]
    found.sequences = _told(on, codec, space, fresh)
    keys = {(space, key) for one in found.sequences for key, _ in one.steps}
    sharing = {row[0] for row in by_keys(on, "space, key", sorted(keys), _TELLINGS)}
    found.sharing = _told(on, codec, space, sorted(sharing - set(fresh)))


def _told(on: Connection, codec: Codec, space: str, sequences: Sequence[str]) -> list[Told]:
    rows: dict[str, list[tuple[int, str]]] = {sequence: [] for sequence in sequences}
    keys = [(space, sequence) for sequence in sequences]
    for sequence, key, body in by_keys(on, "space, sequence", keys, _STEPS):
        rows[sequence].append((key, codec.open(space, body).decode()))
    return [Told(sequence, tuple(steps[-LONGEST:])) for sequence, steps in rows.items()]


_STEPS: Final = """
    SELECT s.sequence, s.key, s.body FROM wanted CROSS JOIN steps s
    WHERE s.space = wanted.space AND s.sequence = wanted.sequence ORDER BY s.seq, s.number
"""
_TELLINGS: Final = f"""
    SELECT s.sequence FROM wanted CROSS JOIN steps s
    WHERE s.space = wanted.space AND s.key = wanted.key AND s.seq >= COALESCE((
        SELECT o.seq FROM steps o WHERE o.space = wanted.space AND o.key = wanted.key
        ORDER BY o.seq DESC LIMIT 1 OFFSET {_SHARING - 1}), 0)
"""  # noqa: S608 - a number is formatted in
