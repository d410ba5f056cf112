"""Where the SQL views are kept: what deciding gathers from them, and how writes get in."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

from sqlalchemy import Engine, Table, delete, func, select, text, update

from agents.known import Known
from agents.needs import Needs
from infra.views.grouping import Rows, grouped
from infra.views.sql_gather import gather
from infra.views.sql_keys import by_keys
from infra.views.sql_tables import (
    DECIDED,
    FOLDED,
    MEMORIES,
    METADATA,
    NOT_STATE,
    POSITIONS,
    SIZES,
    STATE,
)
from infra.views.sql_writes import add_missing, write_rows
from schemas.errors import ConflictError, ErasedError, KeysError, StalePositionError
from streams.codec import Codec
from streams.decided import MARK, mark_row
from streams.views import VIEWS


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

    def demand_own(self, name: str) -> None:
        """Refuse rows of a database, of this name, that other keys have sealed: nothing is folded.

        Raises ConflictError.
        """
        with self.engine.connect() as on:
            row = on.execute(select(MEMORIES.c.space, MEMORIES.c.body).limit(1)).first()
        try:
            with suppress(ErasedError):
                if row is not None:
                    self.codec.open(row.space, row.body)
        except KeysError as error:
            raise ConflictError(
                f"{name} holds what the keys of this log do not read, so another log's views "
                f"({error}): ANAMNESIS_STORE_NAME names another schema",
                views=name,
            ) from error

    def apply(self, rows: Rows, partition: int, expected: int, position: int) -> None:
        """Write rows and the position in one transaction, or nothing.

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
            write_rows(on, rows)

    def gather(self, needs: Needs) -> Known:
        """Read what deciding needs, from exact tables only."""
        with self.engine.connect() as on:
            known = gather(on, self.codec, needs)
        known.erased = self.erased(needs.inputs)
        return known

    def decided(self, inputs: Sequence[str]) -> dict[str, list[str]]:
        """Give the digests under which these inputs were decided."""
        return self.gather(Needs(inputs=set(inputs))).decided

    def erased(self, inputs: Collection[str]) -> set[str]:
        """Give those of these inputs whose content was erased: their marks stand as decided."""
        d = DECIDED.c
        any_mark = select(d.input).where(d.input >= MARK, d.input < f"{MARK}~").limit(1)
        with self.engine.connect() as on:
            if not inputs or on.execute(any_mark).first() is None:
                return set()
            marks = {mark_row(self.codec.mark(id_)).row["input"]: id_ for id_ in inputs}
            found = by_keys(on, "input", [(mark,) for mark in sorted(marks)], _OUTCOMES)
            return {marks[row[0]] for row in found}

    def erase(
        self, space: str, inputs: Sequence[str], erased: Collection[str] | None = None
    ) -> None:
        """Remove every row of a space and that its inputs were decided; then the bytes.

        Those that are `erased`, or all of them, leave their marks.
        """
        with self.engine.begin() as on:
            for table in METADATA.tables.values():
                if "space" in table.columns:
                    on.execute(delete(table).where(table.c.space == space))
            for start in range(0, len(inputs), _SLICE):
                some = inputs[start : start + _SLICE]
                on.execute(delete(DECIDED).where(DECIDED.c.input.in_(some)))
            left = inputs if erased is None else erased
            write_rows(on, grouped([mark_row(self.codec.mark(input_)) for input_ in left]))
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as on:
            if on.dialect.name == "sqlite":
                on.execute(text("VACUUM"))
                on.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            else:  # only our own schema's tables
                for name in METADATA.tables:
                    on.execute(text(f'VACUUM FULL "{name}"'))

    def spaces(self) -> list[str]:
        """List the spaces that hold memories."""
        with self.engine.connect() as on:
            return [str(space) for space in on.scalars(select(SIZES.c.space))]

    def causes(self) -> Iterator[tuple[str, str]]:
        """Go through every (input, digest) that was decided."""
        with self.engine.connect() as on:
            found = on.execute(select(DECIDED.c.input, DECIDED.c.digest))
            yield from ((str(row[0]), str(row[1])) for row in found)

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
_SLICE: Final = 500  # inputs a statement
_BLINDED: Final = frozenset({"subject", "object", "entity", "name"})


def _row_digest(table: Table, row: Any, codec: Codec) -> int:  # noqa: ANN401 - a row mapping
    """Digest one row; the sum over rows (mod 2^256) does not depend on their order."""
    parts = [table.name]
    for column in table.columns:
        if column.name not in NOT_STATE:
            value = row[column.name]
            if isinstance(value, bytes):
                read = codec.reveal if column.name in _BLINDED else codec.open
                value = read(row["space"], value)
            parts.append(repr(value))
    return int.from_bytes(hashlib.sha256("\x1f".join(parts).encode()).digest(), "big")
