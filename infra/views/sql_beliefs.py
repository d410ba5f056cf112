"""What deciding statements reads: what is believed already, and what was found to contradict."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, select

from agents.beliefs import Belief, Dispute, FactKey
from agents.known import Known
from agents.predicates import (
    CAUSE,
    EFFECT,
    HAPPENED,
    LOCATED,
    PLACES,
    is_functional,
    name_key,
)
from infra.views.sql_keys import by_keys
from infra.views.sql_tables import CONTRADICTIONS
from streams.codec import Codec
from streams.instants import from_micros
from streams.sealed import read_fact

_DEPTH: Final = 4  # places in places that are read


def believed(
    on: Connection,
    codec: Codec,
    wanted: Collection[tuple[FactKey, str | None]],
    known: Known,
    own: Collection[tuple[str, str]] = (),
) -> None:
    """Read the beliefs under these keys, and what they lead to, a few steps far.

    That is where places lie, and when causes and effects happened. `own` are the predicates, with
    their spaces, that were declared functional.
    """
    _read_told(on, codec, [(key, told) for key, told in wanted if told is not None], known)
    read: set[FactKey] = set()
    further = {key for key, told in wanted if told is None}
    for _ in range(1 + _DEPTH):
        _read(on, codec, {key for key in further if key[2] != EFFECT}, known, own)
        _read_back(on, codec, {key for key in further if key[2] == EFFECT}, known)
        read |= further
        further = {
            (space, belief.object, _LEADS[predicate])
            for (space, _, predicate), beliefs in known.facts.items()
            if predicate in _LEADS
            for belief in beliefs
        } - read
        if not further:
            return


def disputes(on: Connection, codec: Codec, space: str, most: int) -> list[Dispute]:
    """Read the contradictions that were not weighed yet, the oldest first, with their facts."""
    c = CONTRADICTIONS.c
    query = select(CONTRADICTIONS).where(c.space == space, c.verdict.is_(None))
    rows = on.execute(query.order_by(c.seq, c.contradiction).limit(most)).all()
    keys: list[tuple[Any, ...]] = [(fact,) for row in rows for fact in row.facts.split()]
    facts = {row[0]: _belief(codec, space, row) for row in by_keys(on, "fact", keys, _BY_ID)}
    return [
        Dispute(
            row.contradiction,
            row.kind,
            tuple(facts[fact] for fact in row.facts.split() if fact in facts),
            tuple(row.memories.split()),
        )
        for row in rows
    ]


def _read_told(
    on: Connection, codec: Codec, wanted: Sequence[tuple[FactKey, str]], known: Known
) -> None:
    """Read the beliefs of one object each."""
    keys = sorted(
        (space, codec.blind(space, subject), predicate, codec.blind(space, told))
        for (space, subject, predicate), told in wanted
    )
    named = {codec.blind(key[0], key[1]): key[1] for key, _ in wanted}
    for row in by_keys(on, "space, subject, predicate, object", keys, _FACTS_TOLD):
        space, subject, predicate, *columns = row
        belief = _belief(codec, space, columns)
        known.facts.setdefault((space, named[subject], predicate), []).append(belief)


def _read(
    on: Connection,
    codec: Codec,
    wanted: Collection[FactKey],
    known: Known,
    own: Collection[tuple[str, str]],
) -> None:
    if not wanted:
        return
    blind = {
        (space, codec.blind(space, subject), predicate): (space, subject, predicate)
        for space, subject, predicate in wanted
    }
    for row in by_keys(on, "space, subject, predicate", sorted(blind), _FACTS):
        space, subject, predicate, *columns = row
        belief = _belief(codec, space, columns)
        known.facts.setdefault(blind[space, subject, predicate], []).append(belief)
    one = [key for key in wanted if is_functional(key[2]) or key[::2] in own]
    _told_by(on, [known.facts[key] for key in one if key in known.facts])


def _told_by(on: Connection, of: Sequence[list[Belief]]) -> None:
    """Add which memories told beliefs."""
    keys = [(belief.fact,) for beliefs in of for belief in beliefs]
    memories: dict[str, set[str]] = {}
    for fact, memory in by_keys(on, "fact", keys, _TELLING):
        memories.setdefault(fact, set()).add(memory)
    for beliefs in of:
        beliefs[:] = [replace(b, memories=frozenset(memories.get(b.fact, ()))) for b in beliefs]


def _read_back(on: Connection, codec: Codec, wanted: Collection[FactKey], known: Known) -> None:
    """Read effects by their causes."""
    if not wanted:
        return
    blind = {(space, codec.blind(space, cause)): (space, cause) for space, cause, _ in wanted}
    for space, cause, *columns in by_keys(on, "space, object", sorted(blind), _BY_CAUSE, by=CAUSE):
        belief = _belief(codec, space, columns)
        effect = name_key(read_fact(codec, space, columns[1]).subject)
        found = known.facts.setdefault((*blind[space, cause], EFFECT), [])
        found.append(replace(belief, object=effect))


def _belief(codec: Codec, space: str, row: Any) -> Belief:  # noqa: ANN401 - a row
    fact, body, valid_from, valid_to, held_at, confidence, evidence, asserted_to, ended_by = row
    told = read_fact(codec, space, body)
    return Belief(
        fact,
        told.object_key,
        from_micros(valid_from),
        None if valid_to is None else from_micros(valid_to),
        from_micros(held_at),
        confidence,
        evidence,
        asserted_to=None if asserted_to is None else from_micros(asserted_to),
        ended_by=ended_by,
        beside=told.beside,
    )


# What a fact's object leads to, by the fact's predicate.
_LEADS: Final = {
    **dict.fromkeys((*PLACES, LOCATED), LOCATED),
    **dict.fromkeys((CAUSE, EFFECT), HAPPENED),
}
_COLUMNS: Final = (
    "f.fact, f.body, f.valid_from, f.valid_to, f.last_held, f.confidence, f.evidence, "
    "f.asserted_to, f.ended_by"
)
_FACTS: Final = f"""
    SELECT f.space, f.subject, f.predicate, {_COLUMNS}
    FROM wanted CROSS JOIN facts f
    WHERE f.space = wanted.space AND f.subject = wanted.subject
    AND f.predicate = wanted.predicate ORDER BY f.seq
"""  # noqa: S608 - our own names
_FACTS_TOLD: Final = f"""
    SELECT f.space, f.subject, f.predicate, {_COLUMNS}
    FROM wanted CROSS JOIN facts f
    WHERE f.space = wanted.space AND f.subject = wanted.subject
    AND f.predicate = wanted.predicate AND f.object = wanted.object ORDER BY f.seq
"""  # noqa: S608 - our own names
_BY_CAUSE: Final = f"""
    SELECT f.space, f.object, {_COLUMNS}
    FROM wanted CROSS JOIN facts f
    WHERE f.space = wanted.space AND f.object = wanted.object
    AND f.predicate = :by ORDER BY f.seq
"""  # noqa: S608 - our own names
_TELLING: Final = """
    SELECT s.fact, s.memory FROM wanted CROSS JOIN fact_sources s WHERE s.fact = wanted.fact
"""
_BY_ID: Final = f"""
    SELECT {_COLUMNS} FROM wanted CROSS JOIN facts f WHERE f.fact = wanted.fact
"""  # noqa: S608 - our own names
