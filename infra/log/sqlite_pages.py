"""Which rows lie in the pages of an SQLite file, read from its bytes when SQLite itself refuses.

The format is https://www.sqlite.org/fileformat2.html; page size is the log's own.
"""

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from infra.log.sqlite_file import PAGE

Value = int | float | str | bytes | None
_TABLE_LEAF: Final = 0x0D
_INDEX_LEAF: Final = 0x0A
_INDEX_INNER: Final = 0x02
_HEADER: Final = {_TABLE_LEAF: 8, _INDEX_LEAF: 8, _INDEX_INNER: 12}
_INTEGERS: Final = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_WAL_MAGIC: Final = {0x377F0682: "<", 0x377F0683: ">"}
_LARGEST: Final = 1_000_000_000  # bytes of a row that SQLite would write


class Pages:
    """The pages of a file, the newer ones of its write-ahead log laid over them."""

    def __init__(self, file: Path) -> None:
        wal = file.with_name(f"{file.name}-wal")
        self._newer = _committed(wal.read_bytes()) if wal.exists() else {}
        length = file.stat().st_size if file.exists() else 0
        self._file = file.open("rb") if length else None
        self._count = max(length // PAGE, max(self._newer, default=0))

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def page(self, number: int) -> bytes:
        """Give a page's bytes (the first is 1); empty when it cannot be read."""
        newer = self._newer.get(number)
        if newer is not None or self._file is None or number < 1:
            return newer or b""
        try:
            return os.pread(self._file.fileno(), PAGE, (number - 1) * PAGE)
        except OSError:
            return b""  # a sector that the disk itself cannot give any more

    def rows(self) -> Iterator[tuple[int | None, list[Value]]]:
        """Give every row that can be decoded: its rowid (None in an index) and its columns."""
        for number in range(1, self._count + 1):
            page = self.page(number)
            start = 100 if number == 1 else 0
            if len(page) < PAGE or page[start] not in _HEADER:
                continue
            kind = page[start]
            (cells,) = struct.unpack_from(">H", page, start + 3)
            first = start + _HEADER[kind]
            for at in range(first, min(first + 2 * cells, PAGE - 1), 2):
                (cell,) = struct.unpack_from(">H", page, at)
                try:
                    yield self._row(page, cell, kind)
                except (IndexError, ValueError, struct.error):
                    continue  # not a row any more: whoever asked counts what is missing

    def _row(self, page: bytes, cell: int, kind: int) -> tuple[int | None, list[Value]]:
        at = cell + 4 if kind == _INDEX_INNER else cell
        size, at = _varint(page, at)
        rowid = None
        if kind == _TABLE_LEAF:
            rowid, at = _varint(page, at)
        return rowid, _columns(self._payload(page, at, size, table=kind == _TABLE_LEAF))

    def _payload(self, page: bytes, at: int, size: int, *, table: bool) -> bytes:
        most = PAGE - 35 if table else (PAGE - 12) * 64 // 255 - 23
        if size <= most:
            return page[at : at + size]
        least = (PAGE - 12) * 32 // 255 - 23
        local = least + (size - least) % (PAGE - 4)
        local = local if local <= most else least
        if size > _LARGEST:
            raise ValueError(size)
        parts = [page[at : at + local]]
        (following,) = struct.unpack_from(">I", page, at + local)
        left = size - local
        while left > 0:
            more = self.page(following)
            (following,) = struct.unpack_from(">I", more)
            parts.append(more[4 : 4 + left])
            left -= PAGE - 4
        return b"".join(parts)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for _ in range(8):
        byte = data[at]
        at += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:  # noqa: PLR2004 - the bit that says that more follow
            return value, at
    return value << 8 | data[at], at + 1


def _columns(payload: bytes) -> list[Value]:
    end, at = _varint(payload, 0)
    kinds = []
    while at < end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    columns: list[Value] = []
    for kind in kinds:
        value, at = _column(payload, at, kind)
        columns.append(value)
    if at != len(payload):
        raise ValueError(at)
    return columns


def _column(payload: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind == 0:
        return None, at
    if kind in _INTEGERS:
        end = at + _INTEGERS[kind]
        return int.from_bytes(payload[at:end], "big", signed=True), end
    if kind in (8, 9):  # the integers 0 and 1, without bytes of their own
        return kind - 8, at
    if kind < 12:  # noqa: PLR2004 - no column of the log is a float, and 10 and 11 are reserved
        raise ValueError(kind)
    end = at + (kind - 12) // 2
    data = payload[at:end]
    return (data.decode() if kind % 2 else data), end


def _committed(wal: bytes) -> dict[int, bytes]:
    """Give the newest committed version of every page in a write-ahead log."""
    if len(wal) < 32 or struct.unpack_from(">I", wal)[0] not in _WAL_MAGIC:  # noqa: PLR2004
        return {}
    order = _WAL_MAGIC[struct.unpack_from(">I", wal)[0]]
    total = _sum(wal[:24], (0, 0), order)
    if total != struct.unpack_from(">II", wal, 24):
        return {}
    committed: dict[int, bytes] = {}
    pending: dict[int, bytes] = {}
    for at in range(32, len(wal) - PAGE - 23, PAGE + 24):
        page = wal[at + 24 : at + 24 + PAGE]
        total = _sum(page, _sum(wal[at : at + 8], total, order), order)
        if wal[at + 8 : at + 16] != wal[16:24] or total != struct.unpack_from(">II", wal, at + 16):
            break  # left from before the log was last begun anew, or never written to its end
        number, size = struct.unpack_from(">II", wal, at)
        pending[number] = page
        if size:  # this frame ends a transaction
            committed |= pending
            pending = {}
    return committed


def _sum(data: bytes, start: tuple[int, int], order: str) -> tuple[int, int]:
    first, second = start
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = first + even + second & 0xFFFFFFFF
        second = second + odd + first & 0xFFFFFFFF
    return first, second
