"""Which lines observations come in: read from a file, or written of what a program has."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, BinaryIO, Final

from schemas.errors import ObservationError

# Bytes that are kept of what is rejected; as base64 they fit into Kafka's largest record.
MAX_KEPT: Final = 32 << 20
_BOM: Final = b"\xef\xbb\xbf"


def bounded(file: BinaryIO) -> Iterator[bytes]:
    """Read lines, without the byte order mark; of one beyond MAX_KEPT bytes, the beginning."""
    first = True
    while line := file.readline(MAX_KEPT + 1):
        rest = line
        while len(rest) > MAX_KEPT and not rest.endswith(b"\n"):
            rest = file.readline(MAX_KEPT + 1)
        yield line.removeprefix(_BOM) if first else line
        first = False


def lines_of(observations: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Write observations line by line; a `datetime` is written as it is, with its zone.

    Half a character is written as it is, too: whoever reads the line refuses it. Raises
    ObservationError, which names the observation by its number, and the field.
    """
    if isinstance(observations, Mapping | str | bytes):
        alone = "one" if isinstance(observations, Mapping) else "a text"
        raise ObservationError(f"observations come as a list of mappings: this is {alone} alone")
    for number, one in enumerate(observations, 1):
        try:
            line = _written(one)
        except (TypeError, ValueError, RecursionError) as error:
            reason = f"observation {number}: {_where(one)}cannot be written as JSON ({error})"
            raise ObservationError(reason, observation=number) from error
        yield line.encode(errors="surrogatepass")


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_time)


def _time(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"it is a {type(value).__name__}")


def _where(one: object) -> str:
    """Name the first field that cannot be written."""
    for name, value in one.items() if isinstance(one, Mapping) else ():
        try:
            _written({name: value})
        except (TypeError, ValueError, RecursionError):
            return f"`{name}` "
    return ""
