"""How records of the local log are erased where they stand, and what stays is sealed anew."""

import sqlite3
from collections.abc import Callable
from typing import Final

from pydantic_core import to_json

from infra.log.sqlite_file import OFFSET_BITS, SPAN, checksum
from infra.log.sqlite_sealed import opened, sealed
from streams.codec import Codec
from streams.log import ERASED, Record

_PAGE: Final = 500
_READ: Final = "SELECT * FROM records WHERE id > ? AND key IS ? ORDER BY id LIMIT ?"
_WRITE: Final = 'UPDATE records SET headers = ?, value = ?, "check" = ? WHERE id = ?'
_WEIGH: Final = "UPDATE slots SET bytes = bytes + ? WHERE slot = ?"

Doomed = Callable[[Record], bool]


def rewrite(
    conn: sqlite3.Connection, codec: Codec, partitions: int, key: str | None, doomed: Doomed
) -> int:
    """Erase a key's records that are doomed and seal the others anew; give how many were erased.

    Of an erased record its place and time stay, and the mark of the input that it came of.
    """
    names = dict(conn.execute("SELECT id, name FROM streams").fetchall())
    last, erased = -1, 0
    while page := conn.execute(_READ, (last, key, _PAGE)).fetchall():
        for id_, _, stamp, headers, value, _ in page:
            slot = id_ >> OFFSET_BITS
            named, plain = opened(codec, key, headers, value)
            place = (names[slot // partitions], slot % partitions, id_ & (SPAN - 1))
            record = Record(*place, key, plain, named, stamp)
            if record.erased and headers:
                continue
            if record.erased or doomed(record):
                columns = to_json(_left(codec, named)), b""
                erased += 1
            else:
                columns = sealed(codec, key, to_json(named), plain)
            conn.execute(_WRITE, (*columns, checksum(key, stamp, *columns), id_))
            grown = sum(map(len, columns)) - len(headers) - len(value)
            conn.execute(_WEIGH, (grown, slot))
            if record.headers.get("ce_id") and not columns[1]:
                conn.execute("DELETE FROM once WHERE id = ?", (record.headers["ce_id"],))
        last = page[-1][0]
    return erased


def _left(codec: Codec, headers: dict[str, str]) -> dict[str, str]:
    cause = headers.get("ce_causationid", "")
    mark = {"ce_causationid": codec.mark(cause).hex()} if cause else {}
    return {"ce_type": ERASED} | mark
