"""How tests let a process end at a moment of their choice: what it left behind stays."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from schemas.errors import UnavailableError
from tests.driving import opened, take_in


class CrashError(Exception):
    """The process ends here, as far as the test is concerned."""


class Crashing:
    """Stands before a method and raises at its n-th call, before or after it is done."""

    def __init__(self, target: object, name: str, at: int, *, after: bool) -> None:
        self.real = getattr(target, name)
        self.left = at
        self.after = after
        setattr(target, name, self)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        self.left -= 1
        if self.left == 0 and not self.after:
            raise CrashError
        result = self.real(*arguments, **named)
        if self.left == 0:
            raise CrashError
        return result


def crash(home: Path, lines: Sequence[Any], where: str, at: int, *, after: bool) -> None:
    """Ingest until the n-th call of a step crashes; whatever it left behind stays."""
    memory = opened(home, batch=4)
    target: object = memory.views if where == "apply" else memory.log
    Crashing(target, where, at, after=after)
    try:
        take_in(memory, lines)
    except (CrashError, UnavailableError) as error:
        if "CrashError" not in repr(error):  # what the host says when it stops names the cause
            raise
    finally:
        memory.close()
