"""What is closed when its `with` ends."""

from abc import ABC, abstractmethod
from typing import Self


class Closing(ABC):
    """Something that holds on to a file, a process or a lock until `close`."""

    @abstractmethod
    def close(self) -> None:
        """Let go of everything."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
