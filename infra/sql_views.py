"""Where the SQL views are kept: what deciding gathers from them, and how writes get in."""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Engine, Table, func, insert, select, update

from agents.known import BLOCK_SIZE, Belief, Known, Needs
from agents.likeness import Near
from infra.sql_keys import by_keys
from infra.sql_tables import FOLDED, METADATA, NOT_STATE, POSITIONS, SIZES, STATE
from infra.sql_writes import write_all
from schemas.errors import StalePositionError
from streams.codec import Codec
from streams.instants import from_micros
from streams.sealed import read_fact, read_near
from streams.views import VIEWS
from streams.writes import Put, Write


class Decided(NamedTuple):
    """An input that was decided: its id, its content's digest, and the offset of its outcome."""

    input: str
    digest: str
    seq: int


class SqlViews:
    """The SQL views in one database, each write with the position that it brings them to."""

    def __init__(self, engine: Engine, codec: Codec) -> None:
        self.engine = engine
        self.codec = codec

    def create(self, partitions: int) -> None:
        """Create what is missing; note the versions of the folds."""
        METADATA.create_all(self.engine)
        with self.engine.begin() as on:
            if not on.execute(select(POSITIONS)).first():
                rows = [{"partition": p, "next": 0} for p in range(partitions)]
                on.execute(insert(POSITIONS), rows)
                on.execute(insert(FOLDED), [{"view": v.name, "version": v.version} for v in VIEWS])

    def versions(self) -> dict[str, int]:
        """Give the version of each fold that wrote what is here."""
        with self.engine.connect() as on:
            return {str(row.view): int(row.version) for row in on.execute(select(FOLDED))}

    def positions(self) -> dict[int, int]:
        """Give the next offset of the memories stream to fold, by partition."""
        with self.engine.connect() as on:
            return {int(row.partition): int(row.next) for row in on.execute(select(POSITIONS))}

    def apply(
        self,
        writes: Iterable[Write],
        decided: Sequence[Decided],
        partition: int,
        expected: int,
        position: int,
    ) -> None:
        """Write rows, decided ids and the position in one transaction, or nothing.

        Raises StalePositionError when another writer has moved the partition's position.
        """
        with self.engine.begin() as on:
            moved = on.execute(
                update(POSITIONS)
                .where(POSITIONS.c.partition == partition, POSITIONS.c.next == expected)
                .values(next=position)
            )
            if moved.rowcount != 1:
                raise StalePositionError(
                    f"the views of partition {partition} do not stand at {expected} any more",
                    partition=partition,
                    expected=expected,
                )
            known = [Put("decided", d._asdict()) for d in decided]
            write_all(on, chain(writes, known))

    def gather(self, needs: Needs) -> Known:
        """Read what deciding needs, from exact tables only."""
        known = Known()
        with self.engine.connect() as on:
            self._decided(on, needs, known)
            self._blocks(on, needs, known)
            self._facts(on, needs, known)
            self._sessions(on, needs, known)
        return known

    def _decided(self, on: Connection, needs: Needs, known: Known) -> None:
        keys = [(input_,) for input_ in sorted(needs.inputs)]
        if keys:
            for input_, digest in by_keys(on, "input", keys, _DECIDED):
                known.decided.setdefault(input_, []).append(digest)

    def _sessions(self, on: Connection, needs: Needs, known: Known) -> None:
        if needs.sessions:
            for row in by_keys(on, "space, session", sorted(needs.sessions), _SESSIONS):
                known.ordinals[row[0], row[1]] = row[2]

    def _blocks(self, on: Connection, needs: Needs, known: Known) -> None:
        if not needs.blocks:
            return
        nears: dict[str, Near] = {}
        keys = sorted(needs.blocks)
        for space, key, memory, body, vector in by_keys(on, "space, key", keys, _BLOCKS):
            if memory not in nears:
                nears[memory] = read_near(self.codec, space, memory, body, vector)
            known.blocks.setdefault((space, key), []).append(nears[memory])

    def _facts(self, on: Connection, needs: Needs, known: Known) -> None:
        if not needs.facts:
            return
        blind = {
            (space, self.codec.blind(space, subject), predicate): (space, subject, predicate)
            for space, subject, predicate in needs.facts
        }
        found = by_keys(on, "space, subject, predicate", sorted(blind), _FACTS)
        for space, subject, predicate, fact, body, valid_from, valid_to in found:
            belief = Belief(
                fact,
                read_fact(self.codec, space, body).object_key,
                from_micros(valid_from),
                None if valid_to is None else from_micros(valid_to),
            )
            known.facts.setdefault(blind[space, subject, predicate], []).append(belief)

    def decided(self, inputs: Sequence[str]) -> dict[str, list[str]]:
        """Give the digests under which these inputs were decided."""
        known = Known()
        with self.engine.connect() as on:
            self._decided(on, Needs(inputs=set(inputs)), known)
        return known.decided

    def size(self) -> int:
        """Count the memories."""
        with self.engine.connect() as on:
            return int(on.scalar(select(func.sum(SIZES.c.count))) or 0)

    def state_hashes(self) -> dict[str, str]:
        """Hash what memory is, by space: every row by its key, without log positions."""
        sums: dict[str, int] = {}
        with self.engine.connect() as on:
            for table in STATE:
                for row in on.execute(select(table).execution_options(yield_per=1000)):
                    digest = _row_digest(table, row._mapping, self.codec)  # noqa: SLF001 - public API
                    space = row.space
                    sums[space] = (sums.get(space, 0) + digest) % (1 << 256)
        return {space: f"{total:064x}" for space, total in sorted(sums.items())}

    def close(self) -> None:
        """Release every connection."""
        self.engine.dispose()


_DECIDED: Final = """
    SELECT d.input, d.digest FROM wanted CROSS JOIN decided d
    WHERE d.input = wanted.input ORDER BY d.seq
"""
_SESSIONS: Final = """
    SELECT s.space, s.session, s.count FROM wanted CROSS JOIN sessions s
    WHERE s.space = wanted.space AND s.session = wanted.session
"""
# The newest memories of each block: O(block size), however full a block is.
_BLOCKS: Final = f"""
    SELECT b.space, b.key, m.memory, m.body, m.vector
    FROM wanted CROSS JOIN blocks b CROSS JOIN memories m
    WHERE b.space = wanted.space AND b.key = wanted.key AND b.seq >= COALESCE((
        SELECT o.seq FROM blocks o WHERE o.space = wanted.space AND o.key = wanted.key
        ORDER BY o.seq DESC LIMIT 1 OFFSET {BLOCK_SIZE - 1}), 0)
    AND m.memory = b.memory
    ORDER BY b.seq
"""  # noqa: S608 - a number is formatted in
_FACTS: Final = """
    SELECT f.space, f.subject, f.predicate, f.fact, f.body, f.valid_from, f.valid_to
    FROM wanted CROSS JOIN facts f
    WHERE f.space = wanted.space AND f.subject = wanted.subject
    AND f.predicate = wanted.predicate ORDER BY f.seq
"""
_SEALED = frozenset({
    "body", "vector", "tokens", "term_ids", "text", "name", "speaker"
})  # fmt: skip


def _row_digest(table: Table, row: Any, codec: Codec) -> int:  # noqa: ANN401 - a row mapping
    """Digest one row; the sum over rows (mod 2^256) does not depend on their order."""
    parts = [table.name]
    for column in table.columns:
        if column.name not in NOT_STATE:
            value = row[column.name]
            if column.name in _SEALED:
                value = codec.open(row["space"], value)
            parts.append(repr(value))
    return int.from_bytes(hashlib.sha256("\x1f".join(parts).encode()).digest(), "big")
