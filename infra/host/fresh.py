"""Events that were just written, kept for the next step so that it need not decode them again."""

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import Any, Final

from pydantic import BaseModel

from schemas.errors import ObservationError
from schemas.wire import decode
from streams.log import Record

_CAPACITY: Final = 1024

Place = tuple[str, int, int]  # stream, partition, offset


class Fresh:
    """The latest events by their place in the log; an event equals what its bytes decode to."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Place, BaseModel] = OrderedDict()
        self._lock = Lock()

    def keep(self, events: Iterable[tuple[Place, BaseModel]]) -> None:
        """Keep events that were written; the oldest go where nobody took them."""
        with self._lock:
            self._kept.update(events)
            while len(self._kept) > _CAPACITY:
                self._kept.popitem(last=False)

    def take(self, record: Record) -> Any:  # noqa: ANN401 - the tag says
        """Give a record's event and forget it; decode it where it is not kept.

        Raises ObservationError for a record that names no kind, and what decoding raises.
        """
        with self._lock:
            event = self._kept.pop((record.stream, record.partition, record.offset), None)
        if event is None and "ce_type" not in record.headers:
            raise ObservationError("the header ce_type is missing: it names the kind of event")
        return event or decode(record.headers["ce_type"], record.value)
