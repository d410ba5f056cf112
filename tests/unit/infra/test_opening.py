"""Does what opens stores leave the process as it should be?"""

import gc
import weakref

from infra.opening import calm_collector


class Looped:
    """Holds itself, so that only the collector removes it."""

    def __init__(self) -> None:
        self.itself = self


def test_garbage_is_collected_however_often_stores_are_opened() -> None:
    calm_collector()
    looped = weakref.ref(Looped())
    calm_collector()
    gc.collect()
    assert looped() is None
