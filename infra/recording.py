"""How recalls become events: published behind their answers, which do not wait for it."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from infra.closing import Closing
from schemas.envelope import derive_id
from schemas.observations import Recalled


def recalled(space: str, question: str, at: datetime, memories: tuple[str, ...]) -> Recalled:
    """Say that these memories were recalled: a command, never an observation of the world.

    Raises ValidationError where space or question are none.
    """
    id_ = derive_id(f"{space}/{at.isoformat()}", question)
    return Recalled(id=id_, space=space, at=at, question=question, memories=memories)


class Recording(Closing):
    """Publishes recalls one after another, on a thread of its own.

    What keeps one from being published is told at once, and raised by `wait` and `close`.
    """

    def __init__(self, publish: Callable[[Recalled], None], tell: Callable[[str], None]) -> None:
        self._publish = publish
        self._tell = tell
        self._pool = ThreadPoolExecutor(1, "record")
        self._failure: BaseException | None = None

    def later(self, said: Recalled) -> None:
        """Publish a recall soon."""
        self._pool.submit(self._publish, said).add_done_callback(self._note)

    def wait(self) -> None:
        """Return when the recalls so far are durable. Raises what kept one from it."""
        self._pool.submit(lambda: None).result()  # it comes after them
        self._raise()

    def close(self) -> None:
        """Publish what is left. Raises what kept a recall from it."""
        self._pool.shutdown()
        self._raise()

    def _note(self, done: Future[None]) -> None:
        if (error := done.exception()) is not None:
            self._failure = self._failure or error
            self._tell(f"a recall is not recorded: {error}")

    def _raise(self) -> None:
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
