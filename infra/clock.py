"""What time it is: the only file that reads a clock."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """Give the time of day, UTC."""
    return datetime.now(UTC)


def now_text() -> str:
    """Give the time of day, UTC, as RFC 3339 writes it."""
    return now().isoformat()


def now_ms() -> int:
    """Give milliseconds since 1970, as record timestamps are."""
    return time.time_ns() // 1_000_000


def monotonic() -> float:
    """Give seconds on a clock that never goes back."""
    return time.monotonic()


def pause(seconds: float) -> None:
    """Let time pass between two looks at something that tells nobody when it changes."""
    time.sleep(seconds)
