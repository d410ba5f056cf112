"""Where commands print: whole lines, to a reader who may go, on a disk that may be full."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from rich.console import Console

from schemas.errors import UnavailableError

_ENDLESS: Final = 1 << 24  # characters of a line


@contextmanager
def printing() -> Iterator[None]:
    """Print something. Raises UnavailableError where nothing can be printed."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_output()
        raise UnavailableError(f"nothing can be printed: {error.strerror}") from error


def drop_output() -> None:
    """Let nothing more be said, by Python's own last words either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Whole(Console):
    """A console that breaks and cuts lines for a terminal only: programs want them whole."""

    def print(self, *objects: Any, **how: Any) -> None:  # noqa: ANN401 - as Rich has it
        """Print as Rich does, but with room for any line where there is no terminal."""
        if not self.is_terminal:
            self.width = _ENDLESS
        super().print(*objects, **how)


class Output(Whole):
    """Standard output, whose reader may go, and whose disk may be full."""

    def print(self, *objects: Any, **how: Any) -> None:  # noqa: ANN401 - as Rich has it
        """Print as Rich does. Raises UnavailableError."""
        with printing():
            super().print(*objects, **how)

    def on_broken_pipe(self) -> None:
        """Leave it to the command, for which Rich would exit with 1."""
        raise BrokenPipeError
