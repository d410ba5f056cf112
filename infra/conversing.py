"""Whom a memory speaks to, and what says the words of an answer later."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np

from agents.answer import stating
from agents.body import Body
from agents.lexicon import terms
from infra.fitting import fitting
from infra.recollection import Asked, Hit
from infra.views.sql_reads import SqlReads
from infra.views.sql_segments import Rows
from streams.instants import to_micros

_LATEST: Final = 1  # memories that say the words of an answer


def spoken_to(hits: Sequence[Hit], rows: Rows | None) -> dict[str, str | None]:
    """Say whom memories speak to, where two speak in their session."""
    speakers: dict[str, set[str]] = {}
    for session, speaker in set(zip(rows.session, rows.speaker, strict=True)) if rows else ():
        if speaker:
            speakers.setdefault(session, set()).add(speaker)
    found: dict[str, str | None] = {}
    for memory in (hit.memory for hit in hits):
        others = speakers.get(memory.session, set()) - {memory.body.speaker or ""}
        found[memory.id] = next(iter(others)) if len(others) == 1 else None
    return found


def naming(
    reads: SqlReads, asked: Asked, rows: Rows | None, words: str, since: datetime
) -> list[tuple[str, Body]]:
    """Find the latest memories that say all of these words after a time, as far as they fit."""
    wanted = terms(words)[0]
    if rows is None or not len(wanted):
        return []
    owner = np.repeat(np.arange(len(rows.memory)), rows.term_counts)
    said = np.bincount(owner[np.isin(rows.terms, wanted)], minlength=len(rows.memory))
    later = (said >= len(wanted)) & (rows.at > to_micros(since)) & fitting(asked, rows)
    latest = np.flatnonzero(later)[np.argsort(-rows.at[later], kind="stable")][:_LATEST]
    ids = [rows.memory[i] for i in latest.tolist()]
    found = reads.memories(asked.space, ids) if ids else {}
    return list(stating((id_, found[id_].body) for id_ in ids if id_ in found))
