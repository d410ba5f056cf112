"""How a process of our own sets its interpreter; one that only imports us keeps its own ways."""

import gc
import sys
from typing import Final

_SWITCH: Final = 0.0002  # seconds after which a running Python thread lets another one on


def tune() -> None:
    """Look for cycles less often, and let threads take turns sooner.

    There are hardly any cycles, and looking costs a quarter: loading, or a batch, makes tens of
    thousands of objects. An encoder thread that has finished a text must not wait for the next
    one's start.
    """
    gc.set_threshold(50_000, 20, 100)
    sys.setswitchinterval(_SWITCH)


def keep_loaded() -> None:
    """Look for no cycles among what is loaded by now, which stays."""
    gc.freeze()
