"""Where the SQL views are kept: what deciding gathers from them, and how writes get in."""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, Final, NamedTuple

from sqlalchemy import Engine, Table, func, select, update

from agents.known import Known, Needs
from infra.sql_gather import gather
from infra.sql_keys import by_keys
from infra.sql_tables import FOLDED, NOT_STATE, POSITIONS, SIZES, STATE
from infra.sql_writes import add_missing, write_all
from schemas.errors import StalePositionError
from streams.codec import Codec
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

    def begin(self, partitions: int) -> None:
        """Note the versions of the folds and where each partition begins, if nothing is noted."""
        with self.engine.begin() as on:
            if not on.execute(select(POSITIONS)).first():
                add_missing(on, POSITIONS, [{"partition": p, "next": 0} for p in range(partitions)])
                add_missing(on, FOLDED, [{"view": v.name, "version": v.version} for v in VIEWS])

    def versions(self) -> dict[str, int]:
        """Give the version of each fold that wrote what is here."""
        with self.engine.connect() as on:
            return {str(row.view): int(row.version) for row in on.execute(select(FOLDED))}

    def positions(self) -> dict[int, int]:
        """Give the next offset of the memories stream to fold, by partition."""
        with self.engine.connect() as on:
            rows = on.execute(select(POSITIONS).order_by(POSITIONS.c.partition))
            return {int(row.partition): int(row.next) for row in rows}

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
        with self.engine.connect() as on:
            return gather(on, self.codec, needs)

    def decided(self, inputs: Sequence[str]) -> dict[str, list[str]]:
        """Give the digests under which these inputs were decided."""
        return self.gather(Needs(inputs=set(inputs))).decided

    def outcomes(self, inputs: Sequence[str]) -> dict[tuple[str, str], int]:
        """Give the offset at which the outcome of each (input, digest) begins in the memories."""
        with self.engine.connect() as on:
            keys = [(input_,) for input_ in inputs]
            found = by_keys(on, "input", keys, _OUTCOMES) if keys else ()
            return {(input_, digest): seq for input_, digest, seq in found}

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


_OUTCOMES: Final = """
    SELECT d.input, d.digest, d.seq FROM wanted CROSS JOIN decided d WHERE d.input = wanted.input
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
