"""How a host waits for a store that does not answer: ever longer, losing nothing."""

from collections.abc import Callable
from typing import Final, TypeVar

import structlog

from schemas.errors import VectorsAwayError, ViewsAwayError

_FIRST: Final = 0.1  # seconds of the first wait; each one is twice as long as the one before
_MOST: Final = 5.0  # seconds
_T = TypeVar("_T")

log_ = structlog.get_logger("host")


def _give_up(_: float) -> bool:
    return False


class Patience:
    """Tries again while a store is away; `pause` waits so many seconds, or says to give up.

    `reason` is what it waits for now.
    """

    def __init__(self, pause: Callable[[float], bool] = _give_up) -> None:
        self._pause = pause
        self.reason: str | None = None

    def through(self, work: Callable[[], _T], mend: Callable[[], _T] | None = None) -> _T:
        """Do the work; after an absence of a store, what mends it in its place, or it again."""
        wait = _FIRST
        try:
            while True:
                try:
                    return work()
                except (ViewsAwayError, VectorsAwayError) as error:
                    self.reason = str(error)
                    log_.warning("waiting", reason=self.reason, seconds=wait)
                    if not self._pause(wait):
                        raise
                work, wait = mend or work, min(2 * wait, _MOST)
        finally:
            self.reason = None
