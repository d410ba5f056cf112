"""How far the vector engine may have counted in a life that was cut short."""

import os
from pathlib import Path


class Operations:
    """How many operations a flush that was cut short may have left numbered.

    The engine numbers its operations, and ignores one that is not above the number stored with
    its point. A flush stores the points' numbers before its own: killed in between, it leaves
    points that are ahead, and what is projected again would be ignored. So the next life counts
    on, by as many operations that do nothing, before it does anything.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self.count = 0  # since the last flush that ended, or since the shard was opened
        self.unflushed = int(file.read_text()) if file.exists() else 0

    def save(self) -> None:
        """Note the count, durable on return; to be called before a flush begins."""
        beside = self._file.with_suffix(".tmp")
        with beside.open("w", encoding="ascii") as file:
            file.write(str(self.count))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._file)
