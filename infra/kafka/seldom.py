"""How often what a client of Kafka complains of is told: each complaint once in a while."""

import logging
from typing import Final

_WHILE: Final = 30.0  # seconds


class Seldom(logging.Handler):
    """Passes on to the root logger what it has not passed on for a while.

    A client tries again many times a second while Kafka is away, and complains each time.
    """

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[tuple[str, str], float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Pass a record on, unless one like it was a short while ago."""
        alike = (record.name, str(record.msg))  # before what is told of is put in
        last = self._told.get(alike)
        if last is None or not 0 <= record.created - last < _WHILE:
            self._told[alike] = record.created
            logging.getLogger().handle(record)
