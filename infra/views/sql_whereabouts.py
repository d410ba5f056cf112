"""What an episode with a place is held against: earlier stays of those who were there."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from agents.beliefs import FactKey
from agents.known import Known
from agents.locate import BESIDE
from agents.predicates import LOCATED
from agents.whereabouts import Stay, StayKey
from infra.views.sql_keys import by_keys
from streams.codec import Codec
from streams.instants import from_micros, to_micros


def stayed(
    on: Connection, codec: Codec, wanted: set[tuple[StayKey, datetime]], known: Known
) -> set[tuple[FactKey, None]]:
    """Read the latest stays of people that began before a time; say which facts place them."""
    named = {(space, codec.blind(space, who)): (space, who) for (space, who), _ in wanted}
    keys = sorted(
        (space, codec.blind(space, who), to_micros(until)) for (space, who), until in wanted
    )
    found: dict[StayKey, set[Stay]] = {}
    for space, entity, memory, place, since, until in by_keys(
        on, "space, entity, until", keys, _STAYS
    ):
        times = (from_micros(since), from_micros(until))
        stay = Stay(memory, codec.open(space, place).decode(), *times)
        found.setdefault(named[space, bytes(entity)], set()).add(stay)
    known.stays = {key: sorted(some) for key, some in found.items()}
    return {((key[0], stay.place, LOCATED), None) for key in found for stay in found[key]}


_STAYS: Final = f"""
    SELECT w.space, w.entity, w.memory, w.place, w.since, w.until
    FROM wanted CROSS JOIN whereabouts w
    WHERE w.space = wanted.space AND w.entity = wanted.entity AND w.since < wanted.until
    AND w.since >= COALESCE((
        SELECT o.since FROM whereabouts o
        WHERE o.space = wanted.space AND o.entity = wanted.entity AND o.since < wanted.until
        ORDER BY o.since DESC LIMIT 1 OFFSET {BESIDE - 1}), w.since)
"""  # noqa: S608 - a number is formatted in
