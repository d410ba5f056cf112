"""What deciding reads: exact rows of the views by key, and what is due, in order."""

import base64
from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Select, select

from agents.beliefs import FactKey
from agents.body import Body
from agents.due import Due
from agents.known import BLOCK_SIZE, Clock, Known
from agents.likeness import Near
from agents.needs import Look, Needs
from agents.predicates import is_functional
from agents.retention import Held
from agents.traced import Traced
from infra.views.sql_beliefs import believed, disputes
from infra.views.sql_declared import declared
from infra.views.sql_episodes import concepts_of, new_episodes
from infra.views.sql_keys import by_keys
from infra.views.sql_links import new_links
from infra.views.sql_sequences import new_sequences
from infra.views.sql_tables import CLOCKS, FACTS, MEMORIES
from infra.views.sql_tracing import disputed, rivals, sourced, stated
from infra.views.sql_whereabouts import stayed
from schemas.memories import Whole
from streams.codec import Codec
from streams.instants import from_micros, to_micros
from streams.sealed import read_body, read_fact, read_features, read_near

_MANY: Final = 500  # values of one IN
_STRENGTH: Final = (
    "stability", "difficulty", "last_access", "state", "layer", "days", "confidence", "review",
)  # fmt: skip
_HOLDING: Final = tuple(MEMORIES.c[name] for name in ("memory", "space", "due", *_STRENGTH))


def gather(on: Connection, codec: Codec, needs: Needs) -> Known:
    """Read what deciding needs, from exact tables only."""
    known = Known()
    _decided(on, needs, known)
    _blocks(on, codec, needs, known)
    known.declared = declared(on, codec, needs.spaces)
    one = needs.declaring.union(
        (space, name) for space in known.declared for name in known.functional(space)
    )
    placed = stayed(on, codec, needs.stays, known) if needs.stays else set()
    believed(on, codec, _whole_where(one, needs.facts | placed), known, one)
    _sessions(on, needs, known)
    _held(on, needs, known)
    _judged(on, needs, known)
    _clocks(on, needs, known)
    if needs.retracted:
        known.traced = _traced(on, codec, *needs.retracted)
    if needs.weighed:
        known.traced = Traced(facts=rivals(on, codec, *needs.weighed))
    if known.traced.facts:
        stating = (stated.key for stated in known.traced.facts)
        keys = {key for key in stating if is_functional(key[2]) or key[::2] in one}
        believed(on, codec, [(key, None) for key in sorted(keys)], known, one)
    if needs.look:
        known.due = _due(on, codec, needs.look)
    if needs.disputes:
        known.disputes = disputes(on, codec, *needs.disputes)
    if needs.episodes:
        known.episodes = new_episodes(on, codec, needs.episodes)
        space, most = needs.episodes.space, needs.episodes.most - 1
        new_sequences(on, codec, space, most, known.episodes)
        new_links(on, codec, space, known.episodes)
    changing = [*known.traced.alone, *(d for d in known.due if d.held.state != "vivid")]
    concepts_of(on, codec, [item.memory for item in changing], known)
    return known


def _whole_where(
    one: Collection[tuple[str, str]], facts: Collection[tuple[FactKey, str | None]]
) -> Collection[tuple[FactKey, str | None]]:
    """Want facts whatever their object where one object holds at a time."""
    if not one:
        return facts
    return {(key, None if key[::2] in one else told) for key, told in facts}


def _decided(on: Connection, needs: Needs, known: Known) -> None:
    keys = [(input_,) for input_ in sorted(needs.inputs)]
    if keys:
        for input_, digest in by_keys(on, "input", keys, _DECIDED):
            known.decided.setdefault(input_, []).append(digest)


def _sessions(on: Connection, needs: Needs, known: Known) -> None:
    if needs.sessions:
        for row in by_keys(on, "space, session", sorted(needs.sessions), _SESSIONS):
            known.ordinals[row[0], row[1]] = row[2]


def _blocks(on: Connection, codec: Codec, needs: Needs, known: Known) -> None:
    if not needs.blocks:
        return
    nears: dict[str, Near] = {}
    keys = sorted(needs.blocks)
    for space, key, memory, body, features, *strength in by_keys(on, "space, key", keys, _BLOCKS):
        if memory not in nears:
            nears[memory] = read_near(codec, space, memory, body, features)
            known.held[memory] = _holding(space, strength)
        known.blocks.setdefault((space, key), []).append(nears[memory])


def _held(on: Connection, needs: Needs, known: Known) -> None:
    keys = sorted(needs.memories)
    if keys:
        for space, memory, *strength in by_keys(on, "space, memory", keys, _HELD):
            known.held[memory] = _holding(space, strength)


def _clocks(on: Connection, needs: Needs, known: Known) -> None:
    if needs.spaces:
        c = CLOCKS.c
        query = select(c.space, c.since, c.last_at).where(c.space.in_(sorted(needs.spaces)))
        for space, since, now in on.execute(query):
            known.clocks[space] = Clock(from_micros(since), from_micros(now))


def _holding(space: str, strength: Sequence[Any]) -> Held:
    stability, difficulty, accessed, state, layer, days, confidence, review = strength
    return Held(
        space,
        stability,
        difficulty,
        from_micros(accessed),
        state,
        layer,
        days,
        confidence,
        None if review is None else from_micros(review),
    )


def _judged(on: Connection, needs: Needs, known: Known) -> None:
    f = FACTS.c
    for space, memory in sorted(needs.judged):
        query = select(f.fact, f.confidence).where(f.memory == memory, f.space == space)
        known.told[memory] = {row.fact: row.confidence for row in on.execute(query)}


def _due(on: Connection, codec: Codec, look: Look) -> list[Due]:
    """Read what is due, the longest first, by the index of each state, or of reviews."""
    m = MEMORIES.c
    rows: list[Any] = []
    if not look.states:
        query = select(MEMORIES).where(m.space == look.space, m.review <= to_micros(look.at))
        found = on.execute(query.order_by(m.review, m.memory).limit(look.most))
        return _whole(on, codec, found.all())
    for state in look.states:
        # What is vivid only fades: the rest of it need not be opened.
        columns = _HOLDING if state == "vivid" else (MEMORIES,)
        query = select(*columns).where(
            m.space == look.space, m.state == state, m.due <= to_micros(look.at)
        )
        rows.extend(on.execute(query.order_by(m.due, m.memory).limit(look.most)))
    rows.sort(key=lambda row: (row.due, row.memory))
    del rows[look.most :]
    whole = {item.memory: item for item in _whole(on, codec, [r for r in rows if _changes(r)])}
    return [whole[row.memory] if _changes(row) else _faint(row) for row in rows]


def _changes(row: Any) -> bool:  # noqa: ANN401 - a row
    """Say whether more of a memory changes than its strength."""
    return bool(row.state != "vivid")


def _faint(row: Any) -> Due:  # noqa: ANN401 - a row
    return Due(row.memory, _holding(row.space, [getattr(row, name) for name in _STRENGTH]))


def _traced(on: Connection, codec: Codec, space: str, observation: str) -> Traced:
    alone, shared = sourced(on, space, observation)
    rows: list[Any] = []
    for start in range(0, len(alone), _MANY):
        query = select(MEMORIES).where(MEMORIES.c.memory.in_(alone[start : start + _MANY]))
        rows.extend(on.execute(query.order_by(MEMORIES.c.memory)))
    facts = stated(on, codec, space, observation)
    return Traced(_whole(on, codec, rows), shared, facts, *disputed(on, space, observation))


def _whole(on: Connection, codec: Codec, rows: Sequence[Any]) -> list[Due]:
    names = _named(on, codec, [row.memory for row in rows])
    keys = [(row.memory,) for row in rows]
    sessions: dict[str, int] = dict(map(tuple, by_keys(on, "memory", keys, _RECALLED_IN)))
    found = []
    for row in rows:
        held = _holding(row.space, [getattr(row, name) for name in _STRENGTH])
        named = tuple(names.get(row.memory, ()))
        counts = (row.recalled, row.reinforced, from_micros(row.learned))
        met = sessions.get(row.memory, 0)
        found.append(Due(_memory(codec, row), held, named, *counts, met))
    return found


def _memory(codec: Codec, row: Any) -> Whole:  # noqa: ANN401 - a row
    body: Body = read_body(codec, row.space, row.memory, row.body)
    features = read_features(codec, row.space, row.features)
    return Whole(
        memory=row.memory,
        space=row.space,
        kind=row.kind,
        layer=row.layer,
        at=body.at,  # with the zone that it was told in, whose day is one of its terms
        session=row.session,
        ordinal=row.ordinal,
        speaker=body.speaker,
        text=body.text,
        vector=_written(features.vector),
        tokens=_written(features.tokens),
        entities=body.entities,
        in_facts=body.in_facts,
        times=body.times,
        intent=body.intent,
        emotion=body.emotion,
        importance=body.importance,
        source=body.source,
    )


def _written(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _named(on: Connection, codec: Codec, memories: Sequence[str]) -> dict[str, list[str]]:
    """Give the names in the facts that each memory asserted."""
    f = FACTS.c
    found: dict[str, list[str]] = {}
    for start in range(0, len(memories), _MANY):
        query: Select[Any] = select(f.memory, f.space, f.body).where(
            f.memory.in_(memories[start : start + _MANY])
        )
        for memory, space, sealed in on.execute(query.order_by(f.fact)):
            body = read_fact(codec, space, sealed)
            found.setdefault(memory, []).extend((body.subject, body.object))
    return found


_DECIDED: Final = """
    SELECT d.input, d.digest FROM wanted CROSS JOIN decided d
    WHERE d.input = wanted.input ORDER BY d.seq
"""
_SESSIONS: Final = """
    SELECT s.space, s.session, s.last_ordinal + 1 FROM wanted CROSS JOIN sessions s
    WHERE s.space = wanted.space AND s.session = wanted.session
"""
# The newest memories of each block: O(block size), however full a block is.
_BLOCKS: Final = f"""
    SELECT b.space, b.key, m.memory, m.body, m.features,
        m.stability, m.difficulty, m.last_access, m.state, m.layer,
        m.days, m.confidence, m.review
    FROM wanted CROSS JOIN blocks b CROSS JOIN memories m
    WHERE b.space = wanted.space AND b.key = wanted.key AND b.seq >= COALESCE((
        SELECT o.seq FROM blocks o WHERE o.space = wanted.space AND o.key = wanted.key
        ORDER BY o.seq DESC LIMIT 1 OFFSET {BLOCK_SIZE - 1}), 0)
    AND m.memory = b.memory
    ORDER BY b.seq
"""  # noqa: S608 - a number is formatted in
_RECALLED_IN: Final = """
    SELECT r.memory, COUNT(*) FROM wanted CROSS JOIN recalls r
    WHERE r.memory = wanted.memory GROUP BY r.memory
"""
_HELD: Final = """
    SELECT m.space, m.memory, m.stability, m.difficulty, m.last_access, m.state, m.layer,
        m.days, m.confidence, m.review
    FROM wanted CROSS JOIN memories m
    WHERE m.memory = wanted.memory AND m.space = wanted.space
"""
