"""What each row of a ranking has besides its likeness: the question's conditions, and its state."""

from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from infra.recollection import Asked
from infra.views.sql_segments import Rows
from schemas.percepts import Passage
from streams.instants import to_micros

# What a memory's state adds: bounded, so that what fits much better is found all the same.
_DOUBTED: Final = 1.0  # what a memory without any confidence loses
_STATES: Final = {"vivid": 0.0, "faded": -0.25, "compressed": -0.25}


def held_back(rows: Rows) -> NDArray[np.float32]:
    """Say what fading, and doubts that somebody had, add to a score."""
    fading = np.array([_STATES[state] for state in rows.state], np.float32)
    return fading - np.float32(_DOUBTED) * (1 - rows.confidence)


def among(rows: Rows, memories: AbstractSet[str]) -> NDArray[np.float32]:
    """Say, as 1 or 0, which rows are these memories."""
    return np.array([memory in memories for memory in rows.memory], np.float32)


def fitting(asked: Asked, rows: Rows) -> NDArray[np.bool_]:
    """Whole segments are read, so what was found beside a hit is checked here."""
    fits = np.ones(len(rows.memory), np.bool_)
    for allowed, column in ((asked.kinds, rows.kind), (asked.layers, rows.layer)):
        if allowed:
            fits &= np.array([value in allowed for value in column], np.bool_)
    if asked.known_at is not None:
        fits &= rows.position <= asked.known_at
    if asked.as_of is not None:
        fits &= rows.at <= to_micros(asked.as_of)
    if asked.since is not None:
        fits &= rows.at >= to_micros(asked.since)
    if asked.until is not None:
        fits &= rows.at < to_micros(asked.until)
    return fits


def in_time(rows: Rows, passage: Passage) -> NDArray[np.float32]:
    """Say, as 1 or 0, which rows lie in a time that the question names."""
    inside = np.zeros(len(rows.memory), np.float32)
    for time in passage.times:
        since = to_micros(datetime.fromisoformat(time.since))
        until = to_micros(datetime.fromisoformat(time.until))
        inside[(rows.at >= since) & (rows.at < until)] = 1.0
    return inside
