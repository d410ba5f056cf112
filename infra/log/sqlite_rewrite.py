"""How records of the local log are erased where they stand, and what stays is sealed anew."""

import sqlite3
from pathlib import Path
from typing import Final

from pydantic_core import to_json

from infra.log.sqlite_file import OFFSET_BITS, SPAN, changed, checksum, intact
from infra.log.sqlite_sealed import opened, sealed
from streams.codec import Codec
from streams.log import ERASED, Fate, Record

_PAGE: Final = 500
_READ: Final = "SELECT * FROM records WHERE id > ? AND key IS ? ORDER BY id LIMIT ?"
_WRITE: Final = 'UPDATE records SET headers = ?, value = ?, "check" = ? WHERE id = ?'
_WEIGH: Final = "UPDATE slots SET bytes = bytes + ? WHERE slot = ?"


def rewrite(
    conn: sqlite3.Connection, codec: Codec, partitions: int, key: str | None, fate: Fate
) -> int:
    """Erase a key's records, or seal anew what is left of them; give how many were erased.

    Of an erased record its place and time stay, and the mark of the input that it came of.
    """
    names = dict(conn.execute("SELECT id, name FROM streams").fetchall())
    last, erased = -1, 0
    while page := conn.execute(_READ, (last, key, _PAGE)).fetchall():
        for id_, _, stamp, headers, value, check in page:
            slot = id_ >> OFFSET_BITS
            place = (names[slot // partitions], slot % partitions, id_ & (SPAN - 1))
            if not intact(key, stamp, headers, value, check):
                # Sealed anew, it would pass for sound.
                raise changed(Path(conn.execute("PRAGMA database_list").fetchone()[2]), *place)
            named, plain = opened(codec, key, headers, value)
            record = Record(*place, key, plain, named, stamp)
            if record.erased and headers:
                continue
            left = None if record.erased else fate(record)
            if left is None:
                columns = to_json(_left(codec, named)), b""
                erased += 1
            else:
                columns = sealed(codec, key, to_json(left.headers), left.value)
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
